"""The signatures of stored articles, by a narrow read: an import compares many of them."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from desktop_app.library import schema
from desktop_app.library.same_record import Signature, signature
from desktop_app.records import Article, Author, Journal, PartialDate, PublicationType

_CHUNK = 500


def stored_signatures(connection: Connection, ids: Sequence[int]) -> dict[int, Signature]:
    """The signature of each article, as `same_record.signature` makes it of the whole one."""
    found: dict[int, Signature] = {}
    for start in range(0, len(ids), _CHUNK):
        found.update(_signatures(connection, ids[start : start + _CHUNK]))
    return found


def _signatures(connection: Connection, ids: Sequence[int]) -> dict[int, Signature]:
    a, j = schema.article.c, schema.journal.c
    columns = (a.id, a.title, a.vernacular_title, a.pmid, a.pmcid, a.doi, a.year, a.volume, a.issue)
    query = (
        select(*columns, a.pages, j.title, j.abbreviation)
        .outerjoin_from(schema.article, schema.journal, a.journal_id == j.id)
        .where(a.id.in_(ids))
    )
    authors, kinds = _first_authors(connection, ids), _kinds(connection, ids)
    found = {}
    for row in connection.execute(query):
        article_id, title, vernacular, pmid, pmcid, doi, year, volume, issue, pages = row[:10]
        found[int(article_id)] = signature(
            Article(
                title=title,
                vernacular_title=vernacular,
                pmid=pmid,
                pmcid=pmcid,
                doi=doi,
                authors=authors.get(article_id, ()),
                journal=Journal(row[10] or "", row[11] or ""),
                date=PartialDate(year) if year is not None else None,
                volume=volume,
                issue=issue,
                pages=pages,
                publication_types=tuple(kinds.get(article_id, ())),
            )
        )
    return found


def _first_authors(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[Author, ...]]:
    c = schema.author.c
    query = select(c.article_id, c.last, c.collective).where(c.article_id.in_(ids), c.position == 0)
    rows = connection.execute(query)
    return {row[0]: (Author(last=row[1], collective=row[2]),) for row in rows}


def _kinds(connection: Connection, ids: Sequence[int]) -> dict[int, list[PublicationType]]:
    c = schema.publication_type.c
    found: dict[int, list[PublicationType]] = {}
    query = select(c.article_id, c.name).where(c.article_id.in_(ids))
    for article_id, name in connection.execute(query):
        found.setdefault(article_id, []).append(PublicationType(name))
    return found
