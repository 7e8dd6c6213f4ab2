"""Published Boolean strategies over all real records: the search finds what the oracle finds.

Each of the 20 strategies as it stands and with OR for AND. Prints how many articles each finds, and
how long the search and the oracle took.
"""

import argparse
import os
import tempfile
import time
from pathlib import Path

from desktop_app.library.library import Library
from desktop_app.mesh.vocabulary import load_vocabulary
from desktop_app.records import Article
from desktop_app.search.engine import SearchEngine
from desktop_app.search.request import Mode, Reading, SearchRequest
from tests.search.query.random_queries import random_queries
from tests.search.query.real_articles import published_queries, pubmed_articles, review_articles
from tests.search.query_oracle import Oracle

_BATCH = 500
_DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


class Comparison:
    """One library, asked by both."""

    def __init__(self, library: Library) -> None:
        vocabulary = load_vocabulary()
        articles = library.articles(library.ids())
        self._ids = list(articles)
        self._articles = list(articles.values())
        self._engine = SearchEngine(library, vocabulary)
        self._oracle = Oracle(vocabulary)
        self.slowest = 0.0
        self._ask("warm[tiab]")

    def compare(self, name: str, query: str) -> int:
        """Ask both; how many articles there are. Raises AssertionError when they differ."""
        began = time.perf_counter()
        got = self._ask(query)
        took = time.perf_counter() - began
        self.slowest = max(self.slowest, took)
        began = time.perf_counter()
        expected = {self._ids[i] for i in self._oracle.matches(query, self._articles)}
        oracle = time.perf_counter() - began
        print(f"{name:24s} {len(got):6d} articles  {took * 1000:7.0f} ms  oracle {oracle:5.1f} s")
        assert got == expected, f"{query}: more {got - expected}, missing {expected - got}"
        return len(got)

    def _ask(self, query: str) -> set[int]:
        request = SearchRequest(query, Mode.KEYWORD, reading=Reading.BOOLEAN)
        return {int(i) for i in self._engine.search(request).ids}


def main() -> None:
    """Compare every strategy, then random queries."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--random", type=int, default=100, help="Random queries besides.")
    options = parser.parse_args()
    data = Path(os.environ.get("LITMESH_SHARED_DATA", _DATA))
    if not data.is_dir():
        print(f"no real collections: {data} does not exist (LITMESH_SHARED_DATA names it)")
        return
    with tempfile.TemporaryDirectory() as folder, Library.open(Path(folder)) as library:
        _fill(library, data)
        asked = Comparison(library)
        found = 0
        for name, query in published_queries(data).items():
            found += asked.compare(name, query) > 0
            assert asked.compare(f"{name} by OR", query.replace(" AND ", " OR ")) > 0, name
        for number, query in enumerate(random_queries(options.random, seed=3)):
            asked.compare(f"random {number}", query)
    print(f"all alike; {found} of 20 strategies find something; slowest {asked.slowest:.2f} s")


def _fill(library: Library, data: Path) -> None:
    vocabulary = load_vocabulary()
    found: dict[int | None, Article] = {a.pmid: a for a in review_articles(data, vocabulary)}
    found |= {a.pmid: a for a in pubmed_articles(data)}
    articles = list(found.values())
    for start in range(0, len(articles), _BATCH):
        library.write(articles[start : start + _BATCH])
    assert library.lookups.prepare() == 0  # else a search enters some and says what is missing
    print(f"{library.count()} articles")


if __name__ == "__main__":
    main()
