"""A search on record: run again here it is the same; elsewhere it says what differs."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop_app.encoders.onnx_encoder import OnnxEncoder, load_encoder
from desktop_app.errors import UserError
from desktop_app.library.identities import Identity
from desktop_app.library.library import Library
from desktop_app.mesh.vocabulary import Vocabulary, load_vocabulary
from desktop_app.records import Article, PartialDate, Section
from desktop_app.search.request import Filters, Mode, Reading, SearchRequest
from desktop_app.tasks import search_record
from desktop_app.tasks.compare_results import Hit, compare
from desktop_app.tasks.index_library import index_library
from desktop_app.tasks.search_record import read_record, rerun, write_record
from desktop_app.tasks.session import Session

TOPICS = ("aspirin", "insulin", "sleep", "malaria", "asthma", "smoking")
ARTICLES = [
    Article(
        f"{TOPICS[n % 6].title()} and {TOPICS[(n + 1 + n // 6) % 6]}, part {n}",
        pmid=n,
        sections=(Section(f"Adults with {TOPICS[n % 6]} were asked twice."),),
        date=PartialDate(2000 + n % 20),
    )
    for n in range(1, 37)
]
UNNUMBERED = [
    Article("Aspirin at home", doi="10.1000/home", date=PartialDate(2011)),
    Article("Aspirin: an untitled journal’s note", date=PartialDate(2012)),
]

Open = Callable[..., Session]


@pytest.fixture(scope="module")
def encoder(default_encoder_folder: Path) -> OnnxEncoder:
    return load_encoder(default_encoder_folder)


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


@pytest.fixture
def opened(tmp_path: Path, encoder: OnnxEncoder, vocabulary: Vocabulary) -> Iterator[Open]:
    """Open a library in a folder as a session, writing articles first."""
    sessions: list[Session] = []

    def open_(name: str, articles: list[Article] | None = None, meaning: bool = False) -> Session:
        session = Session(Library.open(tmp_path / name), vocabulary)
        sessions.append(session)
        if articles:
            session.library.write(articles)
        if meaning:
            index_library(session.library, encoder)
            session.encoder = encoder
            session.engine.use_encoder(encoder)
        return session

    yield open_
    for session in sessions:
        session.close()


def _recorded(session: Session, request: SearchRequest, path: Path) -> Path:
    write_record(session, session.engine.search(request), path)
    return path


def test_the_same_search_is_the_same_twice_and_after_reopening(
    opened: Open, tmp_path: Path
) -> None:
    session = opened("one", [*ARTICLES, *UNNUMBERED], meaning=True)
    request = SearchRequest("does aspirin help against asthma?", everything=True)
    first = session.engine.search(request)
    again = session.engine.search(request)
    assert first.ids.tolist() == again.ids.tolist()
    assert first.scores.tolist() == again.scores.tolist()
    path = _recorded(session, request, tmp_path / "search.json")
    assert rerun(session, path).identical
    session.engine.build_indexes()
    session.close()  # writes the indexes
    session = opened("one", meaning=True)
    assert session.engine.search(request).ids.tolist() == first.ids.tolist()
    comparison = rerun(session, path)
    assert comparison.identical
    assert comparison.circumstances == ()
    assert comparison.correlation == 1.0
    assert comparison.in_words() == (
        f"The result is the same: {len(first)} articles in the same order.",
    )


def test_the_record_says_everything_that_was_asked(opened: Open, tmp_path: Path) -> None:
    session = opened("one", [*ARTICLES, *UNNUMBERED], meaning=True)
    filters = Filters(years=(2001, 2015))
    request = SearchRequest("aspirin[tiab]", filters=filters, reading=Reading.BOOLEAN)
    values = json.loads(_recorded(session, request, tmp_path / "s.json").read_text("utf-8"))
    assert values["request"]["text"] == "aspirin[tiab]"
    assert values["request"]["filters"]["years"] == [2001, 2015]
    assert values["request"]["mesh_weight"] == request.mesh_weight
    assert [chip["hits"] for chip in values["interpretation"]["chips"]] == [13]
    assert values["interpretation"]["searched"] == "aspirin[tiab]"
    assert values["encoder"]["id"].startswith("bge-small-en-v1.5-")
    assert values["encoder"]["title"] == "bge-small-en-v1.5"
    assert values["encoder"]["created"][:2] == "20"
    assert len(values["encoder"]["files"]["model.int8.onnx"]) == 64
    assert values["library"]["uuid"] == session.library.uuid()
    assert values["library"]["articles"] == values["library"]["embedded"] == 38
    assert values["mesh_year"] == session.vocabulary.year
    assert values["total"] == len(values["hits"])
    assert {"doi": "10.1000/home"} in [{k: v for k, v in h.items() if k == "doi"}
                                      for h in values["hits"]]  # fmt: skip
    assert sum("title" in hit for hit in values["hits"]) == 1


def test_another_library_says_what_is_new_gone_and_not_there(opened: Open, tmp_path: Path) -> None:
    one = opened("one", [*ARTICLES, *UNNUMBERED])
    request = SearchRequest("aspirin[tiab]", Mode.KEYWORD)
    path = _recorded(one, request, tmp_path / "s.json")
    kept = [a for a in ARTICLES if a.pmid != 6]
    revised = replace(kept[10], title="Something else", sections=())
    more = Article("More aspirin", 900, date=PartialDate(2020))
    other = opened("two", [more, *reversed([*kept[:10], revised, *kept[11:], *UNNUMBERED])])
    comparison = rerun(other, path)
    assert comparison.new == (Identity(900),)
    assert set(comparison.gone) == {Identity(6), Identity(revised.pmid)}
    assert comparison.absent == {Identity(6)}
    assert comparison.before == comparison.now + 1
    words = " ".join(comparison.in_words())
    assert "1 new: PMID 900." in words
    assert "1 not in this library: PMID 6." in words
    assert f"1 not found any more: PMID {revised.pmid}." in words
    assert {d.what for d in comparison.circumstances} == {"Library", "Articles and their texts"}


def test_without_the_encoder_that_is_said(opened: Open, tmp_path: Path) -> None:
    one = opened("one", ARTICLES, meaning=True)
    path = _recorded(one, SearchRequest("aspirin against asthma"), tmp_path / "s.json")
    other = opened("two", ARTICLES)
    comparison = rerun(other, path)
    encoder = next(d for d in comparison.circumstances if d.what == "Encoder")
    assert str(encoder).endswith("then, none now.")
    assert not comparison.identical
    assert comparison.overlap[10] < 1.0
    # the same articles, although the library is another one
    assert "Articles and their texts" not in {d.what for d in comparison.circumstances}


def test_another_encoder_file_and_index_are_named_in_words(opened: Open, tmp_path: Path) -> None:
    session = opened("one", ARTICLES, meaning=True)
    session.engine.save()
    path = _recorded(session, SearchRequest("aspirin against asthma"), tmp_path / "s.json")
    values = json.loads(path.read_text("utf-8"))
    [(index, present)] = [pair for pair in values["indexes"].items() if "vectors" in pair[0]]
    assert rerun(session, path).circumstances == ()
    tokenizer = values["encoder"]["files"]["tokenizer.json"][:12]
    values["indexes"] |= {index: "0123456789abcdef", "gone": "0123456789abcdef"}
    values["encoder"]["files"]["tokenizer.json"] = "f" * 64
    path.write_text(json.dumps(values), "utf-8")
    assert [str(difference) for difference in rerun(session, path).circumstances] == [
        f"The encoder’s tokenizer.json, SHA-256: {'f' * 12} then, {tokenizer} now.",
        f"Index {index} on the disk, SHA-256: 0123456789abcdef then, {present} now.",
    ]
    now = f"bge-small-en-v1.5 of {values['encoder']['created'][:10]} ({values['encoder']['id']})"
    values["encoder"] |= {"id": "heart-1a2b", "title": "Heart failure", "created": "2026-01-02T09"}
    values["indexes"] = {}
    path.write_text(json.dumps(values), "utf-8")
    assert [str(difference) for difference in rerun(session, path).circumstances] == [
        f"Encoder: Heart failure of 2026-01-02 (heart-1a2b) then, {now} now."
    ]


def test_articles_and_collections_are_named_across_libraries(opened: Open, tmp_path: Path) -> None:
    one = opened("one", ARTICLES, meaning=True)
    two = opened("two", list(reversed(ARTICLES)), meaning=True)
    ids = {s: [s.library.find_pmid(n) or 0 for n in range(1, 21)] for s in (one, two)}
    for session, drawer in ((one, ""), (two, "a drawer that shifts the ids")):
        if drawer:
            session.library.marks.add_collection(drawer)
        number = session.library.marks.add_collection("Review")
        session.library.marks.collect(ids[session], number)
    filters = Filters(collections=(1,))
    request = SearchRequest(similar_to=ids[one][0], filters=filters, everything=True)
    path = _recorded(one, request, tmp_path / "s.json")
    comparison = rerun(two, path)
    assert {d.what for d in comparison.circumstances} == {"Library"}
    assert not comparison.new
    assert not comparison.gone
    two.library.marks.remove_collection(2)
    lost = [str(d) for d in rerun(two, path).circumstances if d.what == "Collection"]
    assert lost == ["Collection: Review then, none now."]
    empty = opened("three", UNNUMBERED)
    with pytest.raises(UserError, match="the like of PMID 1, which is not in this library"):
        rerun(empty, path)


def test_a_search_that_leans_on_another_says_when_that_one_changed(
    opened: Open, tmp_path: Path
) -> None:
    session = opened("one", ARTICLES)
    session.library.searches.record('{"version": 1, "text": "aspirin[tiab]"}', 20)
    path = _recorded(session, SearchRequest("#1 AND asthma[tiab]"), tmp_path / "s.json")
    assert rerun(session, path).identical
    session.library.searches.forget()
    session.library.searches.record('{"version": 1, "text": "sleep[tiab]"}', 20)
    assert [str(d) for d in rerun(session, path).circumstances] == [
        "Search #1: aspirin[tiab] then, sleep[tiab] now."
    ]


def test_of_a_long_list_only_the_beginning_is_compared(
    opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_record, "LISTED", 7)
    session = opened("one", ARTICLES)
    path = _recorded(session, SearchRequest("twice[tiab]"), tmp_path / "s.json")
    record = read_record(path)
    assert (record.total, len(record.hits)) == (36, 7)
    comparison = rerun(session, path)
    assert comparison.identical
    assert (comparison.before, comparison.now, comparison.listed) == (36, 36, 7)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "no record of a search"),
        ("[]", "no record of a search"),
        ('{"schema": "litmesh search record", "version": 2}', "newer Litmesh"),
        ('{"schema": "litmesh search record", "version": 1}', "or damaged"),
        (
            '{"schema": "litmesh search record", "version": 1, "request": {}, "total": 0,'
            ' "hits": [], "encoder": []}',
            "or damaged",
        ),
    ],
)
def test_what_is_no_record_is_refused(
    opened: Open, tmp_path: Path, content: str, said: str
) -> None:
    path = tmp_path / "bad.json"
    path.write_text(content, "utf-8")
    with pytest.raises(UserError, match=said):
        rerun(opened("one"), path)
    with pytest.raises(UserError, match="cannot be read"):
        read_record(tmp_path / "none.json")


def test_rank_correlation_and_overlap_of_two_lists() -> None:
    def hits(*pmids: int) -> list[Hit]:
        return [Hit(Identity(pmid), 0.0) for pmid in pmids]

    compared = compare([], hits(1, 2, 3, 4, 5), hits(2, 1, 3, 9, 5), (5, 5))
    # ranks of 1, 2, 3, 5 among themselves: 2, 1, 3, 4; Spearman's is 1 - 6·2/(64 - 4)
    assert compared.correlation == pytest.approx(0.8)
    assert compared.overlap == {10: 0.8, 50: 0.8}
    assert [(m.article.pmid, m.before, m.now) for m in compared.moved] == [(1, 1, 2), (2, 2, 1)]
    both = compare([], [Hit(Identity(7, "10.1/x"), 1.0)], [Hit(Identity(None, "10.1/x"), 1.0)],
                   (1, 1))  # fmt: skip
    assert both.identical
    assert compare([], hits(4, 3, 2, 1), hits(1, 2, 3, 4), (4, 4)).correlation == -1.0
