"""What lists show of articles: narrow reads of many articles."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select, union

from desktop_app.library import schema
from desktop_app.records import RETRACTED, RETRACTION

_AUTHORS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Summary:
    """One line of a result list."""

    id: int
    pmid: int | None
    title: str
    authors: str  # "Smith J, Jones K, … Last Z"
    journal: str
    year: int | None
    retracted: bool = False


def summaries(connection: Connection, ids: Sequence[int]) -> dict[int, Summary]:
    """The summaries of articles by id; ids that are not there are left out."""
    a, j = schema.article.c, schema.journal.c
    query = (
        select(a.id, a.pmid, a.title, a.vernacular_title, j.abbreviation, j.title, a.year)
        .outerjoin_from(schema.article, schema.journal, a.journal_id == j.id)
        .where(a.id.in_(ids))
    )
    authors = _authors(connection, ids)
    retracted = _retracted(connection, ids)
    return {
        row[0]: Summary(
            row[0],
            row[1],
            row[2] or row[3] or "Untitled",
            authors.get(row[0], ""),
            row[4] or row[5] or "",
            row[6],
            row[0] in retracted,
        )
        for row in connection.execute(query)
    }


def headings(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[tuple[str, str], ...]]:
    """The (UI, name) of the MeSH headings of articles, by id."""
    c = schema.heading.c
    query = (
        select(c.article_id, c.ui, c.name)
        .where(c.article_id.in_(ids))
        .order_by(c.article_id, c.position)
    )
    found: dict[int, list[tuple[str, str]]] = {}
    for article_id, ui, name in connection.execute(query):
        found.setdefault(article_id, []).append((ui, name))
    return {article_id: tuple(listed) for article_id, listed in found.items()}


def _authors(connection: Connection, ids: Sequence[int]) -> dict[int, str]:
    c = schema.author.c
    query = (
        select(c.article_id, c.last, c.initials, c.collective)
        .where(c.article_id.in_(ids))
        .order_by(c.article_id, c.position)
    )
    names: dict[int, list[str]] = {}
    for article_id, last, initials, collective in connection.execute(query):
        names.setdefault(article_id, []).append(collective or f"{last} {initials}".strip())
    return {article_id: _shortened(listed) for article_id, listed in names.items()}


def _retracted(connection: Connection, ids: Sequence[int]) -> set[int]:
    r, p = schema.relation.c, schema.publication_type.c
    query = union(
        select(r.article_id).where(r.article_id.in_(ids), r.kind == RETRACTION),
        select(p.article_id).where(p.article_id.in_(ids), p.name == RETRACTED),
    )
    return set(connection.execute(query).scalars())


def _shortened(names: Sequence[str]) -> str:
    if len(names) <= _AUTHORS_SHOWN:
        return ", ".join(names)
    return ", ".join([*names[: _AUTHORS_SHOWN - 1], "… " + names[-1]])
