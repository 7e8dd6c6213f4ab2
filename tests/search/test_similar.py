"""Articles like an article, search inside results, the relevance floor, and why."""

from collections.abc import Iterator

import pytest

from desktop_app.encoders.onnx_encoder import OnnxEncoder
from desktop_app.library.library import Library
from desktop_app.mesh.vocabulary import Vocabulary
from desktop_app.records import Article, Heading, PartialDate, Reference, Section
from desktop_app.search.engine import SearchEngine
from desktop_app.search.request import Filters, Mode, SearchRequest
from desktop_app.tasks.index_library import index_library

ASTHMA = Heading("D001249", "Asthma", major=True)
STEROIDS = Heading("D000305", "Adrenal Cortex Hormones")
KNEE = Heading("D007719", "Knee Joint")
ORIGIN, NEAR, CITED, CITING, FAR = 1, 2, 3, 4, 5

LIBRARY = [
    Article(title="Inhaled steroids in childhood asthma", pmid=11, headings=(ASTHMA, STEROIDS),
            sections=(Section("Budesonide reduced attacks of asthma in children."),),
            references=(Reference("cited", pmid=13),), date=PartialDate(2010)),
    Article(title="Corticosteroid inhalers for asthmatic children", pmid=12, headings=(ASTHMA,),
            sections=(Section("Fewer attacks with budesonide than with placebo."),),
            date=PartialDate(2011)),
    Article(title="Counting hospital beds by region", pmid=13, date=PartialDate(1999)),
    Article(title="Bicycle lanes and street noise", pmid=14,
            references=(Reference("citing", pmid=11),), date=PartialDate(2020)),
    Article(title="Ligaments of the knee joint", pmid=15, headings=(KNEE,),
            sections=(Section("Anatomy of the cruciate ligaments."),), date=PartialDate(2015)),
]  # fmt: skip


@pytest.fixture(scope="module")
def engine(
    tmp_path_factory: pytest.TempPathFactory, encoder: OnnxEncoder, vocabulary: Vocabulary
) -> Iterator[SearchEngine]:
    with Library.open(tmp_path_factory.mktemp("similar")) as library:
        library.write(LIBRARY)
        index_library(library, encoder)
        engine = SearchEngine(library, vocabulary)
        engine.use_encoder(encoder)
        yield engine


def test_the_nearest_article_comes_first_and_the_article_itself_never(
    engine: SearchEngine,
) -> None:
    ids = engine.similar(ORIGIN).ids.tolist()
    assert ids[0] == NEAR
    assert ORIGIN not in ids
    assert FAR not in ids


def test_citations_bring_articles_and_are_named(engine: SearchEngine) -> None:
    result = engine.similar(ORIGIN)
    why = {row.article_id: row.why for row in engine.rows(result, 0, 10)}
    assert why[CITED].endswith("is cited by PMID 11")
    assert why[CITING].endswith("cites PMID 11")
    assert "MeSH: Asthma" in why[NEAR]


def test_filters_work_on_similar_articles_too(engine: SearchEngine) -> None:
    request = SearchRequest(similar_to=ORIGIN, filters=Filters(years=(2015, 2025)))
    result = engine.search(request)
    assert result.ids.tolist() == [CITING]
    assert result.facets.years[1999] == 1


def test_words_as_the_mode_of_the_search_before_do_not_matter(engine: SearchEngine) -> None:
    by_words = engine.search(SearchRequest(similar_to=ORIGIN, mode=Mode.KEYWORD))
    assert by_words.ids.tolist() == engine.similar(ORIGIN).ids.tolist()


def test_similar_is_repeatable(engine: SearchEngine) -> None:
    first, second = engine.similar(ORIGIN), engine.similar(ORIGIN)
    assert first.ids.tolist() == second.ids.tolist()
    assert first.scores.tolist() == second.scores.tolist()


def test_without_an_encoder_headings_and_citations_are_left(
    library: Library, vocabulary: Vocabulary
) -> None:
    library.write(LIBRARY)
    result = SearchEngine(library, vocabulary).similar(ORIGIN)
    assert set(result.ids.tolist()) == {NEAR, CITED, CITING}


def test_an_article_that_is_not_here_is_a_key_error(engine: SearchEngine) -> None:
    with pytest.raises(KeyError):
        engine.similar(99)


def test_search_inside_results_finds_only_among_them(engine: SearchEngine) -> None:
    base = SearchRequest("children", Mode.KEYWORD)
    assert set(engine.search(base).ids.tolist()) == {ORIGIN, NEAR}
    inside = SearchRequest("attacks placebo", Mode.KEYWORD, everything=True, within=base)
    assert set(engine.search(inside).ids.tolist()) == {ORIGIN, NEAR}
    knee = SearchRequest("knee joint", everything=True, within=base)
    assert set(engine.search(knee).ids.tolist()) <= {ORIGIN, NEAR}
    twice = SearchRequest("placebo", Mode.KEYWORD, within=inside)
    assert engine.search(twice).ids.tolist() == [NEAR]


def test_nothing_is_found_inside_nothing(engine: SearchEngine) -> None:
    base = SearchRequest("zzzz", Mode.KEYWORD)
    assert len(engine.search(SearchRequest("asthma", within=base))) == 0


def test_the_floor_can_be_moved_and_is_counted(engine: SearchEngine) -> None:
    question = "inhaled budesonide for asthma"
    usual = engine.search(SearchRequest(question, Mode.SEMANTIC))
    assert usual.floor == pytest.approx(0.66)
    assert usual.above_floor == len(usual)
    low = engine.search(SearchRequest(question, Mode.SEMANTIC, floor=0.0))
    high = engine.search(SearchRequest(question, Mode.SEMANTIC, floor=0.99))
    assert (len(low), len(high)) == (5, 0)
    assert high.floor == pytest.approx(0.99)
    everything = engine.search(SearchRequest(question, Mode.SEMANTIC, everything=True))
    assert (len(everything), everything.above_floor) == (5, usual.above_floor)
    words = engine.search(SearchRequest(question, Mode.KEYWORD))
    assert (words.floor, words.above_floor) == (None, 0)
