"""JabRef's own test files, compared field by field with the BibTeX that JabRef expects of them.

Normalisation: white space squeezed, "--" and other dashes as "-", field names in lower case, full
stop of an initial left out, "First Last" as "Last, First", MeSH headings as JabRef writes them:
one for each qualifier ("Name/history*"). JabRef's `number` is also what RIS has in M1 and AN.
A value counts as equal when it is among those that the article has under that name: JabRef keeps
one ISSN, one note, one URL and one journal title where the file has several, we keep all.
"""

import re
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

import pytest

from desktop_app.importers.registry import read_file, recognise
from desktop_app.records import Article, Author, Heading, Identifier, PartialDate, Problem

FOLDER = Path("reference_files", "jabref")
PAIRS = """
MedlinePlainImporterStringOutOfBounds.txt MedlinePlainImporterTestCompleteEntry.txt
MedlinePlainImporterTestDOI.txt MedlinePlainImporterTestInproceeding.txt
MedlinePlainImporterTestMultiTitle.txt
RisImporterTest4a.ris RisImporterTest4b.ris RisImporterTest5a.ris RisImporterTest6.ris
RisImporterTest8_date.ris RisImporterTestDOI.ris RisImporterTestDate1.1.ris
RisImporterTestDate1.2.ris RisImporterTestDoiAndJournalTitle.ris RisImporterTestScopus.ris
RisImporterTestWithEmptyER.ris
""".split()
EXPLAINED = {  # where and which field: why ours is the better reading
    ("MedlinePlainImporterStringOutOfBounds.txt 1", "pmid"): "JabRef adds the broken line to it",
    ("MedlinePlainImporterStringOutOfBounds.txt 2", "pmid"): "JabRef adds the broken line to it",
}
EXPLAINED_TYPES = {
    "MedlinePlainImporterStringOutOfBounds.txt 1": "without PT, what PubMed has is an article",
    "MedlinePlainImporterStringOutOfBounds.txt 2": "without PT, what PubMed has is an article",
    "MedlinePlainImporterTestInproceeding.txt": "an Editorial is an article in a journal",
}
TYPES = {"techreport": "report"}  # BibTeX's name: BibLaTeX's
BAR = 0.98
NAME = re.compile(r"@(\w+)\s*\{[^,]*,|(\w[\w-]*)\s*=\s*")


def expected_entries(text: str) -> Iterator[dict[str, str]]:
    """The entries of a BibTeX file as simple as JabRef's expectations are."""
    entry: dict[str, str] = {}
    place = 0
    while found := NAME.search(text, place):
        place = found.end()
        if found[1]:
            if entry:
                yield entry
            entry = {"type": found[1].lower()}
            continue
        if text[place] == "{":
            start, depth = place + 1, 0
            while depth or place < start:
                depth += {"{": 1, "}": -1}.get(text[place], 0)
                place += 1
            value = text[start : place - 1]
        else:
            value = re.compile(r"\w+").match(text, place)[0]  # type: ignore[index]
        entry[found[2].lower()] = value
    if entry:
        yield entry


def same(text: str) -> str:
    """`text` as it is compared."""
    return re.sub(r"\s*[-–—]+\s*", "-", " ".join(text.split())).rstrip(".")


def names(people: tuple[Author, ...]) -> str:
    return " and ".join(
        a.collective or f"{a.last}, {a.fore or a.initials}".rstrip(", ") for a in people
    )


def people(text: str) -> list[str]:
    found = []
    for name in text.split(" and "):
        first, _, last = name.rpartition(" ")
        found.append(re.sub(r"[.\s]", "", name if "," in name else f"{last},{first}"))
    return found


def mesh(heading: Heading) -> list[str]:
    name = heading.name + "*" * heading.major
    return [f"{name}/{q.name}{'*' * q.major}" for q in heading.qualifiers] or [name]


def words(article: Article) -> list[str]:
    return [k.text for k in article.keywords] or [*chain.from_iterable(map(mesh, article.headings))]


def milestone(kind: str) -> Callable[[Article], list[str]]:
    return lambda a: [
        f"{m.date.year}{m.date.month:02}{m.date.day:02}" for m in a.milestones if m.kind == kind
    ]


def field(*wanted: str) -> Callable[[Article], list[str]]:
    return lambda a: [f.value for f in a.fields if f.name in wanted]


def identifier(*kinds: str) -> Callable[[Article], list[str]]:
    return lambda a: [i.value for i in a.identifiers if i.kind in kinds]


def month(article: Article) -> list[str]:
    number = article.date.month if article.date else 0
    return ["jan feb mar apr may jun jul aug sep oct nov dec".split()[number - 1]] if number else []


