"""Lists of codes for many articles in two flat arrays, and segments of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from desktop_app.search.request import IdArray

BoolArray = npt.NDArray[np.bool_]
CodeArray = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Lists:
    """A list of codes for each article: those of article i are codes[starts[i]:starts[i + 1]]."""

    starts: IdArray
    codes: CodeArray

    def of(self, rows: BoolArray) -> CodeArray:
        """The codes of the chosen rows, one after the other."""
        lengths = np.diff(self.starts)
        if np.count_nonzero(rows) * 4 > len(rows):
            return self.codes[np.repeat(rows, lengths)]
        chosen = np.flatnonzero(rows)
        counts = lengths[chosen]
        ends = np.cumsum(counts)
        offsets = np.repeat(self.starts[chosen] - (ends - counts), counts)
        return self.codes[offsets + np.arange(int(ends[-1]) if len(ends) else 0)]

    def holding(self, code: int) -> BoolArray:
        """Which articles have a code."""
        places = np.flatnonzero(self.codes == code)
        rows = np.zeros(len(self.starts) - 1, np.bool_)
        rows[np.searchsorted(self.starts, places, side="right") - 1] = True
        return rows


@dataclass(frozen=True, slots=True)
class Segment:
    """Some articles' facet values; years are 0 and journals -1 where unknown."""

    ids: IdArray
    years: npt.NDArray[np.int16]
    journals: CodeArray
    types: Lists
    nodes: Lists


def lists_from(rows: Sequence[CodeArray]) -> Lists:
    """One list of codes a row."""
    starts = np.zeros(len(rows) + 1, np.int64)
    np.cumsum([len(row) for row in rows], out=starts[1:])
    return Lists(starts, np.concatenate(rows) if rows else np.empty(0, np.int32))


def joined(parts: Sequence[tuple[Lists, BoolArray]]) -> Lists:
    """The live rows of several lists, one after the other."""
    lengths = np.concatenate([np.diff(lists.starts)[alive] for lists, alive in parts])
    starts = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=starts[1:])
    return Lists(starts, np.concatenate([lists.of(alive) for lists, alive in parts]))
