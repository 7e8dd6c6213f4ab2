"""What lists show of articles, and what facets count: narrow reads of many articles."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from desktop_app.library import schema

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


@dataclass(frozen=True, slots=True)
class FacetArticle:
    """What the facets count of one article; `headings` are (UI, name) of its descriptors."""

    id: int
    year: int | None
    journal: str
    publication_types: tuple[str, ...]
    headings: tuple[tuple[str, str], ...]
    live: bool


def summaries(connection: Connection, ids: Sequence[int]) -> dict[int, Summary]:
    """The summaries of articles by id; ids that are not there are left out."""
    a, j = schema.article.c, schema.journal.c
    query = (
        select(a.id, a.pmid, a.title, a.vernacular_title, j.abbreviation, j.title, a.year)
        .outerjoin_from(schema.article, schema.journal, a.journal_id == j.id)
        .where(a.id.in_(ids))
    )
    authors = _authors(connection, ids)
    return {
        row[0]: Summary(
            row[0],
            row[1],
            row[2] or row[3] or "Untitled",
            authors.get(row[0], ""),
            row[4] or row[5] or "",
            row[6],
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


def _shortened(names: Sequence[str]) -> str:
    if len(names) <= _AUTHORS_SHOWN:
        return ", ".join(names)
    return ", ".join([*names[: _AUTHORS_SHOWN - 1], "… " + names[-1]])


_CHANGED = (
    "SELECT article.id, article.year,"
    " coalesce(nullif(journal.abbreviation, ''), journal.title, ''),"
    " article.deleted_at IS NULL FROM article LEFT JOIN journal ON journal.id = article.journal_id"
    " WHERE article.revision > ? ORDER BY article.id"
)
_HEADINGS = (
    "SELECT article_id, ui, name FROM heading"
    " WHERE article_id IN (SELECT id FROM article WHERE revision > ?) ORDER BY article_id, position"
)
_TYPES = (
    "SELECT article_id, name FROM publication_type"
    " WHERE article_id IN (SELECT id FROM article WHERE revision > ?) ORDER BY article_id, position"
)


def facet_articles(connection: Connection, after_revision: int) -> list[FacetArticle]:
    """Every article that was added, changed or withdrawn after a library revision, by id."""
    headings: dict[int, list[tuple[str, str]]] = {}
    for article_id, ui, name in connection.exec_driver_sql(_HEADINGS, (after_revision,)):
        headings.setdefault(article_id, []).append((ui, name))
    types: dict[int, list[str]] = {}
    for article_id, name in connection.exec_driver_sql(_TYPES, (after_revision,)):
        types.setdefault(article_id, []).append(name)
    return [
        FacetArticle(
            row[0],
            row[1],
            row[2],
            tuple(types.get(row[0], ())),
            tuple(headings.get(row[0], ())),
            bool(row[3]),
        )
        for row in connection.exec_driver_sql(_CHANGED, (after_revision,))
    ]
