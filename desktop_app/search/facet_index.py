"""What the facets count, as arrays: which MeSH nodes, year, journal … each article has.

An article counts once for every node of the MeSH tree at or above one of its headings, so the
number beside a node is of distinct articles and never a sum over its children. The arrays come in
segments, one for each time the library grew; a changed article is dead in its old segment.
"""

import json
from collections.abc import Sequence

import numpy as np

from desktop_app.library import facet_rows
from desktop_app.library.library import Library
from desktop_app.mesh.vocabulary import Vocabulary
from desktop_app.search import cache
from desktop_app.search.code_counts import CodeCounts
from desktop_app.search.facet_arrays import BoolArray
from desktop_app.search.facet_filters import FacetFilter
from desktop_app.search.facet_part import KINDS, FacetPart
from desktop_app.search.facet_parts import FacetParts, ascending
from desktop_app.search.facet_save import Unsaved
from desktop_app.search.facet_segment import Coder
from desktop_app.search.request import CountArray, Facets, Filters, IdArray
from desktop_app.search.vector_rows import within

_LISTED = 50  # journals, types, authors shown
_SAVE_SHARE = 0.1  # of the articles new since the last save
_READ = 10_000  # articles read at once
_REMEMBERED = 8  # filters whose articles are kept while nothing changes
_PATTERNS = 256  # of the bits that say which sources an article's headings have
_MOST_YEARS = int(np.iinfo(np.int16).max) + 1


