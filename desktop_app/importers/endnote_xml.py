"""EndNote XML (`<xml><records><record>`), also as Zotero, Mendeley and Bookends write it."""

import re
from collections.abc import Iterator

from lxml.etree import _Element as Element

from desktop_app.importers import identifiers
from desktop_app.importers.biblatex_article import Values, article_of, says_something
from desktop_app.importers.decoded_text import clean
from desktop_app.importers.failed_record import element_text
from desktop_app.importers.format import Entry, Format
from desktop_app.importers.input_file import InputFile
from desktop_app.importers.xml_records import xml_records
from desktop_app.records import Article, Problem

_KINDS = {  # ref-type name -> BibLaTeX entry type
    "journal article": "article",
    "electronic article": "article",
    "magazine article": "article",
    "newspaper article": "article",
    "book": "book",
    "edited book": "book",
    "electronic book": "book",
    "book section": "inbook",
    "electronic book section": "inbook",
    "conference paper": "inproceedings",
    "conference proceedings": "inproceedings",
    "thesis": "thesis",
    "report": "report",
    "web page": "online",
    "patent": "patent",
    "dataset": "dataset",
    "computer program": "software",
    "unpublished work": "unpublished",
    "manuscript": "unpublished",
    "generic": "misc",
}
_PATHS = {  # element in the record -> BibLaTeX field
    "titles/title": "title",
    "titles/short-title": "shorttitle",
    "titles/translated-title": "translatedtitle",
    "titles/tertiary-title": "series",
    "contributors/authors/author": "author",
    "contributors/secondary-authors/author": "editor",
    "contributors/tertiary-authors/author": "seriesauthor",
    "contributors/subsidiary-authors/author": "subsidiaryauthor",
    "contributors/translated-authors/author": "translator",
    "auth-address": "affiliation",
    "pages": "pages",
    "volume": "volume",
    "number": "number",
    "issue": "number",
    "edition": "edition",
    "section": "section",
    "num-vols": "volumes",
    "keywords/keyword": "keywords",
    "dates/copyright-dates/date": "copyrightdate",
    "publisher": "publisher",
    "pub-location": "location",
    "orig-pub": "origtitle",
    "reprint-edition": "reprinttitle",
    "electronic-resource-num": "doi",
    "abstract": "abstract",
    "notes": "note",
    "research-notes": "annotation",
    "label": "label",
    "caption": "caption",
    "call-num": "library",
    "language": "language",
    "access-date": "urldate",
    "urls/web-urls/url": "url",
    "urls/related-urls/url": "url",
    "urls/text-urls/url": "url",
    "urls/image-urls/url": "url",
    "urls/pdf-urls/url": "file",
    "remote-database-name": "database",
    "remote-database-provider": "databaseprovider",
    "custom1": "custom1",
    "custom2": "custom2",
    "custom3": "custom3",
    "custom4": "custom4",
    "custom5": "custom5",
    "custom6": "custom6",
    "custom7": "custom7",
    "misc1": "misc1",
    "misc2": "misc2",
    "misc3": "misc3",
}
# Read by functions of their own, or about EndNote's own library and not about the article.
_OTHER = frozenset(
    "titles contributors dates keywords urls periodical alt-periodical isbn accession-num "
    "work-type database source-app rec-number foreign-keys ref-type".split()
)
_TIMES = frozenset({"keywords", "author", "editor", "url", "file", "language", "origtitle"})
_ISSN = re.compile(r"\b\d{4}-?\d{3}[\dXx]\b(?!-?\d)")
_PUBMED = re.compile(r"medline|pubmed|nlm", re.IGNORECASE)
_PMID = re.compile(r"\d{6,8}$")
_ROOT = re.compile(r"<records\b[^>]*>.{0,4000}?<record\b|<xml>\s*<records\b", re.DOTALL)
_REMEDY = "Give it a title in the program it comes from and export it again."


