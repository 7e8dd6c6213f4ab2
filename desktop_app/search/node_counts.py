"""Articles per MeSH node of a result set of any size, exactly.

Few articles: their lists of nodes are counted. Many: the nodes that one article in a hundred has
are counted as bitmaps, which touches a bit an article, and only the others as lists. More than
half: what is outside is counted, and taken from the totals.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from desktop_app.search.facet_arrays import BoolArray, CodeArray, Lists, counted
from desktop_app.search.request import CountArray

_FEW = 0.05  # share of the rows that are counted by their lists
_COMMON = 0.01  # share of the rows that makes a node's bitmap shorter than its entries
_MANY_ROWS = 50_000  # below, lists are quick enough for everything
_BLOCK = 16  # bitmaps compared at once


@dataclass(frozen=True, slots=True)
class NodeIndex:
    """The lists of nodes of some articles, and the same again for large result sets."""

    nodes: Lists
    common: CodeArray  # nodes that have a bitmap
    bits: npt.NDArray[np.uint64]  # (common, words): the articles that have each
    rare: Lists  # the entries of the other nodes

    @classmethod
    def of(cls, nodes: Lists, size: int) -> "NodeIndex":
        """Make bitmaps for the common ones of `size` nodes."""
        rows = len(nodes.starts) - 1
        words = -(-rows // 64)
        if rows < _MANY_ROWS:
            return cls(nodes, nodes.codes[:0], np.empty((0, words), np.uint64), nodes)
        counts = counted(nodes.codes, size)
        is_common = counts > _COMMON * rows
        common = np.flatnonzero(is_common).astype(np.int32)
        entries = is_common[nodes.codes]
        places = np.zeros(size, np.int32)
        places[common] = np.arange(len(common))
        owners = np.repeat(np.arange(rows, dtype=np.int32), np.diff(nodes.starts))[entries]
        kinds = places[nodes.codes[entries]]
        bits = np.zeros((len(common), words), np.uint64)
        order = np.argsort(kinds, kind="stable")
        bounds = np.searchsorted(kinds[order], np.arange(len(common) + 1))
        for place in range(len(common)):
            chosen = np.zeros(words * 64, np.bool_)
            chosen[owners[order[bounds[place] : bounds[place + 1]]]] = True
            bits[place] = _packed(chosen, words)
        return cls(nodes, common, bits, nodes.only(~entries))

    def count(self, rows: BoolArray, size: int) -> CountArray:
        """How many of the chosen rows have each node."""
        if not len(self.common) or np.count_nonzero(rows) <= _FEW * len(rows):
            return counted(self.nodes.of(rows), size)
        counts = counted(self.rare.of(rows), size)
        mask = _packed(rows, self.bits.shape[1])
        for start in range(0, len(self.common), _BLOCK):
            both = self.bits[start : start + _BLOCK] & mask
            ones = np.bitwise_count(both).sum(axis=1, dtype=np.int64)
            counts[self.common[start : start + _BLOCK]] += ones
        return counts


class NodeCounts:
    """Counts over several segments, with the totals of all living rows."""

    def __init__(self, parts: Sequence[tuple[NodeIndex, BoolArray]], size: int) -> None:
        """`parts`: the nodes of each segment and which of its rows live."""
        self._parts = parts
        self._size = size
        self._rows = sum(int(np.count_nonzero(alive)) for _, alive in parts)
        self.totals = self._counted([alive for _, alive in parts])

    def count(self, chosen: Sequence[BoolArray]) -> CountArray:
        """Articles per node among the chosen (living) rows of each segment."""
        if 2 * sum(int(np.count_nonzero(rows)) for rows in chosen) <= self._rows:
            return self._counted(chosen)
        outside = [alive & ~rows for (_, alive), rows in zip(self._parts, chosen, strict=True)]
        return self.totals - self._counted(outside)

    def _counted(self, chosen: Sequence[BoolArray]) -> CountArray:
        counts = np.zeros(self._size, np.int64)
        for (index, _), rows in zip(self._parts, chosen, strict=True):
            counts += index.count(rows, self._size)
        return counts


def _packed(rows: BoolArray, words: int) -> npt.NDArray[np.uint64]:
    """Rows as bits, the last word filled up with zeros."""
    padded = np.zeros(words * 8, np.uint8)
    packed = np.packbits(rows)
    padded[: min(len(packed), len(padded))] = packed[: len(padded)]
    return padded.view(np.uint64)
