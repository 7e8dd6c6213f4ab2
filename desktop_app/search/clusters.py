"""Clusters of vectors: which rows a search has to look at in a library too large to scan.

Rows lie in the order of their cluster, and a search scans the clusters nearest to the query
(an inverted file; Sivic and Zisserman 2003, Jégou et al. 2011). Compared with HNSW graphs in
docs/decisions/scale.md.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from desktop_app.progress import Report, silent
from desktop_app.search.request import FloatArray

CodeArray = npt.NDArray[np.int32]

_PER_CLUSTER = 40  # vectors that decide where a centre lies
_ROUNDS = 8  # after these hardly a vector changes its cluster
_BLOCK = 8_192  # rows compared with all centres at once: 64 MB at 2,000 clusters


def count_for(rows: int) -> int:
    """How many clusters suit a number of rows: 2,000 for a million."""
    return max(1, 2 * int(rows**0.5))


def train(
    take: Callable[[npt.NDArray[np.intp]], FloatArray],
    rows: npt.NDArray[np.intp],
    report: Report = silent,
) -> FloatArray:
    """Centres (n, dimension) for rows that `take` copies, by spherical k-means on a sample."""
    count = count_for(len(rows))
    chance = np.random.default_rng(1)
    wanted = min(len(rows), count * _PER_CLUSTER)
    sample = take(np.sort(chance.choice(rows, wanted, replace=False)))
    centres = sample[chance.choice(len(sample), count, replace=False)]
    for round_ in range(_ROUNDS):
        report(round_, _ROUNDS)
        codes = assign(sample, centres)
        order = np.argsort(codes, kind="stable")
        firsts = np.searchsorted(codes[order], np.arange(count))
        filled = np.bincount(codes, minlength=count) > 0
        sums = sample[chance.choice(len(sample), count)]  # an empty cluster starts anew
        sums[filled] = np.add.reduceat(sample[order], firsts[filled], axis=0)
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        centres = np.asarray(sums / np.maximum(lengths, 1e-12), np.float32)
    return centres


def assign(vectors: FloatArray, centres: FloatArray) -> CodeArray:
    """The nearest centre of each vector."""
    codes = np.empty(len(vectors), np.int32)
    for start in range(0, len(vectors), _BLOCK):
        block = vectors[start : start + _BLOCK] @ centres.T
        codes[start : start + _BLOCK] = block.argmax(axis=1)
    return codes
