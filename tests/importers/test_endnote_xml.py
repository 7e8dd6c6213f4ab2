"""EndNote XML of EndNote, Bookends, Zotero and Mendeley, whole and damaged."""

import re
from pathlib import Path

import pytest
from bibtexparser.entrypoint import parse_string
from bibtexparser.model import Entry

from desktop_app.exporters import mesh_terms
from desktop_app.importers.registry import read_file, recognise
from desktop_app.records import Article, Author, Field, Identifier, Keyword, PartialDate, Problem

STYLED = '<style face="normal" font="default" size="100%">{}</style>'


def record(number: int, more: str = "") -> str:
    return (
        f'<record><rec-number>{number}</rec-number><ref-type name="Journal Article">17</ref-type>'
        f"<contributors><authors><author>{STYLED.format('Smith, J. A.')}</author></authors>"
        f"</contributors><titles><title>{STYLED.format(f'Title {number} of ')}"
        f'<style face="italic">E. coli</style></title>'
        f"<secondary-title>Journal</secondary-title></titles>{more}</record>\n"
    )


def read(folder: Path, text: str) -> list[Article | Problem]:
    path = folder / "a.xml"
    path.write_text(text, encoding="utf-8")
    found = recognise(path)
    assert found is not None
    assert found.name == "EndNote XML"
    return [entry for entry in read_file(path) if isinstance(entry, Article | Problem)]


def whole(*records: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><xml><records>'
        + "".join(records)
        + ("</records></xml>")
    )


def test_every_element_finds_its_place(tmp_path: Path) -> None:
    more = (
        "<contributors><secondary-authors><author>Ed, Itor</author></secondary-authors>"
        "</contributors>"
        "<periodical><full-title>Journal</full-title><abbr-1>J. Short</abbr-1></periodical>"
        "<pages>1-9</pages><volume>5</volume><number>2</number>"
        "<keywords><keyword>Aged, 80 and over</keyword><keyword>one&#xD;two</keyword></keywords>"
        "<dates><year>2015</year><pub-dates><date>Mar 3</date></pub-dates></dates>"
        "<isbn>1532-1827 (Electronic)&#xD;0007-0920 (Linking)</isbn>"
        "<electronic-resource-num>https://doi.org/10.1/X</electronic-resource-num>"
        "<accession-num>25647015</accession-num><work-type>Review; Journal Article</work-type>"
        "<remote-database-provider>NLM</remote-database-provider><language>eng</language>"
        "<urls><related-urls><url>http://a.b</url></related-urls><pdf-urls><url>internal-pdf://1/a.pdf"
        "</url></pdf-urls></urls><abstract>A &lt; b</abstract><notes>N</notes>"
        "<research-notes>R</research-notes><custom1>C</custom1><new-thing>kept</new-thing>"
    )
    (found,) = read(tmp_path, whole(record(1, more)))
    assert isinstance(found, Article)
    assert found.title == "Title 1 of E. coli"
    assert found.authors == (Author("Smith", "J. A.", "JA"),)
    assert (found.journal.title, found.journal.abbreviation) == ("Journal", "J. Short")
    assert (found.pmid, found.doi) == (25647015, "10.1/x")
    assert found.journal.issn == "1532-1827"
    assert found.date == PartialDate(2015, 3, 3)
    assert found.keywords == (Keyword("Aged, 80 and over"), Keyword("one"), Keyword("two"))
    assert [p.name for p in found.publication_types] == ["Review", "Journal Article"]
    assert found.identifiers == (Identifier("url", "http://a.b"),)
    for name, value in (
        ("editor", "Ed, Itor"),
        ("issn", "0007-0920"),
        ("file", "internal-pdf://1/a.pdf"),
        ("note", "N"),
        ("annotation", "R"),
        ("custom1", "C"),
        ("new-thing", "kept"),
    ):
        assert Field(name, value) in found.fields


