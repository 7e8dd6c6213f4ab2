"""The graph beside the rows of a vector index: which rows it finds, and which it does not hold.

A graph answers only for the very rows it was fitted to; while it is being built, or when more than
a twentieth of the rows is not in it, there is no answer and the clusters are searched.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from desktop_app.progress import Report
from desktop_app.search import cache, graph
from desktop_app.search.graph import Graph, Vectors
from desktop_app.search.request import FloatArray
from desktop_app.search.vector_rows import BoolArray, RowArray, Rows

_STALE_SHARE = 0.05  # rows outside the graph that make it worth adding them
_SPARE = 1.1  # more neighbours than the share of allowed rows asks for


@dataclass(frozen=True, slots=True)
class _Fitted:
    """A graph and the base whose rows it holds: by label the row (-1: none), and the others."""

    graph: Graph
    base: FloatArray
    rows: RowArray
    outside: RowArray

    @classmethod
    def of(cls, found: Graph, base: FloatArray, vectors: Vectors) -> "_Fitted":
        labels = found.labels(vectors)
        rows = np.full(len(found), -1, np.intp)
        held = np.flatnonzero(labels >= 0)
        rows[labels[held]] = held
        return cls(found, base, rows, np.flatnonzero(labels < 0))


class GraphSearch:
    """The graph of one vector index, in its own cache folder."""

    def __init__(self, folder: Path, facts: cache.Facts, read_only: bool) -> None:
        self._folder = folder
        self._facts = facts
        self._read_only = read_only
        self._fitted: _Fitted | None = None

    def nearest(self, rows: Rows, query: FloatArray, k: int, usable: BoolArray) -> RowArray | None:
        """At least `k` usable rows, among them about the `k` nearest; None when there is no graph
        for these rows, or it brings too few.

        The search is as much wider as fewer rows are usable; what is not is dropped afterwards.
        """
        fitted = self._fitted
        if fitted is None or fitted.base is not rows.base:
            return None
        newer = np.concatenate([fitted.outside, np.arange(len(rows.base), len(rows.ids))])
        if len(newer) > _STALE_SHARE * len(rows.ids):
            return None
        widening = len(rows.ids) / max(1, int(np.count_nonzero(usable)))
        wide = min(len(fitted.graph), int(k * max(1.0, widening * _SPARE)) + 1)
        labels = fitted.graph.nearest(query, wide)
        if labels is None:
            return None
        found = fitted.rows[labels]
        found = np.concatenate([found[found >= 0], newer])
        found = found[usable[found]]
        return np.sort(found) if len(found) >= k else None

    def refit(self, rows: Rows) -> None:
        """Use the graph on after the rows came into another order."""
        fitted = self._fitted
        if fitted is not None and fitted.base is not rows.base:
            vectors = Vectors.of(rows.ids[: len(rows.base)], rows.base)
            self._fitted = _Fitted.of(fitted.graph, rows.base, vectors)

    def update(self, rows: Rows, report: Report) -> bool:
        """Load, build or complete the graph of these rows' base; False when nothing was missing.

        On Cancelled the stages that were saved stay, and the former graph is used on.
        """
        self.refit(rows)
        if self._fitted is not None and self._fresh(self._fitted):
            return False
        vectors = Vectors.of(rows.ids[: len(rows.base)], rows.base)
        if self._fitted is None:
            found = graph.load(self._folder, self._facts, vectors.dimension)
            if found is not None:
                self._fitted = _Fitted.of(found, rows.base, vectors)
        if self._fitted is not None and self._fresh(self._fitted):
            return False
        folder = None if self._read_only else self._folder
        found = graph.build(folder, self._facts, vectors, report)
        self._fitted = _Fitted.of(found, rows.base, vectors)
        return True

    @staticmethod
    def _fresh(fitted: _Fitted) -> bool:
        return len(fitted.outside) <= _STALE_SHARE * len(fitted.base)
