"""Writing articles into a library: what is new, what changed, what was withdrawn."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, Table, select
from sqlalchemy.dialects import sqlite

from desktop_app.library import fulltext, schema
from desktop_app.library.reader import read_articles
from desktop_app.library.rows import ARTICLE_COLUMNS, Flat, Row, flatten
from desktop_app.records import Article, Deletion

_DIALECT = sqlite.dialect()
_QUESTION_MARKS = 900  # SQLite's oldest limit of variables a statement is 999


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the articles of one batch."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.added + other.added,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
            self.deleted + other.deleted,
        )


def write_entries(
    connection: Connection, revision: int, entries: Sequence[Article | Deletion]
) -> Counts:
    """Write articles and deletions in their order, inside the caller's transaction."""
    writer = ArticleWriter(connection, revision)
    total = Counts()
    for batch in _batches(entries):
        articles = [entry for entry in batch if isinstance(entry, Article)]
        pmids = [entry.pmid for entry in batch if isinstance(entry, Deletion)]
        total += writer.withdraw(pmids) if pmids else writer.write(articles)
    return total


@dataclass(frozen=True, slots=True)
class _Stored:
    """What the library already has of a record."""

    id: int
    revised: str
    deleted: bool


def _insert_statement(table: Table, *columns: str) -> str:
    """The INSERT of a table as text: with tuples it is many times faster than with dicts."""
    return str(table.insert().values(dict.fromkeys(columns)).compile(dialect=_DIALECT))


_STAMPS = ("journal_id", "revised", "content_hash", "text_hash", "revision")
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


class ArticleWriter:
    """Writes batches of articles inside a transaction that its maker opened.

    A record is the same when its PMID is (else its DOI, else everything it says). A newer version
    replaces what the source said before; an older one (by the source's own date of revision) is
    left out. What the user added is never touched.
    """

    def __init__(self, connection: Connection, revision: int) -> None:
        self._connection = connection
        self._revision = revision
        self._now = datetime.now(UTC).isoformat(timespec="seconds")
        self._journals: dict[Row, int] = {}

    def write(self, articles: Sequence[Article]) -> Counts:
        """Store articles, of which no two are the same record."""
        flats = [flatten(article) for article in articles]
        stored = self._stored(flats)
        versions = self._versions([known.id for known in stored if known])
        fresh: list[Flat] = []
        changed: list[tuple[int, Flat]] = []
        for article, flat, known in zip(articles, flats, stored, strict=True):
            if known is None:
                fresh.append(flat)
            elif known.deleted or (flat.revised >= known.revised and article != versions[known.id]):
                changed.append((known.id, flat))
        self._add(fresh)
        self._replace(changed)
        return Counts(len(fresh), len(changed), len(flats) - len(fresh) - len(changed))

    def withdraw(self, pmids: Sequence[int]) -> Counts:
        """Hide records that PubMed deleted; they stay in the tables with the user's notes."""
        ids = [known.id for known in self._by("pmid", pmids).values() if not known.deleted]
        fulltext.unindex_articles(self._connection, ids)
        for article_id in ids:
            self._connection.execute(
                schema.article.update()
                .where(schema.article.c.id == article_id)
                .values(deleted_at=self._now, revision=self._revision)
            )
        return Counts(deleted=len(ids))

    def _stored(self, flats: Sequence[Flat]) -> list[_Stored | None]:
        """What is already there of each article, in the same order."""
        pmids = self._by("pmid", [f.columns[0] for f in flats if f.columns[0]])
        without = [f for f in flats if not f.columns[0]]
        dois = self._by("doi", [f.columns[2] for f in without if f.columns[2]])
        same = self._by("content_hash", [f.content_hash for f in without if f.content_hash])
        found: list[_Stored | None] = []
        for flat in flats:
            if flat.columns[0]:
                found.append(pmids.get(flat.columns[0]))
            elif flat.columns[2]:
                found.append(dois.get(flat.columns[2]))
            else:
                found.append(same.get(flat.content_hash))
        return found

    def _by(self, column: str, values: Sequence[object]) -> dict[object, _Stored]:
        c = schema.article.c
        found: dict[object, _Stored] = {}
        for start in range(0, len(values), _QUESTION_MARKS):
            chunk = values[start : start + _QUESTION_MARKS]
            query = select(c[column], c.id, c.revised, c.deleted_at)
            for row in self._connection.execute(query.where(c[column].in_(chunk))):
                found[row[0]] = _Stored(row[1], row[2], row[3] is not None)
        return found

    def _versions(self, ids: Sequence[int]) -> dict[int, Article]:
        """What the library has of records that come again, to see whether anything changed."""
        return dict(read_articles(self._connection, ids))

    def _add(self, flats: Sequence[Flat]) -> None:
        if not flats:
            return
        first = self._next_id()
        self._connection.exec_driver_sql(
            _INSERT_ARTICLE, [(*f.columns, *self._stamps(f), self._now) for f in flats]
        )
        ids = range(first, first + len(flats))
        self._write_parts(list(zip(ids, flats, strict=True)))

    def _replace(self, changed: Sequence[tuple[int, Flat]]) -> None:
        if not changed:
            return
        ids = [article_id for article_id, _ in changed]
        live = set(self._indexed(ids))
        fulltext.unindex_articles(self._connection, [i for i in ids if i in live])
        for statement in _DELETE_PART.values():
            self._connection.exec_driver_sql(statement, [(i,) for i in ids])
        self._connection.exec_driver_sql(
            _UPDATE_ARTICLE,
            [(*f.columns, *self._stamps(f), None, i) for i, f in changed],
        )
        self._write_parts(changed)

    def _write_parts(self, articles: Sequence[tuple[int, Flat]]) -> None:
        rows: dict[str, list[Row]] = {}
        for article_id, flat in articles:
            for name, parts in flat.parts.items():
                rows.setdefault(name, []).extend(
                    (article_id, position, *part) for position, part in enumerate(parts)
                )
        for name, table_rows in rows.items():
            self._connection.exec_driver_sql(_INSERT_PART[name], table_rows)
        fulltext.index_articles(self._connection, articles)

    def _stamps(self, flat: Flat) -> Row:
        journal_id = self._journal_id(flat.journal)
        return (journal_id, flat.revised, flat.content_hash, flat.text_hash, self._revision)

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

    def _indexed(self, ids: Sequence[int]) -> list[int]:
        """Those of `ids` that are in the full-text index (withdrawn articles are not)."""
        c = schema.article.c
        found: list[int] = []
        for start in range(0, len(ids), _QUESTION_MARKS):
            chunk = ids[start : start + _QUESTION_MARKS]
            query = select(c.id).where(c.id.in_(chunk), c.deleted_at.is_(None))
            found.extend(int(row[0]) for row in self._connection.execute(query))
        return found


def _batches(entries: Sequence[Article | Deletion]) -> Iterator[Sequence[Article | Deletion]]:
    """Cut where a record comes again or additions turn into deletions, keeping the order."""
    batch: list[Article | Deletion] = []
    seen: set[object] = set()
    for entry in entries:
        key = _identity(entry)
        if batch and (key in seen or type(entry) is not type(batch[0])):
            yield batch
            batch, seen = [], set()
        batch.append(entry)
        seen.add(key)
    if batch:
        yield batch


def _identity(entry: Article | Deletion) -> object:
    if isinstance(entry, Deletion):
        return ("deletion", entry.pmid)
    return entry.pmid or entry.doi or entry
