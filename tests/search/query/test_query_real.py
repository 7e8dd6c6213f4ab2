"""Real strategies over real records: the evaluator finds exactly what the oracle finds."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from desktop_app.library.library import Library
from desktop_app.mesh.vocabulary import Vocabulary, load_vocabulary
from desktop_app.records import Article
from desktop_app.search.engine import SearchEngine
from desktop_app.search.query.tree import Severity
from desktop_app.search.request import Mode, Reading, SearchRequest
from tests.search.query.random_queries import random_queries
from tests.search.query.real_articles import (
    published_queries,
    pubmed_articles,
    review_articles,
)
from tests.search.query_oracle import Oracle

_EVERY = 240  # of the drug reviews' records, so that the oracle is done in seconds


@dataclass(frozen=True)
class Real:
    """The records by id, and the two that are compared."""

    engine: SearchEngine
    oracle: Oracle
    ids: list[int]
    articles: list[Article]

    def compare(self, query: str) -> int:
        request = SearchRequest(query, Mode.KEYWORD, reading=Reading.BOOLEAN)
        result = self.engine.search(request)
        expected = {self.ids[i] for i in self.oracle.matches(query, self.articles)}
        got = {int(i) for i in result.ids}
        assert got == expected, f"{query}: more {got - expected}, missing {expected - got}"
        assert len(got) == len(result)
        return len(got)


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


@pytest.fixture(scope="module")
def real(
    tmp_path_factory: pytest.TempPathFactory, shared_data: Path, vocabulary: Vocabulary
) -> Iterator[Real]:
    found = {a.pmid: a for a in [*review_articles(shared_data, vocabulary)][::_EVERY]}
    found |= {a.pmid: a for a in pubmed_articles(shared_data)}
    with Library.open(tmp_path_factory.mktemp("queries")) as library:
        library.write(list(found.values()))
        stored = library.articles(library.ids())
        engine = SearchEngine(library, vocabulary)
        yield Real(engine, Oracle(vocabulary), list(stored), list(stored.values()))


def test_the_published_strategies_find_what_the_oracle_finds(real: Real, shared_data: Path) -> None:
    queries = published_queries(shared_data)
    assert len(queries) == 20
    for query in queries.values():
        real.compare(query)
    # the same terms joined by OR: now every strategy finds something
    broad = [real.compare(query.replace(" AND ", " OR ")) for query in queries.values()]
    assert sum(count > 0 for count in broad) == 20


def test_no_published_strategy_is_said_to_be_wrong(real: Real, shared_data: Path) -> None:
    for name, query in published_queries(shared_data).items():
        result = real.engine.search(SearchRequest(query, Mode.KEYWORD))
        assert result.exact, name
        told = [m.text for m in result.interpretation.messages if m.severity is Severity.REPAIRED]
        known = ("MeSH 2024 has no heading", "a library does not know pharmacological actions")
        assert [text for text in told if not any(k in text for k in known)] == [], name


def test_random_queries_find_what_the_oracle_finds(real: Real) -> None:
    counts = [real.compare(query) for query in random_queries(80, seed=11)]
    assert sum(0 < count < len(real.articles) for count in counts) > 15
