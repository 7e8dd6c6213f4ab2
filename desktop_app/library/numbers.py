"""Counts of a whole library: how many articles have what."""

from dataclasses import dataclass

from sqlalchemy import Connection, Table, func, select

from desktop_app.library import schema


@dataclass(frozen=True, slots=True)
class Numbers:
    """Counts; withdrawn articles are in `withdrawn` only."""

    articles: int
    with_abstract: int
    with_mesh: int
    with_references: int
    withdrawn: int
    first_year: int | None
    last_year: int | None
    embedded: dict[str, int]  # by encoder id


def count_all(connection: Connection) -> Numbers:
    """Count everything in one consistent view."""
    a = schema.article.c
    live = a.deleted_at.is_(None)
    query = select(
        func.count().filter(live),
        func.count().filter(live, a.abstract != ""),
        func.count().filter(~live),
        func.min(a.year).filter(live),
        func.max(a.year).filter(live),
    )
    articles, with_abstract, withdrawn, first, last = connection.execute(query).one()
    return Numbers(
        articles=articles,
        with_abstract=with_abstract,
        with_mesh=_with(connection, schema.heading),
        with_references=_with(connection, schema.reference),
        withdrawn=withdrawn,
        first_year=first,
        last_year=last,
        embedded=_embedded(connection),
    )


def _with(connection: Connection, part: Table) -> int:
    """Live articles that have at least one row in a table of parts."""
    a = schema.article.c
    first = select(part.c.article_id).where(part.c.article_id == a.id).exists()
    query = select(func.count()).select_from(schema.article).where(a.deleted_at.is_(None), first)
    return int(connection.execute(query).scalar_one())


def _embedded(connection: Connection) -> dict[str, int]:
    e, names, a = schema.embedding.c, schema.encoder, schema.article.c
    query = (
        select(names.c.encoder_id, func.count())
        .select_from(schema.embedding)
        .join(names, names.c.id == e.encoder_id)
        .join(schema.article, a.id == e.article_id)
        .where(a.deleted_at.is_(None), a.text_hash == e.text_hash)
        .group_by(names.c.encoder_id)
    )
    return {str(row[0]): int(row[1]) for row in connection.execute(query)}
