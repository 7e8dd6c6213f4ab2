"""Merging two articles by hand, and taking a source out of an article again."""

from collections.abc import Sequence

from sqlalchemy import Connection

from desktop_app.errors import UserError
from desktop_app.library import attachments, belongings, pairs
from desktop_app.library.article_store import ArticleStore
from desktop_app.library.known_records import merged_entry
from desktop_app.library.reader import read_articles
from desktop_app.library.sources import Source, digest, keep_sources, origin_of, sources_of


def merge(connection: Connection, store: ArticleStore, keep: int, other: int) -> None:
    """Make one article of two: `keep` gets the sources and the user's data of `other`."""
    both = [_all_sources(connection, article_id) for article_id in (keep, other)]
    for article_id, own in zip((keep, other), both, strict=True):
        attachments.note_source(connection, article_id, digest(own[0].origin, own[0].record))
    attachments.hand_over(connection, other, keep)
    sources = [source for own in both for source in own]
    store.hide([other])
    store.forget_identity(other)
    keep_sources(connection, other, (), store.now)
    pairs.inherit(connection, other, keep)
    belongings.hand_over(connection, other, keep)
    _rewrite(connection, store, keep, sources)


def split(connection: Connection, store: ArticleStore, article_id: int, source_id: int) -> int:
    """Take one source out of an article; it becomes an article of its own, whose id is returned.

    The files that came with it go with it. The two are noted as distinct. What else the user hung
    on it stays with the former article.
    """
    sources = sources_of(connection, article_id)
    taken = [source for source in sources if source.id == source_id]
    if not taken:
        raise UserError("This article has no such source.", "Open it again: it has changed.")
    _rewrite(connection, store, article_id, [s for s in sources if s.id != source_id])
    [new] = store.add([merged_entry([taken[0]])])
    attachments.hand_over(connection, article_id, new, digest(taken[0].origin, taken[0].record))
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
