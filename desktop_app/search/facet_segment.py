"""Rows of the library -> a segment of facet arrays, with the codes of names kept in one place."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from desktop_app.library.facet_rows import FacetRows, HeadingRow
from desktop_app.mesh.vocabulary import Vocabulary
from desktop_app.search.facet_arrays import CodeArray, Lists, Segment, lists_from

_MOST_SOURCES = 8  # a bit each


class Coder:
    """Names of journals, types … as codes; the same for all segments of a library."""

    def __init__(self, vocabulary: Vocabulary, names: dict[str, list[str]] | None = None) -> None:
        """`names` as `self.names` gave them, to go on where a saved index stopped."""
        self._vocabulary = vocabulary
        kinds = ("journals", "types", "languages", "authors", "sources")
        self.codes: dict[str, dict[str, int]] = {
            kind: {name: code for code, name in enumerate((names or {}).get(kind, ()))}
            for kind in kinds
        }
        self.placeless = [i for i in range(len(vocabulary)) if not len(vocabulary.nodes(i))]
        self._listed: dict[str, list[str]] = {}
        self._resolved: dict[tuple[str, str], int] = {}

    @cached_property
    def _closures(self) -> Lists:
        """The nodes at and above each descriptor; half a second's work."""
        v = self._vocabulary
        closures = [v.nodes_with_ancestors(index) for index in range(len(v))]
        for place, index in enumerate(self.placeless):
            closures[index] = np.array([len(v.tree) + place], np.int32)
        lengths = [len(closure) for closure in closures]
        starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        return Lists(starts, np.concatenate(closures))

    def listed(self, kind: str) -> list[str]:
        """The names of a kind in the order of their codes."""
        codes, known = self.codes[kind], self._listed.setdefault(kind, [])
        if len(known) < len(codes):
            known.extend(list(codes)[len(known) :])
        return known

    @property
    def names(self) -> dict[str, list[str]]:
        """The names of each kind in the order of their codes."""
        return {kind: list(codes) for kind, codes in self.codes.items()}

    @property
    def nodes(self) -> int:
        """How many codes of nodes there are: those of the tree, then the placeless descriptors."""
        return len(self._vocabulary.tree) + len(self.placeless)

    def places(self, descriptor: int) -> list[int]:
        """The codes of a descriptor's own nodes, or the one that stands for a placeless one."""
        nodes: list[int] = self._vocabulary.nodes(descriptor).tolist()
        return nodes or [len(self._vocabulary.tree) + self.placeless.index(descriptor)]

    def segment(self, rows: FacetRows) -> Segment:
        """The arrays of some articles."""
        ids = np.array([article[0] for article in rows.articles], np.int64)
        journals = self.codes["journals"]
        spoken = [(a[0], code) for a in rows.articles for code in a[3].split()]
        headings, flags, sources = self._headings(ids, rows.headings)
        return Segment(
            ids=ids,
            years=np.array([article[1] for article in rows.articles], np.int16),
            journals=np.array(
                [_code(journals, a[2]) if a[2] else -1 for a in rows.articles], np.int32
            ),
            sources=sources,
            types=self._lists(ids, "types", rows.types),
            languages=self._lists(ids, "languages", spoken),
            authors=self._lists(ids, "authors", rows.authors),
            headings=headings,
            flags=flags,
            nodes=self._above(headings),
            majors=self._above(_majors(headings, flags)),
        )

    def _lists(
        self, ids: npt.NDArray[np.int64], kind: str, pairs: Sequence[tuple[int, str]]
    ) -> Lists:
        """One list an article, each code once."""
        codes = self.codes[kind]
        found = [_code(codes, name) for _, name in pairs]
        rows = np.searchsorted(ids, np.array([pair[0] for pair in pairs], np.int64))
        return _distinct(rows, np.array(found, np.int64), len(ids), np.dtype(np.int32))

    def _headings(
        self, ids: npt.NDArray[np.int64], headings: Sequence[HeadingRow]
    ) -> tuple[Lists, Lists, npt.NDArray[np.uint8]]:
        """Descriptors, flags, and the sources of each article as bits."""
        known = [(h, self._descriptor(h.ui, h.name)) for h in headings]
        kept = [(h, index) for h, index in known if index >= 0]
        rows = np.searchsorted(ids, np.array([h.article_id for h, _ in kept], np.int64))
        source = np.array([self._source(h.source) for h, _ in kept], np.int64)
        major = np.array([h.major for h, _ in kept], np.int64)
        codes = np.array([index for _, index in kept], np.int32)
        bits = np.zeros(len(ids), np.uint8)
        np.bitwise_or.at(bits, rows, (1 << source).astype(np.uint8))
        flags = ((source << 1) | major).astype(np.uint8)
        return lists_from(rows, codes, len(ids)), lists_from(rows, flags, len(ids)), bits

    def _source(self, name: str) -> int:
        return min(_code(self.codes["sources"], name), _MOST_SOURCES - 1)

    def _descriptor(self, ui: str, name: str) -> int:
        """The index of a heading, -1 for a retired one."""
        index = self._resolved.get((ui, name))
        if index is None:
            found = self._vocabulary.resolve(ui, name)
            index = self._resolved[ui, name] = -1 if found is None else found
        return index

    def _above(self, headings: Lists) -> Lists:
        """Every node at or above a heading of each article, once."""
        count = len(headings.starts) - 1
        rows = np.repeat(np.arange(count), np.diff(headings.starts))
        spans = np.diff(self._closures.starts)[headings.codes]
        ends = np.cumsum(spans)
        offsets = np.repeat(self._closures.starts[headings.codes] - (ends - spans), spans)
        places = offsets + np.arange(int(ends[-1]) if len(ends) else 0)
        kind = np.dtype(np.uint16 if self.nodes <= 1 << 16 else np.int32)
        return _distinct(np.repeat(rows, spans), self._closures.codes[places], count, kind)


def _majors(headings: Lists, flags: Lists) -> Lists:
    """The headings that are major topics."""
    count = len(headings.starts) - 1
    major = (flags.codes & 1) > 0
    rows = np.repeat(np.arange(count), np.diff(headings.starts))
    return lists_from(rows[major], headings.codes[major], count)


def _distinct(rows: npt.NDArray[Any], codes: CodeArray, count: int, kind: np.dtype[Any]) -> Lists:
    keys = np.sort((rows.astype(np.int64) << 32) | codes.astype(np.int64))
    keys = keys[np.concatenate([keys[:1] == keys[:1], keys[1:] != keys[:-1]])]
    return lists_from(keys >> 32, (keys & 0xFFFFFFFF).astype(kind), count)


def _code(codes: dict[str, int], name: str) -> int:
    return codes.setdefault(name, len(codes))
