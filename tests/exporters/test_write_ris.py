"""RIS as rispy, an independent parser, reads it."""

from collections.abc import Iterable
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import rispy

from desktop_app.exporters import people
from desktop_app.exporters.plain_text import abstract, one_line
from desktop_app.exporters.ris import write_ris
from desktop_app.records import Article, Field, Journal
from tests.exporters.hostile_articles import CROWDED, EMPTY, HOSTILE
from tests.library.examples import FULL


def written(articles: Iterable[Article]) -> str:
    out = StringIO(newline="")
    write_ris(articles, out)
    return out.getvalue()


def read(articles: Iterable[Article]) -> list[Any]:
    return list(rispy.loads(written(articles)))


def test_everything_has_its_tag() -> None:
    assert written([FULL]).splitlines() == [
        "TY  - JOUR",
        "TI  - Insulin resistance in β-cell-specific IL-6 knock-out mice",
        "OP  - Résistance à l'insuline",
        "AU  - Smith, Jane A, Jr",
        "AU  - The Mouse Group",
        "T2  - Journal of Examples",
        "JF  - Journal of Examples",
        "JO  - J Ex",
        "SN  - 1234-5678",
        "PY  - 2021",
        "DA  - 2021/03//2021 Mar-Apr",
        "VL  - 12",
        "IS  - 3-4",
        "SP  - 101",
        "EP  - 109",
        "AB  - BACKGROUND: We asked why. METHODS: Mice were fed. RESULTS: Glucose rose (p<0.05).",
        "KW  - *Insulin Resistance/*genetics",
        "KW  - Mice",
        "KW  - Unlisted Heading/x/y",
        "KW  - *metabolism",
        "DO  - 10.1000/example.101",
        "AN  - 101",
        "DB  - PubMed",
        "M2  - PMID: 101",
        "C2  - PMC7001",
        "LA  - eng",
        "LA  - fre",
        "N1  - pii: S1",
        "PB  - Example Press",
        "N1  - read this",
        "AD  - A",
        "AD  - B",
        "N1  - ORCID 0000-0002-1825-0097: Smith, Jane A, Jr",
        "N1  - Publication type: Journal Article",
        "N1  - ErratumIn: J Ex 2022 see there PMID: 102",
        "N1  - plain-language-summary (fre): Pour tous.",
        "N1  - © The authors",
        "ER  - ",
        "",
    ]
    assert written([FULL]).count("\r\n") == written([FULL]).count("\n")


@pytest.mark.parametrize(
    ("kind", "tag"),
    [
        ("book", "BOOK"),
        ("inbook", "CHAP"),
        ("inproceedings", "CPAPER"),
        ("thesis", "THES"),
        ("report", "RPRT"),
        ("online", "ELEC"),
        ("misc", "GEN"),
        ("", "GEN"),
    ],
)
def test_kinds(kind: str, tag: str) -> None:
    assert written([replace(EMPTY, kind=kind)]).startswith(f"TY  - {tag}\r\n")


@pytest.mark.parametrize(
    ("pages", "first", "last"),
    [
        ("101-9", "101", "109"),
        ("S12-5", "S12", "S15"),
        ("998-1003", "998", "1003"),
        ("101-109", "101", "109"),
        ("12-e5", "12", "e5"),
        ("e1234", "e1234", None),
        ("5-7, 9", "5-7, 9", None),
    ],
)
def test_pages(pages: str, first: str, last: str | None) -> None:
    (record,) = read([replace(FULL, pages=pages)])
    assert (record["start_page"], record.get("end_page")) == (first, last)


def test_further_fields() -> None:
    names = ("database", "ris-m2", "ris-xy", "editor", "chapter", "howpublished", "database")
    texts = ("PubMed", "PMID: 101", "odd", "Doe, J and Roe, R", "7", "by hand", "Other")
    fields = tuple(map(Field, names, texts))
    lines = written([Article("t", pmid=101, fields=fields)]).splitlines()
    assert {"XY  - odd", "ED  - Doe, J", "ED  - Roe, R", "SE  - 7", "DB  - Other"} <= set(lines)
    assert "N1  - howpublished: by hand" in lines
    assert (lines.count("DB  - PubMed"), lines.count("M2  - PMID: 101")) == (1, 1)


def test_only_files_that_can_be_opened_are_linked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A path as it stood in a command leads nowhere for the reader of the export."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pdfs").mkdir()
    (tmp_path / "pdfs" / "x.pdf").touch()
    there, gone = tmp_path / "pdfs" / "x.pdf", tmp_path / "gone.zip" / "x.pdf"
    names = [
        "pdfs/x.pdf",
        "x.pdf",
        "../x.pdf",
        str(there),
        str(gone),
        "C:/gone/x.pdf",
        "Doe: x.pdf",
    ]
    names += ["https://a.b/x.pdf", "file:///home/x.pdf", "internal-pdf://1/x.pdf", "a\0b"]
    article = Article("t", fields=tuple(Field("file", name) for name in names))
    lines = [line for line in written([article]).splitlines() if line[:2] in ("L1", "N1")]
    assert lines == [
        f"L1  - {there}",
        "L1  - https://a.b/x.pdf",
        "L1  - file:///home/x.pdf",
        "L1  - internal-pdf://1/x.pdf",
    ]


def test_a_book_is_not_its_own_series() -> None:
    book = Article("The Book", kind="book", journal=Journal("The Book"))
    assert "T2" not in written([book])
    assert "T2  - The Book" in written([replace(book, title="A chapter", kind="inbook")])


def test_hostile_text_stays_in_its_field() -> None:
    records = read(HOSTILE)
    assert len(records) == len(HOSTILE)
    for article, record in zip(HOSTILE, records, strict=True):
        assert record.get("title", "") == one_line(article.title)
        assert record.get("abstract", "") == abstract(article)
        assert record.get("doi", "") == article.doi
        assert record.get("accession_number") == (str(article.pmid) if article.pmid else None)
        names = [people.inverted(author) for author in article.authors]
        assert record.get("authors", []) == list(filter(None, names))
    assert len(read([CROWDED])[0]["authors"]) == 3_000