@pytest.mark.parametrize(
    ("database", "number", "pmid"),
    [
        ("", "25647015", 25647015),
        ("Medline", "25647015", 25647015),
        ("Embase&#xD;Medline", "25647015", None),
        ("Web of Science", "25647015", None),
        ("", "WOS:000200148800007", None),
        ("", "2001234567", None),
    ],
)
def test_an_accession_number_is_a_pmid_only_from_pubmed(
    tmp_path: Path, database: str, number: str, pmid: int | None
) -> None:
    more = (
        f"<accession-num>{number}</accession-num>"
        f"<remote-database-name>{database}</remote-database-name>"
    )
    (found,) = read(tmp_path, whole(record(1, more)))
    assert isinstance(found, Article)
    assert found.pmid == pmid
    if pmid is None:
        assert Identifier("accession", number) in found.identifiers


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("</titles>", "</title>", "damaged"),
        ("Smith", "Smith & Co", "damaged"),
        ("</record>", "", "breaks off"),
        ("Smith", "&nbsp;", "nbsp"),
    ],
)
def test_a_bad_record_does_not_lose_the_others(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    entries = read(tmp_path, whole(record(1), record(2).replace(old, new), record(3), record(4)))
    titles = [entry.title for entry in entries if isinstance(entry, Article)]
    (problem,) = [entry for entry in entries if isinstance(entry, Problem)]
    assert titles == [f"Title {n} of E. coli" for n in (1, 3, 4)]
    assert said in problem.reason
    assert problem.place == "record 2, line 2"


def test_entities_of_the_file_s_own_are_refused(tmp_path: Path) -> None:
    text = '<!DOCTYPE xml [<!ENTITY e SYSTEM "/etc/passwd">]>' + whole(
        record(1, "<notes>&e;</notes>")
    ).removeprefix('<?xml version="1.0" encoding="UTF-8"?>')
    (problem,) = read(tmp_path, text)
    assert isinstance(problem, Problem)
    assert "entities" in problem.reason


# --- JabRef's expectation ------------------------------------------------------------------------

# Compared by what is said: JabRef keeps the whole text of <isbn> and <language>, and a date without
# its year in `date`; we have numbers, a code and one date of year, month and day.
_MONTHS = ("", "Jan", "Feb", "Mar")


def ours(article: Article) -> dict[str, str]:
    """An article under the names of JabRef's .bib."""
    fields = {field.name: field.value for field in article.fields}
    names = (a.collective or f"{a.last}, {a.fore}" for a in article.authors)
    urls = [i.value for i in article.identifiers if i.kind == "url"]
    numbers = {i.value for i in article.identifiers if i.kind == "isbn"}
    numbers |= {article.journal.issn, fields.get("issn", "")} - {""}
    date = article.date or PartialDate(0)
    container = "journal" if article.kind == "article" else "booktitle"
    return {
        "title": article.title,
        "author": " and ".join(names),
        container: article.journal.title,
        "volume": article.volume,
        "number": article.issue,
        "pages": article.pages,
        "year": str(article.year),
        "abstract": article.abstract,
        "doi": article.doi,
        "keywords": "; ".join(sorted(keyword_texts(article))),
        "note": fields.get("note", ""),
        "file": fields.get("file", ""),
        "url": urls[0] if urls else "",
        "address": fields.get("affiliation", ""),
        "isbn": " ".join(sorted(numbers)),
        "language": {"eng": "English"}.get("".join(article.languages), ""),
        "date": f"{_MONTHS[date.month]} {date.day or ''}".strip(),
    }


def keyword_texts(article: Article) -> list[str]:
    """Keywords as the file has them: those that are MeSH headings are among the headings."""
    return [k.text for k in article.keywords] + mesh_terms.heading_texts(article)


def test_jabref_s_files_against_its_own_bib(shared_data: Path) -> None:
    total = 0
    different = []
    for path in sorted((shared_data / "reference_files/jabref").glob("Endnote*.xml")):
        articles = [entry for entry in read_file(path) if isinstance(entry, Article)]
        expected = parse_string(path.with_suffix(".bib").read_text("utf-8"))
        both = [getattr(block, "ignore_error_block", block) for block in expected.blocks]
        blocks = [block for block in both if isinstance(block, Entry)]
        assert len(articles) == len(blocks), path.name
        for article, entry in zip(articles, blocks, strict=True):
            found = ours(article)
            assert article.kind == entry.entry_type
            for field in entry.fields:
                total += 1
                wanted = " ".join(field.value.strip("{}").split())
                if field.key == "isbn":
                    wanted = " ".join(sorted(re.findall(r"[\dX-]{9,}", wanted)))
                if field.key == "keywords":
                    wanted = "; ".join(sorted(wanted.split("; ")))
                if found[field.key] != wanted:
                    different.append((path.name, field.key, found[field.key], wanted))
    assert total > 60
    assert different == []


@pytest.mark.parametrize(
    ("name", "records", "authors", "abstracts", "dois", "keywords"),
    [
        # counted in the files by their tags
        ("asysd/mendeley_export.xml.gz", 1233, 7667, 1128, 1064, 15757),
        ("asysd/zotero_export.xml.gz", 1233, 7667, 1128, 1064, 13604),
        ("dedupe_sweep/copper.xml.gz", 505, 2602, 498, 379, 12449),
    ],
)
def test_real_exports_are_read_whole(
    shared_data: Path,
    name: str,
    records: int,
    authors: int,
    abstracts: int,
    dois: int,
    keywords: int,
) -> None:
    entries = list(read_file(shared_data / "reference_files" / name))
    articles = [entry for entry in entries if isinstance(entry, Article)]
    assert len(articles) == len(entries) == records
    assert all(article.title for article in articles)
    assert sum(len(article.authors) for article in articles) >= authors - 5
    assert sum(bool(article.sections) for article in articles) == abstracts
    kept = [field.name for article in articles for field in article.fields]
    assert sum(bool(article.doi) for article in articles) + kept.count("eid") >= dois
    found = [len(a.keywords) + sum(len(h.qualifiers) or 1 for h in a.headings) for a in articles]
    assert sum(found) >= 0.99 * keywords
