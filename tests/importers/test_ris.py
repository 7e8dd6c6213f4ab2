"""RIS: every tag into its field, the habits of each database, records that begin or end oddly."""

import gzip
import re
from pathlib import Path

import pytest

from desktop_app.importers.registry import Entry, read_file
from desktop_app.records import (
    Article,
    Author,
    Field,
    Identifier,
    Journal,
    Keyword,
    Milestone,
    PartialDate,
    Problem,
    PublicationType,
    Section,
)
from tests.importers.examples import RIS


def read(folder: Path, text: str) -> list[Entry]:
    path = folder / "export.ris"
    path.write_text(text, "utf-8")
    return list(read_file(path))


def one(folder: Path, lines: str) -> Article:
    (article,) = read(folder, f"TY  - JOUR\nTI  - T\n{lines}\nER  - \n")
    assert isinstance(article, Article)
    return article


# --- the tags ------------------------------------------------------------------------------------


def test_whole_records(tmp_path: Path) -> None:
    assert read(tmp_path, RIS) == [
        Article(
            title="Effects of an imagined drug on the invented disease",
            pmid=101,
            doi="10.1000/imagined.101",
            sections=(
                Section(
                    "Nobody has the invented disease. "
                    "We treated 20 people who had not got it with nothing."
                ),
            ),
            authors=(Author("Müller", "Änne", "Ä", "Jr."), Author("van der Berg", "Jan P.", "JP")),
            journal=Journal("Journal of imagined medicine", "J Imagined Med", "1234-5678"),
            date=PartialDate(2019, 12, 7),
            volume="12",
            issue="3",
            pages="33-41",
            keywords=(Keyword("imaginol", True), Keyword("invented disease")),
            identifiers=(Identifier("url", "https://example.org/101"),),
            fields=(
                Field("editor", "Editor, Eve"),
                Field("database", "PubMed"),
                Field("file", "file:///home/user/101.pdf"),
                Field("note", "A note."),
            ),
        ),
        Article(
            title="A chapter",
            authors=(Author("Doe", "Jane", "J"),),
            journal=Journal("A book"),
            date=PartialDate(2001),
            identifiers=(Identifier("isbn", "978-3-16-148410-0"),),
            fields=(Field("publisher", "A publisher"), Field("location", "Nowhere")),
            kind="inbook",
        ),
    ]


@pytest.mark.parametrize(
    ("lines", "date"),
    [
        ("PY  - 2004", PartialDate(2004)),
        ("PY  - 2001/09/01/", PartialDate(2001, 9, 1)),
        ("Y1  - 2012///", PartialDate(2012)),
        ("DA  - 1999/08//undefined\nPY  - 1999", PartialDate(1999, 8)),
        ("DA  - 2020///nan\nPY  - 2020", PartialDate(2020)),
        ("DA  - SEP\nPY  - 2018", PartialDate(2018, 9)),
        ("DA  - SEP 12\nPY  - 2018", PartialDate(2018, 9, 12)),
        ("DA  - 2014-07-03", PartialDate(2014, 7, 3)),
        ("PY  - 2010//Spring", PartialDate(2010)),
        ("Y1  - 2005/07/15\nPY  - 2005\nY2  - 2019/03/28", PartialDate(2005, 7, 15)),
    ],
)
def test_dates(tmp_path: Path, lines: str, date: PartialDate) -> None:
    assert one(tmp_path, lines).date == date


def test_dates_that_say_something_else_are_kept(tmp_path: Path) -> None:
    article = one(tmp_path, "PY  - 2013\nDA  - 2014/07/28\nPY  - 2013/02/15/received\nY2  - 2021")
    assert article.date == PartialDate(2013)
    assert article.milestones == (Milestone("received", PartialDate(2013, 2, 15)),)
    assert article.fields == (Field("urldate", "2021"), Field("date", "2014/07/28"))


@pytest.mark.parametrize(
    ("lines", "pages"),
    [
        ("SP  - 33\nEP  - 41", "33-41"),
        ("SP  - e16881", "e16881"),
        ("SP  - 467-72", "467-72"),
        ("SP  - 100364\nEP  - nan", "100364"),
        ("SP  - 1375339\nEP  - 1375339", "1375339"),
        ("SP  - No\nEP  - Specified", ""),
    ],
)
def test_pages(tmp_path: Path, lines: str, pages: str) -> None:
    assert one(tmp_path, lines).pages == pages


