"""NBIB in PubMed's own layout, read back by a second reader and by our own importer."""

from collections.abc import Iterable
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest

from desktop_app.exporters import mesh_terms
from desktop_app.exporters.nbib import write_nbib
from desktop_app.exporters.plain_text import abstract, one_line
from desktop_app.importers.input_file import InputFile
from desktop_app.importers.tagged.nbib import read_nbib
from desktop_app.records import (
    Article,
    Author,
    Field,
    Heading,
    Identifier,
    Keyword,
    Milestone,
    PartialDate,
    Problem,
    Qualifier,
    Relation,
    Section,
)
from tests.exporters.hostile_articles import HOSTILE, NASTY_TEXTS
from tests.exporters.medline_text import read_medline, values
from tests.library.examples import FULL


def written(articles: Iterable[Article]) -> str:
    out = StringIO()
    write_nbib(articles, out)
    return out.getvalue()


def imported(path: Path, articles: Iterable[Article]) -> list[Article]:
    path.write_text(written(articles), "utf-8")
    entries = list(read_nbib(InputFile(path)))
    assert [entry for entry in entries if isinstance(entry, Problem)] == []
    return [entry for entry in entries if isinstance(entry, Article)]


def test_everything_has_its_tag() -> None:
    assert written([FULL]).splitlines() == [
        "PMID- 101",
        "STAT- MEDLINE",
        "LR  - 20220506",
        "IS  - 1234-5678",
        "VI  - 12",
        "IP  - 3-4",
        "DP  - 2021 Mar-Apr",
        "TI  - Insulin resistance in β-cell-specific IL-6 knock-out mice",
        "PG  - 101-9",
        "LID - 10.1000/example.101 [doi]",
        "AB  - BACKGROUND: We asked why. METHODS: Mice were fed. RESULTS: Glucose rose (p<0.05).",
        "OAB - plain-language-summary (fre): Pour tous.",
        "CI  - © The authors",
        "FAU - Smith, Jane A Jr",
        "AU  - Smith JA Jr",
        "AUID- ORCID: 0000-0002-1825-0097",
        "AD  - A",
        "AD  - B",
        "CN  - The Mouse Group",
        "LA  - eng",
        "LA  - fre",
        "PT  - Journal Article",
        "TT  - Résistance à l'insuline",
        "PL  - England",
        "TA  - J Ex",
        "JT  - Journal of Examples",
        "JID - 0001",
        "RN  - 0 (Interleukin-6)",
        "NM  - Y",
        "MH  - *Insulin Resistance/*genetics",
        "MH  - Mice",
        "MH  - Unlisted Heading/x/y",
        "OTO - NOTNLM",
        "OT  - *metabolism",
        "EIN - J Ex 2022 see there. PMID: 102",
        "PB  - Example Press",
        "GN  - read this",
        "PMC - PMC7001",
        "PHST- 2020/01/02 00:00 [received]",
        "AID - 10.1000/example.101 [doi]",
        "AID - S1 [pii]",
        "SO  - J Ex. 2021 Mar-Apr;12(3-4):101-9. doi: 10.1000/example.101.",
        "",
    ]


def test_lines_are_broken_as_pubmed_does() -> None:
    """The first of these lines of a real export of PubMed has 82 characters."""
    text = written([Article(" ".join(["word"] * 40) + " " + "x" * 100 + " end", pmid=1)])
    lines = text.splitlines()[1:]
    assert lines[0] == "TI  - " + " ".join(["word"] * 16)
    assert lines[1] == "      " + " ".join(["word"] * 16)
    assert lines[3] == "      " + "x" * 100
    assert lines[4] == "      end"
    assert all(len(line) <= 87 for line in lines if "xxx" not in line)
    exact = "a" * 40 + " " + "b" * 40  # 81 characters: just fits
    assert f"TI  - {exact}\n" in written([Article(exact)])
    assert f"TI  - {exact[:40]}\n      {exact[41:]}b\n" in written([Article(exact + "b")])


def test_dates_books_and_other_corners() -> None:
    article = Article(
        "Chapter",
        kind="inbook",
        journal=replace(FULL.journal, title="The Book"),
        milestones=(
            Milestone("electronic", PartialDate(2020, 2, 3)),
            Milestone("pubmed", PartialDate(2020, 2, 4)),
            Milestone("accepted", PartialDate(2019, 12)),
        ),
        identifiers=(
            Identifier("isbn", "978"),
            Identifier("KIE", "5"),
            Identifier("mid", "NIHMS1"),
        ),
        keywords=(Keyword("a", owner="NASA"), Keyword("b"), Keyword("c", True, "NASA")),
        relations=(Relation("Cites", "", 7),),
        fields=(
            Field("editor", "Doe, Jane and Roe, R"),
            Field("grant", "R01"),
            Field("nbib-xyz", "odd"),
            Field("howpublished", "by hand"),
            Field("owner", "NLM"),
            Field("eissn", "1234-5678"),
            Field("source", "As printed."),
        ),
    )
    lines = set(written([article]).splitlines())
    assert {"PMID- ", "BTI - The Book", "DEP - 20200203", "EDAT- 2020/02/04 00:00"} <= lines
    assert {"PHST- 2020/02/04 00:00 [pubmed]", "PHST- 2019/12 [accepted]"} <= lines
    assert {"ISBN- 978", "OID - KIE: 5", "MID - NIHMS1", "GN  - Cites: PMID: 7"} <= lines
    assert {"FED - Doe, Jane", "FED - Roe, R", "GR  - R01", "XYZ - odd", "OWN - NLM"} <= lines
    assert {"GN  - howpublished: by hand", "IS  - 1234-5678 (Electronic)"} <= lines
    assert "SO  - As printed." in lines
    subjects = [line for line in written([article]).splitlines() if line.startswith("OT")]
    assert subjects == ["OT  - b", "OTO - NASA", "OT  - a", "OT  - *c"]
    assert not any(line.startswith("JT") for line in lines)


