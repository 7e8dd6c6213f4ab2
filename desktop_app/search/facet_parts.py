"""The segments of a facet index, and what is computed from all of them while they stay the same."""

from collections.abc import Iterator, Sequence

import numpy as np

from desktop_app.search.code_counts import MANY_ROWS, CodeCounts
from desktop_app.search.facet_arrays import BoolArray, merged
from desktop_app.search.facet_part import FacetPart
from desktop_app.search.request import IdArray

Living = tuple[tuple[FacetPart, BoolArray], ...]  # segments, and which of their rows lived then

_MERGE_FROM = 8  # small segments; below, merging costs more than it saves


class FacetParts:
    """Segments in the order they came. What the methods return is not to be changed."""

    def __init__(self, parts: Sequence[FacetPart] = ()) -> None:
        self._parts = list(parts)
        self._size: int | None = None
        self._live: BoolArray | None = None
        self._newest: IdArray | None = None
        self._headless: IdArray | None = None
        self._counts: dict[str, CodeCounts] = {}

    def __iter__(self) -> Iterator[FacetPart]:
        return iter(self._parts)

    def __len__(self) -> int:
        """How many articles live in them."""
        return sum(int(np.count_nonzero(part.alive)) for part in self._parts)

    def append(self, part: FacetPart) -> None:
        """Take in another segment; small ones are joined when they are many, large ones stay."""
        self._parts.append(part)
        small = [part for part in self._parts if len(part) < MANY_ROWS]
        if len(small) > _MERGE_FROM or sum(map(len, small)) > 2 * MANY_ROWS:
            living = tuple((part, part.alive) for part in small)
            self.replace(living, joined(living))
        self._forget()

    def bury(self, ids: IdArray) -> None:
        """What changed is dead in the segments there are."""
        if not len(ids):
            return
        dead = self.mask(ids)
        for part in self._parts:
            part.alive = part.alive & ~dead[part.segment.ids]
        self._forget()

    def living(self) -> Living:
        """All segments as they are now; rows may die later, arrays never change."""
        return tuple((part, part.alive) for part in self._parts)

    def replace(self, then: Living, now: FacetPart) -> None:
        """Put the segment that `joined` made of some former ones in their place, if all are here.

        What died meanwhile is dead there too.
        """
        former = [part for part, _ in then]
        if any(all(part is not other for other in self._parts) for part in former):
            return
        alive = [part.alive[was] for part, was in then]
        others = [part for part in self._parts if all(part is not other for other in former)]
        if now not in former:
            now.alive = np.concatenate([np.empty(0, np.bool_), *alive])
        self._parts = [*others, now]
        self._forget()

    def mask(self, ids: IdArray) -> BoolArray:
        """Which articles are among `ids`, by article id."""
        mask = np.zeros(self.size, np.bool_)
        mask[ids if int(ids.max(initial=0)) < len(mask) else ids[ids < len(mask)]] = True
        return mask

    def rows(self, ids: IdArray) -> list[BoolArray]:
        """The live rows of articles, a mask a segment."""
        wanted = self.mask(ids)
        return [np.take(wanted, part.segment.ids) & part.alive for part in self._parts]

    @property
    def size(self) -> int:
        """One more than the highest id."""
        if self._size is None:
            highest = (int(part.segment.ids.max(initial=0)) for part in self._parts)
            self._size = max(highest, default=0) + 1
        return self._size

    def live(self) -> BoolArray:
        """Which articles there are, by id."""
        if self._live is None:
            self._live = self.mask(self.newest())
        return self._live

    def newest(self) -> IdArray:
        """All articles, newest publication first, then newest in the library."""
        if self._newest is None:
            parts = [(part.segment, part.alive) for part in self._parts]
            ids = np.concatenate([np.empty(0, np.int64), *(s.ids[a] for s, a in parts)])
            years = np.concatenate([np.empty(0, np.int16), *(s.years[a] for s, a in parts)])
            self._newest = ids[np.lexsort((-ids, -years))]
        return self._newest

    def headed(self) -> int:
        """How many articles have any heading."""
        return len(self) - len(self.headless())

    def headless(self) -> IdArray:
        """The articles without a heading."""
        if self._headless is None:
            ids = [
                part.segment.ids[part.alive & (np.diff(part.segment.headings.starts) == 0)]
                for part in self._parts
            ]
            self._headless = np.concatenate([np.empty(0, np.int64), *ids])
        return self._headless

    def counts(self, kind: str, size: int) -> CodeCounts:
        """Counts of the codes of a kind, which are below `size`."""
        known = self._counts.get(kind)
        if known is None:
            parts = [(part.index(kind, size), part.alive) for part in self._parts]
            known = self._counts[kind] = CodeCounts(parts, size)
        return known

    def _forget(self) -> None:
        self._size = self._live = self._newest = self._headless = None
        self._counts = {}


def joined(then: Living) -> FacetPart:
    """Some segments as one, the dead rows left out; one without dead rows is that one."""
    if len(then) == 1 and then[0][1].all():
        return then[0][0]
    return FacetPart(merged([(part.segment, alive) for part, alive in then]))


def ascending(ids: Sequence[IdArray]) -> IdArray:
    """Ids of several segments as one array."""
    found = np.concatenate([np.empty(0, np.int64), *ids])
    return found if (found[1:] > found[:-1]).all() else np.sort(found)
