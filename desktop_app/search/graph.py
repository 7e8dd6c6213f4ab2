"""The HNSW graph: approximate nearest articles in libraries too large to scan.

hnswlib crashes or answers wrongly on a damaged file and does not notice a failed write, so a graph
is loaded only from a verified cache, and saved through one that compares what is on the disk.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from desktop_app.progress import Report, silent
from desktop_app.search import cache
from desktop_app.search.request import FloatArray, IdArray

if TYPE_CHECKING:
    import hnswlib

_M = 32  # recall .99 at ef 160 on real sentences, where 16 reaches .975
_EF_CONSTRUCTION = 200
_BATCH = 2_000  # vectors added between two looks at the cancel button


def available() -> bool:
    """Whether hnswlib is installed; without it every search is an exact scan."""
    try:
        import hnswlib  # noqa: F401
    except ImportError:
        return False
    return True


class Graph:
    """A graph over some articles; `ids` says which, sorted."""

    def __init__(self, index: "hnswlib.Index", ids: IdArray) -> None:
        self._index = index
        self.ids = ids

    def __len__(self) -> int:
        return len(self.ids)

    def nearest(self, query: FloatArray, k: int, ef: int) -> tuple[IdArray, FloatArray]:
        """About the `k` most similar articles, best first; `ef` is the width of the search."""
        k = min(k, len(self.ids))
        self._index.set_ef(max(ef, k))
        labels, distances = self._index.knn_query(query[np.newaxis], k=k, num_threads=1)
        return labels[0].astype(np.int64), (1.0 - distances[0]).astype(np.float32)

    def save(self, folder: Path, facts: cache.Facts) -> None:
        """Write the graph as a verified cache; OSError when the disk took less than all of it."""

        def write(path: Path) -> None:
            self._index.save_index(str(path))
            if path.stat().st_size < self._index.index_file_size():
                raise OSError(f"{path} was not written whole")

        writers = {"graph": write, "ids": cache.array_writer(self.ids)}
        cache.save(folder, writers, {**facts, "dimension": self._index.dim})


def build(ids: IdArray, vectors: FloatArray, report: Report = silent) -> Graph:
    """Build a graph over `vectors` (n, dimension), which belong to the articles `ids`."""
    index = _empty(vectors.shape[1])
    index.init_index(len(ids), M=_M, ef_construction=_EF_CONSTRUCTION, random_seed=1)
    for start in range(0, len(ids), _BATCH):
        report(start, len(ids))
        index.add_items(vectors[start : start + _BATCH], ids[start : start + _BATCH])
    report(len(ids), len(ids))
    return Graph(index, np.sort(ids))


def load(folder: Path, facts: cache.Facts) -> Graph | None:
    """The saved graph, if it is whole and was made from these `facts`."""
    found = cache.verified(folder)
    if found is None:
        return None
    files, written = found
    if any(written.get(name) != value for name, value in facts.items()):
        return None
    ids: IdArray = np.array(cache.load_array(files["ids"]))
    index = _empty(int(written["dimension"]))
    index.load_index(str(files["graph"]), max_elements=len(ids))
    return Graph(index, ids)


def _empty(dimension: int) -> Any:
    import hnswlib

    return hnswlib.Index(space="ip", dim=dimension)  # vectors are normalised: ip is the cosine
