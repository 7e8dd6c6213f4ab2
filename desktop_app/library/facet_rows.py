"""What facets count of articles: narrow reads of many articles, a few thousand at a time."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

_CHANGED = "SELECT id FROM article WHERE revision > ? ORDER BY id"
_ARTICLES = """
    SELECT article.id, coalesce(article.year, 0),
      coalesce(nullif(journal.abbreviation, ''), journal.title, ''), article.languages
    FROM article LEFT JOIN journal ON journal.id = article.journal_id
    WHERE article.deleted_at IS NULL AND article.id IN (SELECT value FROM json_each(?))
    ORDER BY article.id
"""
_HEADINGS = """
    SELECT article_id, position, ui, name, major, source FROM heading
    WHERE article_id IN (SELECT value FROM json_each(?)) ORDER BY article_id, position
"""
_MAJOR = (
    "SELECT DISTINCT article_id, heading FROM qualifier WHERE major"
    " AND article_id IN (SELECT value FROM json_each(?))"
)
_TYPES = """
    SELECT article_id, name FROM publication_type
    WHERE article_id IN (SELECT value FROM json_each(?)) ORDER BY article_id, position
"""
_AUTHORS = """
    SELECT article_id, coalesce(nullif(collective, ''), trim(last || ' ' || initials))
    FROM author
    WHERE article_id IN (SELECT value FROM json_each(?)) ORDER BY article_id, position
"""
_COLLECTIONS = "SELECT collection_id, article_id FROM collection_article"
_PARENTS = "SELECT id, parent_id FROM collection"


@dataclass(frozen=True, slots=True)
class HeadingRow:
    """One heading of an article; `major` when it or one of its qualifiers is a major topic."""

    article_id: int
    ui: str
    name: str
    major: bool
    source: str


@dataclass(frozen=True, slots=True)
class FacetRows:
    """The living ones of some articles, by id; a pair is (article id, value)."""

    articles: list[tuple[int, int, str, str]]  # id, year (0 unknown), journal, languages
    headings: list[HeadingRow]
    types: list[tuple[int, str]]
    authors: list[tuple[int, str]]  # "Smith JA", or a group's name


def changed_ids(connection: Connection, after_revision: int) -> list[int]:
    """The articles added, changed or withdrawn after a library revision, by id."""
    return [int(row[0]) for row in connection.exec_driver_sql(_CHANGED, (after_revision,))]


def read_facets(connection: Connection, ids: Sequence[int]) -> FacetRows:
    """What the facets count of those of the articles that are not withdrawn."""
    listed = (json.dumps(list(ids)),)
    articles = [tuple(row) for row in connection.exec_driver_sql(_ARTICLES, listed)]
    living = {row[0] for row in articles}
    by_qualifier = {tuple(row) for row in connection.exec_driver_sql(_MAJOR, listed)}
    return FacetRows(
        articles,
        [
            HeadingRow(i, ui, name, bool(major) or (i, position) in by_qualifier, source)
            for i, position, ui, name, major, source in connection.exec_driver_sql(
                _HEADINGS, listed
            )
            if i in living
        ],
        [tuple(r) for r in connection.exec_driver_sql(_TYPES, listed) if r[0] in living],
        [tuple(r) for r in connection.exec_driver_sql(_AUTHORS, listed) if r[0] in living],
    )


def collections(connection: Connection) -> dict[int, set[int]]:
    """The articles in each collection, those in the collections below it included."""
    parents = {row[0]: row[1] for row in connection.exec_driver_sql(_PARENTS)}
    found: dict[int, set[int]] = {collection: set() for collection in parents}
    for collection, article in connection.exec_driver_sql(_COLLECTIONS):
        above: int | None = collection
        while above is not None:
            found[above].add(article)
            above = parents.get(above)
    return found
