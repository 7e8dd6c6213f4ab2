"""Search speed: whole searches with the real encoder over a library of 100,000 articles."""

import argparse
import random
from pathlib import Path

import numpy as np

from desktop_app.encoders.onnx_encoder import load_encoder
from desktop_app.library.library import Library
from desktop_app.mesh.vocabulary import load_vocabulary
from desktop_app.search.engine import SearchEngine
from desktop_app.search.request import Filters, Mode, SearchRequest
from desktop_app.tasks.session import find_encoder
from tests.benchmarks.large_library import large_library
from tests.benchmarks.table import percentile, print_table

ROOT = Path(__file__).resolve().parent.parent.parent
STAGES = ("encode", "rank", "facets", "total")


def main() -> None:
    """Print p50 and p95 of each stage, by kind of search."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=200)
    arguments = parser.parse_args()
    info = find_encoder()
    assert info is not None, "no encoder is installed"
    encoder = load_encoder(info.folder)
    folder = ROOT / ".dev" / f"bench-{arguments.articles}"
    with large_library(folder, arguments.articles, encoder) as library:
        engine = SearchEngine(library, load_vocabulary())
        engine.use_encoder(encoder)
        engine.build_indexes()
        engine.save()
        queries = _queries(library, arguments.queries)
        rows = [_measure(engine, name, requests) for name, requests in _kinds(queries).items()]
    head = [f"{stage} {p}" for stage in STAGES for p in ("p50", "p95")]
    print_table(f"Search, {arguments.articles:,} articles, ms", ("kind", "hits", *head), rows)


def _kinds(queries: list[str]) -> dict[str, list[SearchRequest]]:
    narrow = Filters(include=("C",), years=(2000, 2010))
    return {
        "question, hybrid": [SearchRequest(q) for q in queries],
        "question, everything": [SearchRequest(q, everything=True) for q in queries],
        "question, by meaning": [SearchRequest(q, Mode.SEMANTIC) for q in queries],
        "question, by words": [SearchRequest(q, Mode.KEYWORD) for q in queries],
        "question, MeSH branch and years": [SearchRequest(q, filters=narrow) for q in queries],
        "browse everything": [SearchRequest() for _ in queries[:20]],
        "browse a MeSH branch": [SearchRequest(filters=narrow) for _ in queries[:20]],
    }


def _measure(engine: SearchEngine, name: str, requests: list[SearchRequest]) -> list[str]:
    engine.search(requests[0])
    results = [engine.search(request) for request in requests]
    cells = [name, f"{np.median([len(result) for result in results]):,.0f}"]
    for stage in STAGES:
        times = [result.milliseconds[stage] for result in results]
        cells += [f"{percentile(times, share):.1f}" for share in (0.5, 0.95)]
    return cells


def _queries(library: Library, count: int) -> list[str]:
    """Questions of four to twelve words out of the titles of the library."""
    chance = random.Random(5)
    ids = chance.sample(library.ids(), count)
    titles = [article.title for article in library.articles(ids).values()]
    return [" ".join(title.split()[: chance.randint(4, 12)]) for title in titles]


if __name__ == "__main__":
    main()
