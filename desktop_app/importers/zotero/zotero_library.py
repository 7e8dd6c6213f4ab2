"""Zotero's library as a format of the import: every item of all its libraries, item by item."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path, PurePath

from desktop_app.errors import UserError
from desktop_app.files import shown
from desktop_app.importers.format import Entry, Format
from desktop_app.importers.input_file import InputFile
from desktop_app.importers.zotero.attached_pdfs import attached_pdfs
from desktop_app.importers.zotero.database import Item, ZoteroDatabase
from desktop_app.importers.zotero.item_article import article_of_item, is_empty
from desktop_app.importers.zotero.private_copy import private_copy
from desktop_app.records import ArticleWithFiles, Attachment, Problem

_HEADER = "SQLite format 3\0"
# A damaged name in SQLite's message is no text to Python.
_ERRORS = (sqlite3.Error, UnicodeDecodeError)
_DAMAGED = "The database is damaged here"
_REPAIR = "Let Zotero check it: https://www.zotero.org/support/kb/corrupted_database"


def read_zotero(file: InputFile) -> Iterator[Entry]:
    """Every item that is not in the bin, and a Problem for each that cannot be read.

    Raises OSError when the file cannot be read or copied, and whatever its `report` raises.
    """
    if _is_backup(file.path):
        yield Problem(
            file.name, "", "It is Zotero's backup of the zotero.sqlite beside it.", "Import that."
        )
        return
    try:
        with private_copy(file) as (copy, damage):
            yield from _entries(file, copy)
            if damage:
                yield Problem(file.name, "", f"{damage.capitalize()}.", "Copy the file again.")
    except UserError as error:
        yield Problem(file.name, "", error.message, error.hint)
    except _ERRORS as error:
        yield Problem(file.name, "", f"The database is damaged ({error}).", _REPAIR)


def _entries(file: InputFile, copy: Path) -> Iterator[Entry]:
    with closing(ZoteroDatabase(copy)) as database:
        reading = _Reading(file, database)
        yield from reading.entries()


class _Reading:
    """One library on its way."""

    def __init__(self, file: InputFile, database: ZoteroDatabase) -> None:
        self._file = file
        self._database = database
        self._in_archive = file.name != shown(file.path)
        self._folder = PurePath() if self._in_archive else file.path.absolute().parent

    def entries(self) -> Iterator[Entry]:
        size, last = self._file.path.stat().st_size, max(self._database.last_number(), 1)
        for numbers in self._database.numbers():
            yield from self._chunk(numbers)
            if self._database.is_too_slow:
                return
            self._file.told(size * min(numbers[-1], last) // last)
        notes, files = self._database.standalone()
        if notes or files:
            counts = f"{notes} notes and {files} files"
            reason = f"{counts} that belong to no item were left out."
            yield Problem(self._file.name, "", reason, "Import such PDFs from Zotero's folder.")
        self._file.told(size)

    def _chunk(self, numbers: list[int]) -> Iterator[Entry]:
        """The items of a chunk; each for itself where damage stops the reading of all."""
        try:
            items = self._database.items(numbers)
        except _ERRORS as error:
            if len(numbers) == 1 or self._database.is_too_slow:
                yield self._problem(f"item {numbers[0]}", f"{_DAMAGED} ({error}).", _REPAIR)
                return
            for number in numbers:
                self._file.poll()
                yield from self._chunk([number])
            return
        for item in items:
            yield from self._entries_of(item)

    def _entries_of(self, item: Item) -> Iterator[Entry]:
        """The item with the PDFs that are there, and what is wrong with it or them."""
        article = article_of_item(item, self._folder)
        place = f"item {item.number}, {item.key}"
        if is_empty(article):
            yield self._problem(place, "The item is empty.", "Give it a title.")
            return
        # What an archive names does not lie in it; a path of its choice is not to be followed.
        found = [] if self._in_archive else [*attached_pdfs(self._file, article, place)]
        files = tuple(part for part in found if isinstance(part, Attachment))
        yield ArticleWithFiles(article, files) if files else article
        yield from (part for part in found if isinstance(part, Problem))

    def _problem(self, place: str, reason: str, remedy: str) -> Problem:
        return Problem(self._file.name, place, reason, remedy)


def _is_backup(path: Path) -> bool:
    """Zotero keeps older states as zotero.sqlite.bak: they would undo what came from the newer."""
    return path.suffix == ".bak" and path.with_name("zotero.sqlite").is_file()


def _is_sqlite(head: str) -> bool:
    return head.startswith(_HEADER)


FORMAT = Format("Zotero", _is_sqlite, read_zotero)
