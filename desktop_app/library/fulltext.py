"""The full-text index: SQLite FTS5 over title, abstract, headings, keywords and authors.

The index holds no text of its own: the view `article_text` gives it the text of the tables, and
SQLite's integrity check compares the two.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from desktop_app.library import exact_words
from desktop_app.library.rows import Flat, Parts

COLUMNS = ("title", "abstract", "headings", "keywords", "authors")
AUTHORS_INDEXED = 50  # bm25 divides by length: 3,000 authors would bury a consortium's paper
_SEPARATOR = " ; "

_INSERT = """
    INSERT INTO article_fts(rowid, title, abstract, headings, keywords, authors)
    VALUES (?, ?, ?, ?, ?, ?)
"""
_DELETE = """
    INSERT INTO article_fts(article_fts, rowid, title, abstract, headings, keywords, authors)
    SELECT 'delete', id, title, abstract, headings, keywords, authors FROM article_text WHERE id = ?
"""
_COUNT = "SELECT count(*) FROM article_fts WHERE article_fts MATCH ?"
_MATCHES = """
    SELECT rowid, -bm25(article_fts, ?, ?, ?, ?, ?) FROM article_fts WHERE article_fts MATCH ?
"""
_MARKED = """
    SELECT highlight(article_fts, 0, char(1), char(2)), highlight(article_fts, 1, char(1), char(2)),
      highlight(article_fts, 2, char(1), char(2)), highlight(article_fts, 3, char(1), char(2)),
      highlight(article_fts, 4, char(1), char(2))
    FROM article_fts WHERE article_fts MATCH ? AND rowid = ?
"""
_MARK = re.compile("\x01(.*?)\x02", re.DOTALL)
_CHECK = "INSERT INTO article_fts(article_fts, rank) VALUES ('integrity-check', 1)"
_REBUILD = "INSERT INTO article_fts(article_fts) VALUES ('rebuild')"

_CHANGED = "SELECT id, revision FROM article WHERE revision > ? ORDER BY id"
_TEXTS = """
    SELECT id, title, abstract, headings, keywords, authors FROM article_text
    WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id
"""
_REVISIONS = "SELECT id, revision FROM article WHERE id IN (SELECT value FROM json_each(?))"

_TOKEN = re.compile(r"[^\W_]+")  # what unicode61 takes as a token: letters and digits


@dataclass(frozen=True, slots=True)
class IndexedText:
    """What the full-text index reads of one article, and the revision of its last change."""

    id: int
    revision: int
    columns: tuple[str, ...]  # in the order of `COLUMNS`


def index_articles(connection: Connection, articles: Sequence[tuple[int, Flat]]) -> None:
    """Enter articles that were just written, with the text that `article_text` has of them."""
    if articles:
        connection.exec_driver_sql(_INSERT, [(i, *_text_of(flat)) for i, flat in articles])
        exact_words.index_articles(connection, articles)


def unindex_articles(connection: Connection, ids: Sequence[int]) -> None:
    """Remove articles; to be called while their old text is still in the tables."""
    if ids:
        connection.exec_driver_sql(_DELETE, [(i,) for i in ids])
        exact_words.unindex_articles(connection, ids)


def _text_of(flat: Flat) -> tuple[str, str, str, str, str]:
    """What the view would read back from the tables, a quarter faster."""
    parts = flat.parts
    authors = parts.get("author", ())[:AUTHORS_INDEXED]
    return (
        flat.title,
        flat.abstract,
        _SEPARATOR.join(_names(parts, "heading", 1) + _names(parts, "qualifier", 2)),
        _SEPARATOR.join(_names(parts, "keyword", 0) + _names(parts, "substance", 1)),
        _SEPARATOR.join([f"{a[0]} {a[2]} {a[4]}" for a in authors]),
    )


def _names(parts: Parts, table: str, column: int) -> list[str]:
    return [row[column] for row in parts.get(table, ())]


def quoted(term: str) -> str:
    """`term` as an FTS5 string: any character is literal, several tokens become a phrase."""
    return '"' + term.replace('"', '""') + '"'


def tokens(text: str) -> list[str]:
    """The tokens of `text` as the index cuts them (before stemming), in order."""
    return _TOKEN.findall(text.lower())


def count_matches(connection: Connection, term: str) -> int:
    """How many articles hold a term (a word or a phrase) in any column."""
    row = connection.exec_driver_sql(_COUNT, (quoted(term),)).one()
    return int(row[0])


def matches(
    connection: Connection, terms: Sequence[str], weights: Sequence[float]
) -> list[tuple[int, float]]:
    """The (article id, bm25 score) of every article holding any of `terms`, in no order."""
    ids, scores = scored(connection, terms, weights)
    return list(zip(ids.tolist(), scores.tolist(), strict=True))


def scored(
    connection: Connection, terms: Sequence[str], weights: Sequence[float]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """What `matches` says, as arrays: no row stays in memory, so that many cost little."""
    driver = connection.connection.driver_connection
    assert driver is not None
    rows = driver.execute(_MATCHES, (*weights, _any_of(terms)))
    found = np.fromiter(rows, np.dtype([("id", np.int64), ("score", np.float64)]))
    return found["id"], found["score"]


def changed_articles(connection: Connection, after_revision: int) -> list[tuple[int, int]]:
    """The (id, revision) of every article changed or withdrawn after a revision, by id."""
    rows = connection.exec_driver_sql(_CHANGED, (after_revision,))
    return [(int(row[0]), int(row[1])) for row in rows]


def indexed_texts(connection: Connection, ids: Sequence[int]) -> list[IndexedText]:
    """What the index reads of those of the articles that are not withdrawn, by id."""
    listed = json.dumps(list(ids))
    revisions = {row[0]: row[1] for row in connection.exec_driver_sql(_REVISIONS, (listed,))}
    return [
        IndexedText(row[0], revisions[row[0]], tuple(text or "" for text in row[1:]))
        for row in connection.exec_driver_sql(_TEXTS, (listed,))
    ]


def matched_words(
    connection: Connection, terms: Sequence[str], ids: Sequence[int]
) -> dict[int, list[str]]:
    """The words of each article that `terms` match, in lower case, in order of appearance."""
    found: dict[int, list[str]] = {}
    if not terms:
        return found
    expression = _any_of(terms)
    for article_id in ids:
        row = connection.exec_driver_sql(_MARKED, (expression, article_id)).first()
        marked = _MARK.findall(" ".join(column or "" for column in row)) if row else []
        found[article_id] = list(dict.fromkeys(word.lower() for word in marked))
    return found


def _any_of(terms: Sequence[str]) -> str:
    return " OR ".join(quoted(term) for term in terms)


def check_fulltext(connection: Connection) -> None:
    """Compare the index with the tables; raises sqlalchemy.exc.DatabaseError when they differ."""
    connection.exec_driver_sql(_CHECK)


def rebuild(connection: Connection) -> None:
    """Make the index anew from the tables."""
    connection.exec_driver_sql(_REBUILD)
