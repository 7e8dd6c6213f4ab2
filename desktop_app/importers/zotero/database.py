"""The tables of Zotero 5 to 7 as items, a few hundred at a time.

Tables and columns: Zotero's resource/schema/userdata.sql, versions 79 and later.
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desktop_app.errors import UserError

CHUNK = 200  # items
_LONGEST = 64 * 1024 * 1024  # bytes of one value: a damaged file may claim 1 GB
_DEEPEST = 50  # collections in each other: those of a damaged file may form a ring
_STEPS = 1_000_000  # of SQLite's virtual machine, between two looks
_PATIENCE = 300  # looks: a few seconds; a chunk takes one or two
_NEEDED = frozenset(
    "items itemData itemDataValues creators itemCreators creatorTypes collections collectionItems "
    "tags itemTags itemAttachments itemNotes deletedItems libraries".split()
)
_NAMES = {"itemTypes": "typeName", "fields": "fieldName"}
_NO_ZOTERO = "It is a database, but not a Zotero library."
_OLD = "It is a library of Zotero 4 or older."

# What belongs to the items of a range: the number of the item comes first. Deleted is what is in
# Zotero's bin.
_VALUES = """
    SELECT d.itemID, f.fieldName, v.value
    FROM itemData d
    JOIN {fields} f ON f.fieldID = d.fieldID
    JOIN itemDataValues v ON v.valueID = d.valueID
    WHERE d.itemID BETWEEN ? AND ? ORDER BY d.itemID, d.fieldID"""
_CREATORS = """
    SELECT ic.itemID, c.firstName, c.lastName, c.fieldMode, t.creatorType
    FROM itemCreators ic
    JOIN creators c ON c.creatorID = ic.creatorID
    LEFT JOIN creatorTypes t ON t.creatorTypeID = ic.creatorTypeID
    WHERE ic.itemID BETWEEN ? AND ? ORDER BY ic.itemID, ic.orderIndex"""
_TAGS = """
    SELECT it.itemID, t.name FROM itemTags it JOIN tags t ON t.tagID = it.tagID
    WHERE it.itemID BETWEEN ? AND ? ORDER BY it.itemID, t.name"""
_COLLECTIONS = """
    SELECT itemID, collectionID FROM collectionItems
    WHERE itemID BETWEEN ? AND ? ORDER BY itemID, collectionID"""
_NOTES = """
    SELECT parentItemID, note FROM itemNotes
    WHERE parentItemID BETWEEN ? AND ? AND itemID NOT IN (SELECT itemID FROM deletedItems)
    ORDER BY itemID"""
_ATTACHMENTS = """
    SELECT a.parentItemID, i.key, a.linkMode, a.path, (
        SELECT v.value FROM itemData d
        JOIN {fields} f ON f.fieldID = d.fieldID
        JOIN itemDataValues v ON v.valueID = d.valueID
        WHERE d.itemID = a.itemID AND f.fieldName = 'url')
    FROM itemAttachments a JOIN items i ON i.itemID = a.itemID
    WHERE a.parentItemID BETWEEN ? AND ? AND a.itemID NOT IN (SELECT itemID FROM deletedItems)
    ORDER BY a.itemID"""
_ANNOTATIONS = """
    SELECT a.parentItemID, n.text, n.comment
    FROM itemAnnotations n JOIN itemAttachments a ON a.itemID = n.parentItemID
    WHERE a.parentItemID BETWEEN ? AND ?
    AND n.itemID NOT IN (SELECT itemID FROM deletedItems)
    AND a.itemID NOT IN (SELECT itemID FROM deletedItems)
    ORDER BY n.itemID"""


@dataclass(frozen=True, slots=True)
class Creator:
    """A person, or a group when there is no `first` and `whole` is set, and what they did."""

    first: str
    last: str
    whole: bool
    role: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file or link: `mode` 0 and 1 are stored by Zotero, 2 a linked file, 3 a web address."""

    key: str
    mode: int
    path: str
    url: str


