"""Small Zotero libraries, with the tables of Zotero 7 that hold what a user keeps."""

import itertools
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

SCHEMA = """
CREATE TABLE version (schema TEXT PRIMARY KEY, version INT NOT NULL);
CREATE TABLE libraries (libraryID INTEGER PRIMARY KEY, type TEXT NOT NULL, editable INT NOT NULL,
  filesEditable INT NOT NULL, version INT NOT NULL DEFAULT 0, storageVersion INT NOT NULL DEFAULT 0,
  lastSync INT NOT NULL DEFAULT 0, archived INT NOT NULL DEFAULT 0);
CREATE TABLE groups (groupID INTEGER PRIMARY KEY, libraryID INT NOT NULL UNIQUE,
  name TEXT NOT NULL, description TEXT NOT NULL, version INT NOT NULL,
  FOREIGN KEY (libraryID) REFERENCES libraries(libraryID) ON DELETE CASCADE);
CREATE TABLE feeds (libraryID INTEGER PRIMARY KEY, name TEXT NOT NULL, url TEXT NOT NULL UNIQUE);
CREATE TABLE itemTypes (itemTypeID INTEGER PRIMARY KEY, typeName TEXT, templateItemTypeID INT,
  display INT DEFAULT 1);
CREATE TABLE itemTypesCombined (itemTypeID INT NOT NULL, typeName TEXT NOT NULL,
  display INT DEFAULT 1 NOT NULL, custom INT NOT NULL, PRIMARY KEY (itemTypeID));
CREATE TABLE fields (fieldID INTEGER PRIMARY KEY, fieldName TEXT, fieldFormatID INT);
CREATE TABLE fieldsCombined (fieldID INT NOT NULL, fieldName TEXT NOT NULL, label TEXT,
  fieldFormatID INT, custom INT NOT NULL, PRIMARY KEY (fieldID));
CREATE TABLE creatorTypes (creatorTypeID INTEGER PRIMARY KEY, creatorType TEXT);
CREATE TABLE items (itemID INTEGER PRIMARY KEY, itemTypeID INT NOT NULL,
  dateAdded TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  dateModified TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  clientDateModified TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  libraryID INT NOT NULL, key TEXT NOT NULL, version INT NOT NULL DEFAULT 0,
  synced INT NOT NULL DEFAULT 0, UNIQUE (libraryID, key),
  FOREIGN KEY (libraryID) REFERENCES libraries(libraryID) ON DELETE CASCADE);
CREATE TABLE itemDataValues (valueID INTEGER PRIMARY KEY, value UNIQUE);
CREATE TABLE itemData (itemID INT, fieldID INT, valueID, PRIMARY KEY (itemID, fieldID));
CREATE INDEX itemData_fieldID ON itemData(fieldID);
CREATE INDEX itemData_valueID ON itemData(valueID);
CREATE TABLE itemNotes (itemID INTEGER PRIMARY KEY, parentItemID INT, note TEXT, title TEXT);
CREATE INDEX itemNotes_parentItemID ON itemNotes(parentItemID);
CREATE TABLE itemAttachments (itemID INTEGER PRIMARY KEY, parentItemID INT, linkMode INT,
  contentType TEXT, charsetID INT, path TEXT, syncState INT DEFAULT 0, storageModTime INT,
  storageHash TEXT, lastProcessedModificationTime INT);
CREATE INDEX itemAttachments_parentItemID ON itemAttachments(parentItemID);
CREATE TABLE itemAnnotations (itemID INTEGER PRIMARY KEY, parentItemID INT NOT NULL,
  type INTEGER NOT NULL, authorName TEXT, text TEXT, comment TEXT, color TEXT, pageLabel TEXT,
  sortIndex TEXT NOT NULL, position TEXT NOT NULL, isExternal INT NOT NULL);
CREATE INDEX itemAnnotations_parentItemID ON itemAnnotations(parentItemID);
CREATE TABLE tags (tagID INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE itemTags (itemID INT NOT NULL, tagID INT NOT NULL, type INT NOT NULL,
  PRIMARY KEY (itemID, tagID));
CREATE TABLE creators (creatorID INTEGER PRIMARY KEY, firstName TEXT, lastName TEXT,
  fieldMode INT, UNIQUE (lastName, firstName, fieldMode));
CREATE TABLE itemCreators (itemID INT NOT NULL, creatorID INT NOT NULL,
  creatorTypeID INT NOT NULL DEFAULT 1, orderIndex INT NOT NULL DEFAULT 0,
  PRIMARY KEY (itemID, creatorID, creatorTypeID, orderIndex), UNIQUE (itemID, orderIndex));
CREATE TABLE collections (collectionID INTEGER PRIMARY KEY, collectionName TEXT NOT NULL,
  parentCollectionID INT DEFAULT NULL, clientDateModified TIMESTAMP NOT NULL
  DEFAULT CURRENT_TIMESTAMP, libraryID INT NOT NULL, key TEXT NOT NULL, version INT NOT NULL
  DEFAULT 0, synced INT NOT NULL DEFAULT 0, UNIQUE (libraryID, key));
CREATE TABLE collectionItems (collectionID INT NOT NULL, itemID INT NOT NULL,
  orderIndex INT NOT NULL DEFAULT 0, PRIMARY KEY (collectionID, itemID));
CREATE TABLE deletedCollections (collectionID INTEGER PRIMARY KEY,
  dateDeleted DEFAULT CURRENT_TIMESTAMP NOT NULL);
CREATE TABLE deletedItems (itemID INTEGER PRIMARY KEY,
  dateDeleted DEFAULT CURRENT_TIMESTAMP NOT NULL);
INSERT INTO version VALUES ('userdata', 123), ('system', 32);
INSERT INTO libraries (libraryID, type, editable, filesEditable) VALUES
  (1, 'user', 1, 1), (2, 'group', 1, 1), (3, 'feed', 0, 0);
INSERT INTO groups VALUES (77, 2, 'Sepsis group', '', 1);
INSERT INTO feeds VALUES (3, 'Journal of Examples', 'http://feed.example/rss');
"""