def test_suggested_headings_are_not_told() -> None:
    suggested = Heading("D1", "Guess", source="suggested")
    assert "MH" not in written([Article("t", headings=(suggested,))])


def test_hostile_text_stays_in_its_field(tmp_path: Path) -> None:
    records = read_medline(written(HOSTILE))
    assert len(records) == len(HOSTILE)
    for article, record in zip(HOSTILE, records, strict=True):
        assert values(record, "TI") == list(filter(None, [one_line(article.title)]))
        assert values(record, "AB") == list(filter(None, [abstract(article)]))
        assert values(record, "PMID") == [str(article.pmid or "")]
        assert values(record, "MH") == mesh_terms.heading_texts(article)
        people = [author for author in article.authors if author != Author()]
        assert len(values(record, "AU") + values(record, "CN")) == len(people)
    with_title = [article for article in HOSTILE if one_line(article.title)]
    again = imported(tmp_path / "hostile.nbib", with_title)
    assert [article.title for article in again] == [one_line(a.title) for a in with_title]


@pytest.mark.parametrize("text", NASTY_TEXTS)
def test_headings_with_odd_names(text: str, tmp_path: Path) -> None:
    name = one_line(text).replace("/", "").replace("*", "")
    heading = Heading("", name, True, (Qualifier("", "x", False), Qualifier("", "y", True)))
    (article,) = imported(tmp_path / "odd.nbib", [Article("t", pmid=1, headings=(heading,))])
    assert article.headings == (heading,)


def test_our_own_reader_gets_it_all_back(tmp_path: Path) -> None:
    (article,) = imported(tmp_path / "full.nbib", [FULL])
    same = "title pmid pmcid doi vernacular_title abstract_copyright volume issue pages languages "
    same += "keywords journal date status identifiers authors other_abstracts"
    for name in same.split():
        assert getattr(article, name) == getattr(FULL, name), name
    assert [
        (h.name, h.major, [(q.name, q.major) for q in h.qualifiers]) for h in article.headings
    ] == [(h.name, h.major, [(q.name, q.major) for q in h.qualifiers]) for h in FULL.headings]
    assert abstract(article) == abstract(FULL)
    assert {m.kind: m.date for m in article.milestones} == {m.kind: m.date for m in FULL.milestones}
    assert [(r.kind, r.pmid) for r in article.relations] == [("ErratumIn", 102)]


@pytest.mark.parametrize(
    ("label", "lines"),
    [
        ("Publisher, chi", ["OAB - Publisher: Text: more.", "OABL- chi"]),
        ("plain-language-summary, eng", ["OAB - plain-language-summary: Text: more.", "OABL- eng"]),
        ("PIP, eng", ["OAB - PIP: Text: more.", "OABL- eng"]),
        ("Publisher", ["OAB - Publisher: Text: more."]),
        ("key-points", ["OAB - key-points: Text: more."]),
        ("", ["OAB - TEXT: more."]),
        ("chi", ["OAB - TEXT: more.", "OABL- chi"]),
    ],
)
def test_the_label_of_an_abstract_in_another_language_comes_once(
    tmp_path: Path, label: str, lines: list[str]
) -> None:
    """Four times through the file, beside another one whose language is unknown."""
    text = lines[0].partition(": ")[2] if label not in ("", "chi") else "TEXT: more."
    section = Section(text, label)
    article = Article("T", 1, other_abstracts=(Section("Short.", "AIDS"), section, section))
    empty = replace(article, other_abstracts=(*article.other_abstracts, Section("", "PIP, eng")))
    assert written([empty]) == written([article])
    found = [line for line in written([article]).splitlines() if line.startswith("OAB")]
    assert found == ["OAB - AIDS: Short.", *lines, *lines]
    again = article
    for _ in range(4):
        (again,) = imported(tmp_path / "a.nbib", [again])
        assert again.other_abstracts == article.other_abstracts


def test_a_part_of_an_abstract_in_another_language_stays_in_its_text(tmp_path: Path) -> None:
    section = Section("Warum.", "Publisher, ger: ZIEL")
    (again,) = imported(tmp_path / "a.nbib", [Article("T", 1, other_abstracts=(section,))])
    assert again.other_abstracts == (Section("ZIEL: Warum.", "Publisher, ger"),)
