"""Search in a library of a million articles: every bar, and other libraries on the same vectors.

    python3 dev.py bench scale [-- --articles 1000000 --peers]

The library is `million_library`, kept under .dev. The peers (hnswlib, usearch, faiss, LanceDB) are
taken when they are installed, or lie in .dev/peers (pip install --target), and get fewer vectors.
"""

import argparse
import os

os.environ["ORT_DISABLE_TELEMETRY"] = "1"
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the program does, before numpy comes

import random
import resource
import sys
from collections.abc import Callable, Sequence
from time import perf_counter, process_time

import numpy as np

from desktop_app.encoders.onnx_encoder import OnnxEncoder, load_encoder
from desktop_app.library.library import Library
from desktop_app.mesh.vocabulary import Vocabulary, load_vocabulary
from desktop_app.search.engine import SearchEngine
from desktop_app.search.request import Filters, FloatArray, IdArray, Mode, SearchRequest
from desktop_app.search.vector_index import BoolArray, VectorIndex, top
from desktop_app.tasks.session import find_encoder
from tests.benchmarks import scale_peers
from tests.benchmarks.million_library import ROOT, million_library
from tests.benchmarks.table import percentile, print_table

SHARES = (1.0, 0.5, 0.2, 0.05, 0.01, 0.001, 0.0001)
DEPTH = 20  # recall@20
CANDIDATES = 1_000  # what the ranking asks the vectors for
_BOOLEAN = [
    f'"{first}"[mh] NOT "{second}"[mh]'
    for first in ("Asthma", "Diabetes Mellitus", "Hypertension", "Humans")
    for second in ("Humans", "Child", "Aged", "Female")
    if first != second
]
_BOOLEAN_WORDS = (
    "asthma[tiab] AND children[tiab]",
    "(hypertension[tiab] OR hypertensive[tiab]) AND patients[tiab] NOT rats[tiab]",
    'schizophrenia[tiab] AND (olanzapine[tiab] OR risperidone[tiab]) AND "randomized"[tiab]',
    '"blood pressure"[tiab] AND trial*[tiab]',
    '"double blind"[tiab] AND placebo[tiab] AND "Diabetes Mellitus"[mh]',
    "patients[tiab]",
    "treatment[tiab] OR therapy[tiab] OR efficacy[tiab]",
    '"clinical trial"[pt] AND pain[ti] AND 2000:2010[dp]',
)


