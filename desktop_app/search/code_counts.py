"""In how many articles of a set each code stands (MeSH nodes, authors, years …), exactly.

Few articles: their lists of codes are counted. Many: codes that one article in a hundred has are
counted as bitmaps, which touches a bit an article, the others by the list of their articles. Codes
that the very same articles have (a heading's several places in the tree) are counted once. More
than half of all: what is outside is counted, and taken from the totals.
"""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from desktop_app.search import cache
from desktop_app.search.facet_arrays import BoolArray, CodeArray, Lists, counted
from desktop_app.search.request import CountArray, IdArray

MANY_ROWS = 50_000  # below, lists are quick enough for everything
_ROW, _CODE = 40.0, 4.5  # ns that a list costs, and each code in it …
_WORD, _HOLDER = 0.8, 1.2  # … and what 64 rows of a bitmap do, and an article of a code's list
_COMMON = 0.01  # share of the rows that makes a code's bitmap shorter than its articles
_BLOCK = 16  # bitmaps compared at once: they stay in the processor's cache
_TAKEN = 1 << 16  # articles looked up at once, for the same reason
_WORTH_A_THREAD = 1 << 20  # articles to look up, a millisecond's work
_CHUNK = 1 << 16  # rows turned round at once; whole words of bits

_SAVED = ("same", "common", "bits", "spans", "holders")
Bits = npt.NDArray[np.uint64]
_T = TypeVar("_T", bound=np.generic)


@dataclass(frozen=True, slots=True)
class CodeIndex:
    """The codes of some articles both ways: by article, and by code as a bitmap or as a list."""

    lists: Lists
    same: npt.NDArray[np.int32]  # of each code the first one that the very same rows have
    common: CodeArray  # codes that have a bitmap; of equal ones the first
    bits: Bits  # (common, words): the rows that have each
    spans: IdArray  # rows of any other (first) code c: holders[spans[c]:spans[c + 1]]
    holders: npt.NDArray[np.int32]

    @classmethod
    def of(cls, lists: Lists, size: int) -> "CodeIndex":
        """Turn the lists round for codes below `size`, unless there are few rows."""
        rows = len(lists.starts) - 1
        words = -(-rows // 64)
        none = np.empty(0, np.int32)
        if rows < MANY_ROWS:
            spans = np.zeros(1, np.int64)
            return cls(lists, none, none, np.empty((0, words), np.uint64), spans, none)
        counts = counted(lists.codes, size)
        is_common = counts > _COMMON * rows
        common = np.flatnonzero(is_common).astype(np.int32)
        places = np.full(size, -1, np.int32)
        places[common] = np.arange(len(common))
        bits = np.zeros((len(common), words), np.uint64)
        others = [_turned(lists, start, places, bits) for start in range(0, rows, _CHUNK)]
        codes = np.concatenate([chunk[0] for chunk in others])
        holders = np.concatenate([chunk[1] for chunk in others])
        holders = holders[np.argsort(codes, kind="stable")]
        spans = np.concatenate([[0], np.cumsum(np.where(is_common, 0, counts))])
        return cls(lists, np.arange(size, dtype=np.int32), common, bits, spans, holders)._once()

    def _once(self) -> "CodeIndex":
        """The same with one bitmap or list for all codes that the very same rows have."""
        lengths = np.diff(self.spans)
        bounds = self.spans.tolist()
        listed = (
            (c, self.holders[bounds[c] : bounds[c + 1]]) for c in lengths.nonzero()[0].tolist()
        )
        same = self.same.copy()
        _point_to_first(same, zip(self.common.tolist(), self.bits, strict=True))
        _point_to_first(same, listed)
        first = same == self.same
        kept = first[self.common]
        spans = np.concatenate([[0], np.cumsum(np.where(first, lengths, 0))])
        holders = self.holders[np.repeat(first, lengths)]
        return CodeIndex(self.lists, same, self.common[kept], self.bits[kept], spans, holders)

    @property
    def turned(self) -> bool:
        """Whether there is more than the lists."""
        return len(self.spans) > 1

    def count(self, rows: BoolArray, size: int) -> CountArray:
        """How many of the chosen rows have each code below `size`."""
        if not self.turned or self._few(rows):
            return counted(self.lists.of(rows), size)
        counts = np.zeros(size, np.int64)
        if len(self.holders) < _WORTH_A_THREAD:
            self._add_listed(counts, rows)
            self._add_common(counts, rows)
        else:
            with ThreadPoolExecutor(1, thread_name_prefix="facets") as other:
                listed = other.submit(self._add_listed, counts, rows)
                self._add_common(counts, rows)  # other codes; numpy computes in both at once
                listed.result()
        counts[: len(self.same)] = counts[self.same]
        return counts

    def _few(self, rows: BoolArray) -> bool:
        """Whether the lists of the chosen rows are counted in less time than all codes' rows."""
        codes = len(self.lists.codes) / max(1, len(rows))
        by_lists = np.count_nonzero(rows) * (_ROW + _CODE * codes)
        return bool(by_lists <= _WORD * self.bits.size + _HOLDER * len(self.holders))

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
        firsts = {int(self.same[code]) for code in codes if code < len(self.same)}
        for code in firsts:
            found[self.holders[self.spans[code] : self.spans[code + 1]]] = True
        places = np.flatnonzero(np.isin(self.common, np.fromiter(firsts, np.int64)))
        if len(places):
            joined = np.bitwise_or.reduce(self.bits[places], axis=0)
            found |= np.unpackbits(joined.view(np.uint8))[: len(found)].view(np.bool_)
        return found

    def arrays(self) -> dict[str, cache.Array]:
        """What `read` needs beside the lists; nothing when they are not turned round."""
        if not self.turned:
            return {}
        return {name: getattr(self, name) for name in _SAVED}

    @classmethod
    def read(cls, lists: Lists, arrays: Mapping[str, cache.Array]) -> "CodeIndex":
        """The index of what `arrays` gave. KeyError when something is missing."""
        return cls(lists, **{name: arrays[name] for name in _SAVED})


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


def _point_to_first(
    same: npt.NDArray[np.int32], codes: Iterable[tuple[int, npt.NDArray[Any]]]
) -> None:
    """Enter for each code the first one with the very same rows (by their BLAKE2)."""
    first: dict[bytes, int] = {}
    for code, rows in codes:
        same[code] = first.setdefault(blake2b(rows.data, digest_size=16).digest(), code)


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
