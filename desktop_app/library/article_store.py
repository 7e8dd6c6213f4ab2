"""The rows of articles: added, replaced and hidden, with their full text and their match keys."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, Table, select
from sqlalchemy.dialects import sqlite

from desktop_app.library import fulltext, schema
from desktop_app.library.rows import ARTICLE_COLUMNS, Flat, Row

_DIALECT = sqlite.dialect()
_QUESTION_MARKS = 900  # SQLite's oldest limit of variables a statement is 999


@dataclass(frozen=True, slots=True)
class Entry:
    """An article to be stored: its rows, where it came from, what it may be matched by."""

    flat: Flat
    origin: str
    keys: tuple[str, ...]


def _insert_statement(table: Table, *columns: str) -> str:
    """The INSERT of a table as text: with tuples it is many times faster than with dicts."""
    return str(table.insert().values(dict.fromkeys(columns)).compile(dialect=_DIALECT))


_STAMPS = ("origin", "journal_id", "revised", "content_hash", "text_hash", "revision")
_INSERT_ARTICLE = _insert_statement(schema.article, *ARTICLE_COLUMNS, *_STAMPS, "added_at")
_UPDATE_ARTICLE = str(
    schema.article.update()
    .values(dict.fromkeys((*ARTICLE_COLUMNS, *_STAMPS, "deleted_at")))
    .where(schema.article.c.id == 0)
    .compile(dialect=_DIALECT)
)
_INSERT_PART = {
    table.name: _insert_statement(table, *(column.name for column in table.columns))
    for table in schema.PARTS
}
_DELETE_PART = {
    table.name: str(table.delete().where(table.c.article_id == 0).compile(dialect=_DIALECT))
    for table in schema.PARTS
}
_INSERT_KEY = "INSERT OR IGNORE INTO match_key(key, article_id) VALUES (?, ?)"
_DELETE_KEYS = "DELETE FROM match_key WHERE article_id = ?"


class ArticleStore:
    """Writes rows inside a transaction that its maker opened; `now` is the time it writes."""

    def __init__(self, connection: Connection, revision: int) -> None:
        self._connection = connection
        self._revision = revision
        self.now = datetime.now(UTC).isoformat(timespec="seconds")
        self._journals: dict[Row, int] = {}

    def add(self, entries: Sequence[Entry]) -> range:
        """Store new articles; their ids."""
        first = self._next_id()
        ids = range(first, first + len(entries))
        if entries:
            rows = [(*e.flat.columns, *self._stamps(e), self.now) for e in entries]
            self._connection.exec_driver_sql(_INSERT_ARTICLE, rows)
            self._write_parts(list(zip(ids, entries, strict=True)))
        return ids

    def replace(self, changed: Sequence[tuple[int, Entry]]) -> None:
        """Put other contents in place of articles, each once, which are live afterwards."""
        if not changed:
            return
        ids = [article_id for article_id, _ in changed]
        assert len(ids) == len(set(ids)), "an article is replaced twice at once"
        fulltext.unindex_articles(self._connection, self._live(ids))
        for statement in (*_DELETE_PART.values(), _DELETE_KEYS):
            self._connection.exec_driver_sql(statement, [(i,) for i in ids])
        rows = [(*e.flat.columns, *self._stamps(e), None, i) for i, e in changed]
        self._connection.exec_driver_sql(_UPDATE_ARTICLE, rows)
        self._write_parts(changed)

    def hide(self, ids: Sequence[int]) -> int:
        """Take live articles out of every search; they stay in the tables. How many there were."""
        live = self._live(ids)
        fulltext.unindex_articles(self._connection, live)
        for article_id in live:
            self._connection.execute(
                schema.article.update()
                .where(schema.article.c.id == article_id)
                .values(deleted_at=self.now, revision=self._revision)
            )
        return len(live)

    def forget_identity(self, article_id: int) -> None:
        """Make a hidden article unrecognisable, so that its record is taken for another one's."""
        self._connection.exec_driver_sql(_DELETE_KEYS, (article_id,))
        self._connection.execute(
            schema.article.update()
            .where(schema.article.c.id == article_id)
            .values(pmid=None, pmcid="", doi="", content_hash=None)
        )

    def _write_parts(self, articles: Sequence[tuple[int, Entry]]) -> None:
        rows: dict[str, list[Row]] = {}
        for article_id, entry in articles:
            for name, parts in entry.flat.parts.items():
                rows.setdefault(name, []).extend(
                    (article_id, position, *part) for position, part in enumerate(parts)
                )
        for name, table_rows in rows.items():
            self._connection.exec_driver_sql(_INSERT_PART[name], table_rows)
        keys = [(key, article_id) for article_id, entry in articles for key in entry.keys]
        if keys:
            self._connection.exec_driver_sql(_INSERT_KEY, keys)
        texts = [(article_id, entry.flat) for article_id, entry in articles]
        fulltext.index_articles(self._connection, texts)

    def _stamps(self, entry: Entry) -> Row:
        flat = entry.flat
        journal_id = self._journal_id(flat.journal)
        hashes = (flat.content_hash, flat.text_hash)
        return (entry.origin, journal_id, flat.revised, *hashes, self._revision)

    def _journal_id(self, journal: Row) -> int | None:
        if not any(journal):
            return None
        known = self._journals.get(journal)
        if known is None:
            known = self._journals[journal] = self._find_or_add_journal(journal)
        return known

    def _find_or_add_journal(self, journal: Row) -> int:
        c = schema.journal.c
        values = dict(
            zip(("title", "abbreviation", "issn", "nlm_id", "country"), journal, strict=True)
        )
        conditions = [c[name] == value for name, value in values.items()]
        found = self._connection.execute(select(c.id).where(*conditions)).scalar()
        if found is not None:
            return int(found)
        statement = schema.journal.insert().values(values).returning(c.id)
        return int(self._connection.execute(statement).scalar_one())

    def _next_id(self) -> int:
        """The id that AUTOINCREMENT will give next; safe because this is the only writer."""
        row = self._connection.exec_driver_sql(
            "SELECT seq FROM sqlite_sequence WHERE name = 'article'"
        ).first()
        return (int(row[0]) if row else 0) + 1

    def _live(self, ids: Sequence[int]) -> list[int]:
        """Those of `ids` that are not hidden, and so are in the full-text index."""
        c = schema.article.c
        found: list[int] = []
        for start in range(0, len(ids), _QUESTION_MARKS):
            chunk = ids[start : start + _QUESTION_MARKS]
            query = select(c.id).where(c.id.in_(chunk), c.deleted_at.is_(None))
            found.extend(int(row[0]) for row in self._connection.execute(query))
        return found
