"""Merging two articles by hand, undoing that, and taking a source out of an article again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from desktop_app.errors import UserError
from desktop_app.library import attachments, belongings, pairs
from desktop_app.library.article_store import ArticleStore
from desktop_app.library.belongings import Belongings
from desktop_app.library.known_records import merged_entry
from desktop_app.library.reader import read_articles
from desktop_app.library.same_record import Sameness
from desktop_app.library.sources import Source, digest, keep_sources, origin_of, sources_of


@dataclass(frozen=True, slots=True)
class Merger:
    """Two articles that were made one, with all that undoing it needs."""

    kept: int
    gone: int
    sources: tuple[str, ...]  # digests of the records that `gone` was made of
    pairs: tuple[tuple[int, str], ...]  # what other articles were to `gone`: article, verdict
    new_pairs: tuple[int, ...]  # those of them that were nothing to `kept`
    own: Belongings  # what the user had hung on `kept`
    others_own: Belongings  # and on `gone`

    def renamed(self, old: int, new: int) -> "Merger":
        """The same of an article that has got another id."""

        def now(article: int) -> int:
            return new if article == old else article

        return replace(
            self,
            kept=now(self.kept),
            pairs=tuple((now(other), verdict) for other, verdict in self.pairs),
            new_pairs=tuple(map(now, self.new_pairs)),
        )


def merge(connection: Connection, store: ArticleStore, keep: int, other: int) -> Merger:
    """Make one article of two: `keep` gets the sources and the user's data of `other`."""
    had = {partner for partner, _ in pairs.partners(connection, keep)}
    others = [pair for pair in pairs.partners(connection, other) if pair[0] != keep]
    hung, others_hung = (belongings.belongings(connection, i) for i in (keep, other))
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
    return Merger(
        keep,
        other,
        tuple(digest(source.origin, source.record) for source in both[1]),
        tuple(others),
        tuple(partner for partner, _ in others if partner not in had),
        hung,
        others_hung,
    )


def undo(connection: Connection, store: ArticleStore, merger: Merger) -> int:
    """Make two articles of one again; the id of the article that was gone.

    What came to the kept one since then stays there. The two are doubtful again. Raises UserError
    when a record of the one that was gone has been replaced meanwhile.
    """
    wanted = list(merger.sources)
    taken: list[Source] = []
    for source in reversed(sources_of(connection, merger.kept)):  # merging has put them behind
        known = digest(source.origin, source.record)
        if known in wanted:
            wanted.remove(known)
            taken.insert(0, source)
    if wanted:
        raise UserError(
            "A record of this article has been replaced since the two were merged.",
            "Separate its sources in the article itself.",
        )
    new = _take_out(connection, store, merger.kept, taken)
    belongings.give_back(connection, merger.kept, merger.own, new, merger.others_own)
    for other, verdict in merger.pairs:
        pairs.decide(connection, new, other, verdict, store.now)
    for other in merger.new_pairs:
        pairs.forget(connection, merger.kept, other)
    pairs.decide(connection, merger.kept, new, Sameness.DOUBTFUL, store.now)
    return new


def split(connection: Connection, store: ArticleStore, article_id: int, source_id: int) -> int:
    """Take one source out of an article; it becomes an article of its own, whose id is returned.

    The files that came with it go with it. The two are noted as distinct. What else the user hung
    on it stays with the former article.
    """
    sources = sources_of(connection, article_id)
    taken = [source for source in sources if source.id == source_id]
    if not taken:
        raise UserError("This article has no such source.", "Open it again: it has changed.")
    new = _take_out(connection, store, article_id, taken)
    pairs.decide(connection, article_id, new, pairs.DISTINCT, store.now)
    return new


def _take_out(
    connection: Connection, store: ArticleStore, article_id: int, taken: Sequence[Source]
) -> int:
    """Make an article of its own of some sources of another, with the files that came with them."""
    gone = {source.id for source in taken}
    left = [source for source in sources_of(connection, article_id) if source.id not in gone]
    _rewrite(connection, store, article_id, left)
    [new] = store.add([merged_entry(taken)])
    keep_sources(connection, new, taken, store.now)
    for source in taken:
        attachments.hand_over(connection, article_id, new, digest(source.origin, source.record))
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
