"""PubMed's filters, relative dates, ranges of earlier searches, files, citations, similar ones."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from desktop_app.encoders.onnx_encoder import OnnxEncoder
from desktop_app.library.filed_records import write_with_files
from desktop_app.library.library import Library
from desktop_app.mesh.vocabulary import Vocabulary
from desktop_app.records import (
    Article,
    ArticleWithFiles,
    Author,
    Heading,
    PartialDate,
    PublicationType,
    Qualifier,
    Reference,
    Section,
)
from desktop_app.search.engine import SearchEngine
from desktop_app.search.query.chips import Adjustment, Change
from desktop_app.search.query.dates import days_ago
from desktop_app.search.request import Mode, Reading, SearchRequest, SearchResult
from desktop_app.tasks.index_library import index_library
from tests.library.test_attachments import file_of

NOW = datetime.now(UTC).date()
HUMANS, ANIMALS = Heading("D006801", "Humans"), Heading("D000818", "Animals")
MICE = Heading("D051379", "Mice")
STROKE = Heading("D020521", "Stroke", False, (Qualifier("", "therapy", True),))
OLD_NAME = Heading("", "Heading of Former Days", True, (Qualifier("", "history"),))
LIBRARY = [
    Article("Aspirin for adults", 1, headings=(HUMANS, STROKE), languages=("eng",),
            date=PartialDate(NOW.year - 1), publication_types=(PublicationType("Review"),),
            authors=(Author("van der Berg", "Ola", "O"), Author("Smith-Jones", "Ann", "A")),
            references=(Reference(pmid=2), Reference(pmid=3))),
    Article("Aspirin for mice", 2, headings=(ANIMALS, MICE, OLD_NAME), languages=("ger",),
            sections=(Section("Given twice."),), date=PartialDate(NOW.year - 20),
            authors=(Author("Smith-Jones", "", "AB"), Author("Berg", "Anna", "A"))),
    Article("Lungs at altitude", 3, headings=(HUMANS, ANIMALS), date=PartialDate(NOW.year - 7),
            status="MEDLINE", publication_types=(PublicationType("Randomized Controlled Trial"),)),
]  # fmt: skip


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("filters")
    with Library.open(folder / "library") as opened:
        opened.write(LIBRARY)
        file = file_of(folder, "a.pdf", b"%PDF- 4", "Ventilators were rented.")
        write_with_files(opened, ArticleWithFiles(Article("A filed one", 4), (file,)), "Zotero")
        opened.citations.store([(3, 1), (3, 2), (9, 2)], "occ", asked=[1, 2, 3])
        yield opened


@pytest.fixture(scope="module")
def engine(library: Library, vocabulary: Vocabulary) -> SearchEngine:
    return SearchEngine(library, vocabulary)


def _search(engine: SearchEngine, text: str, *changes: Adjustment) -> SearchResult:
    return engine.search(
        SearchRequest(text, Mode.KEYWORD, reading=Reading.BOOLEAN, adjustments=changes)
    )


def _found(engine: SearchEngine, text: str) -> list[int]:
    result = _search(engine, text)
    return sorted(row.pmid for row in engine.rows(result, 0, 10) if row.pmid)


@pytest.mark.parametrize(
    ("query", "pmids"),
    [
        ("humans[filter]", [1, 3]),
        ("Humans[Filter] NOT animals[filter]", [1]),
        ("animals[filter]", [2, 3]),
        ("mice[mh]", [2]),
        ("english[filter]", [1]),
        ("english[la] OR german[la]", [1, 2]),
        ("hasabstract", [2]),
        ("hasabstract[text] AND aspirin", [2]),
        ("hasabstract[filter]", [2]),
        ("review[filter] OR randomizedcontrolledtrial[filter]", [1, 3]),
        ("review[pt]", [1]),
        ("medline[sb]", [3]),
        ("y_5[filter]", [1]),
        ('"last 5 years"[dp]', [1]),
        ("last 10 years[pdat]", [1, 3]),
        ("last 300 months[dp]", [1, 2, 3]),
        ('"last 1 day"[dp]', []),
        ("cites:2", [1, 3]),  # by its own references, and by the citation index
        ("cites:1", [3]),  # that the index was asked for 1 is no citation
        ("citedby:3", [1, 2]),
        ("citedby:1", [2, 3]),
        ("ventilators[full]", [4]),
        ("ventilator rented[full]", []),
        ("ventilator were rented[full]", [4]),
        ("has:fulltext", [4]),
        ("has:references", [1]),
        ("has:mesh", [1, 2, 3]),
        ("Stroke/therapy[mh]", [1]),
        ("Stroke/therapy[majr]", [1]),
        ("Stroke/drug therapy[mh]", []),
        ("Stroke[majr]", [1]),
        ("Humans/therapy[mh]", []),  # the qualifier is of the other heading
        ("heading of former days[mh]", [2]),
        ("heading of former days[majr]", [2]),
        ("heading of former days[majr] AND Mice[majr]", []),
        ("heading of former days/history[mh]", [2]),
        ("heading of former days/therapy[mh]", []),
        ("van der berg o[au]", [1]),
        ("berg a[au]", [2]),
        ("berg o[au]", []),
        ("smith-jones a[au]", [1, 2]),
        ('"smith jones a"[au]', [1]),
        ("Smith-Jones, Annie[fau]", []),
        ("Smith-Jones, Ann[fau]", [1]),
        ("smithjones*[au]", [1, 2]),
        ("smith-jones a[1au]", [2]),
        ("smith-jones a[lastau]", [1]),
        ("van der berg, Ola[1au]", [1]),
        ("van der berg, Ola[lastau]", []),
    ],
)
def test_these_articles(engine: SearchEngine, query: str, pmids: list[int]) -> None:
    assert _found(engine, query) == pmids


def test_an_unknown_filter_is_left_out_and_named(engine: SearchEngine) -> None:
    result = _search(engine, "aspirin[ti] AND free full text[filter]")
    assert len(result) == 2
    [message] = result.interpretation.messages
    assert "does not know the filter “free full text”" in message.text


def test_the_first_day_of_a_relative_date() -> None:
    today = date(2026, 3, 15)
    assert days_ago("last 5 years", today) == "2021/03/15"
    assert days_ago("Last  4 Months", today) == "2025/11/15"
    assert days_ago("last 30 days", today) == "2026/02/13"
    assert days_ago("last 9999 years", today) == "0001/01/15"
    assert days_ago("last 9999 days", today) == "1998/10/29"
    assert days_ago("the last 5 years", today) == ""


def test_a_relative_date_says_from_when_it_counts(engine: SearchEngine) -> None:
    result = _search(engine, '"last 10 years"[dp]')
    [message] = result.interpretation.messages
    assert message.text.startswith(f"“last 10 years” is read as since {NOW.year - 10}/")


def test_a_range_of_earlier_searches_is_any_of_them(library: Library, engine: SearchEngine) -> None:
    for number, text in enumerate(("aspirin[ti]", "mice[ti]", "lungs[ti]"), 1):
        assert library.searches.record(f'{{"version": 1, "text": "{text}"}}', 1) == number
    assert _found(engine, "#1-#3") == [1, 2, 3]
    assert _found(engine, "#3-2") == [2, 3]
    assert _found(engine, "humans[mh] NOT #2\u2013#3") == [1]
    said = [m.text for m in _search(engine, "#1-#900").interpretation.messages]
    assert "names more than 100 searches" in said[0]
    assert "no search #4" in said[1]


def test_marks_are_not_remembered_from_the_search_before(
    library: Library, engine: SearchEngine
) -> None:
    [first, *_] = library.ids()
    assert _found(engine, "is:starred") == []
    library.marks.star([first])
    assert _found(engine, "is:starred") == [1]
    library.marks.unstar([first])
    assert _found(engine, "is:starred") == []


def test_names_of_tags_and_collections_are_found_in_any_case(
    library: Library, engine: SearchEngine
) -> None:
    [first, second, *_] = library.ids()
    library.marks.tag([first], "Übersicht")
    library.marks.collect([second], library.marks.add_collection("Ärzte"))
    for words in ("Übersicht", "übersicht", "ÜBERSICHT"):
        assert _found(engine, f'tag:"{words}"') == [1]
    assert _found(engine, 'in:"ärzte"') == [2]


def test_similar_articles_are_those_by_meaning(
    library: Library, engine: SearchEngine, encoder: OnnxEncoder, vocabulary: Vocabulary
) -> None:
    said = _search(engine, "similar:1 AND aspirin[ti]").interpretation.messages[0].text
    assert "PMID 1 has no vector here" in said
    index_library(library, encoder)
    meaning = SearchEngine(library, vocabulary)
    meaning.use_encoder(encoder)
    assert 2 in _found(meaning, "similar:1 AND aspirin[ti]")
    assert "“x” is no PMID" in _search(meaning, "similar:x").interpretation.messages[0].text


def test_changes_of_a_ranked_search_by_place(engine: SearchEngine) -> None:
    def ranked(text: str, *changes: Adjustment) -> SearchResult:
        return engine.search(SearchRequest(text, Mode.KEYWORD, adjustments=changes))

    text = "aspirin for mice"
    chips = ranked(text).interpretation.chips
    words = [chip for chip in chips if chip.place.start == text.index("mice")]
    off = ranked(text, *(Adjustment(chip.key, Change.OFF) for chip in words))
    assert not off.exact
    assert [concept.name for concept in off.interpretation.concepts] == ["Aspirin"]
    assert off.interpretation.words == ("aspirin", "mice")  # as a word it still counts
    assert [chip.on for chip in off.interpretation.chips] == [True, False]
    instead = ranked(text, Adjustment(words[0].key, Change.REPLACED, "lungs"))
    assert set(instead.interpretation.words) == {"aspirin", "lungs"}


def test_changes_of_overlapping_chips_leave_the_rest_of_the_text(engine: SearchEngine) -> None:
    text = "stroke therapy"
    keys = (
        Adjustment("words@0-14", Change.OFF),
        Adjustment("words@0-6", Change.REPLACED, "lungs"),
        Adjustment("words@7-14", Change.OFF),
        Adjustment("nonsense", Change.OFF),
        Adjustment("words@900-910", Change.REPLACED, "mice"),
    )
    for chosen in (keys[:1], keys[:2], keys[1:3], keys[1:], keys):
        result = engine.search(SearchRequest(text, Mode.KEYWORD, adjustments=chosen))
        assert set(result.interpretation.words) <= {"stroke", "therapy", "lungs", "mice"}
    both = engine.search(SearchRequest(text, Mode.KEYWORD, adjustments=keys[1:3]))
    assert both.interpretation.words == ("lungs",)
    outer = engine.search(SearchRequest(text, Mode.KEYWORD, adjustments=keys[:2]))
    assert outer.interpretation.words == ()  # the longer one is off with all that is in it
