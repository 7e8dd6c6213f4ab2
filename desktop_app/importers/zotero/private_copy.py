"""A copy of an SQLite database for us alone: the original is only read, nothing appears beside it.

SQLite itself would write: it rolls back what a crash left half done, and makes an index of a
write-ahead log. So the file is copied with its journal, and that work is done on the copy.
"""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from desktop_app.errors import UserError
from desktop_app.importers.input_file import InputFile

_JOURNALS = ("-wal", "-journal")
_READ_VERSION = 19  # this byte of the header is 2 when there is a write-ahead log
_PIECE = 1024 * 1024
_TRIES = 3
# A journal that ends so names a further file, which SQLite would delete after rolling back.
_NAMES_ANOTHER_FILE = b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"
_CLOSE_ZOTERO = "Close Zotero and import the file again."


@contextmanager
def private_copy(file: InputFile) -> Iterator[tuple[Path, str]]:
    """The path of a copy, removed afterwards, and what was damaged in a packed original or "".

    Raises UserError while another program writes to the database, OSError when it cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="litmesh-") as folder:
        copy = Path(folder) / "copy.sqlite"
        for _ in range(_TRIES):
            if _is_locked(file):
                raise UserError("Another program, probably Zotero, is using it.", _CLOSE_ZOTERO)
            before = _states(file.path)
            damage = _copied(file, copy)
            if _states(file.path) == before:
                break
        else:
            raise UserError("It changed while it was read.", _CLOSE_ZOTERO)
        yield copy, damage


def _is_locked(file: InputFile) -> bool:
    """Whether another program holds it for itself.

    A database with a write-ahead log is not asked, as SQLite would make files beside it; what it
    holds is whole also while it is written to.
    """
    header = file.head(100)
    if len(header) <= _READ_VERSION or header[_READ_VERSION] == 2:
        return False
    address = f"{file.path.resolve().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=0)) as connection:
            connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()
    except sqlite3.Error as error:
        return getattr(error, "sqlite_errorcode", 0) & 0xFF in (
            sqlite3.SQLITE_BUSY,
            sqlite3.SQLITE_LOCKED,
        )
    return False


def _copied(file: InputFile, copy: Path) -> str:
    """Copy the database, unpacked, and what SQLite keeps beside it."""
    original = InputFile(file.path)  # its progress is that of the reading, not of the copying
    with open(copy, "wb") as target:
        for chunk in original.chunks():
            file.poll()
            target.write(chunk)
    for ending in _JOURNALS:
        journal = file.path.with_name(file.path.name + ending)
        copied_journal = copy.with_name(copy.name + ending)
        copied_journal.unlink(missing_ok=True)
        if journal.is_file():
            _copy_journal(file, journal, copied_journal)
    return original.damage


def _copy_journal(file: InputFile, journal: Path, copy: Path) -> None:
    last = b""
    with open(journal, "rb") as source, open(copy, "wb") as target:
        while piece := source.read(_PIECE):
            file.poll()
            target.write(piece)
            last = (last + piece)[-len(_NAMES_ANOTHER_FILE) :]
    if last == _NAMES_ANOTHER_FILE:
        raise UserError("A change of it was never finished.", "Open it in Zotero, then close that.")


def _states(path: Path) -> list[tuple[int, int] | None]:
    """Size and time of the database and its journals, to see that nobody wrote meanwhile."""
    found: list[tuple[int, int] | None] = []
    for ending in ("", *_JOURNALS):
        try:
            state = path.with_name(path.name + ending).stat()
        except FileNotFoundError:
            found.append(None)
        else:
            found.append((state.st_size, state.st_mtime_ns))
    return found
