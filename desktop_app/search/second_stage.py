"""The second stage: the best hits are read once more, word by word.

A late-interaction model scores the best `DEPTH` hits. Then those of them that lead by both stages
say what is looked for: how near a hit is to their mean, by its vector and by its words, counts too,
for the best `COMPARED`. The weights and what else was tried: docs/decisions/second-stage.md.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from desktop_app.progress import Report, silent
from desktop_app.search import feedback
from desktop_app.search.request import FloatArray, IdArray, SearchResult

DEPTH = 30  # hits that are read again
COMPARED = 200  # hits that are compared with those that lead
WEIGHT = 0.7  # of the model's score beside the first stage's; all three chosen on NFCorpus dev
MEANING, WORDS = 0.8, 0.8  # of the nearness to those that lead, by vectors and by words
READ_AGAIN = (
    "The best {n} hits were read again by {name}; the best {m} were compared with those that led."
)


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
    """The same hits, the best `COMPARED` of them in a better order.

    `vectors` gives the vectors of articles, NaN for those without one; None: words alone are
    compared. A result without a query, and one that is refined already, comes back unchanged.
    `report` is called with hits read and hits to read; raises `Cancelled` when it does.
    """
    query = result.request.text.strip()
    if not query or len(result) < 2 or result.refined:
        return result
    ids = result.ids[:COMPARED]
    found = texts(ids.tolist())
    said = [found.get(article_id, "") for article_id in ids.tolist()]
    scores = feedback.standard(result.scores[:COMPARED], among=DEPTH)
    relevance = scorer.score(query, said[:DEPTH], report)
    scores[:DEPTH] += np.float32(WEIGHT) * feedback.standard(relevance)
    read = scores[:DEPTH].copy()
    scores += np.float32(WORDS) * feedback.nearness(feedback.word_rows(said), read)
    if vectors is not None and result.encoder_id:
        scores += np.float32(MEANING) * feedback.nearness(vectors(ids), read)
    order = np.lexsort((np.arange(len(ids)), -scores))
    note = READ_AGAIN.format(n=len(read), m=len(ids), name=scorer.name)
    return _reordered(result, order, scores, note)


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
