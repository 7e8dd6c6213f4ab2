"""In how many articles of a set each code stands (MeSH nodes, authors, years …), exactly.

Few articles: their lists of codes are counted. Many: codes that one article in a hundred has are
counted as bitmaps, which touches a bit an article, the others by the list of their articles. More
than half of all: what is outside is counted, and taken from the totals.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from desktop_app.search import cache
from desktop_app.search.facet_arrays import BoolArray, CodeArray, Lists, counted
from desktop_app.search.request import CountArray, IdArray

MANY_ROWS = 50_000  # below, lists are quick enough for everything
_FEW = 0.045  # share of the rows that are counted by their lists
_COMMON = 0.01  # share of the rows that makes a code's bitmap shorter than its articles
_BLOCK = 16  # bitmaps compared at once: they stay in the processor's cache
_TAKEN = 1 << 16  # articles looked up at once, for the same reason
_WORTH_A_THREAD = 1 << 20  # articles to look up, a millisecond's work
_CHUNK = 1 << 16  # rows turned round at once; whole words of bits

Bits = npt.NDArray[np.uint64]
_T = TypeVar("_T", bound=np.generic)


@dataclass(frozen=True, slots=True)
class CodeIndex:
    """The codes of some articles both ways: by article, and by code as a bitmap or as a list."""

    lists: Lists
    common: CodeArray  # codes that have a bitmap
    bits: Bits  # (common, words): the rows that have each
    spans: IdArray  # rows of any other code c: holders[spans[c]:spans[c + 1]]
    holders: npt.NDArray[np.int32]

    @classmethod
    def of(cls, lists: Lists, size: int) -> "CodeIndex":
        """Turn the lists round for codes below `size`, unless there are few rows."""
        rows = len(lists.starts) - 1
        words = -(-rows // 64)
        none = np.empty(0, np.int32)
        if rows < MANY_ROWS:
            spans = np.zeros(1, np.int64)
            return cls(lists, none, np.empty((0, words), np.uint64), spans, none)
        counts = counted(lists.codes, size)
        is_common = counts > _COMMON * rows
        common = np.flatnonzero(is_common).astype(np.int32)
        places = np.full(size, -1, np.int32)
        places[common] = np.arange(len(common))
        bits = np.zeros((len(common), words), np.uint64)
        others = [_turned(lists, start, places, bits) for start in range(0, rows, _CHUNK)]
        codes = np.concatenate([chunk[0] for chunk in others])
        holders = np.concatenate([chunk[1] for chunk in others])
        spans = np.concatenate([[0], np.cumsum(np.where(is_common, 0, counts))])
        return cls(lists, common, bits, spans, holders[np.argsort(codes, kind="stable")])

    @property
    def turned(self) -> bool:
        """Whether there is more than the lists."""
        return len(self.spans) > 1

    def count(self, rows: BoolArray, size: int) -> CountArray:
        """How many of the chosen rows have each code below `size`."""
        if not self.turned or np.count_nonzero(rows) <= _FEW * len(rows):
            return counted(self.lists.of(rows), size)
        counts = np.zeros(size, np.int64)
        if len(self.holders) < _WORTH_A_THREAD:
            self._add_listed(counts, rows)
            self._add_common(counts, rows)
            return counts
        with ThreadPoolExecutor(1, thread_name_prefix="facets") as other:
            listed = other.submit(self._add_listed, counts, rows)
            self._add_common(counts, rows)  # other codes; numpy computes in both at once
            listed.result()
        return counts

    def _add_common(self, counts: CountArray, rows: BoolArray) -> None:
        mask = _packed(rows, self.bits.shape[1])
        ones = np.ones(self.bits.shape[1], np.float32)
        for start in range(0, len(self.common), _BLOCK):
            both = np.bitwise_count(self.bits[start : start + _BLOCK] & mask)
            # float32 adds whole numbers exactly up to 2**24, faster than integers are added
            counts[self.common[start : start + _BLOCK]] = both.astype(np.float32) @ ones

    def _add_listed(self, counts: CountArray, rows: BoolArray) -> None:
        lengths = np.diff(self.spans)
        some = np.flatnonzero(lengths)
        if len(some):
            kind = np.uint16 if int(lengths.max()) < 1 << 16 else np.uint32
            chosen = taken(rows.view(np.uint8), self.holders)
            counts[some] += np.add.reduceat(chosen, self.spans[some], dtype=kind)

    def holding(self, codes: Sequence[int]) -> BoolArray:
        """Which rows have one of some codes."""
        if not self.turned:
            return self.lists.holding(codes)
        found = np.zeros(len(self.lists.starts) - 1, np.bool_)
        for code in codes:
            if code + 1 < len(self.spans):
                found[self.holders[self.spans[code] : self.spans[code + 1]]] = True
        places = np.flatnonzero(np.isin(self.common, np.asarray(codes, np.int64)))
        if len(places):
            joined = np.bitwise_or.reduce(self.bits[places], axis=0)
            found |= np.unpackbits(joined.view(np.uint8))[: len(found)].view(np.bool_)
        return found

    def arrays(self) -> dict[str, cache.Array]:
        """What `read` needs beside the lists; nothing when they are not turned round."""
        if not self.turned:
            return {}
        return {name: getattr(self, name) for name in ("common", "bits", "spans", "holders")}

    @classmethod
    def read(cls, lists: Lists, arrays: Mapping[str, cache.Array]) -> "CodeIndex":
        """The index of what `arrays` gave. KeyError when something is missing."""
        return cls(lists, arrays["common"], arrays["bits"], arrays["spans"], arrays["holders"])


class CodeCounts:
    """Counts over several segments, with the totals of all living rows."""

    def __init__(self, parts: Sequence[tuple[CodeIndex, BoolArray]], size: int) -> None:
        """`parts`: the codes of each segment and which of its rows live."""
        self._parts = parts
        self._size = size
        self._rows = sum(int(np.count_nonzero(alive)) for _, alive in parts)
        self.totals = self._counted([alive for _, alive in parts])

    def count(self, chosen: Sequence[BoolArray]) -> CountArray:
        """Articles per code among the chosen (living) rows of each segment."""
        if 2 * sum(int(np.count_nonzero(rows)) for rows in chosen) <= self._rows:
            return self._counted(chosen)
        outside = [alive & ~rows for (_, alive), rows in zip(self._parts, chosen, strict=True)]
        return self.totals - self._counted(outside)

    def _counted(self, chosen: Sequence[BoolArray]) -> CountArray:
        counts = np.zeros(self._size, np.int64)
        for (index, _), rows in zip(self._parts, chosen, strict=True):
            counts += index.count(rows, self._size)
        return counts


def _turned(
    lists: Lists, start: int, places: npt.NDArray[np.int32], bits: Bits
) -> tuple[CodeArray, npt.NDArray[np.int32]]:
    """Enter a chunk of rows in the bitmaps; the codes and rows of what has none."""
    starts = lists.starts[start : start + _CHUNK + 1]
    rows = len(starts) - 1
    codes = lists.codes[int(starts[0]) : int(starts[-1])]
    owners = np.repeat(np.arange(rows, dtype=np.int32), np.diff(starts))
    place = places[codes]
    has_bitmap = place >= 0
    chosen = np.zeros((len(bits), -(-rows // 64) * 64), np.bool_)
    chosen[place[has_bitmap], owners[has_bitmap]] = True
    first = start // 64
    bits[:, first : first + chosen.shape[1] // 64] = np.packbits(chosen, axis=1).view(np.uint64)
    return codes[~has_bitmap], owners[~has_bitmap] + np.int32(start)


def taken(values: npt.NDArray[_T], places: CodeArray) -> npt.NDArray[_T]:
    """values[places], by blocks: numpy makes indices wide first."""
    result = np.empty(len(places), values.dtype)
    for start in range(0, len(places), _TAKEN):
        part = places[start : start + _TAKEN]
        np.take(values, part, out=result[start : start + _TAKEN], mode="clip")
    return result


def _packed(rows: BoolArray, words: int) -> Bits:
    """Rows as bits, the last word filled up with zeros."""
    padded = np.zeros(words * 8, np.uint8)
    packed = np.packbits(rows)
    padded[: min(len(packed), len(padded))] = packed[: len(padded)]
    return padded.view(np.uint64)