def read_endnote_xml(file: InputFile) -> Iterator[Entry]:
    """Every record of a file, and a Problem for each that cannot be read.

    Raises OSError when the file cannot be opened, and whatever its `report` raises.
    """
    for record in xml_records(file, "record"):
        if isinstance(record, Problem):
            yield record
            continue
        article = _article(record.element)
        if says_something(article):
            yield article
        else:
            place = f"record {record.number}, line {record.line}"
            text = element_text(record.element)
            yield Problem(file.name, place, "The record has no title.", _REMEDY, text)


def _article(record: Element) -> Article:
    values = Values()
    kind = _kind(record)
    for path, name in _PATHS.items():
        for element in record.iterfind(path):
            for text in _texts(element, name):
                values.add(name, text)
    _add_doi(values)
    _container(record, kind, values)
    _dates(record, values)
    for element in record.iterfind("isbn"):
        _serial_numbers(_text(element), kind, values)
    for element in record.iterfind("work-type"):
        for name in re.split(r"\s*;\s*", _text(element)):
            values.add("pubtype", name)
    _accession(record, values)
    for element in record:
        if element.tag not in _OTHER and element.tag not in _PATHS:
            values.add(str(element.tag), _text(element))
    return article_of(values, kind)


def _kind(record: Element) -> str:
    element = record.find("ref-type")
    name = (element.get("name") or "").lower() if element is not None else ""
    return _KINDS.get(name, "misc" if name else "article")


def _texts(element: Element, name: str) -> list[str]:
    """The text of an element; in some, EndNote puts one value a line."""
    text = "".join(map(str, element.itertext()))
    if name in _TIMES:
        return re.split(r"[\r\n]+", text) if name != "origtitle" else [text]
    return [text]


def _text(element: Element | None) -> str:
    return "" if element is None else clean("".join(map(str, element.itertext())))


def _container(record: Element, kind: str, values: Values) -> None:
    """Journal or book: EndNote says it up to six times, in full and abbreviated."""
    full = _text(record.find("periodical/full-title"))
    second = _text(record.find("titles/secondary-title"))
    title = second or full
    values.add("journaltitle" if kind == "article" else "booktitle", title)
    alternative = _text(record.find("titles/alt-title"))
    short = [_text(record.find(f"periodical/abbr-{n}")) for n in (1, 2, 3)]
    short += [full, _text(record.find("alt-periodical/full-title")), alternative]
    short += [_text(record.find(f"alt-periodical/abbr-{n}")) for n in (1, 2, 3)]
    others = [name for name in dict.fromkeys(short) if name and name.lower() != title.lower()]
    if others:
        values.add("shortjournal", min(others, key=len))
        for name in others:
            if name != min(others, key=len):
                values.add("journaltitleaddon", name)


def _dates(record: Element, values: Values) -> None:
    values.add("year", _text(record.find("dates/year")))
    found = [_text(element) for element in record.iterfind("dates/pub-dates/date")]
    for text in found:
        values.add("date", text)


def _serial_numbers(text: str, kind: str, values: Values) -> None:
    """ISSN or ISBN: "1532-1827 (Electronic)\r0007-0920 (Linking)". A reader of print takes all."""
    if kind == "article" and (found := _ISSN.findall(text)):
        for number in found:
            values.add("issn", number)
    else:
        values.add("isbn", text)


def _add_doi(values: Values) -> None:
    """EndNote's field holds addresses and several numbers, too; what is no DOI is kept."""
    for text in values.take("doi"):
        dois = [doi for part in re.split(r"[\s;]+", text) if (doi := identifiers.doi(part))]
        for doi in dois:
            values.add("doi", doi)
        if not dois:
            values.add("eid", text)


def _accession(record: Element, values: Values) -> None:
    """The database's own number: a PMID when the database is PubMed or none is named."""
    text = _text(record.find("accession-num"))
    database = values.peek("database", "databaseprovider")
    is_pubmed = not database or _PUBMED.search(values.peek("databaseprovider") or database)
    if _PMID.match(text) and is_pubmed and "embase" not in database.lower():
        values.add("pmid", text)
    else:
        values.add("accession", text)


def _is_endnote_xml(head: str) -> bool:
    return head.startswith("<") and _ROOT.search(head) is not None


FORMAT = Format("EndNote XML", _is_endnote_xml, read_endnote_xml)
