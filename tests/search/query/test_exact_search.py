"""Boolean searches through the engine: exact sets, chips, messages, history, the user's marks."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.library.library import Library
from desktop_app.mesh.vocabulary import Vocabulary, load_vocabulary
from desktop_app.records import (
    Article,
    Author,
    Heading,
    Journal,
    PartialDate,
    Qualifier,
    Reference,
    Section,
)
from desktop_app.search.engine import SearchEngine
from desktop_app.search.query.chips import Adjustment, Change, ChipKind
from desktop_app.search.request import Filters, Mode, Reading, SearchRequest, SearchResult
from desktop_app.search.request_json import request_to_json
from tests.search.query.random_queries import hostile_queries

WALL = Heading("D056988", "Anterior Wall Myocardial Infarction")
INFARCTION = Heading(
    "D009203", "Myocardial Infarction", True, (Qualifier("Q000188", "drug therapy", True),)
)
LIBRARY = [
    Article("Aspirin after infarction", 1, headings=(INFARCTION, Heading("D008297", "Male")),
            authors=(Author("Smith", "Jane", "JA"), Author("Berg", "Ola", "O")),
            journal=Journal("The Invented Journal", "Inv J", "1234-5678"),
            date=PartialDate(2015, 3, 2), languages=("eng",), references=(Reference(pmid=2),)),
    Article("Randomised trial of a heart attack unit", 2, sections=(Section("Random words."),),
            date=PartialDate(2016), authors=(Author("Smith", "Jo", "J"),), languages=("fre",)),
    Article("Anterior wall damage", 3, headings=(WALL,),
            date=PartialDate(2017, 5), authors=(Author("Smithson", "A", "A"),)),
    Article("Randomly chosen hearts", 4, sections=(Section("An attack on the post-mortem heart."),),
            date=PartialDate(2018)),
]  # fmt: skip


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("exact")) as opened:
        opened.write(LIBRARY)
        yield opened


@pytest.fixture(scope="module")
def engine(library: Library, vocabulary: Vocabulary) -> SearchEngine:
    return SearchEngine(library, vocabulary)


def _search(engine: SearchEngine, text: str, *adjustments: Adjustment) -> SearchResult:
    request = SearchRequest(text, Mode.KEYWORD, reading=Reading.BOOLEAN, adjustments=adjustments)
    return engine.search(request)


@pytest.mark.parametrize(
    ("query", "pmids"),
    [
        ("randomised[tiab]", [2]),  # no stems
        ("random*[tiab]", [4, 2]),
        ("random words[tiab]", [2]),
        ('"words random"[tiab]', []),
        ("post mortem[ab]", [4]),
        ('"attack heart"[tiab:~4]', [4, 2]),
        ('"attack heart"[tiab:~3]', [2]),
        ("Myocardial Infarction[mh]", [3, 1]),
        ("heart attacks[mh:noexp]", [1]),
        ("Myocardial Infarction[majr]", [1]),
        ("Myocardial Infarction/DT[mh]", [1]),
        ("therapy[sh]", [1]),
        ("therapy[sh:noexp]", []),
        ("Male[mh]", [1]),
        ("smith j[au]", [2, 1]),
        ('"smith j"[au]', [2]),
        ("smith[au]", [2, 1]),
        ("Smith, Jane[fau]", [1]),
        ("smith*[au]", [3, 2, 1]),
        ("berg o[lastau]", [1]),
        ("berg o[1au]", []),
        ("Inv J[ta] OR french[la]", [2, 1]),
        ("2015/03:2016[dp]", [2, 1]),
        ("2016/02:2017[dp]", [3]),
        ("NOT 2016[dp]", [4, 3, 1]),
        ("1,3[pmid]", [3, 1]),
        ("cites:2", [1]),
        ("citedby:1", [2]),
        ("has:abstract", [4, 2]),
        ("heart attack", [4, 3, 2, 1]),
    ],
)
def test_exactly_these_articles(engine: SearchEngine, query: str, pmids: list[int]) -> None:
    result = _search(engine, query)
    found = sorted((row.pmid for row in engine.rows(result, 0, 10) if row.pmid), reverse=True)
    assert found == pmids
    assert result.exact


def test_a_question_is_ranked_and_has_chips(engine: SearchEngine) -> None:
    result = engine.search(SearchRequest("aspirin for heart attack", Mode.KEYWORD))
    assert not result.exact
    kinds = [(chip.kind, chip.words) for chip in result.interpretation.chips]
    assert (ChipKind.MESH, "heart attack") in kinds


def test_chips_tell_how_words_were_mapped_and_how_many_have_them(engine: SearchEngine) -> None:
    mesh, words = _search(engine, "heart attack").interpretation.chips
    assert (mesh.kind, mesh.ui, mesh.name) == (ChipKind.MESH, "D009203", "Myocardial Infarction")
    assert (mesh.exploded, mesh.hits, words.hits) == (True, 2, 2)
    assert mesh.narrower > 2
    assert (mesh.place.start, mesh.place.stop) == (0, 12)


def test_chips_can_be_switched_off_narrowed_and_replaced(engine: SearchEngine) -> None:
    mesh, words = _search(engine, "heart attack").interpretation.chips
    off = Adjustment(words.key, Change.OFF)
    assert len(_search(engine, "heart attack", off)) == 2
    narrow = Adjustment(mesh.key, Change.NOT_EXPLODED)
    chip = _search(engine, "heart attack", off, narrow).interpretation.chips[0]
    assert not chip.exploded
    [chip] = _search(engine, "Myocardial Infarction[mh]").interpretation.chips
    narrow = Adjustment(chip.key, Change.NOT_EXPLODED)
    assert len(_search(engine, "Myocardial Infarction[mh]", narrow)) == 1
    other = Adjustment(mesh.key, Change.REPLACED, "Male[mh]")
    result = _search(engine, "heart attack", off, other)
    assert len(result) == 1
    assert [chip.on for chip in result.interpretation.chips] == [True, False]


def test_a_search_says_which_articles_it_could_not_look_into_yet(
    tmp_path: Path, vocabulary: Vocabulary
) -> None:
    with Library.open(tmp_path) as library:
        library.write(LIBRARY)
        with Library.open(tmp_path, read_only=True) as reading:
            result = _search(SearchEngine(reading, vocabulary), "aspirin[ti]")
            said = [message.text for message in result.interpretation.messages]
            assert any("litmesh index" in text for text in said)
            engine = SearchEngine(library, vocabulary)
            whole = _search(engine, "aspirin[ti]")
            assert len(whole) > len(result)
            assert whole.interpretation.messages == ()


def test_everything_switched_off_says_so(engine: SearchEngine) -> None:
    [chip] = _search(engine, "aspirin[ti]").interpretation.chips
    result = _search(engine, "aspirin[ti]", Adjustment(chip.key, Change.OFF))
    assert len(result) == 0
    assert "nothing was looked for" in result.interpretation.messages[-1].text


def test_no_hit_names_the_term_that_no_article_has(engine: SearchEngine) -> None:
    result = _search(engine, "aspirin[ti] AND unicorn[tiab]")
    [message] = result.interpretation.messages
    assert message.text == "No article has unicorn[tiab]."
    assert (message.place.start, message.place.stop) == (16, 29)


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("aspirin[ti] AND (unicorn[tiab] OR random*[tiab]) NOT aspirin[ti]", ""),
        ("aspirin[ti] AND (unicorn[tiab] OR griffin[tiab])", "unicorn[tiab], griffin[tiab]"),
        ("unicorn[tiab] NOT griffin[tiab]", "unicorn[tiab]"),
        ("aspirin[ti] NOT aspirin[ti] NOT griffin[tiab]", ""),
    ],
)
def test_only_a_term_that_empties_the_search_is_blamed(
    engine: SearchEngine, query: str, named: str
) -> None:
    result = _search(engine, query)
    assert len(result) == 0
    said = [message.text for message in result.interpretation.messages]
    assert said[-1].startswith(f"No article has {named}." if named else "Each part of the query")
    blamed = [query[place.start : place.stop] for place in result.interpretation.causes]
    assert ", ".join(blamed) == named


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("aspirin[foo]", "no search field [foo]"),
        ("aspirin[mh:foo]", "no search field [mh:foo]"),
        ("aspirin[ti", "bracket has no partner"),
        ("[Aspirin and the heart]", ""),
        ("benzo[a]pyrene in food", ""),
    ],
)
def test_a_tag_that_does_not_exist_is_told_in_a_question_too(
    engine: SearchEngine, query: str, said: str
) -> None:
    result = engine.search(SearchRequest(query, Mode.KEYWORD))
    assert not result.exact
    told = " ".join(message.text for message in result.interpretation.messages)
    assert said in told if said else not told


def test_a_range_that_runs_backwards_is_turned(engine: SearchEngine) -> None:
    backwards = _search(engine, "2020:2010[dp]")
    assert len(backwards) == len(_search(engine, "2010:2020[dp]")) > 0
    assert "runs backwards" in backwards.interpretation.messages[0].text
    assert _search(engine, "2015/03:2015[dp]").interpretation.messages[:1] != (
        backwards.interpretation.messages[0],
    )


def test_what_was_searched_can_be_searched(engine: SearchEngine) -> None:
    """Quotes would ask for these initials and no more."""
    found = _search(engine, "smith j[au]")
    assert found.interpretation.searched == "smith j[au]"
    again = _search(engine, found.interpretation.searched)
    assert again.ids.tolist() == found.ids.tolist()


def test_filters_apply_to_the_exact_set(engine: SearchEngine) -> None:
    request = SearchRequest("Myocardial Infarction[mh]", Mode.KEYWORD, Filters(years=(2016, 2018)))
    assert len(engine.search(request)) == 1


def test_earlier_searches_are_made_again(engine: SearchEngine, library: Library) -> None:
    first = library.searches.record(request_to_json(SearchRequest("random*[tiab]")), 2)
    second = library.searches.record(request_to_json(SearchRequest("#1 OR aspirin[ti]")), 3)
    assert (first, second) == (1, 2)
    assert len(_search(engine, "#2 NOT #1")) == 1
    missing = _search(engine, "#9 OR aspirin[ti]")
    assert "no search #9" in missing.interpretation.messages[0].text
    assert len(missing) == 1


def test_marks_are_found(engine: SearchEngine, library: Library) -> None:
    ids = library.ids()
    library.marks.star(ids[:1])
    library.marks.tag(ids[1:3], "To read")
    review = library.marks.add_collection("My review")
    part = library.marks.add_collection("Part", review)
    library.marks.collect(ids[2:], part)
    assert len(_search(engine, "is:starred")) == 1
    assert len(_search(engine, 'tag:"to read"')) == 2
    assert len(_search(engine, 'in:"my review" NOT tag:"to read"')) == 1
    assert "no collection" in _search(engine, "in:other").interpretation.messages[0].text


def test_changed_and_withdrawn_articles_are_found_as_they_are(
    tmp_path_factory: pytest.TempPathFactory, vocabulary: Vocabulary
) -> None:
    with Library.open(tmp_path_factory.mktemp("changed")) as library:
        library.write(LIBRARY)
        engine = SearchEngine(library, vocabulary)
        assert len(_search(engine, "randomly[ti]")) == 1
        library.write([Article("A new title", 4, status="MEDLINE", date=PartialDate(2019))])
        assert len(_search(engine, "randomly[ti]")) == 0
        assert len(_search(engine, "new title[ti]")) == 1


def test_hostile_queries_never_fail_and_no_zero_is_silent(engine: SearchEngine) -> None:
    for text in hostile_queries(500, seed=7):
        result = _search(engine, text)
        if text.strip() and not len(result):
            assert result.interpretation.messages, text
