"""Random and hostile queries: none fails, none is slow, no empty result comes without a word."""

import argparse
import tempfile
import time
from pathlib import Path

from desktop_app.library.library import Library
from desktop_app.mesh.vocabulary import load_vocabulary
from desktop_app.records import Article, Heading, PartialDate, Section
from desktop_app.search.engine import SearchEngine
from desktop_app.search.request import Mode, Reading, SearchRequest
from tests.search.query.random_queries import hostile_queries, random_queries

SLOWEST = 10.0  # seconds for one query, on a busy machine too


def main() -> None:
    """Ask as many queries as told, well-formed and hostile in turn, in each reading."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--queries", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Library.open(Path(folder)) as library:
        library.write(_articles())
        engine = SearchEngine(library, load_vocabulary())
        half = options.queries // 2
        queries = [*random_queries(half, options.seed), *hostile_queries(half, options.seed)]
        exact = empty = 0
        slowest = 0.0
        for number, text in enumerate(queries):
            reading = Reading.AUTO if number % 4 == 0 else Reading.BOOLEAN
            began = time.perf_counter()
            result = engine.search(SearchRequest(text, Mode.KEYWORD, reading=reading))
            slowest = max(slowest, time.perf_counter() - began)
            exact += result.exact
            if result.exact and not len(result):
                empty += 1
                assert result.interpretation.messages, f"silent: {text!r}"
    print(f"{len(queries)} queries, {exact} exact, {empty} empty, slowest {slowest * 1000:.0f} ms")
    assert slowest < SLOWEST


def _articles() -> list[Article]:
    return [
        Article(
            f"Randomized trial {number} of aspirin in hypertension",
            pmid=number + 1,
            sections=(Section(f"Patients {number % 7} with cancer had placebo treatment."),),
            headings=(Heading("D006973", "Hypertension", number % 2 == 0),),
            date=PartialDate(1990 + number % 30),
            languages=("eng",),
        )
        for number in range(500)
    ]


if __name__ == "__main__":
    main()
