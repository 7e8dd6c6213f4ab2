"""Which articles are hits of a query, and in what order.

A hit is an article whose similarity to the query reaches the encoder's relevance floor, or whose
keyword score reaches a share of the best one, or, where the query is made of MeSH terms, whose
headings meet them all. With `everything` the floors are left out; each signal then brings its best
`CANDIDATES`.
"""

from dataclasses import dataclass

import numpy as np

from desktop_app.search.fusion import Scale, join, placed
from desktop_app.search.mesh_signal import OWN_FLOOR, MeshScores
from desktop_app.search.request import FloatArray, IdArray, Mode
from desktop_app.search.vector_index import BoolArray, VectorIndex, top, within
from desktop_app.search.word_search import WordSearch

CANDIDATES = 1_000  # articles that each signal may bring
KEYWORD_FLOOR = 0.4  # share of the best keyword score
MESH_BESIDE_WORDS = 3.0  # without vectors: what headings count more (docs/decisions/mesh-signal.md)


@dataclass(frozen=True, slots=True)
class Ranking:
    """Hits, best first; similarities are NaN where an article has no vector."""

    ids: IdArray
    scores: FloatArray
    similarities: FloatArray


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for: terms for the keyword search, a vector (dimension,) for the semantic."""

    mode: Mode
    terms: tuple[str, ...]
    vector: FloatArray | None
    similarity_floor: float
    everything: bool
    mesh: MeshScores | None = None  # the third signal, of a hybrid search
    mesh_weight: float = 0.0
    mesh_brings: bool = False  # headings alone make a hit: the words of the query are MeSH terms


@dataclass(frozen=True, slots=True)
class _Worded:
    """Articles that hold words of the query, in no order, and the scale of their scores."""

    ids: IdArray
    scores: FloatArray
    scale: Scale

    def best(self, allowed: BoolArray | None, floor: float) -> tuple[IdArray, FloatArray]:
        """The best allowed ones whose score reaches the share `floor` of the best one."""
        ids, scores = self.ids, self.scores
        if allowed is not None:
            inside = within(allowed, ids)
            ids, scores = ids[inside], scores[inside]
        ids, scores = top(ids, scores, CANDIDATES)
        strong = scores >= floor * scores.max(initial=0.0)
        return ids[strong], scores[strong]


class Ranker:
    """One query over one library; may rank several sets of allowed articles."""

    def __init__(
        self, words: WordSearch, articles: int, vectors: VectorIndex | None, query: Query
    ) -> None:
        """`articles`: how many the library has; SQLite takes 60 ms to count 100,000."""
        self._query = query
        self._vectors = vectors if query.vector is not None else None
        by_words = query.mode is not Mode.SEMANTIC or self._vectors is None
        self._said = _matches(words, articles, query.terms if by_words else ())
        self._floor = 0.0 if query.everything else KEYWORD_FLOOR

    def rank(self, allowed: BoolArray | None) -> Ranking:
        """Rank the allowed articles (by id; None allows all)."""
        said, scores = self._said.best(allowed, self._floor)
        vector = self._query.vector
        if self._vectors is None or vector is None:
            return self._without_vectors(said, scores, allowed)
        meant, similarities = self._meant(self._vectors, vector, allowed)
        if self._query.mode is Mode.SEMANTIC:
            return Ranking(meant, similarities, similarities)
        ids = np.union1d(np.union1d(meant, said), self._headed(allowed))
        similarities = self._vectors.similarities(vector, ids)
        keyword_scores = placed(ids, said, scores)
        scale = self._vectors.scale(vector)
        joint = join(similarities, scale, keyword_scores, self._said.scale)
        if self._query.mesh is not None:
            joint += np.float32(self._query.mesh_weight) * self._query.mesh.standard(ids)
        order = np.lexsort((ids, -joint))
        return Ranking(ids[order], joint[order], similarities[order])

    def _without_vectors(
        self, said: IdArray, scores: FloatArray, allowed: BoolArray | None
    ) -> Ranking:
        """By words, and in a hybrid search by headings too."""
        if self._query.mesh is None:
            return Ranking(said, scores, np.full(len(said), np.nan, np.float32))
        ids = np.union1d(said, self._headed(allowed))
        joint = self._said.scale.standard(placed(ids, said, scores))
        joint += np.float32(
            MESH_BESIDE_WORDS * self._query.mesh_weight
        ) * self._query.mesh.standard(ids)
        order = np.lexsort((ids, -joint))
        return Ranking(ids[order], joint[order], np.full(len(ids), np.nan, np.float32))

    def _headed(self, allowed: BoolArray | None) -> IdArray:
        """The articles that the headings alone bring."""
        query = self._query
        if query.mesh is None or not (query.everything or query.mesh_brings):
            return np.empty(0, np.int64)
        return query.mesh.best(CANDIDATES, allowed, 0.0 if query.everything else OWN_FLOOR)

    def _meant(
        self, vectors: VectorIndex, vector: FloatArray, allowed: BoolArray | None
    ) -> tuple[IdArray, FloatArray]:
        ids, similarities = vectors.nearest(vector, CANDIDATES, allowed)
        if self._query.everything:
            return ids, similarities
        near = similarities >= self._query.similarity_floor
        return ids[near], similarities[near]


def _matches(words: WordSearch, articles: int, terms: tuple[str, ...]) -> _Worded:
    ids, scores = words.matches(terms)
    squares = float(np.dot(scores, scores))
    return _Worded(ids, scores, Scale.of(articles, float(scores.sum()), squares))
