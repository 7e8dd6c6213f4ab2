"""The words of the articles, as a library answers for them (the index itself: `fulltext`)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from desktop_app.library import fulltext

if TYPE_CHECKING:
    from desktop_app.library.library import Library


class ArticleWords:
    """The words of one library, exposed as `Library.words`."""

    def __init__(self, library: "Library") -> None:
        self._library = library

    def count(self, term: str) -> int:
        """How many articles hold a word or phrase."""
        with self._library.reading() as connection:
            return fulltext.count_matches(connection, term)

    def matches(self, terms: Sequence[str], weights: Sequence[float]) -> list[tuple[int, float]]:
        """The (article id, bm25 score) of every article holding any of `terms`, in no order."""
        with self._library.reading() as connection:
            return fulltext.matches(connection, terms, weights)

    def matched(self, terms: Sequence[str], ids: Sequence[int]) -> dict[int, list[str]]:
        """The words of each article that `terms` match, as they stand there, lower case."""
        with self._library.reading() as connection:
            return fulltext.matched_words(connection, terms, ids)
