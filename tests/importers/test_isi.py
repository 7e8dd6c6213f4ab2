"""The Web of Science's tagged text: every tag into its field."""

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
    Milestone,
    PartialDate,
    PublicationType,
    Reference,
    Section,
)
from tests.importers.examples import ISI


def read(folder: Path, text: str) -> list[Entry]:
    path = folder / "savedrecs.txt"
    path.write_text(text, "utf-8")
    return list(read_file(path))


def one(folder: Path, lines: str) -> Article:
    (article,) = read(folder, f"FN ISI Export Format\nVR 1.0\nPT J\nTI T\n{lines}\nER\n\nEF\n")
    assert isinstance(article, Article)
    return article


def test_whole_records(tmp_path: Path) -> None:
    address = ("Univ Nowhere, Dept Fict, Nowhere, Norway.",)
    article, book = read(tmp_path, ISI)
    assert article == Article(
        title="Effects of an imagined drug on the invented disease",
        pmid=101,
        doi="10.1000/imagined.101",
        sections=(Section("Nobody has the invented disease."),),
        authors=(
            Author("Muller", "Anne", "A", orcid="0000-0002-1825-0097", affiliations=address),
            Author("van der Berg", "Jan Piet", "JP", affiliations=address),
        ),
        journal=Journal("JOURNAL OF IMAGINED MEDICINE", "J. Imagined Med.", "1234-5678"),
        date=PartialDate(2019, 12),
        volume="12",
        issue="3",
        pages="33-41",
        languages=("eng",),
        publication_types=(PublicationType("Article"), PublicationType("Early Access")),
        keywords=(
            Keyword("imaginol"),
            Keyword("invented disease"),
            Keyword("NOTHING", owner="Keywords Plus"),
        ),
        references=(
            Reference("Doe J, 2001, J IMAG, V1, P1, DOI 10.1000/old.1", doi="10.1000/old.1"),
            Reference("Anon, 1999, THE BOOK"),
        ),
        identifiers=(Identifier("accession", "WOS:000000000000001"),),
        fields=(
            Field("shortjournal", "J IMAGINED MED"),
            Field("issn", "1234-5679"),
            Field("author-orcid", "Muller, Anne/0000-0002-1825-0097"),
            Field("reference-count", "2"),
            Field("times-cited", "7"),
            Field("publisher", "PUBLISHER"),
        ),
    )
    assert book == Article(
        "A book",
        authors=(Author("Doe", "J", "J"),),
        date=PartialDate(2001),
        identifiers=(Identifier("isbn", "978-3-16-148410-0"),),
        kind="book",
    )


@pytest.mark.parametrize(
    ("lines", "date"),
    [
        ("PY 2006\nPD MAY-JUN", PartialDate(2006, 5, 0, "2006 MAY-JUN")),
        ("PY 2006\nPD 2006 May-Jun", PartialDate(2006, 5, 0, "2006 May-Jun")),
        ("PY 2006\nPD SEP 12", PartialDate(2006, 9, 12)),
        ("PY 2006\nPD 04 2006", PartialDate(2006, 4)),
        ("PY 2006", PartialDate(2006)),
        ("EA JAN 2021", PartialDate(2021, 1)),
    ],
)
def test_dates(tmp_path: Path, lines: str, date: PartialDate) -> None:
    assert one(tmp_path, lines).date == date


def test_early_access_is_a_milestone(tmp_path: Path) -> None:
    article = one(tmp_path, "EA DEC 2020\nPD MAR\nPY 2021")
    assert article.date == PartialDate(2021, 3)
    assert article.milestones == (Milestone("electronic", PartialDate(2020, 12)),)


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        ("AU Joffe, Hadine; Hall, Janet E", ["Joffe", "Hall"]),
        ("AU Joffe, H\n   Hall, JE", ["Joffe", "Hall"]),
        ("AU Joffe, H\n   Hall, JE\nAF Joffe, Hadine", ["Joffe", "Hall"]),
        ("AU Joffe, H\nCA Study Group", ["Joffe", "Study Group"]),
    ],
)
def test_authors(tmp_path: Path, lines: str, names: list[str]) -> None:
    assert [a.last or a.collective for a in one(tmp_path, lines).authors] == names


def test_numbers_of_medline(tmp_path: Path) -> None:
    assert one(tmp_path, "UT MEDLINE:16842170").pmid == 16842170
    other = one(tmp_path, "UT INSPEC:8863438")
    assert (other.pmid, other.identifiers) == (None, (Identifier("accession", "INSPEC:8863438"),))


def test_addresses_of_nobody_and_unknown_tags_are_kept(tmp_path: Path) -> None:
    article = one(tmp_path, "AU Doe, J\nC1 Univ A.\n   [Roe, K] Univ B.\nPS 1-2\nXX y")
    assert article.pages == "1-2"
    assert {*article.fields} == {
        Field("affiliation", "Univ A."),
        Field("affiliation", "[Roe, K] Univ B."),
        Field("isi-xx", "y"),
    }


@pytest.mark.parametrize(
    "text",
    [
        "PT J\nTI One.\nPT J\nTI Two.\n",
        "FN Clarivate Analytics\nVR 1.0\nPT J\nTI One.\nER\n\nPT J\nTI Two.\nER\n\nEF",
    ],
)
def test_records_are_parted(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text) == [Article("One."), Article("Two.")]


@pytest.mark.parametrize("text", ["PT is a tag\nof no file", "AU Doe\nTI T\n", "FN Other\n"])
def test_other_text_is_not_taken(tmp_path: Path, text: str) -> None:
    path = tmp_path / "notes.txt"
    path.write_text(text)
    assert recognise(path) is None
