"""The engine on a small library with the real default encoder: what a user asks and gets."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from desktop_app.encoders.onnx_encoder import OnnxEncoder
from desktop_app.library.library import Library
from desktop_app.mesh.vocabulary import Vocabulary
from desktop_app.records import Article, Deletion, Heading, PartialDate, Section
from desktop_app.search import cache
from desktop_app.search.engine import SearchEngine
from desktop_app.search.request import Filters, Mode, SearchRequest
from desktop_app.tasks.index_library import index_library

LIBRARY = [
    ("Impaired mitochondrial activity in the insulin-resistant offspring of diabetics", 2004,
     "Muscle mitochondria made less ATP in subjects resistant to insulin.",
     ("D007333", "Insulin Resistance"), ("D008928", "Mitochondria")),
    ("Powerhouse failure and glucose uptake", 2010,
     "Defects of oxidative phosphorylation in muscle precede impaired glucose uptake.",
     ("D010085", "Oxidative Phosphorylation"), ("D051379", "Mice")),
    ("Zinc for the common cold", 2015, "Lozenges shortened colds in adults.",
     ("D003139", "Common Cold"), ("D015032", "Zinc")),
    ("Sleep deprivation and memory in students", 2018, "Poor sleep impaired recall.",
     ("D012892", "Sleep Deprivation"), ("D008568", "Memory")),
    ("Knee replacement outcomes", 2020, "Most patients walked without pain after a year.",
     ("D019645", "Arthroplasty, Replacement, Knee"), ("D006801", "Humans")),
    ("Myocardial infarction in young women", 2021, "Risk factors differ from those of men.",
     ("D009203", "Myocardial Infarction"), ("D014930", "Women")),
]  # fmt: skip
QUESTION = "does mitochondrial dysfunction cause insulin resistance?"


def _articles() -> list[Article]:
    return [
        Article(
            title=title,
            pmid=100 + number,
            sections=(Section(text),),
            headings=tuple(Heading(ui, name) for ui, name in headings),
            date=PartialDate(year),
        )
        for number, (title, year, text, *headings) in enumerate(LIBRARY)
    ]


@pytest.fixture(scope="module")
def engine(
    tmp_path_factory: pytest.TempPathFactory, encoder: OnnxEncoder, vocabulary: Vocabulary
) -> Iterator[SearchEngine]:
    with Library.open(tmp_path_factory.mktemp("engine")) as library:
        library.write(_articles())
        index_library(library, encoder)
        engine = SearchEngine(library, vocabulary)
        engine.use_encoder(encoder)
        yield engine


def _titles(engine: SearchEngine, request: SearchRequest) -> list[str]:
    return [row.title for row in engine.rows(engine.search(request), 0, 50)]


def test_a_question_finds_by_words_and_by_meaning(engine: SearchEngine) -> None:
    result = engine.search(SearchRequest(QUESTION, everything=True))
    rows = engine.rows(result, 0, 10)
    assert [row.title for row in rows[:2]] == [LIBRARY[0][0], LIBRARY[1][0]]
    assert (result.articles, result.embedded) == (6, 6)
    assert result.encoder_id.startswith("bge-small-en-v1.5-")
    assert {"encode", "rank", "facets", "total"} <= set(result.milliseconds)


def test_the_second_hit_is_found_by_meaning_alone(engine: SearchEngine) -> None:
    assert LIBRARY[1][0] not in _titles(engine, SearchRequest(QUESTION, Mode.KEYWORD))
    assert LIBRARY[1][0] in _titles(engine, SearchRequest(QUESTION, Mode.SEMANTIC))


def test_why_names_heading_words_and_similarity(engine: SearchEngine) -> None:
    result = engine.search(SearchRequest(QUESTION))
    why = engine.rows(result, 0, 1)[0].why
    assert "MeSH: Insulin Resistance" in why
    assert "mitochondrial" in why
    assert "similarity 0." in why
    words = engine.matched_words(result, int(result.ids[0]))
    assert {"mitochondrial", "insulin", "resistant"} <= set(words)


@pytest.mark.parametrize("text", ["()", '"', "?!"])
def test_signs_alone_are_told(engine: SearchEngine, text: str) -> None:
    result = engine.search(SearchRequest(text, Mode.KEYWORD))
    assert len(result) == 0
    assert "no word or number" in result.interpretation.notes[-1]


def test_how_the_question_was_understood(engine: SearchEngine) -> None:
    interpretation = engine.search(SearchRequest(QUESTION)).interpretation
    assert "Insulin Resistance" in [concept.name for concept in interpretation.concepts]
    assert "does" in interpretation.ignored
    assert interpretation.nowhere == ("dysfunction",)


def test_only_relevant_articles_are_hits_unless_everything_is_asked_for(
    engine: SearchEngine,
) -> None:
    titles = _titles(engine, SearchRequest(QUESTION))
    assert LIBRARY[4][0] not in titles
    assert len(_titles(engine, SearchRequest(QUESTION, everything=True))) == 6


def test_mesh_filters_keep_the_number_that_the_facet_shows(
    engine: SearchEngine, vocabulary: Vocabulary
) -> None:
    request = SearchRequest(QUESTION, everything=True)
    facets = engine.search(request).facets
    for number in ("C18", "C", "A11", "B01", "G02"):
        code = vocabulary.tree.code(number)
        assert code is not None
        count = int(facets.mesh[code])
        inside = SearchRequest(QUESTION, filters=Filters(include=(number,)), everything=True)
        outside = SearchRequest(QUESTION, filters=Filters(exclude=(number,)), everything=True)
        assert len(engine.search(inside)) == count
        assert len(engine.search(outside)) == 6 - count


def test_a_year_filter_leaves_the_years_to_choose_from(engine: SearchEngine) -> None:
    request = SearchRequest(filters=Filters(years=(2015, 2020)))
    result = engine.search(request)
    assert len(result) == 3
    assert result.facets.years == {2004: 1, 2010: 1, 2015: 1, 2018: 1, 2020: 1, 2021: 1}


def test_without_a_query_everything_is_browsed_newest_first(engine: SearchEngine) -> None:
    result = engine.search(SearchRequest("  "))
    assert [row.year for row in engine.rows(result, 0, 6)] == [2021, 2020, 2018, 2015, 2010, 2004]
    assert np.isnan(result.similarities).all()
    assert result.encoder_id == ""


def test_rows_come_by_page(engine: SearchEngine) -> None:
    result = engine.search(SearchRequest())
    assert [row.year for row in engine.rows(result, 2, 4)] == [2018, 2015]
    assert engine.rows(result, 6, 10) == []


def test_the_same_question_gives_the_same_answer(engine: SearchEngine) -> None:
    first, second = (engine.search(SearchRequest(QUESTION, everything=True)) for _ in range(2))
    assert first.ids.tolist() == second.ids.tolist()
    assert first.scores.tolist() == second.scores.tolist()


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize(
    "text",
    [
        '"',
        "AND",
        "NOT (",
        "*",
        "p<0.05",
        "C++",
        "title:x",
        "a" * 5000,
        "\x00",
        "🧬",
        "'; DROP",
        "^",
    ],
)
def test_no_query_is_an_error(engine: SearchEngine, mode: Mode, text: str) -> None:
    result = engine.search(SearchRequest(text, mode))
    assert len(engine.rows(result, 0, 5)) == min(5, len(result))


def test_without_an_encoder_search_is_by_words_and_says_so(
    tmp_path: Path, vocabulary: Vocabulary
) -> None:
    with Library.open(tmp_path) as library:
        library.write(_articles())
        result = SearchEngine(library, vocabulary).search(SearchRequest("insulin"))
        assert result.ids.tolist() == [1]
        by = "No encoder is loaded: searching by {} only."
        assert result.interpretation.notes == (by.format("words and headings"),)
        zinc = SearchEngine(library, vocabulary).search(SearchRequest("lozenges"))
        assert zinc.interpretation.notes == (by.format("words"),)


def test_what_comes_in_is_found_at_once(
    tmp_path: Path, vocabulary: Vocabulary, encoder: OnnxEncoder
) -> None:
    with Library.open(tmp_path) as library:
        engine = SearchEngine(library, vocabulary)
        engine.use_encoder(encoder)
        assert len(engine.search(SearchRequest())) == 0
        assert len(engine.search(SearchRequest(QUESTION))) == 0
        library.write(_articles()[:3])
        by_words = engine.search(SearchRequest("zinc lozenges"))
        assert (by_words.embedded, by_words.ids.tolist()) == (0, [3])
        index_library(library, encoder)
        assert engine.search(SearchRequest("zinc lozenges")).embedded == 3
        library.write([Deletion(102)])
        assert 3 not in engine.search(SearchRequest("zinc lozenges", everything=True)).ids


def test_a_result_survives_the_loss_of_its_articles(tmp_path: Path, vocabulary: Vocabulary) -> None:
    with Library.open(tmp_path) as library:
        library.write(_articles())
        engine = SearchEngine(library, vocabulary)
        result = engine.search(SearchRequest())
        library.write([Deletion(100 + n) for n in range(3)])
        assert len(engine.rows(result, 0, 10)) == 6  # hidden from new searches, not from this one
        assert len(engine.search(SearchRequest())) == 3


def test_a_search_and_an_import_go_on_while_the_indexes_are_written(
    tmp_path: Path, vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []
    with Library.open(tmp_path / "library") as library:
        library.write(_articles()[:2])
        engine = SearchEngine(library, vocabulary)
        library.write(_articles()[2:])
        engine.search(SearchRequest())  # now there are two segments to join
        save = cache.save

        def interrupted(
            folder: Path, writers: Mapping[str, cache.Writer], facts: cache.Facts
        ) -> dict[str, Path]:
            library.write([Deletion(103), Article(title="Sleep and asthma", pmid=900)])
            search = Thread(
                target=lambda: written.append(len(engine.search(SearchRequest("sleep")))),
                daemon=True,
            )
            search.start()
            search.join(20)
            return save(folder, writers, facts)

        monkeypatch.setattr(cache, "save", interrupted)
        engine.save()
        assert written == [1]  # the deleted one is gone, the new one is there
        again = SearchEngine(library, vocabulary)
        for searching in (engine, again):
            found = searching.search(SearchRequest())
            assert len(found) == library.count() == len(LIBRARY)
            assert sum(found.facets.years.values()) == len(LIBRARY) - 1