OURS: dict[str, Callable[[Article], list[str]]] = {
    "abstract": lambda a: [a.abstract],
    "address": lambda a: [a.journal.country, *field("location", "affiliation")(a)],
    "author": lambda a: [names(a.authors)],
    "booktitle": lambda a: [a.journal.title],
    "caption": field("caption"),
    "comment": lambda a: [
        "\n".join(field("note")(a)), f"{a.pmid}[pmid]", f"{a.pmid}[pmid]\n{a.pmcid}[pmcid]"
    ],
    "completed": milestone("completed"),
    "database": field("database"),
    "date-created": milestone("created"),
    "doi": lambda a: [a.doi],
    "edition": field("edition"),
    "editor": lambda a: [" and ".join(field("editor")(a))],
    "grantno": field("grant"),
    "issn": lambda a: [a.journal.issn, *field("issn")(a)],
    "issue": lambda a: [a.issue],
    "journal": lambda a: [a.journal.title, a.journal.abbreviation],
    "keywords": lambda a: [", ".join(words(a))],
    "language": lambda a: list(a.languages),
    "linking-issn": lambda a: [a.journal.issn],
    "manuscript-id": identifier("mid"),
    "month": month,
    "nlm-unique-id": lambda a: [a.journal.nlm_id],
    "number": lambda a: [a.issue, str(a.pmid), a.pmcid, *field("ris-m1")(a)],
    "other-id": lambda a: [f"{i.kind}: {i.value}" for i in a.identifiers],
    "owner": field("owner"),
    "pages": lambda a: [a.pages],
    "pmid": lambda a: [str(a.pmid)],
    "print-issn": field("pissn"),
    "publication-status": field("pubstate"),
    "publisher": field("publisher"),
    "refid": field("refid"),
    "revised": milestone("record-revised"),
    "source": field("source"),
    "status": lambda a: [a.status],
    "subset": field("subset"),
    "title": lambda a: [a.title],
    "title-abbreviation": lambda a: [a.journal.abbreviation],
    "url": identifier("url"),
    "volume": lambda a: [a.volume],
    "year": lambda a: [str(a.year)],
}  # fmt: skip


def equal(name: str, wanted: str, article: Article) -> bool:
    found = OURS[name](article)
    if name in ("author", "editor"):
        return any(people(wanted) == people(text) for text in found)
    return same(wanted) in map(same, found)


def pairs(folder: Path) -> Iterator[tuple[str, dict[str, str], Article]]:
    """Where, what JabRef expects, what is read."""
    for name in PAIRS:
        entries = list(expected_entries((folder / name).with_suffix(".bib").read_text("utf-8")))
        articles = list(read_file(folder / name))
        assert len(entries) == len(articles)
        for number, (entry, article) in enumerate(zip(entries, articles, strict=True), 1):
            assert isinstance(article, Article)
            yield (f"{name} {number}" if len(entries) > 1 else name), entry, article


def test_fields_equal_those_that_jabref_expects(shared_data: Path) -> None:
    compared = 0
    differing: dict[tuple[str, str], str] = {}
    for where, entry, article in pairs(shared_data / FOLDER):
        for name, wanted in entry.items():
            if name == "type":
                continue
            compared += 1
            if not equal(name, wanted, article):
                differing[where, name] = f"{wanted!r} != {OURS[name](article)!r}"
    assert differing.keys() == EXPLAINED.keys(), differing
    assert compared >= 160
    assert (compared - len(differing)) / compared >= BAR, (compared, len(differing))


def test_types_equal_those_that_jabref_expects(shared_data: Path) -> None:
    differing = {}
    for where, entry, article in pairs(shared_data / FOLDER):
        if TYPES.get(entry["type"], entry["type"]) != article.kind:
            differing[where] = (entry["type"], article.kind)
    assert differing.keys() == EXPLAINED_TYPES.keys(), differing


def read(shared_data: Path, name: str) -> list[Article]:
    path = shared_data / FOLDER / name
    assert recognise(path) is not None
    return [entry for entry in read_file(path) if isinstance(entry, Article)]


def test_a_file_of_many_kinds_of_medline_records(shared_data: Path) -> None:
    found = read(shared_data, "MedlinePlainImporterTestMultipleEntries.txt")
    assert [(a.pmid, a.pmcid, a.kind) for a in found] == [
        (20481061, "PMC4513071", "article"),
        (None, "PMC22664230", "article"),
        (None, "", "book"),
        (22664220, "", "report"),
        (22664238, "", "article"),
        (96578310, "", "article"),
        (45984220, "", "article"),
    ]
    assert [a.headings for a in found[-2:]] == [(Heading("", "Female"),)] * 2
    assert found[2].title.endswith("Another append to the Title? LastTitle")


def test_a_ris_record_without_type_is_read(shared_data: Path) -> None:
    (article,) = read(shared_data, "RisImporterCorrupted.ris")
    assert article.title == "Editorial: Open Source and Empirical Software Engineering"
    assert article.doi == "10.1023/a:1017379030770"
    assert (article.pages, article.issue, article.volume) == ("193-194", "3", "6")
    assert article.date == PartialDate(2001, 9, 1)


def test_isi_files(shared_data: Path) -> None:
    (first,) = read(shared_data, "IsiImporterTest1.isi")
    assert first.title == "Optical properties of MgO doped LiNbO/sub 3/ single crystals"
    assert [author.last for author in first.authors] == ["Brown"] * 6
    assert first.date == PartialDate(2006, 4)
    assert first.journal.title == "Optical Materials"
    both = read(shared_data, "IsiImporterTestMedline.isi")
    assert [a.pmid for a in both] == [16842170, 16735938]
    assert [len(a.authors) for a in both] == [1, 7]
    assert [a.pages for a in both] == ["2457-71", "411-22"]


def test_endnote_text_files(shared_data: Path) -> None:
    (book,) = read(shared_data, "Endnote.book.example.enw")
    assert book.kind == "book"
    assert names(book.authors) == "Preißel, René and Stachmann, Bjørn"
    assert Identifier("isbn", "978-3-86490-311-3") in book.identifiers
    assert field("publisher")(book) == ["dpunkt.verlag"]
    entries = list(read_file(shared_data / FOLDER / "Endnote.entries.enw"))
    assert len(entries) == 13  # as many as there are %0 lines
    assert [e.title for e in entries if isinstance(e, Article)] == ["testT", "testB2", ""]
    assert all("title" in e.reason for e in entries if isinstance(e, Problem))


@pytest.mark.parametrize("name", ["MedlinePlainImporterTestInvalidFormat.xml", "LICENSE"])
def test_other_files_are_not_taken(shared_data: Path, name: str) -> None:
    assert recognise(shared_data / FOLDER / name) is None
