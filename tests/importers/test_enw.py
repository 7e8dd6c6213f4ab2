"""EndNote's and refer's tagged text: every tag into its field."""

from pathlib import Path

import pytest

from desktop_app.importers.registry import Entry, read_file, recognise
from desktop_app.records import (
    Article,
    Author,
    Field,
    Identifier,
    Journal,
    Keyword,
    PartialDate,
    Section,
)
from tests.importers.examples import ENW


def read(folder: Path, text: str) -> list[Entry]:
    path = folder / "citation.enw"
    path.write_text(text, "utf-8")
    return list(read_file(path))


def one(folder: Path, lines: str) -> Article:
    (article,) = read(folder, f"%0 Journal Article\n%T T\n{lines}\n")
    assert isinstance(article, Article)
    return article


def test_whole_records(tmp_path: Path) -> None:
    assert read(tmp_path, ENW) == [
        Article(
            title="Effects of an imagined drug on the invented disease",
            pmid=101,
            doi="10.1000/imagined.101",
            sections=(Section("Nobody has the invented disease."),),
            authors=(Author("Müller", "Änne", "Ä"), Author("van der Berg", "Jan P.", "JP")),
            journal=Journal("Journal of imagined medicine", issn="1234-5678"),
            date=PartialDate(2019, 12, 7),
            volume="12",
            issue="3",
            pages="33-41",
            languages=("eng",),
            keywords=(Keyword("imaginol"), Keyword("invented disease")),
            identifiers=(Identifier("url", "https://example.org/101"),),
            fields=(Field("database-provider", "PubMed"),),
        ),
        Article(
            title="A book",
            authors=(Author("Doe", "Jane", "J"),),
            date=PartialDate(2001),
            identifiers=(Identifier("isbn", "978-3-16-148410-0"),),
            fields=(Field("publisher", "A publisher"), Field("location", "Nowhere")),
            kind="book",
        ),
    ]


@pytest.mark.parametrize(
    ("lines", "date"),
    [
        ("%D 2019", PartialDate(2019)),
        ("%D 2019\n%8 Dec 7", PartialDate(2019, 12, 7)),
        ("%D 2019\n%8 2019-12-07", PartialDate(2019, 12, 7)),
        ("%D June 1993", PartialDate(1993, 6)),
        ("%D 2019\n%8 nonsense", PartialDate(2019)),
    ],
)
def test_dates(tmp_path: Path, lines: str, date: PartialDate) -> None:
    found = one(tmp_path, lines).date
    assert found is not None
    assert (found.year, found.month, found.day) == (date.year, date.month, date.day)


def test_a_date_that_is_none_is_kept(tmp_path: Path) -> None:
    assert one(tmp_path, "%D in press").fields == (Field("date", "in press"),)


def test_a_number_is_a_pmid_only_in_pubmed(tmp_path: Path) -> None:
    assert one(tmp_path, "%M 101\n%~ PubMed").pmid == 101
    assert one(tmp_path, "%M 101\n%~ INSPEC").identifiers == (Identifier("accession", "101"),)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("Book Section", "inbook"), ("Thesis", "thesis"), ("Conference Proceedings", "inproceedings")],
)
def test_kinds_and_where_they_stood(tmp_path: Path, name: str, kind: str) -> None:
    (article,) = read(tmp_path, f"%0 {name}\n%T T\n%B B\n")
    assert isinstance(article, Article)
    assert (article.kind, article.journal.title) == (kind, "B")


def test_editors_and_unknown_tags_are_kept(tmp_path: Path) -> None:
    article = one(tmp_path, "%E Bell, Eve\n%E Roe, Kim\n%$ x\n%Z A note\n%O Another")
    assert {*article.fields} == {
        Field("editor", "Bell, Eve"),
        Field("editor", "Roe, Kim"),
        Field("enw-$", "x"),
        Field("note", "A note"),
        Field("note", "Another"),
    }


@pytest.mark.parametrize(
    "text",
    [
        "%0 Journal Article\n%T One.\n%0 Journal Article\n%T Two.\n",
        "%T One.\n\n%T Two.\n",
        "\n\n%T One.\n\n\n\n%T Two.",
    ],
)
def test_records_are_parted(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text) == [Article("One."), Article("Two.")]


def test_a_blank_line_inside_a_record_does_not_part_it(tmp_path: Path) -> None:
    (article,) = read(tmp_path, "%0 Journal Article\n%T One.\n\n%X It was.\n\n%K word\n")
    assert article == Article("One.", sections=(Section("It was."),), keywords=(Keyword("word"),))


@pytest.mark.parametrize(
    "text", ["%PDF-1.4\n", "%!PS\n%%Title: T\n", "% a comment\n@article{a,}", "%0", "100 %T x"]
)
def test_other_text_is_not_taken(tmp_path: Path, text: str) -> None:
    path = tmp_path / "notes.txt"
    path.write_text(text)
    found = recognise(path)
    assert found is None or found.name != "EndNote/Refer text"
