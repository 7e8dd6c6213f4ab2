"""Paired bootstrap: how sure a difference between two encoders is.

Questions are drawn again and again, with their answers by both encoders (paired). Questions made of
one article are drawn together, as a cluster: they are not independent of each other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_RESAMPLES = 10_000
_BLOCK = 500  # resamples at a time: 500 x 2,000 clusters are 8 MB

Difference = tuple[str, float]  # cluster, value after minus value before


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean difference and its 95 % interval."""

    mean: float
    low: float
    high: float


def paired_bootstrap(
    groups: Sequence[Sequence[Difference]], seed: int = 0, resamples: int = _RESAMPLES
) -> Interval:
    """The mean over `groups` of the mean difference in each, with its percentile interval.

    Each group counts the same, however many questions it has. Raises ValueError when a group is
    empty.
    """
    if not groups or not all(groups):
        raise ValueError("every group needs a question")
    names = sorted({cluster for group in groups for cluster, _ in group})
    rows = {name: row for row, name in enumerate(names)}
    sums, counts = _by_cluster(groups, rows)
    chance = np.random.default_rng(seed)
    means = np.concatenate(
        [
            _resampled(sums, counts, chance, min(_BLOCK, resamples - start))
            for start in range(0, resamples, _BLOCK)
        ]
    )
    low, high = np.percentile(means, [2.5, 97.5])
    return Interval(float((sums.sum(1) / counts.sum(1)).mean()), float(low), float(high))


def _by_cluster(
    groups: Sequence[Sequence[Difference]], rows: Mapping[str, int]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Sum of differences and number of questions, both (groups, clusters)."""
    sums = np.zeros((len(groups), len(rows)))
    counts = np.zeros((len(groups), len(rows)))
    for number, group in enumerate(groups):
        for cluster, value in group:
            sums[number, rows[cluster]] += value
            counts[number, rows[cluster]] += 1
    return sums, counts


def _resampled(
    sums: npt.NDArray[np.float64],
    counts: npt.NDArray[np.float64],
    chance: np.random.Generator,
    resamples: int,
) -> npt.NDArray[np.float64]:
    clusters = sums.shape[1]
    drawn = chance.multinomial(clusters, np.full(clusters, 1 / clusters), size=resamples)
    totals = drawn @ counts.T
    # a draw without a single question of a group says nothing of it: no difference
    means = np.divide(drawn @ sums.T, totals, out=np.zeros_like(totals), where=totals > 0)
    return np.asarray(means.mean(axis=1))
