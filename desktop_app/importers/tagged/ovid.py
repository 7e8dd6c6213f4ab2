"""Ovid's labelled text (.txt): a label on a line of its own, its value indented below."""

import re
from collections.abc import Iterator
from dataclasses import replace

from desktop_app.importers import biblatex_article
from desktop_app.importers.biblatex_article import Values
from desktop_app.importers.format import Entry, Format
from desktop_app.importers.input_file import InputFile
from desktop_app.importers.tagged.abstract_text import sections
from desktop_app.importers.tagged.nbib_fields import heading
from desktop_app.importers.tagged.tag_values import TagValues, paragraphs
from desktop_app.importers.tagged.tagged_pieces import (
    add_doi,
    add_serial_numbers,
    date_in,
    keywords,
)
from desktop_app.importers.tagged.tagged_text import Grammar, Record, plain_head, read_tagged
from desktop_app.records import Article, Reference

_NUMBER = re.compile(r"<\d{1,7}>\s*$")
_LABEL = re.compile(r"([A-Z][A-Za-z&/()-]*(?: [A-Za-z&/()-]+){0,7})\s*$")
_FIRST = re.compile(r"^(?:Score|Accession Number|Unique Identifier)[ \t]*\n[ \t]+\S", re.MULTILINE)
_SECOND = re.compile(r"^(?:Title|Source|Authors?)[ \t]*\n[ \t]+\S", re.MULTILINE)
_SOURCE = re.compile(r"(.{1,300}?)\. ([\w-]{1,20})(?:\(([^()]{1,40})\))?:([\w-]{1,30}), (.{1,60})$")
_TITLE_KIND = re.compile(r"\s*\[([^\[\]]{1,60})\]$")
_MARKS = re.compile(  # what follows a name: degrees, and the mark of its institution
    r"(?:[ ,;]+(?:[*+]|\(?\d{1,3}\)?|M\.?D\.?|Ph\.?D\.?|R\.?N\.?|M\.?Sc\.?|B\.?Sc\.?|MPH|MS|MA|"
    r"BA|DO|DDS|DVM|FAAN|FACS|FRCS|FRCP|PharmD|DrPH))+$"
)
_NAMES = {
    "Accession Number": "accession",
    "Country of Publication": "location",
    "Institution": "affiliation",
    "Journal Subset": "subset",
    "Link to the Ovid Full Text or citation": "url",
    "NLM Journal Code": "nlm-journal-code",
    "Publisher": "publisher",
    "Status": "pubstate",
}


def _split(line: str) -> tuple[str, str] | None:
    if _NUMBER.match(line):
        return "<>", ""
    found = _LABEL.match(line) if len(line) < 100 else None
    return (found[1], "") if found else None


_GRAMMAR = Grammar(
    split=_split,
    starts=frozenset({"Score", "Unique Identifier"}),
    ends=frozenset({"<>"}),
    heads=frozenset({"Title", "Author", "Authors"}),
)


def _fits(head: str) -> bool:
    head = plain_head(head)
    return _FIRST.search(head) is not None and _SECOND.search(head) is not None


def read_ovid(file: InputFile) -> Iterator[Entry]:
    """Every record of an Ovid file, as an article or a problem."""
    return read_tagged(file, _GRAMMAR, _article_of)


def _article_of(record: Record) -> Article:
    tags, values = TagValues(record), Values()
    tags.take("Score")
    title = tags.one("Title")
    kind = _TITLE_KIND.search(title)  # Ovid adds the kind: "… in cancer.[Review]"
    values.add("title", title[: kind.start()] if kind else title)
    values.add("pubtype", kind[1] if kind else "")
    for text in tags.all("Document Type", "Publication Type"):
        values.add("pubtype", text.strip("."))
    source = tags.one("Source")
    found = _SOURCE.match(source.rstrip("."))
    for name, text in zip(
        ("volume", "number", "pages"), found.groups()[1:4] if found else (), strict=False
    ):
        values.add(name, text or "")
    values.add("journaltitle", found[1] if found else source.rstrip("."))
    for text in tags.all("DOI Number", "Digital Object Identifier"):
        if not add_doi(values, text):
            values.add("doi", text)
    values.add("pmid", tags.one("Unique Identifier"))
    add_serial_numbers(values, tags.all("ISSN"))
    for text in tags.all("Language"):
        values.add("language", text.strip("."))
    year = tags.one("Year of Publication", "Date of Publication").strip(".")
    abstract = _parts(tags, "Abstract")
    authors = biblatex_article.people(_names(tags))
    references = tuple(map(Reference, _parts(tags, "References")))
    words = keywords(text.rstrip(".") for text in tags.all("Author Keywords", "Keyword Heading"))
    headings = tuple(
        known for line in tags.lines("MeSH Subject Headings") if (known := heading(line))
    )
    for tag, text in tags.rest():
        values.add(_NAMES.get(tag, f"ovid-{tag.lower().replace(' ', '-')}"), text.rstrip("."))
    return replace(
        biblatex_article.article_of(values, "article", authors),
        sections=tuple(part for text in abstract for part in sections(text)),
        date=date_in(found[5] if found else year) or date_in(year),
        references=references,
        keywords=words,
        headings=headings,
    )


def _parts(tags: TagValues, label: str) -> list[str]:
    return [text for lines in tags.take(label) for text in paragraphs(lines)]


def _names(tags: TagValues) -> Iterator[str]:
    """Names are parted by ";" and two blanks; a ";" with one blank parts degrees."""
    for lines in tags.take("Author", "Authors", "Authors Full Name"):
        for line in lines:
            for name in line.strip().rstrip(".").split(";  ", 10_000):
                yield _MARKS.sub("", name[:300].strip())


FORMAT = Format("Ovid text", _fits, read_ovid)
