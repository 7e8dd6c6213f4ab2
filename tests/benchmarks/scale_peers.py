"""Other vector libraries on the same vectors, in one run, as ratios to ours."""

import sys
from collections.abc import Callable
from importlib import import_module
from time import perf_counter, process_time
from typing import Any

import numpy as np

from desktop_app.search.request import FloatArray
from desktop_app.search.vector_index import VectorIndex
from tests.benchmarks.million_library import ROOT
from tests.benchmarks.table import percentile, print_table

K = (20, 1_000)
EF = 6_000  # width of every HNSW search, ours too: so wide is what a million needs for .99
Search = Callable[[FloatArray, int], Any]


def compare(index: VectorIndex, queries: FloatArray, count: int) -> None:
    """Build each on the first `count` vectors; recall and time at k = 20 and 1,000."""
    sys.path.append(str(ROOT / ".dev" / "peers"))
    rows = index._rows
    chosen = np.sort(np.random.default_rng(4).choice(len(rows.ids), count, replace=False))
    matrix = np.ascontiguousarray(rows.take(chosen))
    truth = {k: [np.argsort(-(matrix @ q))[:k] for q in queries] for k in K}
    table, base = [], {}
    for name, build in _PEERS.items():
        try:
            wall, cpu = perf_counter(), process_time()
            search = build(matrix)
            built = (perf_counter() - wall, process_time() - cpu)
        except ImportError:
            print(f"{name} is not installed")
            continue
        for k in K:
            cells = _measured(search, queries, k, truth[k])
            if name == "Litmesh, graph":
                base[k] = float(cells[-1])
            ratio = f"{float(cells[-1]) / base[k]:.2f}" if k in base else ""
            table.append((name, k, f"{built[0]:.0f}", f"{built[1]:.0f}", *cells, ratio))
            print(table[-1], flush=True)
    head = ("index", "k", "build s", "CPU s", "recall", "p50 ms", "p95 ms", "CPU p50 ms", "ratio")
    print_table(f"The same {count:,} vectors", head, table)


def _measured(search: Search, queries: FloatArray, k: int, truth: list[Any]) -> tuple[str, ...]:
    recalls, walls, cpus = [], [], []
    for query, right in zip(queries, truth, strict=True):
        wall, cpu = perf_counter(), process_time()
        found = search(query, k)
        walls.append((perf_counter() - wall) * 1000)
        cpus.append((process_time() - cpu) * 1000)
        recalls.append(len(np.intersect1d(found, right)) / k)
    return (
        f"{np.mean(recalls):.4f}",
        f"{percentile(walls, 0.5):.1f}",
        f"{percentile(walls, 0.95):.1f}",
        f"{percentile(cpus, 0.5):.1f}",
    )


def _clusters(matrix: FloatArray) -> Search:
    """Our own arrangement, in memory."""
    from desktop_app.search import clusters
    from desktop_app.search.vector_index import SCANNED, top
    from desktop_app.search.vector_rows import Rows

    everything = np.arange(len(matrix))
    centres = clusters.train(lambda rows: matrix[rows], everything)
    codes = clusters.assign(matrix, centres)
    order = np.argsort(codes, kind="stable")
    starts = np.searchsorted(codes[order], np.arange(len(centres) + 1))
    alive = np.ones(len(matrix), np.bool_)
    rows = Rows(order, alive, matrix[order], matrix[:0], centres, starts)

    def search(query: FloatArray, k: int) -> Any:
        chosen = rows.nearest_first(query, alive, SCANNED)
        return top(rows.ids[chosen], rows.dot(chosen, query), k)[0]

    return search


def _graph(matrix: FloatArray) -> Search:
    """Our own graph with what it returns scored again, in memory."""
    from desktop_app.progress import silent
    from desktop_app.search.graph import Vectors, build
    from desktop_app.search.vector_index import top

    made = build(None, {}, Vectors.of(np.arange(len(matrix)), matrix), silent)

    def search(query: FloatArray, k: int) -> Any:
        labels = made.nearest(query, k)
        assert labels is not None
        found = np.sort(labels)
        return top(found, matrix[found] @ query, k)[0]

    return search


def _hnswlib(matrix: FloatArray) -> Search:
    import hnswlib

    index = hnswlib.Index(space="ip", dim=matrix.shape[1])
    index.init_index(len(matrix), M=16, ef_construction=100, random_seed=1)
    index.add_items(matrix, np.arange(len(matrix)))

    def search(query: FloatArray, k: int) -> Any:
        index.set_ef(max(2 * k, EF))
        return index.knn_query(query[np.newaxis], k=k, num_threads=1)[0][0]

    return search


def _usearch(matrix: FloatArray) -> Search:
    index = import_module("usearch.index").Index(
        ndim=matrix.shape[1], metric="ip", connectivity=16, expansion_add=100, dtype="f32"
    )
    index.add(np.arange(len(matrix)), matrix)

    def search(query: FloatArray, k: int) -> Any:
        index.expansion_search = max(2 * k, EF)
        return index.search(query, k).keys

    return search


def _faiss_hnsw(matrix: FloatArray) -> Search:
    faiss = import_module("faiss")

    index = faiss.IndexHNSWFlat(matrix.shape[1], 16, faiss.METRIC_INNER_PRODUCT)
    index.hnsw.efConstruction = 100
    index.add(matrix)

    def search(query: FloatArray, k: int) -> Any:
        index.hnsw.efSearch = max(2 * k, EF)
        return index.search(query[np.newaxis], k)[1][0]

    return search


def _faiss_ivf(matrix: FloatArray) -> Search:
    faiss = import_module("faiss")

    count = 2 * int(len(matrix) ** 0.5)
    quantizer = faiss.IndexFlatIP(matrix.shape[1])
    index = faiss.IndexIVFFlat(quantizer, matrix.shape[1], count, faiss.METRIC_INNER_PRODUCT)
    index.train(matrix[:: max(1, len(matrix) // (40 * count))])
    index.add(matrix)
    index.nprobe = max(1, int(count * 60_000 / len(matrix)))
    return lambda query, k: index.search(query[np.newaxis], k)[1][0]


_PEERS: dict[str, Callable[[FloatArray], Search]] = {
    "Litmesh, graph": _graph,
    "Litmesh, clusters": _clusters,
    "hnswlib, M 16": _hnswlib,
    "usearch, M 16": _usearch,
    "faiss HNSW, M 16": _faiss_hnsw,
    "faiss IVF": _faiss_ivf,
}
