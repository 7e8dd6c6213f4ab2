"""A PMID, PMCID or DOI typed alone finds that article, and only when it is here."""

import pytest

from desktop_app.library.library import Library
from desktop_app.mesh.vocabulary import Vocabulary
from desktop_app.records import Article
from desktop_app.search.engine import SearchEngine
from desktop_app.search.query.bare_number import number_query
from desktop_app.search.request import Reading, SearchRequest

DOI = "10.1016/s0140-6736(05)67394-1"


@pytest.fixture
def engine(library: Library, vocabulary: Vocabulary) -> SearchEngine:
    library.write(
        [
            Article(title="Iron in 2019", pmid=31, pmcid="PMC77", doi=DOI),
            Article(title="Cites 31000111 and 10.1016/s0140-6736", pmid=31000222),
        ]
    )
    return SearchEngine(library, vocabulary)


@pytest.mark.parametrize(
    "text",
    [
        "31",
        " PMID: 31 ",
        "pmid31",
        "https://pubmed.ncbi.nlm.nih.gov/31/",
        "PMC77",
        "pmc77.1",
        DOI,
        DOI.upper(),
        f"doi:{DOI}",
        f"https://doi.org/{DOI}.",
    ],
)
def test_the_article_of_a_number_is_all_that_is_found(engine: SearchEngine, text: str) -> None:
    result = engine.search(SearchRequest(text))
    assert [row.pmid for row in engine.rows(result, 0, 5)] == [31]
    assert result.exact


def test_a_number_that_no_article_has_is_a_question(engine: SearchEngine) -> None:
    year, cited = (engine.search(SearchRequest(text)) for text in ("2019", "31000111"))
    assert [row.pmid for row in engine.rows(year, 0, 5)] == [31]
    assert [row.pmid for row in engine.rows(cited, 0, 5)] == [31000222]
    assert not year.exact
    assert not cited.exact


def test_who_asks_for_a_ranking_gets_one(engine: SearchEngine) -> None:
    assert not engine.search(SearchRequest("31", reading=Reading.RANKED)).exact


@pytest.mark.parametrize("text", ["", "31 days", "0", "123456789", "10.1/x", "PMC", "31, 32"])
def test_other_texts_are_no_number(text: str) -> None:
    assert number_query(text) is None
