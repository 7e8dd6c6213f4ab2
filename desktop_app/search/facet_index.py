"""What the facets count, as arrays: which MeSH nodes, year, journal and types each article has.

An article counts once for every node of the MeSH tree at or above one of its headings, so the
number beside a node is of distinct articles and never a sum over its children. The arrays come in
segments, one for each time the library grew; a changed article is dead in its old segment.
"""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from desktop_app.library.library import Library
from desktop_app.library.summaries import FacetArticle
from desktop_app.mesh.vocabulary import Vocabulary
from desktop_app.search import cache
from desktop_app.search.facet_arrays import (
    BoolArray,
    CodeArray,
    Lists,
    Segment,
    joined,
    lists_from,
)
from desktop_app.search.request import CountArray, Facets, Filters, IdArray

_MERGE_FROM = 8  # segments; below, merging costs more than it saves
_LISTED = 50  # journals and publication types shown
_SAVE_SHARE = 0.1  # of the articles new since the last save


class FacetIndex:
    """The facets of one library, countable while it grows."""

    def __init__(self, library: Library, vocabulary: Vocabulary) -> None:
        self._library = library
        self._vocabulary = vocabulary
        self._folder = library.folder / "indexes" / "facets"
        self._segments: list[Segment] = []
        self._alive: list[BoolArray] = []
        self._journals: dict[str, int] = {}
        self._types: dict[str, int] = {}
        self._nodes_of: dict[tuple[str, str], CodeArray] = {}
        self._revision = 0
        self._saved = 0
        self._totals: CountArray | None = None

    def __len__(self) -> int:
        return sum(int(np.count_nonzero(alive)) for alive in self._alive)

    def load(self) -> None:
        """Take the arrays from the cache if they fit this library, then bring them up to date."""
        found = cache.verified(self._folder)
        if found is not None and self._facts().items() <= found[1].items():
            files, facts = found
            names = json.loads(files["names"].read_text("utf-8"))
            self._journals = {name: code for code, name in enumerate(names["journals"])}
            self._types = {name: code for code, name in enumerate(names["types"])}
            a = {n: cache.load_array(path) for n, path in files.items() if n != "names"}
            segment = Segment(
                a["ids"],
                a["years"],
                a["journals"],
                Lists(a["type_starts"], a["type_codes"]),
                Lists(a["node_starts"], a["node_codes"]),
            )
            self._segments, self._alive = [segment], [np.ones(len(segment.ids), np.bool_)]
            self._revision = int(facts["revision"])
            self._saved = len(self)
        self.sync()

    def sync(self) -> bool:
        """Take in what the library got, changed or lost since the last time; False if nothing."""
        with self._library.reading() as connection:
            revision = self._library.revision_in(connection)
            if revision == self._revision:
                return False
            changed = self._library.facet_articles_in(connection, self._revision)
        self._bury(np.array([article.id for article in changed], np.int64))
        live = [article for article in changed if article.live]
        if live:
            self._segments.append(self._segment(live))
            self._alive.append(np.ones(len(live), np.bool_))
        if len(self._segments) > _MERGE_FROM:
            self._merge()
        self._revision = revision
        self._totals = None
        return True

    def save(self) -> None:
        """Write the cache when enough is new; harmless when nothing is."""
        size = len(self)
        if self._library.read_only or abs(size - self._saved) <= _SAVE_SHARE * self._saved:
            return
        self._merge()
        s = self._segments[0]
        names = {"journals": list(self._journals), "types": list(self._types)}
        arrays: dict[str, cache.Array] = {
            "ids": s.ids,
            "years": s.years,
            "journals": s.journals,
            "type_starts": s.types.starts,
            "type_codes": s.types.codes,
            "node_starts": s.nodes.starts,
            "node_codes": s.nodes.codes,
        }
        writers = {name: cache.array_writer(array) for name, array in arrays.items()}
        writers["names"] = lambda path: _write_json(path, names)
        cache.save(self._folder, writers, {**self._facts(), "revision": self._revision})
        self._saved = size

    def newest(self, allowed: BoolArray | None) -> IdArray:
        """All (allowed) articles, newest publication first, then newest in the library."""
        ids = np.concatenate([s.ids[a] for s, a in self._parts()] or [np.empty(0, np.int64)])
        years = np.concatenate([s.years[a] for s, a in self._parts()] or [np.empty(0, np.int16)])
        if allowed is not None:
            keep = allowed[ids]
            ids, years = ids[keep], years[keep]
        return ids[np.lexsort((-ids, -years))]

    def allowed(self, filters: Filters) -> BoolArray | None:
        """Which articles pass the filters, by article id; None when all do."""
        if not filters:
            return None
        allowed = np.zeros(self._size(), np.bool_)
        for segment, alive in self._parts():
            allowed[segment.ids[alive & self._passing(segment, filters)]] = True
        return allowed

    def count(self, ids: IdArray, ids_of_all_years: IdArray) -> Facets:
        """The facets of a result set; the years of what it would be without a year filter."""
        rows = self._rows(ids)
        year_rows = rows if ids_of_all_years is ids else self._rows(ids_of_all_years)
        journals = np.zeros(len(self._journals), np.int64)
        types = np.zeros(len(self._types), np.int64)
        years = np.zeros(np.iinfo(np.int16).max + 1, np.int64)
        for segment, chosen, of_years in zip(self._segments, rows, year_rows, strict=True):
            codes = segment.journals[chosen]
            journals += np.bincount(codes[codes >= 0], minlength=len(journals))
            types += np.bincount(segment.types.of(chosen), minlength=len(types))
            years += np.bincount(segment.years[of_years], minlength=len(years))
        return Facets(
            mesh=self._count_nodes(rows),
            years={int(y): int(years[y]) for y in np.flatnonzero(years) if y > 0},
            journals=_most(list(self._journals), journals),
            publication_types=_most(list(self._types), types),
        )

    def _count_nodes(self, rows: Sequence[BoolArray]) -> CountArray:
        """Articles per node; of a large result set, what is outside it is counted instead."""
        chosen = sum(int(np.count_nonzero(r)) for r in rows)
        if chosen * 2 <= len(self):
            return self._bincount(rows)
        if self._totals is None:
            self._totals = self._bincount(self._alive)
        outside = [alive & ~r for alive, r in zip(self._alive, rows, strict=True)]
        return self._totals - self._bincount(outside)

    def _bincount(self, rows: Sequence[BoolArray]) -> CountArray:
        counts = np.zeros(len(self._vocabulary.tree), np.int64)
        for segment, chosen in zip(self._segments, rows, strict=True):
            counts += np.bincount(segment.nodes.of(chosen), minlength=len(counts))
        return counts

    def _rows(self, ids: IdArray) -> list[BoolArray]:
        """The live rows of articles, a mask a segment."""
        wanted = np.zeros(self._size(), np.bool_)
        wanted[ids[ids < len(wanted)]] = True
        return [wanted[segment.ids] & alive for segment, alive in self._parts()]

    def _passing(self, segment: Segment, filters: Filters) -> BoolArray:
        passing = np.ones(len(segment.ids), np.bool_)
        for number in filters.include:
            passing &= self._under(segment, number)
        for number in filters.exclude:
            passing &= ~self._under(segment, number)
        if filters.years is not None:
            first, last = filters.years
            passing &= (segment.years >= first) & (segment.years <= last)
        if filters.journals:
            codes = [self._journals[j] for j in filters.journals if j in self._journals]
            passing &= np.isin(segment.journals, codes)
        if filters.publication_types:
            of_types = np.zeros(len(segment.ids), np.bool_)
            for name in filters.publication_types:
                if name in self._types:
                    of_types |= segment.types.holding(self._types[name])
            passing &= of_types
        return passing

    def _under(self, segment: Segment, number: str) -> BoolArray:
        code = self._vocabulary.tree.code(number)
        if code is None:
            return np.zeros(len(segment.ids), np.bool_)
        return segment.nodes.holding(code)

    def _segment(self, articles: Sequence[FacetArticle]) -> Segment:
        journals = [_code(self._journals, a.journal) if a.journal else -1 for a in articles]
        types = [
            np.array(sorted({_code(self._types, name) for name in a.publication_types}), np.int32)
            for a in articles
        ]
        return Segment(
            np.array([a.id for a in articles], np.int64),
            np.array([a.year or 0 for a in articles], np.int16),
            np.array(journals, np.int32),
            lists_from(types),
            lists_from([self._nodes(a.headings) for a in articles]),
        )

    def _nodes(self, headings: Sequence[tuple[str, str]]) -> CodeArray:
        """Every node at or above a heading of one article, once."""
        nodes = [self._nodes_of_heading(heading) for heading in headings]
        if not nodes:
            return np.empty(0, np.int32)
        return np.unique(np.concatenate(nodes))

    def _nodes_of_heading(self, heading: tuple[str, str]) -> CodeArray:
        known = self._nodes_of.get(heading)
        if known is None:
            index = self._vocabulary.resolve(*heading)
            known = np.empty(0, np.int32)
            if index is not None:
                known = self._vocabulary.nodes_with_ancestors(index)
            self._nodes_of[heading] = known
        return known

    def _bury(self, ids: IdArray) -> None:
        if len(ids):
            self._alive = [alive & ~np.isin(segment.ids, ids) for segment, alive in self._parts()]

    def _merge(self) -> None:
        parts = self._parts()
        if len(parts) == 1 and parts[0][1].all():
            return
        merged = Segment(
            np.concatenate([s.ids[a] for s, a in parts]),
            np.concatenate([s.years[a] for s, a in parts]),
            np.concatenate([s.journals[a] for s, a in parts]),
            joined([(s.types, a) for s, a in parts]),
            joined([(s.nodes, a) for s, a in parts]),
        )
        self._segments, self._alive = [merged], [np.ones(len(merged.ids), np.bool_)]

    def _parts(self) -> list[tuple[Segment, BoolArray]]:
        return list(zip(self._segments, self._alive, strict=True))

    def _size(self) -> int:
        return max((int(s.ids.max(initial=0)) for s in self._segments), default=0) + 1

    def _facts(self) -> dict[str, object]:
        v = self._vocabulary
        return {"library": self._library.uuid(), "mesh_year": v.year, "mesh_nodes": len(v.tree)}


def _code(codes: dict[str, int], name: str) -> int:
    return codes.setdefault(name, len(codes))


def _most(names: Sequence[str], counts: CountArray) -> tuple[tuple[str, int], ...]:
    order = np.argsort(-counts, kind="stable")[:_LISTED]
    return tuple((names[i], int(counts[i])) for i in order if counts[i])


def _write_json(path: Path, names: dict[str, list[str]]) -> None:
    path.write_text(json.dumps(names, ensure_ascii=False), "utf-8")
