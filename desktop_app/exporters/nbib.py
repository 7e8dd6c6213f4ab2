"""NBIB: MEDLINE's tagged text as PubMed exports it, which EndNote, Zotero and Rayyan read.

Tags, their order and the layout (a tag in four characters, lines of at most 87 characters,
continued after six blanks) are PubMed's own: "MEDLINE/PubMed Data Element (Field) Descriptions".
What MEDLINE has no tag for goes into GN, the general note. Reference lists, and the identifiers
of headings and substances (UIs), are in XML only.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TextIO

from desktop_app.exporters import mesh_terms, people
from desktop_app.exporters.plain_text import (
    abstract,
    iso_date,
    one_line,
    printed_date,
    relation_text,
)
from desktop_app.records import Article, Author, Identifier, PartialDate, Relation

Line = tuple[str, str]

_WIDTH = 81  # of a value: 87 less the tag
_RELATIONS = {  # RefType -> tag
    "AssociatedDataset": "DDIN",
    "AssociatedPublication": "DRIN",
    "CommentIn": "CIN",
    "CommentOn": "CON",
    "CorrectedandRepublishedFrom": "CRF",
    "CorrectedandRepublishedIn": "CRI",
    "ErratumFor": "EFR",
    "ErratumIn": "EIN",
    "ExpressionOfConcernFor": "ECF",
    "ExpressionOfConcernIn": "ECI",
    "OriginalReportIn": "ORI",
    "PartialRetractionIn": "PRIN",
    "PartialRetractionOf": "PROF",
    "RepublishedFrom": "RPF",
    "RepublishedIn": "RPI",
    "RetractedandRepublishedFrom": "RRF",
    "RetractedandRepublishedIn": "RRI",
    "RetractionIn": "RIN",
    "RetractionOf": "ROF",
    "SummaryForPatientsIn": "SPIN",
    "UpdateIn": "UIN",
    "UpdateOf": "UOF",
}
_COMPACT_DATES = {"created": "DA", "completed": "DCOM", "record-revised": "LR", "electronic": "DEP"}
_TIMED_DATES = {"pubmed": "EDAT", "medline": "MHDA", "entrez": "CRDT", "contributed": "CTDT"}
_FIELDS = {  # further fields, of BibLaTeX and as our own reader of NBIB names them -> tag
    "conflict-of-interest": "COI",
    "edition": "EN",
    "gene-symbol": "GS",
    "grant": "GR",
    "note": "GN",
    "other-abstract-copyright": "OCI",
    "publication-model": "PUBM",
    "publisher": "PB",
    "pubstate": "PST",
    "reference-count": "RF",
    "series": "CTI",
    "space-flight-mission": "SFM",
    "subset": "SB",
    "volumetitle": "VTI",
}
_PEOPLE = {"editor": "FED", "investigator": "FIR", "subject-name": "FPS"}
_ISSNS = {"issn": "", "pissn": " (Print)", "eissn": " (Electronic)"}
_PLACED = ("owner", "source", *_ISSNS)  # fields with a place of their own
_IDENTIFIERS = {"isbn": "ISBN", "mid": "MID", "accession": "SI", "medline-ui": "UI"}
_OTHER_TAG = re.compile(
    r"nbib-(?!pmid)([a-z][a-z0-9]{1,3})"
)  # a field that was a tag unknown to us
_BOOKS = ("book", "inbook", "incollection", "collection", "bookinbook")
_LANGUAGE = re.compile(  # the label of an abstract in another language: "Publisher, fre: BUT"
    r"(?:([A-Za-z][A-Za-z-]*), )?([a-z]{3})(?:: (.+))?"
)


def write_nbib(articles: Iterable[Article], out: TextIO) -> None:
    """Write articles as PubMed does: each begins with PMID, be it empty, and ends with a blank."""
    for article in articles:
        number = "" if article.pmid is None else str(article.pmid)
        out.write(f"PMID- {number}\n")
        out.writelines(_wrapped(tag, value) for tag, value in _lines(article) if value)
        out.write("\n")


def _wrapped(tag: str, value: str) -> str:
    """A tag with its value, broken at blanks only: a longer word stays whole."""
    text = f"{tag:<4}- "
    while len(value) > _WIDTH:
        cut = value.rfind(" ", 0, _WIDTH + 1)
        if cut < 0:
            cut = value.find(" ", _WIDTH)
        if cut < 0:
            break
        text += value[:cut] + "\n      "
        value = value[cut + 1 :]
    return f"{text}{value}\n"


def _lines(article: Article) -> Iterator[Line]:
    yield "OWN", _field_value(article, "owner")
    yield "STAT", one_line(article.status)
    yield from _compact_dates(article)
    yield from _issue(article)
    yield "TI", one_line(article.title)
    yield "PG", one_line(article.pages)
    if article.doi:
        yield "LID", f"{one_line(article.doi)} [doi]"
    yield "AB", abstract(article)
    yield from _other_abstracts(article)
    yield "CI", one_line(article.abstract_copyright)
    for author in article.authors:
        yield from _author(author)
    yield from (("LA", one_line(language)) for language in article.languages)
    yield from (("PT", one_line(kind.name)) for kind in article.publication_types)
    yield "TT", one_line(article.vernacular_title)
    yield from _journal(article)
    yield from _subjects(article)
    yield from (_relation(relation) for relation in article.relations)
    for field in article.fields:
        yield from _field(one_line(field.name), one_line(field.value))
    yield "PMC", one_line(article.pmcid)
    yield from _history(article)
    if article.doi:
        yield "AID", f"{one_line(article.doi)} [doi]"
    yield from map(_identifier, article.identifiers)
    yield "SO", _field_value(article, "source") or _source(article)


def _compact_dates(article: Article) -> Iterator[Line]:
    for milestone in article.milestones:
        if milestone.kind in _COMPACT_DATES:
            yield _COMPACT_DATES[milestone.kind], iso_date(milestone.date, "")


def _issue(article: Article) -> Iterator[Line]:
    yield "IS", one_line(article.journal.issn)
    for name, kind in _ISSNS.items():
        number = _field_value(article, name)
        yield "IS", f"{number}{kind}" if number else ""
    yield "VI", one_line(article.volume)
    yield "IP", one_line(article.issue)
    if article.date is not None:
        yield "DP", printed_date(article.date)


def _other_abstracts(article: Article) -> Iterator[Line]:
    """As PubMed: who wrote it in OAB, the language in OABL alone, from where readers take it."""
    for section in article.other_abstracts:
        text = one_line(section.text)
        if not text:
            continue
        label = one_line(section.label).rstrip(": ")
        found = _LANGUAGE.fullmatch(label)
        origin, language, own = found.groups("") if found else (label, "", "")
        yield "OAB", ": ".join(filter(None, (origin, own, text)))
        yield "OABL", language


def _author(author: Author) -> Iterator[Line]:
    if people.group(author):
        yield "CN", people.group(author)
    else:
        name = ", ".join(filter(None, (people.family(author), people.given(author))))
        yield "FAU", " ".join(filter(None, (name, one_line(author.suffix))))
        yield "AU", people.short(author)
    if author.orcid:
        yield "AUID", f"ORCID: {one_line(author.orcid)}"
    yield from (("AD", one_line(affiliation)) for affiliation in author.affiliations)


def _journal(article: Article) -> Iterator[Line]:
    journal = article.journal
    yield "PL", one_line(journal.country)
    yield "TA", one_line(journal.abbreviation)
    yield ("BTI" if article.kind in _BOOKS else "JT"), one_line(journal.title)
    yield "JID", one_line(journal.nlm_id)


def _subjects(article: Article) -> Iterator[Line]:
    for substance in article.substances:
        if substance.kind == "Chemical":
            yield "RN", mesh_terms.substance_text(substance)
        else:
            yield "NM", one_line(substance.name) or one_line(substance.ui)
    yield from (("MH", text) for text in mesh_terms.heading_texts(article))
    # A keyword belongs to the last OTO before it, so those of no owner come first.
    keywords = sorted(article.keywords, key=lambda keyword: keyword.owner)
    for owner, owned in groupby(keywords, key=lambda keyword: keyword.owner):
        yield "OTO", one_line(owner)
        yield from (("OT", mesh_terms.keyword_text(keyword)) for keyword in owned)


def _relation(relation: Relation) -> Line:
    kind = one_line(relation.kind)
    text = relation_text(relation)
    if kind not in _RELATIONS:
        return "GN", f"{kind}: {text}"
    return _RELATIONS[kind], re.sub(r"(?<=[^.]) (?=PMID: \d+$)", ". ", text)


def _field(name: str, value: str) -> Iterator[Line]:
    other = _OTHER_TAG.fullmatch(name)
    if other:
        yield other[1].upper(), value
    elif name in _PEOPLE:
        yield from ((_PEOPLE[name], person) for person in value.split(" and "))
    elif name not in _PLACED:
        yield (_FIELDS[name], value) if name in _FIELDS else ("GN", f"{name}: {value}")


def _field_value(article: Article, name: str) -> str:
    return next((one_line(field.value) for field in article.fields if field.name == name), "")


def _history(article: Article) -> Iterator[Line]:
    for milestone in article.milestones:
        if milestone.kind in _TIMED_DATES:
            yield _TIMED_DATES[milestone.kind], _timed(milestone.date)
    for milestone in article.milestones:
        if milestone.kind not in _COMPACT_DATES and milestone.kind != "contributed":
            yield "PHST", f"{_timed(milestone.date)} [{one_line(milestone.kind)}]"


def _timed(date: PartialDate) -> str:
    return iso_date(date, "/") + (" 00:00" if date.month and date.day else "")


def _identifier(identifier: Identifier) -> Line:
    kind, value = one_line(identifier.kind), one_line(identifier.value)
    if kind in _IDENTIFIERS:
        return _IDENTIFIERS[kind], value
    if kind.isupper():  # OtherID's sources: NASA, CLML, KIE …
        return "OID", f"{kind}: {value}"
    return "AID", f"{value} [{kind}]"


def _source(article: Article) -> str:
    """The citation in one line: "J Ex. 2021 Mar 5;12(3):101-9. doi: 10.1000/x."."""
    name = one_line(article.journal.abbreviation) or one_line(article.journal.title)
    issue = f"({one_line(article.issue)})" if article.issue else ""
    volume = one_line(article.volume) + issue
    date = printed_date(article.date) if article.date else ""
    text = f"{name}. " if name else ""
    text += date + (f";{volume}" if volume else "")
    text += f":{one_line(article.pages)}" if article.pages else ""
    text = f"{text.rstrip(' .')}." if text else ""
    return f"{text} doi: {one_line(article.doi)}.".strip() if article.doi else text
