"""One ranking of several: how keyword, semantic and MeSH scores of an article are joined.

Both are measured in standard deviations over the whole library, so that a query whose cosines all
lie close together weighs as much as one whose cosines spread. Compared with reciprocal-rank fusion
and min-max means in docs/decisions/fusion.md.
"""

from dataclasses import dataclass

import numpy as np

from desktop_app.search.request import FloatArray, IdArray

KEYWORD_WEIGHT = 0.15  # of the keyword score beside the semantic one; chosen on NFCorpus dev


@dataclass(frozen=True, slots=True)
class Scale:
    """Mean and standard deviation of a score over all articles of the library."""

    mean: float
    deviation: float

    @classmethod
    def of(cls, count: int, total: float, squares: float) -> "Scale":
        """From the number of articles and the sums of their scores and squared scores."""
        if not count:
            return cls(0.0, 1.0)
        mean = total / count
        deviation = max(squares / count - mean * mean, 0.0) ** 0.5
        return cls(mean, deviation or 1.0)

    def standard(self, scores: FloatArray) -> FloatArray:
        """Scores as deviations from the mean; unknown ones (NaN) count as the mean."""
        standard = (scores - np.float32(self.mean)) / np.float32(self.deviation)
        return np.asarray(np.nan_to_num(standard, nan=0.0), np.float32)


def join(
    similarities: FloatArray, similarity: Scale, keyword_scores: FloatArray, keyword: Scale
) -> FloatArray:
    """The joint score of articles from their cosines and bm25 scores (parallel arrays)."""
    joint: FloatArray = similarity.standard(similarities) + np.float32(
        KEYWORD_WEIGHT
    ) * keyword.standard(keyword_scores)
    return joint


def placed(ids: IdArray, known_ids: IdArray, scores: FloatArray) -> FloatArray:
    """The scores of `ids` where `known_ids` has them, 0 elsewhere."""
    result = np.zeros(len(ids), np.float32)
    _, here, there = np.intersect1d(ids, known_ids, assume_unique=True, return_indices=True)
    result[here] = scores[there]
    return result
