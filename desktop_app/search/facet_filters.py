"""Which rows of a segment pass the filters."""

from collections.abc import Callable, Iterable

import numpy as np

from desktop_app.mesh.vocabulary import Vocabulary
from desktop_app.search.facet_arrays import BoolArray, Lists, Segment
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

    def passing(self, segment: Segment) -> BoolArray:
        """Which rows pass all conditions."""
        f = self._filters
        passing = np.ones(len(segment.ids), np.bool_)
        for condition in f.include:
            passing &= self._under(segment, condition, f.major_only)
        for condition in f.exclude:
            passing &= ~self._under(segment, condition, major_only=False)
        if f.years is not None:
            first, last = f.years
            passing &= (segment.years >= first) & (segment.years <= last)
        if f.journals:
            passing &= np.isin(segment.journals, self._codes("journals", f.journals))
        for kind, names, lists in (
            ("types", f.publication_types, segment.types),
            ("languages", f.languages, segment.languages),
            ("authors", f.authors, segment.authors),
        ):
            if names:
                passing &= self._holding(lists, self._codes(kind, names))
        if f.collections:
            passing &= np.isin(segment.ids, self._filed)
        return passing

    def _under(self, segment: Segment, condition: str, major_only: bool) -> BoolArray:
        """Which articles have a heading at or below a tree number, category or descriptor UI."""
        descriptors = self._descriptors(condition)
        if descriptors is None:
            return np.zeros(len(segment.ids), np.bool_)
        entries: BoolArray = descriptors[segment.headings.codes]
        flags = segment.flags.codes
        if major_only:
            entries &= (flags & 1).astype(np.bool_)
        if self._filters.heading_sources:
            wanted = np.zeros(_SOURCES, np.bool_)
            wanted[self._codes("sources", self._filters.heading_sources)] = True
            entries &= wanted[flags >> 1]
        return segment.headings.where(entries)

    def _descriptors(self, condition: str) -> BoolArray | None:
        """Which descriptors are at or below; None when there is no such place or UI."""
        vocabulary = self._vocabulary
        chosen = np.zeros(len(vocabulary), np.bool_)
        own = vocabulary.resolve(condition, "")
        if own is not None:
            chosen[own] = True
            places = vocabulary.nodes(own).tolist()
        else:
            code = vocabulary.tree.code(condition)
            if code is None:
                return None
            places = [code]
        for place in places:
            chosen[vocabulary.below(place)] = True
        return chosen

    def _codes(self, kind: str, names: Iterable[str]) -> list[int]:
        codes = self._coder.codes[kind]
        return [codes[name] for name in names if name in codes]

    @staticmethod
    def _holding(lists: Lists, codes: list[int]) -> BoolArray:
        if not codes:
            return np.zeros(len(lists.starts) - 1, np.bool_)
        return lists.holding(codes)