@pytest.mark.parametrize(
    ("lines", "doi"),
    [
        ("DO  - 10.1002/JTS.22387", "10.1002/jts.22387"),
        ("DO  - http://dx.doi.org/10.1002/jts.22387", "10.1002/jts.22387"),
        ("M3  - doi: 10.1063/1.1954747", "10.1063/1.1954747"),
        ("UR  - https://doi.org/10.1063/1.1954747", "10.1063/1.1954747"),
        ("N1  - doi: 10.1063/1.1954747", "10.1063/1.1954747"),
        ("L3  - 10.1063/1.1954747", "10.1063/1.1954747"),
        ("N1  - see 10.1063/1.1954747", ""),
    ],
)
def test_dois(tmp_path: Path, lines: str, doi: str) -> None:
    assert one(tmp_path, lines).doi == doi


@pytest.mark.parametrize(
    ("lines", "pmid", "pmcid"),
    [
        ("AN  - 26957754\nDB  - PubMed", 26957754, ""),
        ("AN  - 26957754\nDP  - Nlm", 26957754, ""),
        ("AN  - 26957754\nDB  - PsycINFO", None, ""),
        ("ID  - 26957754\nDB  - Ovid MEDLINE(R)", 26957754, ""),
        ("C2  - 26957754\nDB  - Scopus", 26957754, ""),
        ("C2  - PMC4756000\nDB  - PubMed", None, "PMC4756000"),
        ("C5  - 15368318\nDB  - Embase", 15368318, ""),
        ("U1  - 26957754[pmid]\nU2  - PMC4756000[pmcid]", 26957754, "PMC4756000"),
        ("N1  - PMID: 26957754", 26957754, ""),
        ("UR  - https://pubmed.ncbi.nlm.nih.gov/26957754/", 26957754, ""),
        ("L2  - http://www.ncbi.nlm.nih.gov/pubmed/26957754", 26957754, ""),
        ("AN  - WOS:000444108200009", None, ""),
    ],
)
def test_numbers_in_databases(tmp_path: Path, lines: str, pmid: int | None, pmcid: str) -> None:
    article = one(tmp_path, lines)
    assert (article.pmid, article.pmcid) == (pmid, pmcid)


def test_serial_numbers(tmp_path: Path) -> None:
    article = one(tmp_path, "SN  - 0894-9867, 0894-9867\nSN  - 15361632\nSN  - 0-19-852663-6 (hbk)")
    assert article.journal.issn == "0894-9867"
    assert article.fields == (Field("issn", "1536-1632"),)
    assert article.identifiers == (Identifier("isbn", "0-19-852663-6"),)


def test_type_of_work_language_and_what_has_no_place(tmp_path: Path) -> None:
    article = one(tmp_path, "M3  - Review\nLA  - English\nLA  - Klingon\nC8  - x\nZZ  - y")
    assert article.publication_types == (PublicationType("Review"),)
    assert article.languages == ("eng",)
    assert {*article.fields} == {
        Field("language", "Klingon"),
        Field("ris-c8", "x"),
        Field("ris-zz", "y"),
    }


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("JOUR", "article"),
        ("BOOK", "book"),
        ("CHAP", "inbook"),
        ("CONF", "inproceedings"),
        ("THES", "thesis"),
        ("RPRT", "report"),
        ("GEN", "misc"),
        ("XYZ", "misc"),
        ("PAT", "patent"),
    ],
)
def test_kinds(tmp_path: Path, name: str, kind: str) -> None:
    (article,) = read(tmp_path, f"TY  - {name}\nTI  - T\nER  - \n")
    assert isinstance(article, Article)
    assert article.kind == kind


def test_a_magazine_says_so(tmp_path: Path) -> None:
    (article,) = read(tmp_path, "TY  - MGZN\nTI  - T\nER  - \n")
    assert article == Article("T", fields=(Field("entrysubtype", "MGZN"),))


def test_labelled_abstracts_and_paragraphs(tmp_path: Path) -> None:
    article = one(tmp_path, "AB  - AIM: To see. RESULTS: We saw.\nN2  - Another.")
    assert article.sections == (Section("To see.", "AIM"), Section("We saw.", "RESULTS"))
    assert article.other_abstracts == (Section("Another."),)
    long = "A sentence of a paragraph that no program wrapped. " * 4
    assert len(one(tmp_path, f"AB  - {long}\n{long}\n\nEnd.").sections) == 3
    assert len(one(tmp_path, "AB  - A sentence.\nIt goes on.").sections) == 1


