"""Merging two articles by hand, and taking a source out of an article again."""

from collections.abc import Sequence

from sqlalchemy import Connection, Table, update

from desktop_app.errors import UserError
from desktop_app.library import pairs, schema
from desktop_app.library.article_store import ArticleStore
from desktop_app.library.known_records import merged_entry
from desktop_app.library.reader import read_articles
from desktop_app.library.sources import Source, keep_sources, origin_of, sources_of

# What the user hung on an article moves with it; where both have the same thing one is enough.
_USERS = (
    schema.attachment,
    schema.article_tag,
    schema.note,
    schema.collection_article,
    schema.judgement,
)


def merge(connection: Connection, store: ArticleStore, keep: int, other: int) -> None:
    """Make one article of two: `keep` gets the sources and the user's data of `other`."""
    sources = [*_all_sources(connection, keep), *_all_sources(connection, other)]
    store.hide([other])
    store.forget_identity(other)
    keep_sources(connection, other, (), store.now)
    pairs.inherit(connection, other, keep)
    for table in _USERS:
        _move(connection, table, other, keep)
    _rewrite(connection, store, keep, sources)


def split(connection: Connection, store: ArticleStore, article_id: int, source_id: int) -> int:
    """Take one source out of an article; it becomes an article of its own, whose id is returned.

    The two are noted as distinct. The user's data stays with the former article.
    """
    sources = sources_of(connection, article_id)
    taken = [source for source in sources if source.id == source_id]
    if not taken:
        raise UserError("This article has no such source.", "Open it again: it has changed.")
    _rewrite(connection, store, article_id, [s for s in sources if s.id != source_id])
    [new] = store.add([merged_entry([taken[0]])])
    pairs.decide(connection, article_id, new, pairs.DISTINCT, store.now)
    return new


def _all_sources(connection: Connection, article_id: int) -> list[Source]:
    kept = sources_of(connection, article_id)
    if kept:
        return kept
    [(_, article)] = read_articles(connection, [article_id])
    return [Source(0, origin_of(connection, article_id), article)]


def _rewrite(
    connection: Connection, store: ArticleStore, article_id: int, sources: Sequence[Source]
) -> None:
    keep_sources(connection, article_id, sources, store.now)
    store.replace([(article_id, merged_entry(sources))])


def _move(connection: Connection, table: Table, old: int, new: int) -> None:
    statement = update(table).where(table.c.article_id == old).values(article_id=new)
    connection.execute(statement.prefix_with("OR IGNORE"))
