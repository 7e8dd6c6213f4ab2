"""The second stage: the best hits are read once more, word by word.

A late-interaction model scores the best `DEPTH` hits. Then the hits that lead by both stages say
what is looked for: the nearness to their mean vector counts too (Rocchio 1971). The weights and
what else was tried: docs/decisions/second-stage.md.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from desktop_app.progress import Report, silent
from desktop_app.search.request import FloatArray, IdArray, SearchResult

DEPTH = 30  # hits that are read again
WEIGHT = 0.7  # of the model's score beside the first stage's; chosen on NFCorpus dev, like FEEDBACK
FEEDBACK = 0.6  # of the nearness to those that lead
_LEADING = 5  # hits whose vectors say what is looked for, each weighed by exp(score)
READ_AGAIN = "The best {n} hits were read again by {name}."


class PairScorer(Protocol):
    """What the second stage needs of a reranker."""

    @property
    def name(self) -> str: ...
    def score(self, query: str, texts: Sequence[str], report: Report = silent) -> FloatArray: ...


def refine(
    result: SearchResult,
    scorer: PairScorer,
    texts: Callable[[Sequence[int]], Mapping[int, str]],
    vectors: Callable[[IdArray], FloatArray] | None = None,
    report: Report = silent,
) -> SearchResult:
    """The same hits, the best `DEPTH` of them in a better order.

    `vectors` gives the vectors of articles, NaN for those without one; None: no feedback.
    A result without a query, and one that is refined already, comes back unchanged. Raises
    `Cancelled` when `report` does.
    """
    query = result.request.text.strip()
    if not query or len(result) < 2 or result.refined:
        return result
    ids = result.ids[:DEPTH].tolist()
    found = texts(ids)
    relevance = scorer.score(query, [found.get(article_id, "") for article_id in ids], report)
    scores = _standard(result.scores[:DEPTH]) + np.float32(WEIGHT) * _standard(relevance)
    if vectors is not None and result.encoder_id:
        scores += np.float32(FEEDBACK) * _nearness(vectors(result.ids[:DEPTH]), scores)
    order = np.lexsort((np.arange(len(ids)), -scores))
    return _reordered(result, order, scores, READ_AGAIN.format(n=len(ids), name=scorer.name))


def _nearness(vectors: FloatArray, scores: FloatArray) -> FloatArray:
    """How near each hit is to the mean of those that lead, standard; 0 for one without vector."""
    known = np.flatnonzero(np.isfinite(vectors[:, 0]))
    nearness = np.zeros(len(scores), np.float32)
    if len(known):
        leading = known[np.argsort(-scores[known], kind="stable")[:_LEADING]]
        weights = np.exp(scores[leading] - scores[leading[0]])
        nearness[known] = _standard(vectors[known] @ (weights @ vectors[leading]))
    return nearness


def _standard(scores: FloatArray) -> FloatArray:
    """Scores as deviations among the hits read."""
    spread = float(scores.std()) or 1.0
    return np.asarray((scores - scores.mean()) / spread, np.float32)


def _reordered(
    result: SearchResult, order: npt.NDArray[np.intp], scores: FloatArray, note: str
) -> SearchResult:
    """The scores are lifted so that they descend over the whole list."""
    first, rest = len(order), result.scores[len(order) :]
    least = float(rest[0]) if len(rest) else float(result.scores[-1])
    best = scores[order] - scores[order[-1]] + np.float32(least)
    notes = (*result.interpretation.notes, note)
    return replace(
        result,
        ids=np.concatenate([result.ids[order], result.ids[first:]]),
        scores=np.concatenate([best, rest]).astype(np.float32),
        similarities=np.concatenate([result.similarities[order], result.similarities[first:]]),
        interpretation=replace(result.interpretation, notes=notes),
        refined=True,
    )
