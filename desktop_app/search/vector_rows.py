"""The vectors of a library as rows, never changed but replaced: what a search holds stays whole.

`base` is memory-mapped and lies in the order of its clusters; `tail` is what came since.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from desktop_app.progress import Report
from desktop_app.search import clusters
from desktop_app.search.request import FloatArray, IdArray

BoolArray = npt.NDArray[np.bool_]
RowArray = npt.NDArray[np.intp]

_GATHER_SHARE = 0.2  # below this share of rows, gathering them beats scanning them all
_ARRANGED = 8_192  # rows arranged and written at once: 12 MB at 384 dimensions
_GAP = 64  # rows between two that are still read in one go
_SHORT = 32  # rows a run; with shorter ones, gathering is quicker than many small products
_BLOCK = 2_048  # rows gathered at once: they stay in the processor's cache


@dataclass(frozen=True, slots=True)
class Rows:
    """`ids`, `alive` are parallel to base and tail together; cluster c is rows starts[c:c + 2]."""

    ids: IdArray
    alive: BoolArray
    base: FloatArray
    tail: FloatArray
    centres: FloatArray
    starts: IdArray

    @classmethod
    def none(cls, dimension: int) -> "Rows":
        """No rows of some dimension."""
        empty = np.empty((0, dimension), np.float32)
        ids = np.empty(0, np.int64)
        return cls(ids, np.empty(0, np.bool_), empty, empty, empty, np.zeros(1, np.int64))

    @classmethod
    def read(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> "Rows | None":
        """The rows of a verified cache; None when its arrays do not fit each other."""
        if arrays.keys() != {"vectors", "ids", "centres", "starts"}:
            return None
        base, ids, starts = arrays["vectors"], np.array(arrays["ids"]), np.array(arrays["starts"])
        fits = len(base) == len(ids) and len(starts) == len(arrays["centres"]) + 1
        if not fits or (len(starts) > 1 and starts[-1] != len(ids)):
            return None
        alive = np.ones(len(ids), np.bool_)
        return cls(ids, alive, base, base[:0], np.array(arrays["centres"]), starts)

    @property
    def clustered(self) -> bool:
        """Whether the base lies in clusters."""
        return len(self.centres) > 0

    def nearest_first(self, query: FloatArray, usable: BoolArray, enough: int) -> RowArray:
        """The usable rows of the clusters nearest to the query until `enough`, then of the tail."""
        order = np.argsort(-(self.centres @ query), kind="stable")
        split = len(self.base)
        before = np.concatenate([[0], np.cumsum(usable[:split])])[self.starts]
        filled = np.cumsum(np.diff(before)[order])
        chosen = np.sort(order[: int(np.searchsorted(filled, enough)) + 1])
        spans = [np.arange(self.starts[c], self.starts[c + 1]) for c in chosen]
        rows = np.concatenate([*spans, np.arange(split, len(self.ids))])
        return np.asarray(rows[usable[rows]], np.intp)

    def scan(self, query: FloatArray) -> FloatArray:
        """The cosine of every row to the query."""
        return np.concatenate([self.base @ query, self.tail @ query])

    def dot(self, rows: RowArray, query: FloatArray) -> FloatArray:
        """The cosines of ascending rows to the query; rows that lie together are read in place."""
        if len(rows) > _GATHER_SHARE * len(self.ids) or not len(rows):
            return self.scan(query)[rows]
        result = np.empty(len(rows), np.float32)
        for start, stop in _runs(rows, len(self.base)):
            part = rows[start:stop]
            first, last = int(part[0]), int(part[-1])
            if last < len(self.base) and len(part) > _GATHER_SHARE * (last + 1 - first):
                result[start:stop] = (self.base[first : last + 1] @ query)[part - first]
            else:
                result[start:stop] = self.take(part) @ query
        return result

    def take(self, rows: RowArray) -> FloatArray:
        """A copy of some rows, in any order."""
        split = len(self.base)
        in_base = rows < split
        if in_base.all():
            return np.asarray(self.base[rows], np.float32)
        result = np.empty((len(rows), self.base.shape[1]), np.float32)
        result[in_base] = self.base[rows[in_base]]
        result[~in_base] = self.tail[rows[~in_base] - split]
        return result

    def blocks(self, order: RowArray) -> Iterator[FloatArray]:
        """Some rows in some order, never all at once."""
        for start in range(0, len(order), _ARRANGED):
            yield self.take(order[start : start + _ARRANGED])

    def codes(self, live: RowArray, centres: FloatArray, report: Report) -> clusters.CodeArray:
        """The cluster of each living row: known for the base unless the centres are new."""
        codes = np.zeros(len(live), np.int32)
        if not len(centres):
            return codes
        unknown = np.arange(len(live))
        if centres is self.centres:
            in_base = live < len(self.base)
            codes[in_base] = np.searchsorted(self.starts, live[in_base], side="right") - 1
            unknown = unknown[~in_base]
        for start in range(0, len(unknown), _ARRANGED):
            report(start, len(unknown))
            places = unknown[start : start + _ARRANGED]
            codes[places] = clusters.assign(self.take(live[places]), centres)
        return codes

    def with_tail(self, ids: IdArray, vectors: FloatArray, dead: IdArray) -> "Rows":
        """The rows after some articles' became dead and others came."""
        alive = self.alive & ~np.isin(self.ids, dead) if len(dead) else self.alive
        return Rows(
            np.concatenate([self.ids, ids]),
            np.concatenate([alive, np.ones(len(ids), np.bool_)]),
            self.base,
            np.concatenate([self.tail, vectors]) if len(self.tail) else vectors,
            self.centres,
            self.starts,
        )


def within(allowed: BoolArray, ids: IdArray) -> BoolArray:
    """Which of `ids` are allowed; ids past the end of `allowed` are not."""
    if int(ids.max(initial=0)) < len(allowed):
        return np.take(allowed, ids)
    inside = ids < len(allowed)
    result = np.zeros(len(ids), np.bool_)
    result[inside] = allowed[ids[inside]]
    return result


def both(first: BoolArray | None, second: BoolArray | None) -> BoolArray | None:
    """What two masks by article id both allow; None allows all."""
    if first is None or second is None:
        return second if first is None else first
    size = min(len(first), len(second))
    return first[:size] & second[:size]


def _runs(rows: RowArray, split: int) -> Iterator[tuple[int, int]]:
    """Spans of rows that lie together, when they are long; else spans of equal length."""
    breaks = np.flatnonzero(np.diff(rows) > _GAP) + 1
    breaks = np.union1d(breaks, np.searchsorted(rows, [split]))
    if len(breaks) * _SHORT > len(rows):
        breaks = np.arange(0, len(rows), _BLOCK)
    edges = [0, *breaks.tolist(), len(rows)]
    return ((a, b) for a, b in pairwise(edges) if a < b)
