"""Filtered hybrid search beside LanceDB, the same articles, vectors and questions, taking turns.

    .venv/bin/python -m tests.benchmarks.lancedb_hybrid --articles 100000

LanceDB lies in .dev/peers (pip install --target) and keeps its table under .dev. It gets its own
full-text index over titles and abstracts, its exact vector search, a filter on the year
before the search, and answers with the ids of the best 1,000; we answer with the whole result set,
scores and facets. Queries are encoded beforehand, for both.
"""

import argparse
import sys
from importlib import import_module
from time import perf_counter, process_time
from typing import Any

import numpy as np

from desktop_app.encoders.onnx_encoder import load_encoder
from desktop_app.library.library import Library
from desktop_app.mesh.vocabulary import load_vocabulary
from desktop_app.search.engine import SearchEngine
from desktop_app.search.request import Filters, FloatArray, SearchRequest
from desktop_app.tasks.session import find_encoder
from tests.benchmarks.bench_scale import _queries
from tests.benchmarks.million_library import ROOT, million_library
from tests.benchmarks.table import percentile, print_table

YEARS = (2000, 2010)
FOUND = 1_000
_BATCH = 10_000


class _Remembered:
    """An encoder that has encoded the queries already."""

    def __init__(self, encoder: Any, queries: list[str]) -> None:
        self.id, self.dimension = encoder.id, encoder.dimension
        self._encoder = encoder
        self.similarity_floor: float | None = encoder.similarity_floor
        self._known = {query: encoder.encode_query(query) for query in queries}

    def encode_query(self, text: str) -> FloatArray:
        return np.asarray(self._known[text.strip()], np.float32)

    def encode_documents(self, texts: Any) -> FloatArray:
        return np.asarray(self._encoder.encode_documents(list(texts)), np.float32)


def main() -> None:
    """Print times and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=50)
    arguments = parser.parse_args()
    info = find_encoder()
    assert info is not None, "no encoder is installed"
    encoder, vocabulary = load_encoder(info.folder), load_vocabulary()
    folder = ROOT / ".dev" / "bench-scale" / f"library-{arguments.articles}"
    with million_library(folder, arguments.articles, encoder, vocabulary) as library:
        queries = _queries(library, arguments.queries)
        engine = SearchEngine(library, vocabulary)
        known = _Remembered(encoder, queries)
        engine.use_encoder(known)
        engine.build_indexes()
        engine.save()
        table = _lance_table(library, engine)
        times: dict[str, list[tuple[float, float]]] = {"Litmesh": [], "LanceDB": []}
        for query in queries:
            request = SearchRequest(query, filters=Filters(years=YEARS))
            times["Litmesh"].append(_timed(lambda r=request: engine.search(r)))
            vector = known.encode_query(query)
            times["LanceDB"].append(_timed(lambda q=query, v=vector: _asked(table, q, v)))
    rows = []
    base = percentile([wall for wall, _ in times["Litmesh"]], 0.5)
    for name, measured in times.items():
        walls, cpus = ([pair[n] for pair in measured] for n in (0, 1))
        cells = [percentile(walls, 0.5), percentile(walls, 0.95), percentile(cpus, 0.5)]
        rows.append((name, *(f"{ms:.1f}" for ms in cells), f"{cells[0] / base:.2f}"))
    head = ("program", "p50 ms", "p95 ms", "CPU p50 ms", "ratio")
    print_table(f"Filtered hybrid, {arguments.articles:,} articles", head, rows)


def _lance_table(library: Library, engine: SearchEngine) -> Any:
    sys.path.append(str(ROOT / ".dev" / "peers"))
    lancedb, arrow = import_module("lancedb"), import_module("pyarrow")
    index = engine._encoders.vectors
    assert index is not None
    ids = library.ids()
    wall, cpu = perf_counter(), process_time()

    def batches() -> Any:
        for start in range(0, len(ids), _BATCH):
            chunk = ids[start : start + _BATCH]
            articles = {article.id: article.text for article in library.vectors.texts(chunk)}
            summaries = library.summaries(chunk)
            matrix = index.vectors_of(np.array(chunk, np.int64)).ravel()
            yield arrow.RecordBatch.from_pydict(
                {
                    "id": chunk,
                    "text": [articles[i] for i in chunk],
                    "year": [summaries[i].year for i in chunk],
                    "vector": arrow.FixedSizeListArray.from_arrays(
                        matrix, len(matrix) // len(chunk)
                    ),
                }
            )

    database = lancedb.connect(str(ROOT / ".dev" / "bench-scale" / "lance"))
    first = next(iter(batches()))
    reader = arrow.RecordBatchReader.from_batches(first.schema, batches())
    table = database.create_table("articles", reader, mode="overwrite")
    table.create_fts_index("text")
    print(f"LanceDB built in {perf_counter() - wall:.0f} s, {process_time() - cpu:.0f} CPU s")
    return table


def _asked(table: Any, query: str, vector: FloatArray) -> Any:
    search = table.search(query_type="hybrid").vector(vector).text(query)
    where = f"year >= {YEARS[0]} AND year <= {YEARS[1]}"
    return search.where(where, prefilter=True).limit(FOUND).select(["id"]).to_arrow()


def _timed(action: Any) -> tuple[float, float]:
    wall, cpu = perf_counter(), process_time()
    action()
    return (perf_counter() - wall) * 1000, (process_time() - cpu) * 1000


if __name__ == "__main__":
    main()
