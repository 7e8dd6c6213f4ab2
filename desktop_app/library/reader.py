"""Reading articles back, one or many, as frozen records."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, Table, func, select

from desktop_app.library import schema
from desktop_app.library.rows import Row, restore
from desktop_app.records import Article

_CHUNK = 500
_JOURNAL = (
    schema.journal.c.title,
    schema.journal.c.abbreviation,
    schema.journal.c.issn,
    schema.journal.c.nlm_id,
    schema.journal.c.country,
)


def read_articles(connection: Connection, ids: Sequence[int]) -> Iterator[tuple[int, Article]]:
    """Yield (id, article) in the order of `ids`, leaving out ids that are not there."""
    for start in range(0, len(ids), _CHUNK):
        yield from _read_chunk(connection, ids[start : start + _CHUNK])


def live_ids(connection: Connection) -> list[int]:
    """The ids of all articles that are not withdrawn, ascending."""
    c = schema.article.c
    query = select(c.id).where(c.deleted_at.is_(None)).order_by(c.id)
    return [int(row[0]) for row in connection.execute(query)]


def find_pmid(connection: Connection, pmid: int) -> int | None:
    """The id of the article with a PMID."""
    c = schema.article.c
    found = connection.execute(select(c.id).where(c.pmid == pmid)).scalar()
    return None if found is None else int(found)


def _read_chunk(connection: Connection, ids: Sequence[int]) -> Iterator[tuple[int, Article]]:
    a = schema.article
    query = (
        select(a, *(column.label(f"journal_{column.name}") for column in _JOURNAL))
        .outerjoin(schema.journal, a.c.journal_id == schema.journal.c.id)
        .where(a.c.id.in_(ids))
    )
    found = {row["id"]: row for row in connection.execute(query).mappings()}
    parts: dict[int, dict[str, list[Row]]] = {article_id: {} for article_id in found}
    for table in schema.PARTS:
        for row in _part_rows(connection, table, list(found)):
            parts[row[0]].setdefault(table.name, []).append(tuple(row[2:]))
    for article_id in ids:
        if article_id in found:
            columns = found[article_id]
            journal = tuple(columns[f"journal_{column.name}"] for column in _JOURNAL)
            named = journal if columns["journal_id"] is not None else None
            yield article_id, restore(dict(columns), named, parts[article_id])


def _part_rows(connection: Connection, table: Table, ids: Sequence[int]) -> Iterator[Row]:
    query = (
        select(table)
        .where(table.c.article_id.in_(ids))
        .order_by(table.c.article_id, table.c.position)
    )
    return iter(tuple(row) for row in connection.execute(query))


def count_live(connection: Connection) -> int:
    """How many articles there are, the withdrawn ones not counted."""
    query = (
        select(func.count())
        .select_from(schema.article)
        .where(schema.article.c.deleted_at.is_(None))
    )
    return int(connection.execute(query).scalar_one())
