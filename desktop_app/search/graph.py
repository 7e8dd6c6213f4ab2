"""The HNSW graph (Malkov and Yashunin 2016) over the vectors of a large library.

hnswlib crashes or answers wrongly on a damaged file and does not notice a failed write, so a graph
is loaded only from a verified cache, and saved through one that compares what is on the disk.
A vector is a label for ever: an article that changed gets a new label, and its old one is ignored.
"""

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from desktop_app.progress import Report
from desktop_app.search import cache
from desktop_app.search.request import FloatArray, IdArray

if TYPE_CHECKING:
    import hnswlib

log = logging.getLogger(__name__)

RowArray = npt.NDArray[np.intp]
Take = Callable[[RowArray], FloatArray]

_M = 16
_EF_CONSTRUCTION = 100
_EF = 6_000  # least width of a search
_EF_SHARE = 0.012  # of the vectors, if that is more: recall@20 .998 of a million, in 12 ms
_BATCH = 2_000  # vectors added between two looks at the cancel button
_STAGE = 100_000  # vectors that are lost at most when the program is killed, or half of the graph


def available() -> bool:
    """Whether hnswlib is installed; without it large libraries are searched by clusters alone."""
    try:
        import hnswlib  # noqa: F401
    except ImportError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Vectors:
    """Rows that a graph shall hold: the article of each, a print of each vector, the vectors."""

    ids: IdArray
    prints: IdArray
    take: Take  # a copy of some rows, (n, dimension)
    dimension: int

    @classmethod
    def of(cls, ids: IdArray, matrix: FloatArray) -> "Vectors":
        """The rows of a (memory-mapped) matrix."""
        return cls(ids, _prints(matrix), lambda rows: matrix[rows], matrix.shape[1])


class Graph:
    """A graph over vectors; `ids` and `prints` tell by label whose vector it was, and which."""

    def __init__(self, index: "hnswlib.Index", ids: IdArray, prints: IdArray) -> None:
        self._index = index
        self._lock = Lock()  # the width of a search is set for the whole index
        self.ids = ids
        self.prints = prints

    def __len__(self) -> int:
        return len(self.ids)

    def nearest(self, query: FloatArray, k: int) -> RowArray | None:
        """The labels of about the `k` most similar vectors; None when the graph has too few."""
        with self._lock:
            self._index.set_ef(max(2 * k, _EF, int(_EF_SHARE * len(self))))
            try:
                labels, _ = self._index.knn_query(query[np.newaxis], k=k, num_threads=1)
            except RuntimeError:  # fewer than k were reached
                return None
        return np.asarray(labels[0], np.intp)

    def labels(self, vectors: Vectors) -> RowArray:
        """The label that holds each row's vector, -1 where none does."""
        by_id = np.full(int(max(vectors.ids.max(initial=0), self.ids.max(initial=0))) + 1, -1)
        by_id[self.ids] = np.arange(len(self.ids))
        labels = by_id[vectors.ids]
        same = self.prints[labels] == vectors.prints if len(self.ids) else labels >= 0
        return np.where((labels >= 0) & same, labels, -1)

    def add(self, vectors: Vectors, rows: RowArray) -> None:
        """Add rows. Nobody may search meanwhile."""
        first = len(self.ids)
        if first + len(rows) > self._index.get_max_elements():
            self._index.resize_index(first + len(rows))
        threads = max(1, (os.cpu_count() or 2) - 1)
        labels = np.arange(first, first + len(rows))
        self._index.add_items(vectors.take(rows), labels, num_threads=threads)
        self.ids = np.concatenate([self.ids, vectors.ids[rows]])
        self.prints = np.concatenate([self.prints, vectors.prints[rows]])

    def save(self, folder: Path, facts: cache.Facts) -> None:
        """Write the graph as a verified cache; OSError when the disk took less than all of it."""

        def write(path: Path) -> None:
            self._index.save_index(str(path))
            if path.stat().st_size != self._index.index_file_size():
                raise OSError(f"{path} was not written whole")

        writers = {
            "graph": write,
            "ids": cache.array_writer(self.ids),
            "prints": cache.array_writer(self.prints),
        }
        shape = {"dimension": self._index.dim, "M": _M, "ef_construction": _EF_CONSTRUCTION}
        cache.save(folder, writers, {**facts, **shape})


def build(folder: Path | None, facts: cache.Facts, vectors: Vectors, report: Report) -> Graph:
    """The saved graph with all `vectors` in it, or a new one; saved in stages in `folder`.

    On Cancelled the stages that were saved stay, and the next call goes on from there. A graph of
    which more than a fifth is of no use any more is made anew.
    """
    graph = load(folder, facts, vectors.dimension, len(vectors.ids)) if folder else None
    if graph is not None:
        useful = int(np.count_nonzero(graph.labels(vectors) >= 0))
        graph = graph if len(graph) - useful <= len(graph) // 5 else None
    if graph is None:
        graph = _empty(vectors.dimension, len(vectors.ids))
    missing = np.flatnonzero(graph.labels(vectors) < 0)
    # Rows lie by cluster; a graph that grows cluster by cluster is a worse one.
    missing = missing[np.argsort(vectors.ids[missing], kind="stable")]
    saved = len(graph)
    for start in range(0, len(missing), _BATCH):
        report(start, len(missing))
        graph.add(vectors, missing[start : start + _BATCH])
        if folder and len(graph) - saved >= max(_STAGE, saved // 2):
            graph.save(folder, facts)
            saved = len(graph)
    report(len(missing), len(missing))
    if folder and len(graph) > saved:
        graph.save(folder, facts)
    return graph


def load(folder: Path, facts: cache.Facts, dimension: int, room: int = 0) -> Graph | None:
    """The saved graph with room for some vectors, if it is whole and was made from `facts`."""
    found = cache.verified(folder)
    if found is None:
        return None
    files, written = found
    wanted = {**facts, "dimension": dimension, "M": _M, "ef_construction": _EF_CONSTRUCTION}
    if written != wanted or files.keys() != {"graph", "ids", "prints"}:
        return None
    ids, prints = (np.array(cache.load_array(files[name])) for name in ("ids", "prints"))
    import hnswlib

    index = hnswlib.Index(space="ip", dim=dimension)
    try:
        index.load_index(str(files["graph"]), max_elements=max(room, len(ids)))
    except RuntimeError as error:
        log.warning("The graph in %s is made anew: %s", folder, error)
        return None
    fits = index.get_current_count() == len(ids) == len(prints)
    return Graph(index, ids, prints) if fits else None


def _empty(dimension: int, room: int) -> Graph:
    import hnswlib

    # Vectors are normalised: the inner product is the cosine.
    index = hnswlib.Index(space="ip", dim=dimension)
    index.init_index(max(1, room), M=_M, ef_construction=_EF_CONSTRUCTION, random_seed=1)
    return Graph(index, np.empty(0, np.int64), np.empty(0, np.int64))


def _prints(matrix: FloatArray) -> IdArray:
    """A number for each vector that another one hardly has: the sum of its bits, by halves."""
    result = np.empty(len(matrix), np.int64)
    for start in range(0, len(matrix), _BATCH):
        block = np.ascontiguousarray(matrix[start : start + _BATCH]).view(np.int32)
        weights = np.arange(1, block.shape[1] + 1, dtype=np.int64)
        result[start : start + len(block)] = (block * weights).sum(axis=1)
    return result