def main() -> None:
    """Build what is missing, measure, print tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=100)
    parser.add_argument("--peers", type=int, default=0, help="vectors for the other libraries")
    arguments = parser.parse_args()
    info = find_encoder()
    assert info is not None, "no encoder is installed"
    encoder, vocabulary = load_encoder(info.folder), load_vocabulary()
    folder = ROOT / ".dev" / "bench-scale" / f"library-{arguments.articles}"
    with million_library(folder, arguments.articles, encoder, vocabulary) as library:
        engine = _built(library, vocabulary, encoder)
        queries = _queries(library, arguments.queries)
        vectors = np.array([encoder.encode_query(q) for q in queries], np.float32)
        index = engine._encoders.vectors
        assert index is not None
        _vector_table(index, vectors)
        _facet_table(engine, arguments.articles)
        _query_table(engine, queries)
        _row_table(engine, library)
        print(f"\nresident at most: {_peak_memory():,} MB", flush=True)
        if arguments.peers:
            scale_peers.compare(index, vectors, arguments.peers)


def _built(library: Library, vocabulary: Vocabulary, encoder: OnnxEncoder) -> SearchEngine:
    """The engine with all indexes; what each step takes is printed."""
    rows = []

    def timed(name: str, action: Callable[[], object]) -> None:
        wall, cpu = perf_counter(), process_time()
        action()
        row = (name, f"{perf_counter() - wall:.1f}", f"{process_time() - cpu:.1f}")
        rows.append(row)
        print(row, flush=True)

    engines: list[SearchEngine] = []
    timed("open, facets and words", lambda: engines.append(SearchEngine(library, vocabulary)))
    engine = engines[0]
    timed("save facets", engine.save)
    timed("vectors", lambda: engine.use_encoder(encoder))
    timed("words, clusters, graph", engine.build_indexes)
    timed("save", engine.save)
    print_table("Building (again: loading)", ("step", "s", "CPU s"), rows)
    return engine


def _vector_table(index: VectorIndex, queries: FloatArray) -> None:
    """Recall against the exact answer, and time, at every selectivity."""
    rows = index._rows
    size = int(rows.ids.max()) + 1
    chance = np.random.default_rng(2)
    cosines = rows.base @ queries.T
    head = ("allowed", "k", "recall", "p50 ms", "p95 ms", "CPU p50 ms", "CPU p95 ms")
    table = []
    for share in SHARES:
        allowed = None if share == 1.0 else chance.random(size) < share
        usable = np.arange(len(rows.base)) if allowed is None else allowed[rows.ids].nonzero()[0]
        for k in (DEPTH, CANDIDATES):
            measured = [_timed(index, q, k, allowed) for q in queries]
            recalls = []
            for number, (found, _, _) in enumerate(measured):
                truth = top(rows.ids[usable], cosines[usable, number], k)[0]
                recalls.append(len(np.intersect1d(found, truth)) / max(1, len(truth)))
            times = [[wall for _, wall, _ in measured], [cpu for _, _, cpu in measured]]
            shown = (f"{percentile(t, p):.1f}" for t in times for p in (0.5, 0.95))
            table.append((f"{share:.2%}", k, f"{np.mean(recalls):.4f}", *shown))
            print(table[-1], flush=True)
    print_table(f"Vectors, {len(index):,} x {queries.shape[1]}", head, table)


def _timed(
    index: VectorIndex,
    query: FloatArray,
    k: int,
    allowed: BoolArray | None,
) -> tuple[IdArray, float, float]:
    wall, cpu = perf_counter(), process_time()
    found, _ = index.nearest(query, k, allowed)
    return found, (perf_counter() - wall) * 1000, (process_time() - cpu) * 1000


def _facet_table(engine: SearchEngine, articles: int) -> None:
    """Time by size of the result set, equal to a count of every list."""
    facets = engine._facets
    chance = np.random.default_rng(3)
    ids = facets.newest(None)
    table = []
    for size in (1_000, 10_000, 20_000, 40_000, 100_000, 500_000, 700_000, 900_000, 1_000_000):
        if size > articles:
            continue
        chosen = np.sort(chance.choice(ids, size, replace=False))
        times, cpus = [], []
        for _ in range(7):
            wall, cpu = perf_counter(), process_time()
            found = facets.count(chosen, chosen)
            times.append((perf_counter() - wall) * 1000)
            cpus.append((process_time() - cpu) * 1000)
        slow = sum(
            np.bincount(part.segment.nodes.of(rows), minlength=facets.nodes)
            for part, rows in zip(facets.parts, facets.parts.rows(chosen), strict=True)
        )
        same = np.array_equal(np.asarray(slow)[: len(found.mesh)], found.mesh)
        table.append(
            (
                f"{size:,}",
                *(f"{ms:.1f}" for ms in (np.median(times), max(times))),
                *(f"{ms:.1f}" for ms in (np.median(cpus), max(cpus))),
                "equal" if same else "DIFFERENT",
            )
        )
    head = ("results", "p50 ms", "worst", "CPU p50 ms", "worst", "against a plain count")
    print_table("Facets of every kind", head, table)


def _query_table(engine: SearchEngine, queries: Sequence[str]) -> None:
    """Whole searches with the query encoded for real."""
    narrow = Filters(include=("C",), years=(2000, 2010))
    kinds = {
        "question, hybrid": [SearchRequest(q) for q in queries],
        "question, everything": [SearchRequest(q, everything=True) for q in queries],
        "question, by meaning": [SearchRequest(q, Mode.SEMANTIC) for q in queries],
        "question, by words": [SearchRequest(q, Mode.KEYWORD) for q in queries],
        "question, MeSH branch and years": [SearchRequest(q, filters=narrow) for q in queries],
        "Boolean, two headings": [SearchRequest(query) for query in _BOOLEAN],
        "Boolean, words": [SearchRequest(query) for query in _BOOLEAN_WORDS],
        "browse everything": [SearchRequest()] * 10,
        "browse a MeSH branch": [SearchRequest(filters=narrow)] * 10,
    }
    table = []
    for name, requests in kinds.items():
        engine.search(requests[0])
        hits, walls, cpus = [], [], []
        for request in requests:
            wall, cpu = perf_counter(), process_time()
            hits.append(len(engine.search(request)))
            walls.append((perf_counter() - wall) * 1000)
            cpus.append((process_time() - cpu) * 1000)
        cells = [f"{percentile(times, p):.0f}" for times in (cpus, walls) for p in (0.5, 0.95)]
        table.append([name, f"{np.median(hits):,.0f}", *cells])
    head = ("kind", "hits", "CPU p50", "CPU p95", "p50", "p95")
    print_table(f"Whole searches, ms (load {os.getloadavg()[0]:.1f})", head, table)


def _row_table(engine: SearchEngine, library: Library) -> None:
    """Fifty rows with reasons for a pasted abstract, which has some forty words to look for."""
    ids = random.Random(6).sample(range(1, library.count()), 12)
    cpus = []
    for article in library.vectors.texts(ids):
        found = engine.search(SearchRequest(article.text))
        cpu = process_time()
        engine.rows(found, 0, 50)
        cpus.append((process_time() - cpu) * 1000)
    cells = [f"{percentile(cpus, p):.0f}" for p in (0.5, 0.95)]
    print_table("Fifty rows of a pasted abstract, CPU ms", ("p50", "p95"), [cells])


def _queries(library: Library, count: int) -> list[str]:
    """Questions of four to twelve words out of the titles of the library."""
    chance = random.Random(5)
    ids = chance.sample(range(1, library.count()), count)
    titles = [summary.title for summary in library.summaries(ids).values()]
    return [" ".join(title.split()[: chance.randint(4, 12)]) for title in titles]


def _peak_memory() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // (1024 * 1024 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main()