# --- where a record begins and ends --------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "TY  - JOUR\nTI  - One.\nTY  - JOUR\nTI  - Two.\n",
        "TY  - JOUR\nTI  - One.\nER  -\n\n\nTY  - JOUR\nTI  - Two.\nER  - dsfd",
        "1.\nTY  - JOUR\nTI  - One.\nER  - \n\n2.\nTY  - JOUR\nTI  - Two.\nER  - ",
        "TI  - One.\nER  - \nTI  - Two.\nER  - \n",
        "TY - JOUR\nTI - One.\nER -\nTY - JOUR\nTI - Two.\nER -\n",
        "TY- JOUR\nTI- One.\nER-\nTY- JOUR\nTI- Two.\nER-\n",
        "  TY  - JOUR\n  TI  - One.\n  ER  -\n  TY  - JOUR\n  TI  - Two.\n  ER  -\n",
        "TY  -JOUR\nTI  -One.\nER  -\nTY  -JOUR\nTI  -Two.\nER  -\n",
    ],
)
def test_records_are_parted(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text) == [Article("One."), Article("Two.")]


def test_what_follows_the_end_belongs_to_the_record(tmp_path: Path) -> None:
    text = "TY  - JOUR\nTI  - One.\nER  - \nNL  - J One\n\nTY  - JOUR\nTI  - Two.\nER  - \n"
    first, second = read(tmp_path, text)
    assert first == Article("One.", journal=Journal("J One", "J One"))
    assert second == Article("Two.")


def test_a_wrapped_line_that_looks_like_a_tag_is_none(tmp_path: Path) -> None:
    text = "AB  - The results were (95 %\nCI - 1 to 2) for\nIL-6 and\n  T2 - weighted images."
    (section,) = one(tmp_path, text).sections
    assert section.text == (
        "The results were (95 % CI - 1 to 2) for IL-6 and T2 - weighted images."
    )


def test_an_empty_record_is_told_with_its_place(tmp_path: Path) -> None:
    text = "TY  - JOUR\nTI  - One.\nER  - \n\nTY  - GEN\nN1  - Nothing\nER  - \n"
    text += "TY  - JOUR\nTI  - Two.\n"
    first, problem, second = read(tmp_path, text)
    assert (first, second) == (Article("One."), Article("Two."))
    assert isinstance(problem, Problem)
    assert problem.place == "record 2, line 5"
    assert "neither title" in problem.reason
    assert problem.remedy


# --- a real library ------------------------------------------------------------------------------


def test_a_whole_zotero_library(shared_data: Path) -> None:
    """1,000 records, compared with their lines; every word of every value is somewhere."""
    path = shared_data / "reference_files" / "asysd" / "zotero_export.ris.gz"
    articles = list(read_file(path))
    text = gzip.decompress(path.read_bytes()).decode().replace("\r\n", "\n")
    blocks = re.split(r"^ER  - *\n", text, flags=re.M)[:-1]
    assert len(articles) == len(blocks) == 1000
    for article, block in zip(articles, blocks, strict=True):
        assert isinstance(article, Article)

        def lines(tag: str, block: str = block) -> list[str]:
            return [" ".join(v.split()) for v in re.findall(rf"^{tag}  - (.*)$", block, re.M)]

        assert [article.title] == lines("TI")
        for author, name in zip(article.authors, lines("AU"), strict=True):
            assert f"{author.last}, {author.fore}" == name or ", " not in name
        assert [article.doi] == [doi.lower() for doi in lines("DO")] or not lines("DO")
        assert [article.volume] == (lines("VL") or [""])
        assert [str(article.year)] == (lines("PY") or ["None"])
        assert [article.journal.title] == lines("T2")
        kept = set(re.findall(r"\w+", repr(article).lower()))
        said = re.sub(r"^(TY|LA|DA|SN)  - .*$|^[A-Z][A-Z0-9]  - ", "", block, flags=re.M)
        missing = set(re.findall(r"\w+", said.lower())) - kept
        assert not missing, missing
