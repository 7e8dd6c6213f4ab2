"""MeSH headings among keywords: those that are certain, and nothing else."""

from pathlib import Path

import pytest

from desktop_app.importers.mesh_keywords import SOURCE, headings_among
from desktop_app.importers.registry import read_file
from desktop_app.mesh.vocabulary import load_vocabulary
from desktop_app.records import Article, Heading, Keyword, Qualifier


def among(*texts: str) -> tuple[list[str], list[str]]:
    headings, left = headings_among([Keyword(text) for text in texts])
    return [heading.name for heading in headings], [keyword.text for keyword in left]


def test_name_and_qualifiers() -> None:
    [heading], left = headings_among(
        [Keyword("Asthma/*drug therapy/Prevention and Control"), Keyword("Mice")]
    )
    qualifiers = (Qualifier("", "drug therapy", True), Qualifier("", "prevention & control"))
    assert heading == Heading("", "Asthma", False, qualifiers, SOURCE)
    assert heading.is_major
    assert left == (Keyword("Mice"),)


@pytest.mark.parametrize(
    "text",
    [
        "asthma/dt [Drug Therapy]",  # Emtree
        "HIV/AIDS",
        "and/or",
        "/genetics",
        "Asthma/",
        "*Asthma",  # a star alone proves nothing
        "cost/benefit analysis",
        "http://example.org/genetics",
    ],
)
def test_what_is_not_certain_stays_a_keyword(text: str) -> None:
    assert among(text, "Mice") == ([], [text, "Mice"])


def test_a_star_counts_beside_a_certain_heading() -> None:
    assert among("Lung/pathology", "*Heart Failure", "Antimicrobial surfaces", "*New surfaces") == (
        ["Lung", "Heart Failure"],
        ["Antimicrobial surfaces", "*New surfaces"],
    )


def test_popline_s_stars_do_not_count() -> None:
    assert among("Lung/pathology", "*Retention", "Infertility--etiology") == (
        ["Lung"],
        ["*Retention", "Infertility--etiology"],
    )


def test_a_heading_repeated_for_each_qualifier_is_one() -> None:
    [heading], left = headings_among(
        [Keyword("Asthma/genetics"), Keyword("*Asthma/diagnosis"), Keyword("Asthma/genetics")]
    )
    assert [qualifier.name for qualifier in heading.qualifiers] == ["genetics", "diagnosis"]
    assert heading.major
    assert left == ()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.ris", "TY  - JOUR\nTI  - T\nKW  - *Asthma/genetics\nKW  - mice\nER  - \n"),
        ("a.bib", "@article{k, title={T}, keywords={*Asthma/genetics; mice}}\n"),
        ("a.csv", "title,year,keywords\nT,2020,*Asthma/genetics; mice\n"),
    ],
)
def test_in_every_format(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    [article] = read_file(path)
    assert isinstance(article, Article)
    assert article.headings == (Heading("", "Asthma", True, (Qualifier("", "genetics"),), SOURCE),)
    assert [keyword.text for keyword in article.keywords] == ["mice"]


def test_real_exports(shared_data: Path) -> None:
    """What is taken for a heading is one: 98 % of the names are MeSH of 2024."""
    vocabulary = load_vocabulary()
    path = shared_data / "reference_files" / "asysd" / "zotero_export.xml.gz"
    articles = [entry for entry in read_file(path) if isinstance(entry, Article)]
    names = {h.name for article in articles for h in article.headings if h.source == SOURCE}
    known = [name for name in names if vocabulary.resolve("", name) is not None]
    assert len(names) > 1000
    assert len(known) >= 0.98 * len(names)
