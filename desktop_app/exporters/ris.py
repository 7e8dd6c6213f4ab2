"""RIS: what EndNote, Zotero, Mendeley and most databases exchange.

Where programs differ, tags are chosen by what they read. The PMID goes into AN with "PubMed" in
DB, as EndNote does, and into M2, which Zotero shows under Extra, where it looks for PMIDs; the
PMCID into C2, as EndNote. Publication types go into N1, for M3 is the DOI to Zotero. MeSH
headings are KW in MEDLINE's notation (`Mice/*genetics`), before the authors' own keywords.
RIS has no place for reference lists, registry numbers of substances and dates of the record.
Files are links (L1): only what can be opened from anywhere is one, an address or a file that is
there by its whole path.
"""

import os
import re
from collections.abc import Iterable, Iterator
from typing import TextIO

from desktop_app.exporters import mesh_terms, people
from desktop_app.exporters.plain_text import abstract, labelled, one_line, relation_text
from desktop_app.records import Article, PartialDate

Line = tuple[str, str]

_TYPES = {  # BibLaTeX entry type -> TY
    "article": "JOUR",
    "periodical": "JFULL",
    "book": "BOOK",
    "mvbook": "BOOK",
    "booklet": "PAMP",
    "manual": "BOOK",
    "collection": "EDBOOK",
    "proceedings": "CONF",
    "inbook": "CHAP",
    "incollection": "CHAP",
    "bookinbook": "CHAP",
    "inreference": "ENCYC",
    "inproceedings": "CPAPER",
    "conference": "CPAPER",
    "thesis": "THES",
    "phdthesis": "THES",
    "mastersthesis": "THES",
    "report": "RPRT",
    "techreport": "RPRT",
    "unpublished": "UNPB",
    "online": "ELEC",
    "electronic": "ELEC",
    "www": "ELEC",
    "software": "COMP",
    "dataset": "DATA",
    "patent": "PAT",
}
_FIELDS = {  # further fields, of BibLaTeX and as our own reader of RIS names them -> tag
    "address": "CY",
    "affiliation": "AD",
    "annotation": "RN",
    "chapter": "SE",
    "database": "DB",
    "database-provider": "DP",
    "edition": "ET",
    "eid": "C7",
    "file": "L1",
    "institution": "PB",
    "label": "LB",
    "library": "CN",
    "location": "CY",
    "note": "N1",
    "organization": "PB",
    "origpublication": "OP",
    "publisher": "PB",
    "refid": "ID",
    "reviewed": "RI",
    "school": "PB",
    "series": "T3",
    "shorttitle": "ST",
    "titleaddon": "TT",
    "url": "UR",
    "urldate": "Y2",
    "usera": "U1",
    "userb": "U2",
    "userc": "U3",
    "userd": "U4",
    "usere": "U5",
    "volumes": "NV",
}
_PEOPLE = {"editor": "ED", "editora": "A3", "translator": "A4"}
_OTHER_TAG = re.compile(r"ris-(?!ty|er)([a-z][a-z0-9])")  # a field that was a tag unknown to us
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+:/", re.IGNORECASE)  # not the letter of a drive
_RANGE = re.compile(r"(\w+)\s*[-–—]+\s*(\w+)")


def write_ris(articles: Iterable[Article], out: TextIO) -> None:
    """Write articles as RIS; lines end with CR LF, as its specification asks."""
    for article in articles:
        out.writelines(f"{tag}  - {value}\r\n" for tag, value in _lines(article) if value)
        out.write("ER  - \r\n\r\n")


def _lines(article: Article) -> Iterator[Line]:
    yield "TY", _TYPES.get(article.kind, "GEN")
    yield "TI", one_line(article.title)
    yield "OP", one_line(article.vernacular_title)
    yield from (("AU", people.inverted(author)) for author in article.authors)
    yield from _source(article)
    yield "AB", abstract(article)
    yield from (("KW", text) for text in mesh_terms.heading_texts(article))
    yield from (("KW", mesh_terms.keyword_text(keyword)) for keyword in article.keywords)
    yield "DO", one_line(article.doi)
    yield from _accession(article)
    yield "C2", one_line(article.pmcid)
    yield from (("LA", one_line(language)) for language in article.languages)
    yield from _identifiers(article)
    yield from _further(article)


def _source(article: Article) -> Iterator[Line]:
    journal, title = article.journal, one_line(article.journal.title)
    if article.kind == "article" or title != one_line(article.title):  # T2 of a book: its series
        yield "T2", title
    if article.kind == "article":
        yield "JF", title
    yield "JO", one_line(journal.abbreviation)
    yield "SN", one_line(journal.issn)
    if article.date is not None:
        yield "PY", str(article.date.year)
        yield "DA", _date(article.date)
    yield "VL", one_line(article.volume)
    yield "IS", one_line(article.issue)
    first, last = _pages(one_line(article.pages))
    yield "SP", first
    yield "EP", last


def _date(date: PartialDate) -> str:
    """YYYY/MM/DD/other; all three slashes, whatever is known."""
    month, day = (f"{part:02d}" if part else "" for part in (date.month, date.day))
    return f"{date.year:04d}/{month}/{day}/{one_line(date.text)}"


def _pages(pages: str) -> tuple[str, str]:
    """First and last page; MEDLINE's "101-9" in full, for EP is a page of its own: 101, 109."""
    found = _RANGE.fullmatch(pages)
    if found is None:
        return pages, ""
    first, last = found.groups()
    if last.isdigit() and len(last) < len(first) and first[-len(last) :].isdigit():
        last = first[: -len(last)] + last
    return first, last


def _identifiers(article: Article) -> Iterator[Line]:
    for identifier in article.identifiers:
        kind, value = one_line(identifier.kind), one_line(identifier.value)
        if kind in ("isbn", "issn"):
            yield "SN", value
        elif kind == "url":
            yield "UR", value
        else:
            yield "N1", f"{kind}: {value}"


def _further(article: Article) -> Iterator[Line]:
    own = set(_accession(article))  # what an earlier export of ours said, come back as fields
    for field in article.fields:
        lines = _field(one_line(field.name), one_line(field.value))
        yield from (line for line in lines if line not in own)
    for author in article.authors:
        yield from (("AD", one_line(affiliation)) for affiliation in author.affiliations)
        if author.orcid:
            yield "N1", f"ORCID {one_line(author.orcid)}: {people.inverted(author)}"
    for publication_type in article.publication_types:
        yield "N1", f"Publication type: {one_line(publication_type.name)}"
    for relation in article.relations:
        yield "N1", f"{one_line(relation.kind)}: {relation_text(relation)}"
    for section in article.other_abstracts:
        yield "N1", labelled(section)
    yield "N1", one_line(article.abstract_copyright)


def _accession(article: Article) -> tuple[Line, ...]:
    if article.pmid is None:
        return ()
    return ("AN", str(article.pmid)), ("DB", "PubMed"), ("M2", f"PMID: {article.pmid}")


def _field(name: str, value: str) -> Iterator[Line]:
    other = _OTHER_TAG.fullmatch(name)
    if other:
        yield other[1].upper(), value
    elif name in _PEOPLE:
        yield from ((_PEOPLE[name], person) for person in value.split(" and "))
    elif name != "file" or _can_be_opened(value):
        yield (_FIELDS[name], value) if name in _FIELDS else ("N1", f"{name}: {value}")


def _can_be_opened(place: str) -> bool:
    return bool(_ADDRESS.match(place)) or (os.path.isabs(place) and os.path.isfile(place))