class FacetIndex:
    """The facets of one library, countable while it grows."""

    def __init__(self, library: Library, vocabulary: Vocabulary) -> None:
        self._library = library
        self._vocabulary = vocabulary
        self._folder = library.folder / "indexes" / "facets"
        self._coder = Coder(vocabulary)
        self.parts = FacetParts()
        self._revision = 0
        self._saved = 0
        self._allowed: dict[Filters, BoolArray] = {}

    def __len__(self) -> int:
        return len(self.parts)

    def load(self) -> None:
        """Take the arrays from the cache if they fit this library, then bring them up to date."""
        found = cache.verified(self._folder)
        if found is not None and self._facts().items() <= found[1].items():
            files, facts = found
            names = json.loads(files["names"].read_text("utf-8"))
            self._coder = Coder(self._vocabulary, names)
            arrays = {n: cache.load_array(p) for n, p in files.items() if n != "names"}
            self.parts = FacetParts([FacetPart.read(arrays)])
            self._revision = int(facts["revision"])
            self._saved = len(self)
        self.sync()

    def sync(self) -> bool:
        """Take in what the library got, changed or lost since the last time; False if nothing."""
        with self._library.reading() as connection:
            revision = self._library.revision_in(connection)
            if revision == self._revision:
                return False
            changed = facet_rows.changed_ids(connection, self._revision)
            self.parts.bury(np.array(changed, np.int64))
            for start in range(0, len(changed), _READ):
                rows = facet_rows.read_facets(connection, changed[start : start + _READ])
                if rows.articles:
                    self.parts.append(FacetPart(self._coder.segment(rows)))
        self._revision = revision
        self._allowed = {}
        return True

    def unsaved(self) -> Unsaved | None:
        """What is worth writing to the cache, as it is now; None when little is new."""
        size = len(self)
        if self._library.read_only or abs(size - self._saved) <= _SAVE_SHARE * self._saved:
            return None
        parts = self.parts.living()
        if not parts:
            nothing = FacetPart(self._coder.segment(_NOTHING))
            parts = ((nothing, nothing.alive),)
        sizes = {kind: self._size_of(kind) for kind in KINDS}
        facts = {**self._facts(), "revision": self._revision}
        return Unsaved(self._folder, parts, self._coder.names, sizes, facts)

    def saved(self, unsaved: Unsaved, part: FacetPart) -> None:
        """Use the segment that `unsaved.write()` gave in place of those that it was made of."""
        self.parts.replace(unsaved.parts, part)
        self._saved = sum(int(np.count_nonzero(alive)) for _, alive in unsaved.parts)

    def save(self) -> None:
        """Write the cache when enough is new; harmless when nothing is."""
        unsaved = self.unsaved()
        if unsaved is not None:
            self.saved(unsaved, unsaved.write())

    def newest(self, allowed: BoolArray | None) -> IdArray:
        """All (allowed) articles, newest publication first, then newest in the library."""
        ids = self.parts.newest()
        return ids if allowed is None else ids[within(allowed, ids)]

    def allowed(self, filters: Filters) -> BoolArray | None:
        """Which articles pass the filters, by article id; None when all do."""
        if not filters:
            return None
        known = self._allowed.get(filters)
        if known is not None:
            return known
        passing = FacetFilter(filters, self._coder, self._vocabulary, self._collections)
        allowed = np.zeros(self.parts.size, np.bool_)
        for part in self.parts:
            allowed[part.segment.ids[part.alive & passing.passing(part)]] = True
        if not filters.collections:  # those change without the library's revision
            while len(self._allowed) >= _REMEMBERED:
                del self._allowed[next(iter(self._allowed))]
            self._allowed[filters] = allowed
        return allowed

    def count(self, ids: IdArray, ids_of_all_years: IdArray) -> Facets:
        """The facets of a result set; the years of what it would be without a year filter."""
        rows = self.parts.rows(ids)
        year_rows = rows if ids_of_all_years is ids else self.parts.rows(ids_of_all_years)
        nodes = self._code_counts("nodes")
        mesh = nodes.count(rows)
        years = self._code_counts("years").count(year_rows)
        tree = len(self._vocabulary.tree)
        uis = [self._vocabulary.ui(index) for index in self._coder.placeless]
        return Facets(
            mesh=mesh[:tree],
            mesh_library=nodes.totals[:tree],
            placeless=_most(uis, mesh[tree:]),
            years={int(y): int(years[y]) for y in np.flatnonzero(years) if y > 0},
            journals=self._most("journals", rows),
            publication_types=self._most("types", rows),
            languages=self._most("languages", rows),
            authors=self._most("authors", rows),
            collections=self._filed(ids),
            heading_sources=self._sources(rows),
        )

    def names(self, kind: str) -> tuple[list[str], CountArray]:
        """The names of a kind ("authors", "journals") and in how many articles each stands."""
        names, totals = self._coder.listed(kind), self._code_counts(kind).totals
        return names, totals[: len(names)]

    def _most(self, kind: str, rows: Sequence[BoolArray]) -> tuple[tuple[str, int], ...]:
        """The commonest names of a kind in the chosen rows."""
        return _most(self._coder.listed(kind), self._code_counts(kind).count(rows))

    def _sources(self, rows: Sequence[BoolArray]) -> tuple[tuple[str, int], ...]:
        names = self._coder.listed("sources")
        bits = self._code_counts("sources").count(rows)
        counts = np.zeros(len(names), np.int64)
        for code in range(len(names)):
            has = np.arange(_PATTERNS) & (1 << min(code, 7)) > 0
            counts[code] = bits[has].sum()
        return _most(names, counts)

    def _filed(self, ids: IdArray) -> tuple[tuple[int, int], ...]:
        """How many of the articles are in each collection that has any of them."""
        wanted = self.parts.mask(ids)
        found = []
        for collection, filed in self._collections().items():
            of_collection = np.fromiter(filed, np.int64, len(filed))
            count = int(wanted[of_collection[of_collection < len(wanted)]].sum())
            if count:
                found.append((collection, count))
        return tuple(found)

    def _collections(self) -> dict[int, set[int]]:
        with self._library.reading() as connection:
            return facet_rows.collections(connection)

    def _code_counts(self, kind: str) -> CodeCounts:
        return self.parts.counts(kind, self._size_of(kind))

    def _size_of(self, kind: str) -> int:
        """How many codes of a kind there are."""
        nodes = self._coder.nodes
        sizes = {"nodes": nodes, "majors": nodes, "years": _MOST_YEARS, "sources": _PATTERNS}
        return sizes[kind] if kind in sizes else len(self._coder.codes[kind])

    @property
    def nodes(self) -> int:
        """How many codes of nodes there are: the tree's, then descriptors without a place."""
        return self._coder.nodes

    def places(self, descriptor: int) -> list[int]:
        """The nodes of a descriptor; one without a place has one behind those of the tree."""
        return self._coder.places(descriptor)

    def holding(self, nodes: Sequence[int], major: bool = False) -> IdArray:
        """The articles that have a (major) heading at or below one of some nodes, ascending."""
        kind = "majors" if major else "nodes"
        return ascending(
            [
                part.segment.ids[part.index(kind, self.nodes).holding(nodes) & part.alive]
                for part in self.parts
            ]
        )

    def totals(self) -> CountArray:
        """Articles of the library at or below each node of the tree."""
        return self._code_counts("nodes").totals[: len(self._vocabulary.tree)]

    def _facts(self) -> dict[str, object]:
        v = self._vocabulary
        return {
            "library": self._library.uuid(),
            "mesh_year": v.year,
            "mesh_nodes": len(v.tree),
            "arrays": 4,  # grows when the arrays mean something else
        }


_NOTHING = facet_rows.FacetRows([], [], [], [])


def _most(names: Sequence[str], counts: CountArray) -> tuple[tuple[str, int], ...]:
    """The names with the highest counts, equal ones in the order they came."""
    best = np.arange(len(counts))
    if len(counts) > 4 * _LISTED:
        least = np.partition(counts, len(counts) - _LISTED)[len(counts) - _LISTED]
        best = np.flatnonzero(counts >= max(int(least), 1))
    order = best[np.argsort(-counts[best], kind="stable")[:_LISTED]]
    return tuple((names[i], int(counts[i])) for i in order if counts[i])
