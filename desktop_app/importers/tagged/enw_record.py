"""One Refer record as an `Article`: which tag goes into which field."""

from dataclasses import replace

from desktop_app.importers import biblatex_article
from desktop_app.importers.biblatex_article import Values
from desktop_app.importers.tagged.abstract_text import sections
from desktop_app.importers.tagged.reference_types import refer_kind
from desktop_app.importers.tagged.tag_values import TagValues, paragraphs
from desktop_app.importers.tagged.tagged_pieces import (
    MOST_NAMES,
    add_doi,
    add_serial_numbers,
    date_in,
    keywords,
)
from desktop_app.importers.tagged.tagged_text import Record
from desktop_app.records import Article

_NAMES = {  # tag: BibLaTeX's name, or one like it where BibLaTeX has none
    "!": "shorttitle",
    "(": "origpublication",
    "+": "affiliation",
    "1": "custom1",
    "2": "custom2",
    "3": "custom3",
    "4": "custom4",
    "6": "volumes",
    "7": "edition",
    "9": "type",
    "=": "timestamp",
    ">": "file",
    "?": "translator",
    "[": "urldate",
    "C": "location",
    "E": "editor",
    "F": "label",
    "H": "translator",
    "I": "publisher",
    "L": "library",
    "O": "note",
    "Q": "titleaddon",
    "S": "series",
    "U": "url",
    "W": "database-provider",
    "Y": "editora",
    "Z": "note",
    "~": "database",
}
_PARTS = frozenset({"inbook", "inproceedings"})


def article_of(record: Record) -> Article:
    """The article of one record. What has no place in `Article` becomes a `Field`."""
    tags, values = TagValues(record), Values()
    kind, subtype = refer_kind(tags.one("0"))
    journal, book = tags.one("J"), tags.one("B")
    if book and not journal and kind == "article" and not subtype:
        kind = "inbook"  # refer knows no %0: an article in a book is one with %B
    values.add("entrysubtype", subtype)
    values.add("title", tags.one("T"))
    values.add("booktitle" if kind in _PARTS else "journaltitle", journal or book)
    if journal:
        values.add("booktitle", book)
    add_serial_numbers(values, tags.all("@"))
    for text in tags.all("R"):
        if not add_doi(values, text):
            values.add("doi", text)
    for name, tag in (("volume", "V"), ("number", "N"), ("pages", "P"), ("language", "G")):
        values.add(name, tags.one(tag))
    _add_number(tags, values)
    year, day = tags.one("D"), tags.one("8")
    date = date_in(day if year in day else f"{year} {day}".strip())
    date = date or date_in(year)
    if date is None:
        values.add("date", year)
        values.add("date", day)
    abstract = tuple(
        part for lines in tags.take("X") for text in paragraphs(lines) for part in sections(text)
    )
    authors = biblatex_article.people(
        name for line in tags.lines("A") for name in line.split(";", MOST_NAMES)
    )
    words = keywords(tags.lines("K"))
    for tag, text in tags.rest():
        values.add(_NAMES.get(tag, f"enw-{tag.lower()}"), text.removesuffix(","))
    article = biblatex_article.article_of(values, kind, authors)
    return replace(article, sections=abstract, keywords=words, date=date)


def _add_number(tags: TagValues, values: Values) -> None:
    """%M: the number in the database, which is a PMID when that is PubMed or MEDLINE (%W, %~)."""
    source = " ".join(text.lower() for _, text in tags.peek("W", "~", "U"))
    medline = any(name in source for name in ("pubmed", "medline", "nlm"))
    for text in tags.all("M"):
        plain = text.isascii() and text.isdigit() and len(text) <= 8
        values.add("pmid" if plain and medline else "accession", text)
