"""Zotero libraries: every item with everything that Zotero keeps of it."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from desktop_app.importers.registry import read_file
from desktop_app.importers.zotero.item_fields import multipart_date
from desktop_app.records import (
    Article,
    Author,
    Field,
    Identifier,
    Journal,
    Keyword,
    PartialDate,
    Problem,
    Section,
)
from tests.importers.zotero_example import ZoteroExample


@pytest.fixture
def path(tmp_path: Path) -> Path:
    folder = tmp_path / "Zotero"
    folder.mkdir()
    return folder / "zotero.sqlite"


@pytest.fixture
def example(path: Path) -> Iterator[ZoteroExample]:
    with closing(ZoteroExample(path)) as made:
        yield made


def read_all(path: Path, example: ZoteroExample) -> tuple[list[Article], list[Problem]]:
    example.connection.commit()
    entries = list(read_file(path))
    articles = [entry for entry in entries if isinstance(entry, Article)]
    return articles, [entry for entry in entries if isinstance(entry, Problem)]


def the_article(path: Path, example: ZoteroExample) -> Article:
    articles, problems = read_all(path, example)
    assert problems == []
    assert len(articles) == 1
    return articles[0]


def values_of(article: Article, name: str) -> list[str]:
    return [field.value for field in article.fields if field.name == name]


def test_an_article_with_all_its_fields(path: Path, example: ZoteroExample) -> None:
    example.item(
        "journalArticle",
        {
            "title": "A <i>title</i> & more",
            "abstractNote": "BACKGROUND: None.\nMETHODS: Few.",
            "date": "2019-03-00 March 2019",
            "publicationTitle": "Journal of Examples",
            "journalAbbreviation": "J Ex",
            "ISSN": "1234-5678",
            "volume": "12",
            "issue": "3",
            "pages": "33-41",
            "DOI": "https://doi.org/10.1000/ABC",
            "language": "en-GB",
            "url": "https://example.org/a",
            "extra": "PMID: 123\nPMCID: PMC456\nfor the course",
            "accessDate": "2020-01-02 10:11:12",
            "libraryCatalog": "PubMed",
            "shortTitle": "A title",
        },
        [
            ("editor", "Editor", "Eve"),
            ("author", "van der Berg", "Jan Piet"),
            ("author", "Study Group", "*"),
        ],
    )
    assert the_article(path, example) == Article(
        title="A title & more",
        pmid=123,
        pmcid="PMC456",
        doi="10.1000/abc",
        sections=(Section("None.", "BACKGROUND"), Section("Few.", "METHODS")),
        authors=(
            Author("van der Berg", "Jan Piet", "JP"),
            Author(collective="Study Group"),
        ),
        journal=Journal("Journal of Examples", "J Ex", "1234-5678"),
        date=PartialDate(2019, 3),
        volume="12",
        issue="3",
        pages="33-41",
        languages=("eng",),
        identifiers=(Identifier("url", "https://example.org/a"),),
        fields=(
            Field("urldate", "2020-01-02 10:11:12"),
            Field("librarycatalog", "PubMed"),
            Field("shorttitle", "A title"),
            Field("editor", "Editor, Eve"),
            Field("extra", "for the course"),
        ),
    )


def test_no_field_of_any_name_is_lost(path: Path, example: ZoteroExample) -> None:
    names = "title place ISBN series edition callNumber archive rights university seriesTitle "
    names += "thesisType numPages runningTime codeNumber myOwnField conferenceName reportNumber"
    example.item("thesis", {name: f"value of {name}" for name in names.split()})
    said = str(the_article(path, example))
    assert [name for name in names.split() if f"value of {name}'" not in said] == []


@pytest.mark.parametrize(
    ("item_type", "kind", "more"),
    [
        ("journalArticle", "article", []),
        ("magazineArticle", "article", ["magazineArticle"]),
        ("book", "book", []),
        ("bookSection", "incollection", []),
        ("conferencePaper", "inproceedings", []),
        ("preprint", "unpublished", []),
        ("webpage", "online", []),
        ("patent", "patent", []),
        ("document", "misc", []),
        ("aTypeOfTomorrow", "misc", ["aTypeOfTomorrow"]),
    ],
)
def test_kinds(
    path: Path, example: ZoteroExample, item_type: str, kind: str, more: list[str]
) -> None:
    example.item(item_type, {"title": "A title"})
    article = the_article(path, example)
    assert article.kind == kind
    assert values_of(article, "entrysubtype") == more


def test_book_titles_and_inventors(path: Path, example: ZoteroExample) -> None:
    example.item(
        "bookSection", {"title": "Chapter", "bookTitle": "The book"}, [("bookAuthor", "B", "Ann")]
    )
    example.item(
        "patent", {"title": "Wheel", "issueDate": "1999-05-04 4.5.1999"}, [("inventor", "I", "Bo")]
    )
    (chapter, patent), _ = read_all(path, example)
    assert chapter.journal.title == "The book"
    assert chapter.authors == ()
    assert values_of(chapter, "bookauthor") == ["B, Ann"]
    assert patent.authors == (Author("I", "Bo", "B"),)
    assert patent.date == PartialDate(1999, 5, 4)


@pytest.mark.parametrize(
    ("stored", "date"),
    [
        ("2019-03-00 March 2019", PartialDate(2019, 3)),
        ("2019-03-07 2019-03-07", PartialDate(2019, 3, 7)),
        ("2019-00-00 2019", PartialDate(2019)),
        ("2019-00-00 Spring 2019", PartialDate(2019, text="Spring 2019")),
        ("2019-03-00 Mar-Apr 2019", PartialDate(2019, 3, text="Mar-Apr 2019")),
        ("2019-03-00 03/2019", PartialDate(2019, 3)),
        ("2019-13-45 odd", PartialDate(2019)),
        ("0000-00-00 in press", None),
        ("0000-05-00 May", None),
        ("2019", PartialDate(2019)),
        ("", None),
    ],
)
def test_dates(stored: str, date: PartialDate | None) -> None:
    assert multipart_date(stored) == date


def test_a_date_without_year_is_kept_as_it_was_typed(path: Path, example: ZoteroExample) -> None:
    example.item("journalArticle", {"title": "T", "date": "0000-00-00 in press"})
    article = the_article(path, example)
    assert article.date is None
    assert values_of(article, "date") == ["in press"]


def test_tags_collections_notes_and_marks(path: Path, example: ZoteroExample) -> None:
    item = example.item("book", {"title": "T"})
    example.tag(item, "sepsis")
    example.tag(item, "Ärzte")
    top = example.collection("Top")
    example.collect(top, item)
    example.collect(example.collection("Below", top), item)
    example.note(item, '<div class="x"><p>First &lt;b&gt;</p><p>Second<br/>third</p></div>')
    file = example.attachment(item, 0, "storage:a.pdf")
    example.annotation(file, "marked", "why")
    article = the_article(path, example)
    assert article.keywords == (Keyword("sepsis", owner="Zotero"), Keyword("Ärzte", owner="Zotero"))
    assert values_of(article, "collection") == ["Top", "Top/Below"]
    assert values_of(article, "note") == ["First <b>\nSecond\nthird"]
    assert values_of(article, "annotation") == ["marked – why"]


def test_collections_in_a_ring_and_deleted_ones(path: Path, example: ZoteroExample) -> None:
    item = example.item("book", {"title": "T"})
    first = example.collection("A")
    second = example.collection("B", first)
    gone = example.collection("Gone")
    for collection in (first, gone):
        example.collect(collection, item)
    example.connection.execute(
        "UPDATE collections SET parentCollectionID = ? WHERE collectionID = ?", (second, first)
    )
    example.connection.execute("INSERT INTO deletedCollections (collectionID) VALUES (?)", (gone,))
    (found,) = values_of(the_article(path, example), "collection")
    assert found.endswith("A/B/A")


def test_where_files_are(path: Path, example: ZoteroExample) -> None:
    item = example.item("book", {"title": "T", "url": "https://example.org/t"})
    stored = example.attachment(item, 0, "storage:Müller 2019.pdf")
    snapshot = example.attachment(item, 1, "storage:page.html", "https://example.org/t")
    hostile = example.attachment(item, 0, "storage:../../../secret")
    example.attachment(item, 2, "/data/papers/x.pdf")
    example.attachment(item, 2, "attachments:sub/y.pdf")
    example.attachment(item, 3, None, "https://example.org/link")
    example.attachment(item, 4, "storage:picture.png")
    article = the_article(path, example)
    storage = path.parent.absolute() / "storage"
    assert values_of(article, "file") == [
        str(storage / example.key(stored) / "Müller 2019.pdf"),
        str(storage / example.key(snapshot) / "page.html"),
        str(storage / example.key(hostile) / "secret"),
        "/data/papers/x.pdf",
        "attachments:sub/y.pdf",
    ]
    assert [known.value for known in article.identifiers] == [
        "https://example.org/t",
        "https://example.org/link",
    ]


def test_the_bin_is_left_out(path: Path, example: ZoteroExample) -> None:
    kept = example.item("book", {"title": "Kept"})
    example.delete(example.note(kept, "<p>gone</p>"))
    example.delete(example.attachment(kept, 2, "/gone.pdf"))
    example.delete(example.item("book", {"title": "Gone"}))
    example.delete(example.note(None, "gone"))
    assert the_article(path, example) == Article("Kept", kind="book")


def test_groups_and_feeds(path: Path, example: ZoteroExample) -> None:
    for library in (1, 2, 3):
        example.item("book", {"title": f"T{library}"}, library=library)
    articles, _ = read_all(path, example)
    assert [values_of(article, "library") for article in articles] == [
        [],
        ["Sepsis group"],
        ["Journal of Examples"],
    ]


def test_items_without_title_and_what_stands_alone(path: Path, example: ZoteroExample) -> None:
    example.item("webpage", {"url": "https://example.org"})
    empty = example.item("book", {})
    example.note(None, "<p>alone</p>")
    for _ in range(2):
        example.attachment(None, 0, "storage:alone.pdf")
    articles, (nothing, alone) = read_all(path, example)
    assert articles == [
        Article("", identifiers=(Identifier("url", "https://example.org"),), kind="online")
    ]
    assert nothing.place == f"item {empty}, {example.key(empty)}"
    assert "1 notes and 2 files" in alone.reason


def test_odd_values(path: Path, example: ZoteroExample) -> None:
    example.item(
        "book",
        {
            "title": "Nul\0 and\x07 bell e\u0301",
            "volume": 7,
            "edition": b"\xff\xfebytes",
            "pages": "",
        },
    )
    article = the_article(path, example)
    assert article.title == "Nul and bell é"
    assert article.volume == "7"
    assert values_of(article, "edition") == ["\ufffd\ufffdbytes"]
