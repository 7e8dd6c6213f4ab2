"""Keyword search over one library: by the word index once it is whole, by FTS5 until then.

Both score by the same bm25. A phrase is looked up by FTS5; one that may stand in very many
articles counts as found where all its words stand.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from desktop_app.library import fulltext
from desktop_app.library.index_terms import IndexTerms
from desktop_app.library.library import Library
from desktop_app.progress import Report, silent
from desktop_app.search.keywords import WEIGHTS, Words, rarest
from desktop_app.search.postings import saturated
from desktop_app.search.request import FloatArray, IdArray
from desktop_app.search.word_index import WordIndex, rarity

WORDS_FROM = 20_000  # articles; below, FTS5 answers in less time than the query is encoded
_BY_FTS5 = 50_000  # postings a query: FTS5 scores about a million a second
_BY_INDEX = 10_000_000  # … and the word index a hundred million
_REMEMBERED = 10_000  # terms


class WordSearch:
    """The articles that hold words of a query, with their scores, while the library grows."""

    def __init__(self, library: Library, words_from: int = WORDS_FROM) -> None:
        self._library = library
        self._words_from = words_from
        self._index = WordIndex(library, [int(weight) for weight in WEIGHTS])
        self._cutter = IndexTerms()
        self._revision = -1
        self._known: dict[str, int] = {}

    @property
    def indexed(self) -> bool:
        """Whether the word index answers, and not FTS5."""
        return bool(self._index.parts) and self._index.whole

    def load(self) -> None:
        """Take the word index from its cache; what is missing is left to `build`."""
        self._index.load()

    def sync(self) -> None:
        """See what the library got, changed or lost since the last time."""
        self._index.sync()

    def build(self, report: Report = silent) -> bool:
        """Index the words of a library that is large enough; False when nothing was missing.

        Searches go on meanwhile. On Cancelled what was finished stays, and the next call goes on.
        """
        return self._library.count() >= self._words_from and self._index.build(report)

    def thin(self, words: Words, articles: int) -> Words:
        """Leave out the terms that tell nothing apart among so many articles."""
        budget = _BY_INDEX if self.indexed else _BY_FTS5
        return rarest(words, self.frequencies(words.terms), articles, budget)

    def frequencies(self, terms: Iterable[str]) -> dict[str, int]:
        """In how many articles each term stands, remembered while the library stays the same."""
        revision = self._library.revision()
        if revision != self._revision or len(self._known) > _REMEMBERED:
            self._revision, self._known = revision, {}
        for term in terms:
            if term not in self._known:
                self._known[term] = self._count(term)
        return {term: self._known[term] for term in terms}

    def matches(self, terms: Sequence[str]) -> tuple[IdArray, FloatArray]:
        """Every article holding any of `terms`, by id, and its bm25 score."""
        if not terms:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        if not self.indexed:
            return self._by_fts5(terms)
        cut = {term: self._terms(term) for term in terms}
        scores = self._index.scores([parts[0] for parts in cut.values() if len(parts) == 1])
        for term, parts in cut.items():
            if len(parts) > 1:
                self._add_phrase(scores, term, parts)
        ids = np.flatnonzero(scores != 0)  # of truth values: ten times as fast
        return ids, scores[ids]

    def _terms(self, term: str) -> tuple[str, ...]:
        if len(self._cutter) > _REMEMBERED:
            self._cutter.close()
            self._cutter = IndexTerms()
        return self._cutter.terms_of(term)

    def _count(self, term: str) -> int:
        parts = self._terms(term)
        if not self.indexed or not parts:
            return self._library.words.count(term)
        if len(parts) == 1:
            return self._index.count(parts[0])
        most = len(self._index.holding(parts))
        return self._library.words.count(term) if 0 < most <= _BY_FTS5 else most

    def _add_phrase(self, scores: FloatArray, term: str, parts: Sequence[str]) -> None:
        holding = self._index.holding(parts)
        if 0 < len(holding) <= _BY_FTS5:
            ids, found = self._by_fts5([term])
            inside = ids < len(scores)  # an article that came this very moment
            scores[ids[inside]] += found[inside]
        elif len(holding):
            weight = rarity(self._index.articles, len(holding))
            once = saturated(np.ones(1, np.uint8), np.full(1, 1.2, np.float32))
            scores[holding] += np.float32(weight) * once

    def _by_fts5(self, terms: Sequence[str]) -> tuple[IdArray, FloatArray]:
        with self._library.reading() as connection:
            ids, scores = fulltext.scored(connection, terms, WEIGHTS)
        return ids, scores.astype(np.float32)
