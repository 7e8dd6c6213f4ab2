"""The second stage: the best hits are read once more, each together with the query.

A cross-encoder scores the best `DEPTH` hits; its score, weighed, is added to that of the first
stage. The weight and what else was tried: docs/decisions/second-stage.md.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from desktop_app.progress import Report, silent
from desktop_app.search.request import FloatArray, Mode, SearchResult

DEPTH = 30  # hits that are read again
WEIGHT = 0.15  # of a cross-encoder's logit beside standard scores; chosen on NFCorpus dev
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
    report: Report = silent,
) -> SearchResult:
    """The same hits, the best `DEPTH` of them in a better order.

    A result without a query, and one that is refined already, comes back unchanged. Raises
    `Cancelled` when `report` does.
    """
    query = result.request.text.strip()
    if not query or len(result) < 2 or result.refined:
        return result
    ids = result.ids[:DEPTH].tolist()
    found = texts(ids)
    relevance = scorer.score(query, [found.get(article_id, "") for article_id in ids], report)
    scores = _first_scores(result) + np.float32(WEIGHT) * relevance
    order = np.lexsort((np.arange(len(ids)), -scores))
    return _reordered(result, order, scores, READ_AGAIN.format(n=len(ids), name=scorer.name))


def _first_scores(result: SearchResult) -> FloatArray:
    """The first stage's scores; of one signal alone, as deviations among the hits read."""
    first = result.scores[:DEPTH].astype(np.float32)
    if result.request.mode is Mode.HYBRID and result.encoder_id:
        return first
    spread = float(first.std()) or 1.0
    return np.asarray((first - first.mean()) / spread, np.float32)


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
