"""The full text of kept files, and its FTS5 index.

A text belongs to a file's content and not to an article: it is kept once, and whichever article the
file is attached to has it. So attaching, merging and undoing never move a text.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from desktop_app.library import schema
from desktop_app.library.fulltext import quoted

if TYPE_CHECKING:
    from desktop_app.library.library import Library

_INDEX = "INSERT INTO full_text_fts(rowid, text) VALUES (?, ?)"
_UNINDEX = "INSERT INTO full_text_fts(full_text_fts, rowid, text) VALUES ('delete', ?, ?)"
_CHECK = "INSERT INTO full_text_fts(full_text_fts, rank) VALUES ('integrity-check', 1)"
_REBUILD = "INSERT INTO full_text_fts(full_text_fts) VALUES ('rebuild')"
# FTS5 gives bm25 only where it stands beside MATCH, without grouping.
_MATCHES = """
    WITH found AS MATERIALIZED (
      SELECT rowid AS id, -bm25(full_text_fts) AS score
      FROM full_text_fts WHERE full_text_fts MATCH ?)
    SELECT a.article_id, max(found.score) FROM found
    JOIN full_text t ON t.id = found.id
    JOIN attachment a ON a.sha256 = t.sha256
    JOIN article r ON r.id = a.article_id
    WHERE r.deleted_at IS NULL GROUP BY a.article_id
"""
_SNIPPET = """
    SELECT snippet(full_text_fts, 0, ?, ?, ' … ', 32) FROM full_text_fts
    WHERE full_text_fts MATCH ? AND rowid IN (
      SELECT t.id FROM full_text t JOIN attachment a ON a.sha256 = t.sha256 WHERE a.article_id = ?)
    ORDER BY bm25(full_text_fts) LIMIT 1
"""


class FullTexts:
    """The texts of an open library."""

    def __init__(self, library: "Library") -> None:
        self._library = library

    def matches(self, terms: Sequence[str]) -> list[tuple[int, float]]:
        """The (article id, bm25 score) of every article whose full text holds any of `terms`.

        A term is a word or a phrase, every character literal. In no order; the score of an article
        with several files is its best.
        """
        if not terms:
            return []
        with self._library.reading() as connection:
            rows = connection.exec_driver_sql(_MATCHES, (_any_of(terms),))
            return [(int(row[0]), float(row[1])) for row in rows]

    def text(self, article_id: int) -> str:
        """The texts of an article's files in the order they came, "" when there is none.

        Pages are divided by a form feed, files by two.
        """
        t, a = schema.full_text, schema.attachment
        query = (
            select(t.c.text)
            .join(a, a.c.sha256 == t.c.sha256)
            .where(a.c.article_id == article_id)
            .order_by(a.c.id)
        )
        with self._library.reading() as connection:
            return "\f\f".join(str(row[0]) for row in connection.execute(query))

    def snippet(
        self, article_id: int, terms: Sequence[str], marks: tuple[str, str] = ("", "")
    ) -> str:
        """Some 30 words of an article's full text around `terms`, which stand between `marks`.

        "" when none of them is in it.
        """
        if not terms:
            return ""
        with self._library.reading() as connection:
            values = (*marks, _any_of(terms), article_id)
            found = connection.exec_driver_sql(_SNIPPET, values).scalar()
        return " ".join(str(found or "").split())


def store(connection: Connection, sha256: str, text: str) -> None:
    """Keep and index the text of a file, unless that is done or there is none."""
    table = schema.full_text
    known = connection.execute(select(table.c.id).where(table.c.sha256 == sha256)).first()
    if known is not None or not text.strip():
        return
    statement = table.insert().values(sha256=sha256, text=text).returning(table.c.id)
    row = int(connection.execute(statement).scalar_one())
    connection.exec_driver_sql(_INDEX, (row, text))


def drop_unattached(connection: Connection, sha256: str) -> None:
    """Forget the text of a file that is attached to nothing any more."""
    t, a = schema.full_text, schema.attachment
    attached = select(a.c.id).where(a.c.sha256 == t.c.sha256).exists()
    query = select(t.c.id, t.c.text).where(t.c.sha256 == sha256, ~attached)
    for row in connection.execute(query).all():
        connection.exec_driver_sql(_UNINDEX, (row.id, row.text))
        connection.execute(t.delete().where(t.c.id == row.id))


def check(connection: Connection) -> None:
    """Compare the index with the texts; raises sqlalchemy.exc.DatabaseError when they differ."""
    connection.exec_driver_sql(_CHECK)


def rebuild(connection: Connection) -> None:
    """Make the index anew from the texts."""
    connection.exec_driver_sql(_REBUILD)


def _any_of(terms: Sequence[str]) -> str:
    return " OR ".join(quoted(term) for term in terms)
