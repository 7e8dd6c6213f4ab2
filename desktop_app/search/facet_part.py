"""A segment of facet arrays with which of its rows live and the counting index of each kind."""

from collections.abc import Mapping

import numpy as np

from desktop_app.search import cache, code_counts
from desktop_app.search.code_counts import CodeIndex
from desktop_app.search.facet_arrays import BoolArray, Lists, Segment

KINDS = ("nodes", "majors", "years", "journals", "types", "languages", "authors", "sources")


class FacetPart:
    """One segment. Its counting indexes are made when asked for, or read from the cache."""

    def __init__(self, segment: Segment) -> None:
        self.segment = segment
        self.alive: BoolArray = np.ones(len(segment.ids), np.bool_)
        self._indexes: dict[str, CodeIndex] = {}

    def __len__(self) -> int:
        return len(self.segment.ids)

    @property
    def turned(self) -> bool:
        """Whether the segment is so large that its counting indexes know rows by code."""
        return len(self) >= code_counts.MANY_ROWS

    def index(self, kind: str, size: int) -> CodeIndex:
        """The counting index of a kind, whose codes are below `size`."""
        known = self._indexes.get(kind)
        if known is None:
            known = self._indexes[kind] = CodeIndex.of(self._lists(kind), size)
        return known

    def arrays(self) -> dict[str, cache.Array]:
        """Everything by name, to be saved."""
        found = self.segment.arrays()
        for kind, index in self._indexes.items():
            found |= {f"{kind}_{name}": array for name, array in index.arrays().items()}
        return found

    @classmethod
    def read(cls, arrays: Mapping[str, cache.Array]) -> "FacetPart":
        """The part of what `arrays` gave. KeyError when something is missing."""
        part = cls(Segment.of(arrays))
        for kind in KINDS:
            if f"{kind}_spans" in arrays:
                prefix = f"{kind}_"
                own = {n.removeprefix(prefix): a for n, a in arrays.items() if n.startswith(prefix)}
                part._indexes[kind] = CodeIndex.read(part._lists(kind), own)
        return part

    def _lists(self, kind: str) -> Lists:
        """The codes of a kind, a list for each article; unknown years and journals have none."""
        values = getattr(self.segment, kind)
        if isinstance(values, Lists):
            return values
        known = values >= 0 if kind == "journals" else values > 0
        starts = np.concatenate([[0], np.cumsum(known)]).astype(np.int64)
        return Lists(starts, values[known])