class ZoteroExample:
    """A library that is written item by item."""

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path)
        self.connection.executescript(SCHEMA)
        self._keys = (f"K{number:07}" for number in itertools.count(1))

    def close(self) -> None:
        self.connection.commit()
        self.connection.close()

    def item(
        self,
        item_type: str,
        fields: dict[str, str | int | bytes] | None = None,
        creators: Sequence[tuple[str, str, str]] = (),
        library: int = 1,
    ) -> int:
        """An item; a creator is (role, last name, first name), "*" as first name for a group."""
        number = self._new_item(item_type, library)
        for name, value in (fields or {}).items():
            field = self._number("fieldsCombined", "fieldID", "fieldName", name, "custom")
            found = self._number("itemDataValues", "valueID", "value", value)
            self._run("INSERT INTO itemData VALUES (?, ?, ?)", number, field, found)
        for order, (role, last, first) in enumerate(creators):
            mode = int(first == "*")
            name = "" if mode else first
            self._run("INSERT OR IGNORE INTO creators VALUES (NULL, ?, ?, ?)", name, last, mode)
            person = self._one(
                "SELECT creatorID FROM creators WHERE firstName = ? AND lastName = ?", name, last
            )
            kind = self._number("creatorTypes", "creatorTypeID", "creatorType", role)
            self._run("INSERT INTO itemCreators VALUES (?, ?, ?, ?)", number, person, kind, order)
        return number

    def tag(self, item: int, name: str) -> None:
        tag = self._number("tags", "tagID", "name", name)
        self._run("INSERT INTO itemTags VALUES (?, ?, 0)", item, tag)

    def collection(self, name: str, parent: int | None = None) -> int:
        self._run(
            "INSERT INTO collections (collectionName, parentCollectionID, libraryID, key) "
            "VALUES (?, ?, 1, ?)",
            *(name, parent, next(self._keys)),
        )
        return self._one("SELECT last_insert_rowid()")

    def collect(self, collection: int, item: int) -> None:
        self._run("INSERT INTO collectionItems VALUES (?, ?, 0)", collection, item)

    def note(self, parent: int | None, text: str) -> int:
        number = self._new_item("note")
        self._run("INSERT INTO itemNotes VALUES (?, ?, ?, '')", number, parent, text)
        return number

    def attachment(self, parent: int | None, mode: int, path: str | None, url: str = "") -> int:
        """A file or link, with key "K…" by its number."""
        number = self.item("attachment", {"title": "Full Text", **({"url": url} if url else {})})
        self._run(
            "INSERT INTO itemAttachments (itemID, parentItemID, linkMode, path) VALUES (?,?,?,?)",
            *(number, parent, mode, path),
        )
        return number

    def annotation(self, attachment: int, text: str, comment: str | None = None) -> int:
        number = self._new_item("annotation")
        self._run(
            "INSERT INTO itemAnnotations VALUES (?, ?, 1, '', ?, ?, '', '1', '0', '{}', 0)",
            *(number, attachment, text, comment),
        )
        return number

    def delete(self, item: int) -> None:
        self._run("INSERT INTO deletedItems (itemID) VALUES (?)", item)

    def key(self, item: int) -> str:
        found = self.connection.execute("SELECT key FROM items WHERE itemID = ?", (item,))
        return str(found.fetchone()[0])

    def _new_item(self, item_type: str, library: int = 1) -> int:
        kind = self._number("itemTypesCombined", "itemTypeID", "typeName", item_type, "custom")
        self._run(
            "INSERT INTO items (itemTypeID, libraryID, key) VALUES (?, ?, ?)",
            *(kind, library, next(self._keys)),
        )
        return self._one("SELECT last_insert_rowid()")

    def _number(
        self, table: str, number: str, name: str, value: str | int | bytes, flag: str = ""
    ) -> int:
        """The number of a row with this value, which is made when there is none."""
        found = self.connection.execute(
            f"SELECT {number} FROM {table} WHERE {name} = ?", (value,)
        ).fetchone()
        if found:
            return int(found[0])
        following = self._one(f"SELECT coalesce(max({number}), 0) + 1 FROM {table}")
        columns, marks = f"{number}, {name}", "?, ?"
        if flag:
            columns, marks = f"{columns}, {flag}", f"{marks}, 0"
        self._run(f"INSERT INTO {table} ({columns}) VALUES ({marks})", following, value)
        return following

    def _one(self, query: str, *values: object) -> int:
        return int(self.connection.execute(query, values).fetchone()[0])

    def _run(self, query: str, *values: object) -> None:
        self.connection.execute(query, values)


def small_library(path: Path, items: int = 20) -> None:
    """A library with some of everything, for tests of damage and of repeated import."""
    with closing(ZoteroExample(path)) as example:
        top = example.collection("Top")
        below = example.collection("Below", top)
        for number in range(items):
            item = example.item(
                "journalArticle" if number % 3 else "webpage",
                {
                    "title": f"The effect of example {number} on the reading of libraries",
                    "abstractNote": "Words of an abstract. " * 5,
                    "date": f"20{number % 25:02}-03-00 March 20{number % 25:02}",
                    "DOI": f"10.1000/zotero.{number}",
                    "publicationTitle": "Journal of Examples",
                    "extra": f"PMID: {1000 + number}\nread it",
                    "url": f"https://example.org/{number}",
                },
                [("author", f"Name{number}", "Given"), ("editor", "Editor", "Ed")],
            )
            example.tag(item, f"tag {number % 4}")
            example.collect(below, item)
            example.note(item, f"<p>Note {number}</p>")
            example.annotation(example.attachment(item, 0, "storage:a.pdf"), "marked", "why")