@dataclass(slots=True)
class Item:
    """One item with everything that belongs to it."""

    number: int
    key: str
    type: str
    library: str  # name of the group or feed, "" for the user's own
    values: list[tuple[str, str]] = field(default_factory=list)
    creators: list[Creator] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    collections: list[str] = field(default_factory=list)  # "Parent/Child"
    notes: list[str] = field(default_factory=list)  # HTML
    attachments: list[Attachment] = field(default_factory=list)
    annotations: list[str] = field(default_factory=list)


class ZoteroDatabase:
    """A copy of a Zotero library. Every method raises sqlite3.Error where it is damaged."""

    def __init__(self, path: Path) -> None:
        """Raises UserError when it is no Zotero library, or an old one."""
        self._looks = 0
        self._connection = sqlite3.connect(path)
        try:
            self._prepare()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    @property
    def is_too_slow(self) -> bool:
        """Whether a query was given up, as no honest one takes so long."""
        return self._looks > _PATIENCE

    def last_number(self) -> int:
        """The highest number of an item."""
        number = self._rows("SELECT max(itemID) FROM items")[0][0]
        return number if isinstance(number, int) else 0

    def numbers(self) -> Iterator[list[int]]:
        """The numbers of the items that are not deleted and no mere notes or files, in chunks."""
        last = -1
        while True:
            rows = self._rows(
                f"SELECT i.itemID FROM items i LEFT JOIN {self._types} t "
                "ON t.itemTypeID = i.itemTypeID WHERE i.itemID > ? "
                "AND coalesce(t.typeName, '') NOT IN ('attachment', 'note', 'annotation') "
                "AND i.itemID NOT IN (SELECT itemID FROM deletedItems) "
                f"ORDER BY i.itemID LIMIT {CHUNK}",
                last,
            )
            found = sorted({row[0] for row in rows if isinstance(row[0], int) and row[0] > last})
            if not found:
                return
            yield found
            last = found[-1]

    def items(self, numbers: list[int]) -> list[Item]:
        """The items of ascending `numbers` with what belongs to them."""
        first, last = numbers[0], numbers[-1]
        rows = self._rows(
            f"SELECT i.itemID, i.key, t.typeName, i.libraryID FROM items i LEFT JOIN {self._types} "
            "t ON t.itemTypeID = i.itemTypeID WHERE i.itemID BETWEEN ? AND ? ORDER BY i.itemID",
            first,
            last,
        )
        wanted = {*numbers}
        items = {
            row[0]: Item(row[0], _text(row[1]), _text(row[2]), self._libraries.get(row[3], ""))
            for row in rows
            if row[0] in wanted
        }
        self._add_own(items, first, last)
        self._add_belongings(items, first, last)
        return list(items.values())

    def standalone(self) -> tuple[int, int]:
        """How many notes and how many files (or links) belong to no item."""
        notes, files = (
            self._rows(
                f"SELECT count(*) FROM {table} WHERE parentItemID IS NULL "
                "AND itemID NOT IN (SELECT itemID FROM deletedItems)"
            )[0][0]
            for table in ("itemNotes", "itemAttachments")
        )
        return int(notes), int(files)

    def _prepare(self) -> None:
        connection = self._connection
        connection.text_factory = lambda raw: raw.decode("utf-8", errors="replace")
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
        connection.set_progress_handler(self._look, _STEPS)
        for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "query_only = ON"):
            connection.execute(f"PRAGMA {pragma}")
        self._tables = {
            _text(row[0])
            for row in self._rows("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
            if _text(row[1]).upper().startswith("CREATE TABLE")  # not virtual ones
        }
        if not self._tables >= _NEEDED:
            raise UserError(_NO_ZOTERO, "Export its records as RIS or BibTeX.")
        self._types, self._fields = (self._named(table) for table in _NAMES)
        if "parentItemID" not in self._columns("itemNotes") or "lastName" not in self._columns(
            "creators"
        ):
            raise UserError(_OLD, "Open it with a newer Zotero once, which converts it.")
        self._libraries = self._library_names()
        self._collections = self._collection_paths()

    def _named(self, table: str) -> str:
        """The table with the user's own types and fields, if there is one."""
        for name in (f"{table}Combined", table):
            if name in self._tables:
                return name
        raise UserError(_NO_ZOTERO, "Export its records as RIS or BibTeX.")

    def _columns(self, table: str) -> set[str]:
        return {_text(row[1]) for row in self._rows(f"PRAGMA table_info({table})")}

    def _library_names(self) -> dict[object, str]:
        names: dict[object, str] = {}
        for table in ("groups", "feeds"):
            if table in self._tables:
                rows = self._rows(f"SELECT libraryID, name FROM {table}")
                names |= {row[0]: _text(row[1]) for row in rows}
        return names

    def _collection_paths(self) -> dict[object, str]:
        """ "Parent/Child" of each collection that is not deleted."""
        deleted = (
            "WHERE collectionID NOT IN (SELECT collectionID FROM deletedCollections)"
            if "deletedCollections" in self._tables
            else ""
        )
        parents = {
            row[0]: (_text(row[1]), row[2])
            for row in self._rows(
                "SELECT collectionID, collectionName, parentCollectionID "
                f"FROM collections {deleted}"
            )
        }
        return {number: _path(number, parents) for number in parents}

    def _add_own(self, items: dict[int, Item], first: int, last: int) -> None:
        """Fields, creators, tags and collections."""
        for item, (name, value) in self._each(items, _VALUES, first, last):
            item.values.append((_text(name), _text(value)))
        for item, (fore, name, mode, role) in self._each(items, _CREATORS, first, last):
            item.creators.append(Creator(_text(fore), _text(name), mode == 1, _text(role)))
        for item, (name,) in self._each(items, _TAGS, first, last):
            item.tags.append(_text(name))
        for item, (collection,) in self._each(items, _COLLECTIONS, first, last):
            if collection in self._collections:
                item.collections.append(self._collections[collection])

    def _add_belongings(self, items: dict[int, Item], first: int, last: int) -> None:
        """Notes, files and what was marked in them."""
        for item, (note,) in self._each(items, _NOTES, first, last):
            item.notes.append(_text(note))
        for item, (key, mode, path, url) in self._each(items, _ATTACHMENTS, first, last):
            known = mode if isinstance(mode, int) else -1
            item.attachments.append(Attachment(_text(key), known, _text(path), _text(url)))
        if "itemAnnotations" in self._tables:
            for item, texts in self._each(items, _ANNOTATIONS, first, last):
                if parts := [part for part in map(_text, texts) if part]:
                    item.annotations.append(" – ".join(parts))

    def _each(
        self, items: dict[int, Item], query: str, first: int, last: int
    ) -> Iterator[tuple[Item, Any]]:
        """The rows of a query, each with the item that its first column means."""
        for number, *row in self._rows(query.replace("{fields}", self._fields), first, last):
            if number in items:
                yield items[number], row

    def _rows(self, query: str, *values: object) -> list[Any]:
        self._looks = 0
        return self._connection.execute(query, values).fetchall()

    def _look(self) -> bool:
        """Asked by SQLite between steps; True gives the query up."""
        self._looks += 1
        return self._looks > _PATIENCE


def _text(value: object) -> str:
    """A value as text, whatever SQLite's free typing allowed it to be."""
    if value is None:
        return ""
    return value.decode("utf-8", errors="replace") if isinstance(value, bytes) else str(value)


def _path(number: object, parents: dict[object, tuple[str, object]]) -> str:
    names: list[str] = []
    while number in parents and len(names) < _DEEPEST:
        name, number = parents[number]
        names.append(name)
    return "/".join(reversed(names))
