"""Which articles are hits of a query, and in what order.

A hit is an article whose similarity to the query reaches the encoder's relevance floor, or whose
keyword score reaches a share of the best one. With `everything` the floors are left out; each
signal then brings its best `CANDIDATES`.
"""

from dataclasses import dataclass

import numpy as np

from desktop_app.library.library import Library
from desktop_app.search.fusion import Scale, join, placed
from desktop_app.search.keywords import WEIGHTS
from desktop_app.search.request import FloatArray, IdArray, Mode
from desktop_app.search.vector_index import BoolArray, VectorIndex, top, within

CANDIDATES = 1_000  # articles that each signal may bring
KEYWORD_FLOOR = 0.4  # share of the best keyword score


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


@dataclass(frozen=True, slots=True)
class _Worded:
    """Articles found by words, best first, and the scale of their scores."""

    ids: IdArray
    scores: FloatArray
    scale: Scale


def rank(
    library: Library, vectors: VectorIndex | None, query: Query, allowed: BoolArray | None
) -> Ranking:
    """Rank the allowed articles (by id; None allows all)."""
    if vectors is None or query.vector is None:
        said = _by_words(library, query, allowed)
        return Ranking(said.ids, said.scores, np.full(len(said.ids), np.nan, np.float32))
    ids, similarities = _by_meaning(vectors, query, allowed)
    if query.mode is Mode.SEMANTIC:
        return Ranking(ids, similarities, similarities)
    said = _by_words(library, query, allowed)
    ids = np.union1d(ids, said.ids)
    similarities = vectors.similarities(query.vector, ids)
    keyword_scores = placed(ids, said.ids, said.scores)
    scores = join(similarities, vectors.scale(query.vector), keyword_scores, said.scale)
    order = np.lexsort((ids, -scores))
    return Ranking(ids[order], scores[order], similarities[order])


def _by_meaning(
    vectors: VectorIndex, query: Query, allowed: BoolArray | None
) -> tuple[IdArray, FloatArray]:
    assert query.vector is not None
    ids, similarities = vectors.nearest(query.vector, CANDIDATES, allowed)
    if query.everything:
        return ids, similarities
    near = similarities >= query.similarity_floor
    return ids[near], similarities[near]


def _by_words(library: Library, query: Query, allowed: BoolArray | None) -> _Worded:
    """The best articles by words; the scale is of the whole library, whatever is allowed."""
    if not query.terms:
        return _Worded(np.empty(0, np.int64), np.empty(0, np.float32), Scale(0.0, 1.0))
    rows = library.matches(query.terms, WEIGHTS)
    ids = np.fromiter((row[0] for row in rows), np.int64, len(rows))
    scores = np.fromiter((row[1] for row in rows), np.float32, len(rows))
    squares = float(np.dot(scores, scores))
    scale = Scale.of(library.count(), float(scores.sum()), squares)
    if allowed is not None:
        inside = within(allowed, ids)
        ids, scores = ids[inside], scores[inside]
    ids, scores = top(ids, scores, CANDIDATES)
    if not query.everything:
        strong = scores >= KEYWORD_FLOOR * scores.max(initial=0.0)
        ids, scores = ids[strong], scores[strong]
    return _Worded(ids, scores, scale)
