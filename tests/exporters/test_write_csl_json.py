"""CSL-JSON by the names and types of its schema (csl-data.json 1.0.2)."""

import json
from collections.abc import Iterable
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from desktop_app.exporters.csl_json import write_csl_json
from desktop_app.exporters.plain_text import abstract, one_line
from desktop_app.importers.registry import read_file
from desktop_app.records import Article, Heading, Keyword
from tests.exporters.hostile_articles import CROWDED, EMPTY, HOSTILE
from tests.library.examples import FULL

TYPES = set(
    "article article-journal article-magazine article-newspaper bill book broadcast chapter "
    "classic collection dataset document entry entry-dictionary entry-encyclopedia figure graphic "
    "hearing interview legal_case legislation manuscript map motion_picture musical_score pamphlet "
    "paper-conference patent performance periodical personal_communication post post-weblog "
    "regulation report review review-book software song speech standard thesis treaty "
    "webpage".split()
)
TEXTS = set(  # the schema's text variables that we write; all of them may be strings
    "id type language abstract chapter-number collection-title container-title "
    "container-title-short DOI edition genre ISBN ISSN issue keyword note number-of-pages "
    "original-title page PMCID PMID publisher publisher-place title title-short URL version "
    "volume".split()
)
NAME_PARTS = {"family", "given", "suffix", "literal"}


def written(articles: Iterable[Article]) -> str:
    out = StringIO()
    write_csl_json(articles, out)
    return out.getvalue()


def read(articles: Iterable[Article]) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = json.loads(written(articles))
    for item in items:
        assert {"id", "type"} <= item.keys() <= TEXTS | {"author", "issued", "custom"}
        assert item["type"] in TYPES
        assert all(isinstance(item[name], str) and item[name] for name in TEXTS & item.keys())
        assert all(name and name.keys() <= NAME_PARTS for name in item.get("author", []))
        assert item.get("issued", {}).keys() <= {"date-parts", "raw"}
        assert all(1 <= len(parts) <= 3 for parts in item.get("issued", {}).get("date-parts", []))
        assert isinstance(item.get("custom", {}), dict)
    return items


def test_everything_has_its_variable() -> None:
    (item,) = read([FULL])
    custom = item.pop("custom")
    assert item == {
        "id": "SmithJ2021insulin",
        "type": "article-journal",
        "title": FULL.title,
        "original-title": "Résistance à l'insuline",
        "container-title": "Journal of Examples",
        "container-title-short": "J Ex",
        "volume": "12",
        "issue": "3-4",
        "page": "101-9",
        "DOI": "10.1000/example.101",
        "PMID": "101",
        "PMCID": "PMC7001",
        "ISSN": "1234-5678",
        "language": "eng; fre",
        "abstract": abstract(FULL),
        "keyword": "Insulin Resistance; Mice; Unlisted Heading; metabolism",
        "author": [
            {"family": "Smith", "given": "Jane A", "suffix": "Jr"},
            {"literal": "The Mouse Group"},
        ],
        "issued": {"date-parts": [[2021, 3]], "raw": "2021 Mar-Apr"},
        "publisher": "Example Press",
        "note": "read this",
    }
    assert custom["MeSH"][0] == {
        "name": "Insulin Resistance",
        "ui": "D007333",
        "major": True,
        "qualifiers": [{"name": "genetics", "ui": "Q000235", "major": True}],
    }
    assert custom["history"] == {"received": "2020-01-02", "record-revised": "2022-05-06"}
    assert custom["authors"][0]["ORCID"] == "0000-0002-1825-0097"
    assert custom["relations"][0]["pmid"] == 102


@pytest.mark.parametrize(
    ("kind", "csl"),
    [("book", "book"), ("inbook", "chapter"), ("thesis", "thesis"), ("misc", "document")],
)
def test_kinds(kind: str, csl: str) -> None:
    assert read([replace(EMPTY, kind=kind)])[0]["type"] == csl


def test_hostile_text_stays_in_its_field() -> None:
    items = read(HOSTILE)
    assert len({item["id"] for item in items}) == len(HOSTILE)
    for article, item in zip(HOSTILE, items, strict=True):
        assert item.get("title", "") == one_line(article.title)
        assert item.get("abstract", "") == abstract(article)
        assert item.get("DOI", "") == article.doi
        assert item.get("PMID") == (str(article.pmid) if article.pmid else None)
    assert len(read([CROWDED])[0]["author"]) == 3_000
    written(HOSTILE).encode("utf-8")


def test_nothing_is_an_empty_list() -> None:
    assert json.loads(written([])) == []


@pytest.mark.parametrize("words", [("sleep", "Sleep Apnea, Obstructive"), ("a, b",), ()])
def test_headings_and_keywords_come_back(tmp_path: Path, words: tuple[str, ...]) -> None:
    headings = (*FULL.headings, Heading("D013315", "Stress, Psychological"))
    article = replace(FULL, headings=headings, keywords=tuple(map(Keyword, words)))
    path = tmp_path / "a.json"
    path.write_text(written([article]), "utf-8")
    (found,) = read_file(path)
    assert isinstance(found, Article)
    assert found.headings == tuple(replace(one, source="export") for one in headings)
    assert found.keywords == article.keywords
    (custom,) = (field.value for field in found.fields if field.name == "custom")
    assert "MeSH" not in custom
    assert "0000-0002-1825-0097" in custom


def test_keywords_without_headings_come_back(tmp_path: Path) -> None:
    words = (Keyword("Stress, Psychological"), Keyword("sleep"))
    path = tmp_path / "a.json"
    path.write_text(written([Article("T", keywords=words)]), "utf-8")
    (found,) = read_file(path)
    assert isinstance(found, Article)
    assert found.keywords == words
