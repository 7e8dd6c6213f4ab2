"""Articles that are one, or versions of one another: merging, parting, decisions about pairs."""

from typing import TYPE_CHECKING

from desktop_app.library import merge_articles, pairs
from desktop_app.library.merge_articles import Merger
from desktop_app.library.sources import Source, sources_of

if TYPE_CHECKING:
    from desktop_app.library.library import Library


class Duplicates:
    """The doubtful pairs of a library and the decisions about them, each of which can be undone."""

    def __init__(self, library: "Library") -> None:
        self._library = library

    def merge(self, keep: int, other: int) -> Merger:
        """Make one article of two; every source is kept, and `undo` takes it back."""
        with self._library.changing() as (connection, store):
            return merge_articles.merge(connection, store, keep, other)

    def undo(self, merger: Merger) -> int:
        """Make two articles of one again; the new id of the one that was gone. UserError if not."""
        with self._library.changing() as (connection, store):
            return merge_articles.undo(connection, store, merger)

    def split(self, article_id: int, source_id: int) -> int:
        """Take a source out of an article again; the id of the article that it becomes."""
        with self._library.changing() as (connection, store):
            return merge_articles.split(connection, store, article_id, source_id)

    def sources(self, article_id: int) -> list[Source]:
        """What each source says of an article; empty while it has just one."""
        with self._library.reading() as connection:
            return sources_of(connection, article_id)

    def pairs(self, verdict: str) -> list[tuple[int, int]]:
        """Pairs of articles that are doubtful, version (preprint and article) or distinct."""
        with self._library.reading() as connection:
            return pairs.pairs_of(connection, verdict)

    def decide(self, first: int, second: int, verdict: str) -> None:
        """Say what two articles are to each other; it is not asked again."""
        with self._library.writing() as connection:
            pairs.decide(connection, first, second, verdict)
