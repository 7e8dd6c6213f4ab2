"""Real records go through a library into every format and come back equal, by other parsers."""

import gzip
import json
import tarfile
from collections.abc import Callable, Iterator, Sequence
from io import StringIO
from pathlib import Path

import pytest
import rispy
from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares.names import split_multiple_persons_names

from desktop_app.exporters import people
from desktop_app.exporters.plain_text import abstract, one_line
from desktop_app.exporters.registry import EXPORTERS
from desktop_app.importers.format import Entry
from desktop_app.importers.input_file import InputFile
from desktop_app.importers.registry import files_in, recognise
from desktop_app.importers.tagged.nbib import read_nbib
from desktop_app.library.library import Library
from desktop_app.records import Article, Author, Heading
from tests.exporters.medline_text import Record, read_medline, values

# Lines of PubMed that come back in another form: times of day and the kind of an ISSN are not kept,
# dates of the history are in PHST too and a DOI in LID too, days lose a leading zero, investigators
# have their full names only, one substance stood there twice.
NOT_AS_PRINTED = set("CRDT EDAT MHDA PHST IS DP AID LID IR RN".split())

Plain = tuple[str, bool, tuple[tuple[str, bool], ...]]


def _pubmed_files(folder: Path, unpacked: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name.endswith(".tar.gz"):
            with tarfile.open(path) as archive:
                archive.extractall(unpacked / path.name, filter="data")
            yield from files_in(unpacked / path.name)
        else:
            yield path


def _stored(folder: Path, entries: Iterator[Entry]) -> list[Article]:
    """The articles as a library gives them back."""
    with Library.open(folder) as library:
        library.write([entry for entry in entries if isinstance(entry, Article)])
        return list(library.articles(library.ids()).values())


def _read(paths: Sequence[Path]) -> Iterator[Entry]:
    for path in paths:
        known = recognise(path)
        if known is not None:
            yield from known.reads(InputFile(path))


@pytest.fixture(scope="module")
def articles(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Article]:
    folder = tmp_path_factory.mktemp("export")
    files = list(_pubmed_files(shared_data / "pubmed_xml", folder))
    found = _stored(folder / "library", _read(files))
    assert len(found) > 1_200
    return found


@pytest.fixture(scope="module")
def nbib_files(shared_data: Path) -> list[Path]:
    files = sorted((shared_data / "nbib").glob("*.txt"))
    assert len(files) >= 3
    return files


def _exported(name: str, articles: Sequence[Article]) -> str:
    out = StringIO(newline="")
    EXPORTERS[name].writes(articles, out)
    return out.getvalue()


def _by_our_reader(path: Path, text: str) -> list[Article]:
    path.write_text(text, "utf-8")
    return [entry for entry in read_nbib(InputFile(path)) if isinstance(entry, Article)]


def _plain(headings: Sequence[Heading]) -> list[Plain]:
    """Headings without UIs, which NBIB has no place for."""
    return [(h.name, h.major, tuple((q.name, q.major) for q in h.qualifiers)) for h in headings]


def _plain_text(lines: Sequence[str]) -> list[Plain]:
    """The same of MH lines, taken apart here and not by the program."""
    parts = [line.split("/") for line in lines]
    return [
        (
            name.removeprefix("*"),
            name.startswith("*"),
            tuple((q.removeprefix("*"), q.startswith("*")) for q in qualifiers),
        )
        for name, *qualifiers in parts
    ]


def test_all_headings_of_xml_survive_nbib(articles: list[Article], tmp_path: Path) -> None:
    text = _exported("nbib", articles)
    expected = [_plain(article.headings) for article in articles]
    assert sum(map(len, expected)) > 9_000
    records = read_medline(text)
    assert [_plain_text(values(record, "MH")) for record in records] == expected
    again = _by_our_reader(tmp_path / "again.nbib", text)
    assert [_plain(article.headings) for article in again] == expected


def test_nbib_keeps_what_xml_said(articles: list[Article], tmp_path: Path) -> None:
    again = _by_our_reader(tmp_path / "again.nbib", _exported("nbib", articles))
    read: dict[str, Callable[[Article], object]] = {
        "title": lambda a: one_line(a.title),  # one of them has a control character
        "pmid": lambda a: a.pmid,
        "pmcid": lambda a: a.pmcid,
        "doi": lambda a: a.doi,
        "abstract": abstract,
        "journal": lambda a: (a.journal.title, a.journal.abbreviation),
        "year": lambda a: a.year,
        "source": lambda a: (a.volume, a.issue, a.pages),
        "types": lambda a: {t.name for t in a.publication_types},
        "keywords": lambda a: {(k.text, k.major) for k in a.keywords},
        "people": lambda a: [(p.last or p.fore, p.collective, p.orcid) for p in a.authors],
        "affiliations": lambda a: [p.affiliations for p in a.authors],
        "languages": lambda a: a.languages,
    }
    for name, get in read.items():
        different = [
            (before.pmid, get(before), get(after))
            for before, after in zip(articles, again, strict=True)
            if get(before) != get(after)
        ]
        assert different == [], name


def test_nbib_files_survive(nbib_files: list[Path], tmp_path: Path) -> None:
    """PubMed's own lines against ours, both by the independent reader."""
    given: dict[str, Record] = {}
    for path in nbib_files:
        content = path.read_bytes()
        text = (gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content).decode("utf-8")
        given |= {values(record, "PMID")[0]: record for record in read_medline(text)}
    entries = (entry for path in nbib_files for entry in read_nbib(InputFile(path)))
    stored = _stored(tmp_path / "library", entries)
    ours = {values(r, "PMID")[0]: r for r in read_medline(_exported("nbib", stored))}
    assert ours.keys() == given.keys()
    tags = {tag for record in given.values() for tag, _ in record} - NOT_AS_PRINTED
    assert {"MH", "TI", "AB", "FAU", "AD", "JT", "OT", "PT", "CIN", "GR", "SO"} <= tags
    for tag in tags:
        different = [
            (pmid, values(record, tag), values(ours[pmid], tag))
            for pmid, record in given.items()
            if values(record, tag) != values(ours[pmid], tag)
        ]
        assert different == [], tag


def test_ris_by_rispy(articles: list[Article]) -> None:
    records = rispy.loads(_exported("ris", articles))
    for article, record in zip(articles, records, strict=True):
        assert record.get("title", "") == one_line(article.title)
        assert record.get("authors", []) == list(map(people.inverted, article.authors))
        container = "" if _is_whole_book(article) else article.journal.title
        assert record.get("secondary_title", "") == container
        assert record.get("year") == (str(article.year) if article.year else None)
        assert record.get("doi", "") == article.doi
        assert record.get("accession_number") == str(article.pmid)
        assert record.get("abstract", "") == abstract(article)


def test_bibtex_by_bibtexparser(articles: list[Article]) -> None:
    library = parse_string(_exported("bibtex", articles))
    assert library.failed_blocks == []
    for article, entry in zip(articles, library.entries, strict=True):
        found = {name: _unescaped(str(field.value)) for name, field in entry.fields_dict.items()}
        assert found.get("title", "") == _without_braces(one_line(article.title))
        authors = split_multiple_persons_names(str(entry["author"]) if article.authors else "")
        assert [_unescaped(name) for name in authors] == list(map(_bibtex_name, article.authors))
        assert found.get("journal", found.get("booktitle", "")) == article.journal.title
        assert found.get("year") == (str(article.year) if article.year else None)
        assert found.get("doi", "") == article.doi
        assert found["pmid"] == str(article.pmid)
        assert found.get("abstract", "") == _without_braces(abstract(article))


def test_csl_json(articles: list[Article]) -> None:
    for article, item in zip(articles, json.loads(_exported("csljson", articles)), strict=True):
        assert item.get("title", "") == one_line(article.title)
        families = [name.get("family") or name["literal"] for name in item.get("author", [])]
        assert families == [a.collective or a.last or a.fore for a in article.authors]
        assert item.get("container-title", "") == article.journal.title
        year = item["issued"]["date-parts"][0][0] if "issued" in item else None
        assert year == article.year
        assert (item.get("DOI", ""), item["PMID"]) == (article.doi, str(article.pmid))
        assert item.get("abstract", "") == abstract(article)


def _is_whole_book(article: Article) -> bool:
    return article.kind != "article" and article.journal.title == article.title


def _bibtex_name(author: Author) -> str:
    first = author.fore or author.initials
    if author.collective or not (author.last and first):
        return author.collective or f"{author.last or first} {author.suffix}".strip()
    return ", ".join(filter(None, (author.last, author.suffix, first)))


def _unescaped(text: str) -> str:
    """LaTeX as plain text, braces dropped: a few replacements instead of a parser."""
    for command, sign in (
        (r"\textbackslash{}", "\\"),
        (r"\textasciitilde{}", "~"),
        (r"\textasciicircum{}", "^"),
        (r"\textbraceleft{}", ""),
        (r"\textbraceright{}", ""),
        (r"\{", ""),
        (r"\}", ""),
    ):
        text = text.replace(command, sign)
    for sign in "&%$#_":
        text = text.replace(f"\\{sign}", sign)
    return _without_braces(text)


def _without_braces(text: str) -> str:
    return text.replace("{", "").replace("}", "")
