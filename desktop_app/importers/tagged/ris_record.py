"""One RIS record as an `Article`: which tag goes into which field, in every dialect.

The tags are those of the specifications of 2001 (RefMan) and 2011 (EndNote), with what the
databases add. A tag that means different things is judged by the database (DB) or by its value.
"""

import re
from dataclasses import replace

from desktop_app.importers import biblatex_article
from desktop_app.importers.biblatex_article import Values
from desktop_app.importers.mesh_keywords import headings_among
from desktop_app.importers.tagged.abstract_text import sections
from desktop_app.importers.tagged.reference_types import ris_kind
from desktop_app.importers.tagged.ris_dates import dates_of
from desktop_app.importers.tagged.tag_values import TagValues, paragraphs
from desktop_app.importers.tagged.tagged_pieces import (
    MOST_NAMES,
    add_doi,
    add_marked,
    add_serial_numbers,
    keywords,
    page_range,
    something,
)
from desktop_app.importers.tagged.tagged_text import Record
from desktop_app.records import Article, Section

_NAMES = {  # tag: BibLaTeX's name, or one like it where BibLaTeX has none
    "A2": "editor",
    "A3": "editora",
    "A4": "translator",
    "AD": "affiliation",
    "AI": "author-id",
    "AV": "library",
    "C7": "eid",
    "CA": "caption",
    "CN": "library",
    "CY": "location",
    "DB": "database",
    "DP": "database-provider",
    "ED": "editor",
    "ET": "edition",
    "ID": "refid",
    "J1": "shortjournal",
    "J2": "shortjournal",
    "J9": "shortjournal",
    "JA": "shortjournal",
    "JI": "shortjournal",
    "JO": "shortjournal",
    "L1": "file",
    "L2": "url",
    "L4": "file",
    "LB": "label",
    "LK": "url",
    "N1": "note",
    "NL": "shortjournal",
    "NV": "volumes",
    "OP": "origpublication",
    "PB": "publisher",
    "PI": "location",
    "PP": "location",
    "PU": "publisher",
    "RI": "reviewed",
    "RN": "annotation",
    "SE": "chapter",
    "ST": "shorttitle",
    "T1": "titleaddon",
    "T2": "booktitle",
    "T3": "series",
    "TT": "titleaddon",
    "U1": "usera",
    "U2": "userb",
    "U3": "userc",
    "U4": "userd",
    "U5": "usere",
    "UR": "url",
    "Y2": "urldate",
}
_BOOKS = frozenset({"book", "collection", "report", "thesis"})  # T2 is their series
_PARTS = frozenset({"inbook", "inproceedings", "inreference"})  # T2 is the book they stand in
_MEDLINE = re.compile(r"medline|pubmed|\bnlm\b", re.IGNORECASE)
_URL = re.compile(r"[;,]?\s*(?=(?:https?|ftp)://)")
_MOST = 500  # addresses in one value
_PMID = re.compile(r"\d{1,8}$")


def article_of(record: Record) -> Article:
    """The article of one record. What has no place in `Article` becomes a `Field`."""
    tags, values = TagValues(record), Values()
    kind, subtype = ris_kind(tags.one("TY"))
    values.add("entrysubtype", subtype)
    values.add("title", tags.one("TI", "T1", "CT", "BT"))
    _add_container(tags, values, kind)
    _add_identifiers(tags, values)
    for name, text in (
        ("volume", something(tags.one("VL"))),
        ("number", something(tags.one("IS", "CP"))),
        ("pages", page_range(tags.one("SP"), tags.one("EP"))),
    ):
        values.add(name, text)
    add_serial_numbers(values, tags.all("SN"))
    for text in tags.all("LA"):
        values.add("language", text)
    abstract, others = _abstracts(tags)
    dates = dates_of(tags)
    authors = biblatex_article.people(
        name for line in tags.lines("AU", "A1") for name in line.split(";", MOST_NAMES)
    )
    headings, words = headings_among(keywords(tags.lines("KW", "DE")))
    _add_rest(tags, values)
    article = biblatex_article.article_of(values, kind, authors)
    return replace(
        article,
        sections=abstract,
        other_abstracts=others,
        headings=headings,
        keywords=words,
        date=dates.published,
        milestones=dates.steps,
        fields=article.fields + dates.others,
    )


def _add_container(tags: TagValues, values: Values, kind: str) -> None:
    """Journal, book or series: JF is the full title, JO either, T2 depends on the kind."""
    if kind in _PARTS:
        values.add("booktitle", tags.one("BT", "T2", "C3", "JF", "JO"))
    elif kind in _BOOKS:
        values.add("series", tags.one("T2"))
    else:
        values.add("journaltitle", tags.one("JF", "T2", "BT"))
    short = tags.one("JA", "J2", "J1", "JI", "J9", "JO", "NL")
    values.add("shortjournal", short)


def _add_identifiers(tags: TagValues, values: Values) -> None:
    """DOI, PMID and PMCID from wherever the databases put them."""
    for text in tags.all("DO"):
        if not add_doi(values, text):
            values.add("doi", text)
    source = " ".join(text for tag, text in tags.peek("DB", "DP", "UR", "L2"))
    medline = _MEDLINE.search(source) is not None
    for tag, text in tags.pairs("AN", "C2", "C5", "ID", *(f"U{n}" for n in range(1, 6))):
        if add_marked(values, text):
            continue
        if re.fullmatch(r"PMC\d+", text) and tag != "ID":
            values.add("pmcid", text)
        elif _PMID.match(text) and (
            (tag in ("AN", "ID") and medline)
            or (tag == "C2" and "Scopus" in source)
            or (tag == "C5" and "mbase" in source)
        ):
            values.add("pmid", text)
        else:
            values.add("accession" if tag == "AN" else _name(tag), text)
    for text in tags.all("M3"):
        if not add_doi(values, text):
            values.add("pubtype" if len(text) < 60 and "[" not in text else "type", text)
    known = tags.pairs("L3") + [pair for pair in tags.peek("UR", "N1", "L2") if "10." in pair[1]]
    for tag, text in known:
        if tag == "L3" and not add_doi(values, text):
            values.add("url", text)
        elif not values.peek("doi") and re.search(r"doi(?:\.org/|:\s*)10\.", text):
            add_doi(values, text)


def _add_rest(tags: TagValues, values: Values) -> None:
    for tag, text in tags.rest():
        name = _name(tag)
        parts = [part for part in _URL.split(text, _MOST) if part] if name == "url" else [text]
        for part in parts:
            values.add(name, part)


def _name(tag: str) -> str:
    return _NAMES.get(tag, f"ris-{tag.lower()}")


def _abstracts(tags: TagValues) -> tuple[tuple[Section, ...], tuple[Section, ...]]:
    """AB, else N2, its paragraphs as sections; a second one that says something else."""
    texts = list(
        dict.fromkeys(tuple(paragraphs(lines)) for lines in (*tags.take("AB"), *tags.take("N2")))
    )
    found = [tuple(part for text in parts for part in sections(text)) for parts in texts]
    return (found[0] if found else ()), tuple(part for parts in found[1:] for part in parts)
