"""Ovid's labelled text: every label into its field, and the files of JabRef's tests."""

from pathlib import Path

from desktop_app.importers.registry import read_file, recognise
from desktop_app.records import (
    Article,
    Author,
    Field,
    Identifier,
    Journal,
    Keyword,
    PartialDate,
    PublicationType,
    Reference,
    Section,
)
from tests.importers.examples import OVID


def test_whole_records(tmp_path: Path) -> None:
    path = tmp_path / "citation.txt"
    path.write_text(OVID, "utf-8")
    assert list(read_file(path)) == [
        Article(
            title="Effects of an imagined drug on the invented disease.",
            doi="10.1000/imagined.101",
            sections=(Section("Nobody has the invented disease."),),
            authors=(Author("Müller", "Änne", "Ä"), Author("van der Berg", "Jan P.", "JP")),
            journal=Journal("Journal of Imagined Medicine", issn="1234-5678"),
            date=PartialDate(2019, 12),
            volume="12",
            issue="3",
            pages="33-41",
            languages=("eng",),
            publication_types=(PublicationType("Article"),),
            keywords=(Keyword("imaginol"), Keyword("invented disease")),
            references=(
                Reference("Doe J. 2001. Nothing. J Imag 1: 1-2."),
                Reference("Roe K. 1999. The book."),
            ),
            identifiers=(Identifier("accession", "00000001-201912000-00003"),),
            fields=(Field("affiliation", "(*)Department of Fiction, University of Nowhere"),),
        ),
        Article(
            "A comment.",
            journal=Journal("Journal of Imagined Medicine"),
            publication_types=(PublicationType("Letter"),),
        ),
    ]


def test_headings_of_medline(tmp_path: Path) -> None:
    path = tmp_path / "citation.txt"
    path.write_text("<1>\nUnique Identifier\n  101\nTitle\n  T.\nMeSH Subject Headings\n  *Adult\n")
    (article,) = read_file(path)
    assert isinstance(article, Article)
    assert article.pmid == 101
    assert [(heading.name, heading.major) for heading in article.headings] == [("Adult", True)]


def test_real_files(shared_data: Path) -> None:
    """The second record of file 2 is the one of which JabRef gives the BibTeX (Bib7)."""
    folder = shared_data / "reference_files" / "jabref"
    found = []
    for name in ("2Invalid", "3", "4", "5", "6"):
        path = folder / f"OvidImporterTest{name}.txt"
        known = recognise(path)
        assert known is not None
        assert known.name == "Ovid text"
        found += list(read_file(path))
    articles = [entry for entry in found if isinstance(entry, Article)]
    assert len(articles) == len(found) == 6
    assert all(a.title and a.authors and a.doi and a.sections for a in articles)
    assert articles[1].title == (
        "Comparing Computer Adaptive and Curriculum-Based Measures of Math in Progress Monitoring."
    )
    assert [(a.last, a.fore) for a in articles[1].authors] == [
        ("Shapiro", "Edward S."), ("Dennis", "Minyi Shih"), ("Fu", "Qiong"),
    ]  # fmt: skip
    assert articles[1].doi == "10.1037/spq0000116"
    assert articles[1].journal == Journal("School Psychology Quarterly", issn="1045-3830")
    assert len(articles[3].references) > 60
    assert articles[4].date == PartialDate(2015, 4)
