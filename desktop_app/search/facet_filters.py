"""Which rows of a segment pass the filters."""

from collections.abc import Callable, Iterable

import numpy as np

from desktop_app.mesh.vocabulary import Vocabulary
from desktop_app.search.facet_arrays import BoolArray, Segment
from desktop_app.search.facet_part import FacetPart
from desktop_app.search.facet_segment import Coder
from desktop_app.search.request import Filters

_SOURCES = 128  # more than a flag can tell


class FacetFilter:
    """Filters over one library's codes; used for one segment after the other."""

    def __init__(
        self,
        filters: Filters,
        coder: Coder,
        vocabulary: Vocabulary,
        collections: Callable[[], dict[int, set[int]]],
    ) -> None:
        """`collections` is asked for the articles of each one when a filter names some."""
        self._filters = filters
        self._coder = coder
        self._vocabulary = vocabulary
        self._filed = np.zeros(0, np.int64)
        if filters.collections:
            known = collections()
            chosen: set[int] = set().union(*(known.get(c, set()) for c in filters.collections))
            self._filed = np.array(sorted(chosen), np.int64)

    def passing(self, part: FacetPart) -> BoolArray:
        """Which rows of a segment pass all conditions."""
        f, segment = self._filters, part.segment
        passing = np.ones(len(segment.ids), np.bool_)
        for condition in f.include:
            passing &= self._under(part, condition, f.major_only)
        for condition in f.exclude:
            passing &= ~self._under(part, condition, major_only=False)
        if f.years is not None:
            first, last = f.years
            passing &= (segment.years >= first) & (segment.years <= last)
        if f.journals:
            passing &= np.isin(segment.journals, self._codes("journals", f.journals))
        for kind, names in (
            ("types", f.publication_types),
            ("languages", f.languages),
            ("authors", f.authors),
        ):
            if names:
                index = part.index(kind, len(self._coder.codes[kind]))
                passing &= index.holding(self._codes(kind, names))
        if f.collections:
            passing &= np.isin(segment.ids, self._filed)
        if f.heading_sources and not (f.include or f.exclude):
            bits = [1 << min(code, 7) for code in self._codes("sources", f.heading_sources)]
            passing &= (segment.sources & np.uint8(sum(set(bits)))) > 0
        return passing

    def _under(self, part: FacetPart, condition: str, major_only: bool) -> BoolArray:
        """Which articles have a heading at or below a tree number, category or descriptor UI."""
        places = self._places(condition)
        if not self._filters.heading_sources:
            kind = "majors" if major_only else "nodes"
            return part.index(kind, self._coder.nodes).holding(places)
        return self._marked(part.segment, condition, places, major_only)

    def _places(self, condition: str) -> list[int]:
        """The codes of nodes that a condition means: of a descriptor each of its places."""
        own = self._vocabulary.resolve(condition, "")
        if own is not None:
            return self._coder.places(own)
        code = self._vocabulary.tree.code(condition)
        return [] if code is None else [code]

    def _marked(
        self, segment: Segment, condition: str, places: list[int], major_only: bool
    ) -> BoolArray:
        """Which articles have such a heading that is a major topic, or of certain sources."""
        descriptors = np.zeros(len(self._vocabulary), np.bool_)
        own = self._vocabulary.resolve(condition, "")
        if own is not None:
            descriptors[own] = True
        for place in places:
            if place < len(self._vocabulary.tree):
                descriptors[self._vocabulary.below(place)] = True
        entries: BoolArray = descriptors[segment.headings.codes]
        flags = segment.flags.codes
        if major_only:
            entries &= (flags & 1).astype(np.bool_)
        if self._filters.heading_sources:
            wanted = np.zeros(_SOURCES, np.bool_)
            wanted[self._codes("sources", self._filters.heading_sources)] = True
            entries &= wanted[flags >> 1]
        return segment.headings.where(entries)

    def _codes(self, kind: str, names: Iterable[str]) -> list[int]:
        codes = self._coder.codes[kind]
        return [codes[name] for name in names if name in codes]
