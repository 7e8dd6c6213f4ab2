"""Lists of codes for many articles in two flat arrays, and segments of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from desktop_app.search.request import CountArray, IdArray

BoolArray = npt.NDArray[np.bool_]
CodeArray = npt.NDArray[np.integer[Any]]

_BLOCK = 1 << 20  # codes made wide at once: they stay in the processor's cache
_LISTS = 512  # lists gathered at once, for the same reason


@dataclass(frozen=True, slots=True)
class Lists:
    """A list of codes for each article: those of article i are codes[starts[i]:starts[i + 1]]."""

    starts: IdArray
    codes: CodeArray

    def of(self, rows: BoolArray) -> CodeArray:
        """The codes of the chosen rows, one after the other."""
        count = np.count_nonzero(rows)
        if count == len(rows):
            return self.codes
        if count * 4 > len(rows):
            return np.asarray(self.codes[np.repeat(rows, np.diff(self.starts))])
        chosen = np.flatnonzero(rows)
        firsts = self.starts[chosen]
        counts = self.starts[chosen + 1] - firsts
        found = np.empty(int(counts.sum()), self.codes.dtype)
        end = 0
        for start in range(0, len(chosen), _LISTS):
            part = slice(start, start + _LISTS)
            places = _places(firsts[part], counts[part])
            np.take(self.codes, places, out=found[end : end + len(places)], mode="clip")
            end += len(places)
        return found

    def where(self, entries: BoolArray) -> BoolArray:
        """Which articles have one of the chosen entries (parallel to `codes`)."""
        firsts = self.starts[:-1]
        some = np.diff(self.starts) > 0
        rows = np.zeros(len(firsts), np.bool_)
        if some.any():
            rows[some] = np.logical_or.reduceat(entries, firsts[some])
        return rows

    def most(self, values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """The highest of the values (parallel to `codes`) of each article, 0 where it has none."""
        firsts = self.starts[:-1]
        some = np.diff(self.starts) > 0
        highest = np.zeros(len(firsts), np.float32)
        if some.any():
            highest[some] = np.maximum.reduceat(values, firsts[some])
        return highest

    def holding(self, codes: Sequence[int]) -> BoolArray:
        """Which articles have one of some codes."""
        if not codes:
            return np.zeros(len(self.starts) - 1, np.bool_)
        if len(codes) == 1:
            return self.where(self.codes == codes[0])
        return self.where(np.isin(self.codes, np.array(codes, np.int64)))


@dataclass(frozen=True, slots=True)
class Segment:
    """Some articles' facet values; years are 0 and journals -1 where unknown."""

    ids: IdArray
    years: npt.NDArray[np.int16]
    journals: CodeArray
    sources: npt.NDArray[np.uint8]  # a bit for each source of headings
    types: Lists
    languages: Lists
    authors: Lists
    headings: Lists  # descriptors, by index
    flags: Lists  # of each heading: bit 0 major, above it the number of its source
    nodes: Lists  # every node at or above a heading, once; then descriptors without a place
    majors: Lists  # the same of the headings that are major topics

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Everything by name, to be saved."""
        found: dict[str, npt.NDArray[Any]] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, Lists):
                found[f"{field.name}_starts"], found[f"{field.name}_codes"] = (
                    value.starts,
                    value.codes,
                )
            else:
                found[field.name] = value
        return found

    @classmethod
    def of(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> "Segment":
        """The segment of what `arrays` gave. KeyError when something is missing."""
        values: dict[str, Any] = {}
        for field in fields(cls):
            name = field.name
            if name in arrays:
                values[name] = arrays[name]
            else:
                values[name] = Lists(arrays[f"{name}_starts"], arrays[f"{name}_codes"])
        return cls(**values)


def lists_from(rows: npt.NDArray[np.int64], codes: CodeArray, count: int) -> Lists:
    """Lists of `count` articles from parallel arrays of row (ascending) and code."""
    return Lists(np.searchsorted(rows, np.arange(count + 1)).astype(np.int64), codes)


def merged(parts: Sequence[tuple[Segment, BoolArray]]) -> Segment:
    """The live rows of several segments as one."""
    values: dict[str, Any] = {}
    for field in fields(Segment):
        columns = [(getattr(segment, field.name), alive) for segment, alive in parts]
        if isinstance(columns[0][0], Lists):
            values[field.name] = _joined(columns)
        else:
            values[field.name] = np.concatenate([column[alive] for column, alive in columns])
    return Segment(**values)


def _joined(parts: Sequence[tuple[Lists, BoolArray]]) -> Lists:
    lengths = np.concatenate([np.diff(lists.starts)[alive] for lists, alive in parts])
    starts = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=starts[1:])
    return Lists(starts, np.concatenate([lists.of(alive) for lists, alive in parts]))


def _places(firsts: IdArray, counts: IdArray) -> IdArray:
    """The numbers firsts[i] to firsts[i] + counts[i] for each i, one after the other."""
    ends = np.cumsum(counts)
    places = np.repeat(firsts - (ends - counts), counts)
    places += np.arange(len(places))
    return places


def counted(codes: CodeArray, size: int) -> CountArray:
    """How often each code below `size` occurs."""
    counts = np.zeros(size, np.int64)
    for start in range(0, len(codes), _BLOCK):
        counts += np.bincount(codes[start : start + _BLOCK], minlength=size)
    return counts
