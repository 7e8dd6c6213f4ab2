"""PubMed's MEDLINE text: every tag into its field, and real files compared with a slow reading."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.importers.registry import Entry, read_file, recognise
from desktop_app.records import (
    Article,
    Author,
    Field,
    Heading,
    Identifier,
    Journal,
    Keyword,
    Milestone,
    PartialDate,
    PublicationType,
    Qualifier,
    Relation,
    Section,
    Substance,
)
from tests.importers.examples import NBIB

DATE_TAGS = frozenset("DA DCOM LR DEP DP EDAT MHDA CRDT PHST PMCR CTDT".split())


def read(folder: Path, text: str) -> list[Entry]:
    path = folder / "pubmed.txt"
    path.write_text(text, "utf-8")
    return list(read_file(path))


def one(folder: Path, text: str) -> Article:
    (article,) = read(folder, text)
    assert isinstance(article, Article)
    return article


# --- the tags ------------------------------------------------------------------------------------


def test_a_whole_record(tmp_path: Path) -> None:
    article = read(tmp_path, NBIB)[0]
    day = PartialDate(2019, 12, 8)
    assert article == Article(
        title="Effects of an imagined drug on the invented disease: a trial that never was.",
        pmid=101,
        doi="10.1000/imagined.101",
        sections=(
            Section("Nobody has the invented disease.", "BACKGROUND"),
            Section("We treated 20 people who had not got it with nothing.", "METHODS"),
            Section("IL-6: no change (P=0.9).", "RESULTS"),
            Section("Nothing works.", "CONCLUSIONS"),
        ),
        abstract_copyright="(c) 2019 The Authors.",
        authors=(
            Author(
                "Müller",
                "Änne",
                "Ä",
                "Jr",
                orcid="0000-0002-1825-0097",
                affiliations=(
                    "Department of Fiction, University of Nowhere, Nowhere.",
                    "Institute of Examples, Elsewhere.",
                ),
            ),
            Author("van der Berg", "Jan Piet", "JP"),
            Author(collective="Imagined Drug Study Group"),
        ),
        journal=Journal(
            "Journal of imagined medicine", "J Imagined Med", "1234-5679", "9999999", "Norway"
        ),
        date=PartialDate(2019, 12, 7),
        volume="12",
        issue="3",
        pages="33-41",
        languages=("eng",),
        publication_types=(
            PublicationType("Journal Article"),
            PublicationType("Randomized Controlled Trial"),
        ),
        headings=(
            Heading("", "Adult"),
            Heading(
                "",
                "Diabetes Mellitus, Type 2",
                False,
                (Qualifier("", "drug therapy", True), Qualifier("", "genetics")),
            ),
            Heading("", "Hypoglycemic Agents", True),
        ),
        keywords=(
            Keyword("imaginol", True, "NOTNLM"),
            Keyword("invented disease", False, "NOTNLM"),
        ),
        substances=(Substance("", "Imaginary Agents"), Substance("", "imaginol", "12345-67-8")),
        relations=(Relation("CommentIn", "J Imagined Med. 2020 Jan;13(1):1-2", 102),),
        identifiers=(Identifier("pii", "S1234"),),
        milestones=(
            Milestone("completed", PartialDate(2020, 1, 2)),
            Milestone("record-revised", PartialDate(2021, 3, 4)),
            Milestone("electronic", PartialDate(2019, 12, 5)),
            Milestone("pubmed", day),
            Milestone("medline", PartialDate(2020, 1, 3)),
            Milestone("entrez", day),
            Milestone("received", PartialDate(2019, 6, 1)),
        ),
        fields=(
            Field("owner", "NLM"),
            Field("subset", "IM"),
            Field("conflict-of-interest", "None."),
            Field("pubstate", "ppublish"),
            Field("source", "J Imagined Med. 2019 Dec 7;12(3):33-41. doi: 10.1000/imagined.101."),
            Field("eissn", "1234-5678"),
        ),
        status="MEDLINE",
    )


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2006 Mar 1", PartialDate(2006, 3, 1)),
        ("2002 Sep", PartialDate(2002, 9)),
        ("2017", PartialDate(2017)),
        ("2011 Mar-Apr", PartialDate(2011, 3, 0, "2011 Mar-Apr")),
        ("1998 Winter", PartialDate(1998, text="Winter")),
        ("1998 Dec-1999 Jan", PartialDate(1998, 12, 0, "1998 Dec-1999 Jan")),
        ("2013 06 10", PartialDate(2013, 6, 10)),
    ],
)
def test_dates_of_publication(tmp_path: Path, text: str, date: PartialDate) -> None:
    assert one(tmp_path, f"PMID- 1\nDP  - {text}\n").date == date


def test_a_date_that_is_none_is_kept_as_it_stands(tmp_path: Path) -> None:
    article = one(tmp_path, "PMID- 1\nDP  - soon\nLR  - 20481061\n")
    assert article.date is None
    assert {*article.fields} == {Field("nbib-dp", "soon"), Field("nbib-lr", "20481061")}


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        ("*Software", Heading("", "Software", True)),
        (
            "*Women, Working/*history/psychology",
            Heading(
                "",
                "Women, Working",
                True,
                (Qualifier("", "history", True), Qualifier("", "psychology")),
            ),
        ),
        (
            "MEDLARS/organization & administration/*standards",
            Heading(
                "",
                "MEDLARS",
                False,
                (Qualifier("", "organization & administration"), Qualifier("", "standards", True)),
            ),
        ),
    ],
)
def test_headings_with_qualifiers_and_majors(tmp_path: Path, text: str, heading: Heading) -> None:
    assert one(tmp_path, f"PMID- 1\nMH  - {text}\n").headings == (heading,)
    wrapped = text.replace(" ", "\n      ")
    assert one(tmp_path, f"PMID- 1\nMH  - {wrapped}\n").headings == (heading,)


def test_empty_headings_are_left_out(tmp_path: Path) -> None:
    assert one(tmp_path, "PMID- 1\nMH  - */*\nMH  -\nMH  - /methods\n").headings == ()


@pytest.mark.parametrize(
    ("lines", "authors"),
    [
        ("AU  - Brown JM", (Author("Brown", "", "JM"),)),
        ("AU  - King ML Jr", (Author("King", "", "ML", "Jr"),)),
        ("FAU - King, Martin Luther Jr\nAU  - King ML Jr",
         (Author("King", "Martin Luther", "ML", "Jr"),)),
        ("FAU - Doe, Jane", (Author("Doe", "Jane", "J"),)),
        ("AU  - Doe JA\nFAU - Doe, Jane A", (Author("Doe", "Jane A", "JA"),)),
        ("FAU - Doe, Jane\nAU  - Doe J\nFAU - Doe, John\nAU  - Doe J",
         (Author("Doe", "Jane", "J"), Author("Doe", "John", "J"))),
        ("FAU - Plato\nAU  - Plato", (Author("Plato"),)),
        ("AD  - Old Univ.\nFAU - Doe, Jane\nAU  - Doe J",
         (Author("Doe", "Jane", "J", affiliations=("Old Univ.",)),)),
    ],
)  # fmt: skip
def test_authors(tmp_path: Path, lines: str, authors: tuple[Author, ...]) -> None:
    assert one(tmp_path, f"PMID- 1\n{lines}\n").authors == authors


def test_editors_and_investigators_are_fields(tmp_path: Path) -> None:
    text = "PMID- 1\nFED - Bell, Eve\nED  - Bell E\nIR  - Sanabria AJ\nFIR - Sanabria, A J\n"
    assert one(tmp_path, text).fields == (
        Field("editor", "Bell, Eve"),
        Field("investigator", "Sanabria, A J"),
    )


def test_a_chapter_and_its_book(tmp_path: Path) -> None:
    chapter = one(tmp_path, "PMID- 1\nTI  - A chapter\nBTI - The book\nPB  - NCBI\nISBN- 123\n")
    assert (chapter.kind, chapter.title, chapter.journal.title) == (
        "inbook",
        "A chapter",
        "The book",
    )
    assert chapter.identifiers == (Identifier("isbn", "123"),)
    assert chapter.fields == (Field("publisher", "NCBI"),)
    book = one(tmp_path, "PMID- 1\nBTI - The book\n")
    assert (book.kind, book.title) == ("book", "The book")


def test_a_tag_nobody_knows_is_kept(tmp_path: Path) -> None:
    assert one(tmp_path, "PMID- 1\nZZZZ- new\n").fields == (Field("nbib-zzzz", "new"),)


@pytest.mark.parametrize("text", ["DNA: it was cut. RNA: it was not.", "RESULTS: We found it."])
def test_capitals_before_a_colon_are_not_always_labels(tmp_path: Path, text: str) -> None:
    assert one(tmp_path, f"PMID- 1\nAB  - {text}\n").sections == (Section(text),)


# --- where a record ends -------------------------------------------------------------------------


def test_records_run_together_are_parted(tmp_path: Path) -> None:
    found = read(tmp_path, "PMID- 1\nTI  - One.\nPMID- 2\nTI  - Two.\n")
    assert found == [Article("One.", 1), Article("Two.", 2)]


def test_a_blank_line_inside_a_record_does_not_part_it(tmp_path: Path) -> None:
    text = "PMID- 1\nTI  - One.\nAB  - First.\n\n      Second.\n\nMH  - Humans\n\nPMID- 2\n"
    first, second = read(tmp_path, text)
    assert first == Article(
        "One.", 1, sections=(Section("First. Second."),), headings=(Heading("", "Humans"),)
    )
    assert second == Article("", 2)


@pytest.mark.parametrize(
    "text", ["PMID-1\nTI  -One.\n", "PMID- 1\nTI- One.\n", "\n\nPMID - 1\nTI - One.\n"]
)
def test_careless_tags_are_read(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text) == [Article("One.", 1)]


# --- real files ----------------------------------------------------------------------------------


def slow_records(path: Path) -> Iterator[list[tuple[str, str]]]:
    """Tags and texts by columns alone, as NLM describes the format."""
    for block in re.split(r"\n\n(?=PMID)", path.read_text("utf-8").strip("\n")):
        pairs: list[tuple[str, str]] = []
        for line in block.split("\n"):
            if line[:6].strip():
                pairs.append((line[:4].strip(), line[6:].strip()))
            else:
                pairs[-1] = (pairs[-1][0], f"{pairs[-1][1]} {line.strip()}")
        yield [(tag, " ".join(text.split())) for tag, text in pairs]


def printed(heading: Heading) -> str:
    parts = [(heading.major, heading.name), *((q.major, q.name) for q in heading.qualifiers)]
    return "/".join("*" * major + name for major, name in parts)


def full(author: Author) -> str:
    return f"{author.last}, {author.fore} {author.suffix}".strip(" ,")


def short(author: Author) -> str:
    return f"{author.last} {author.initials} {author.suffix}".strip()


def real_files(shared_data: Path) -> list[Path]:
    return sorted((shared_data / "nbib").glob("*.txt"))


def test_real_records_equal_a_slow_reading(shared_data: Path) -> None:
    seen = headings = 0
    for path in real_files(shared_data):
        assert recognise(path) is not None
        articles = list(read_file(path))
        slow = list(slow_records(path))
        assert len(articles) == len(slow)
        for article, pairs in zip(articles, slow, strict=True):
            assert isinstance(article, Article)

            def all_of(*tags: str, pairs: list[tuple[str, str]] = pairs) -> list[str]:
                return [text for tag, text in pairs if tag in tags]

            assert [str(article.pmid)] == all_of("PMID")
            assert [article.title] == all_of("TI")
            assert [printed(heading) for heading in article.headings] == all_of("MH")
            assert [p.name for p in article.publication_types] == all_of("PT")
            people = [author for author in article.authors if not author.collective]
            assert [full(author) for author in people] == all_of("FAU")
            assert [short(author) for author in people] == all_of("AU")
            assert sum(len(a.affiliations) for a in article.authors) == len(all_of("AD"))
            assert " ".join(
                f"{s.label}: {s.text}" if s.label else s.text for s in article.sections
            ) == " ".join(all_of("AB"))
            assert [*article.languages] == all_of("LA")
            assert [article.volume] == (all_of("VI") or [""])
            assert [article.pages] == all_of("PG")
            assert str(article.year) == all_of("DP")[0][:4]
            assert [article.status] == all_of("STAT")
            assert [article.pmcid] == (all_of("PMC") or [""])
            assert len(article.substances) == len(all_of("RN"))
            assert len(article.keywords) == len(set(all_of("OT")))
            assert len(article.relations) == len(all_of("CIN", "CON", "EIN"))
            seen += 1
            headings += len(article.headings)
    assert seen == 289
    assert headings == 2159


def test_no_word_of_real_records_is_lost(shared_data: Path) -> None:
    """Every word of every tag but the dates is somewhere in the article."""
    for path in real_files(shared_data):
        for article, pairs in zip(read_file(path), slow_records(path), strict=True):
            kept = set(re.findall(r"\w+", repr(article).lower()))
            for tag, text in pairs:
                if tag in DATE_TAGS or tag in ("IR", "PMID"):
                    continue
                words = set(re.findall(r"\w+", text.lower()))
                words -= {"doi", "orcid", "electronic", "print", "linking", "pmid"}
                if tag == "RN":
                    words.discard("0")  # no number was assigned
                assert words <= kept, (tag, text)
