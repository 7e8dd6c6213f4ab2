"""One record of the Web of Science as an `Article`: which tag goes into which field."""

import re
from collections.abc import Iterable
from dataclasses import replace

from desktop_app.importers import biblatex_article, dates, identifiers
from desktop_app.importers.biblatex_article import Values
from desktop_app.importers.tagged.abstract_text import sections
from desktop_app.importers.tagged.reference_types import isi_kind
from desktop_app.importers.tagged.tag_values import TagValues, paragraphs
from desktop_app.importers.tagged.tagged_pieces import (
    MOST_NAMES,
    add_doi,
    add_serial_numbers,
    date_in,
    keywords,
    page_range,
)
from desktop_app.importers.tagged.tagged_text import Record
from desktop_app.records import Article, Author, Keyword, Milestone, PartialDate, Reference

_NAMES = {  # tag: BibLaTeX's name, or one like it where BibLaTeX has none
    "AR": "eid",
    "BE": "editor",
    "BS": "series",
    "C1": "affiliation",
    "C3": "organization-of-author",
    "CL": "venue",
    "CT": "eventtitle",
    "CY": "eventdate",
    "D2": "book-doi",
    "ED": "editor",
    "EM": "author-email",
    "FU": "grant",
    "FX": "funding",
    "GP": "group-author-of-book",
    "HO": "host",
    "ID": "keywords-plus",
    "J9": "shortjournal",
    "NR": "reference-count",
    "OA": "open-access",
    "OI": "author-orcid",
    "PA": "publisher-address",
    "PG": "pagetotal",
    "PI": "location",
    "PU": "publisher",
    "RI": "author-researcherid",
    "RP": "reprint-address",
    "SC": "research-area",
    "SE": "series",
    "SI": "special-issue",
    "SP": "sponsor",
    "SU": "supplement",
    "TC": "times-cited",
    "UT": "accession",
    "WC": "subject-category",
}
_DOI = re.compile(r"\bDOI \[?(10\.\d{4,9}/[^\s,\]]+)", re.IGNORECASE)
_ADDRESS = re.compile(r"\[([^\]]+)\]\s*(.+)")
_MONTH_YEAR = re.compile(r"(0[1-9]|1[0-2]) ([12]\d{3})$")
_MOST = 500  # values on one line
_INITIALS = re.compile(r"[A-Z][A-Z. -]{0,6}$")


def article_of(record: Record) -> Article:
    """The article of one record. What has no place in `Article` becomes a `Field`."""
    tags, values = TagValues(record), Values()
    kind = isi_kind(tags.one("PT"))
    values.add("title", tags.one("TI"))
    values.add("journaltitle", tags.one("SO", "JO", "JF", "JI"))
    values.add("shortjournal", tags.one("JI", "J9"))
    add_serial_numbers(values, tags.all("SN", "EI", "BN"))
    for text in tags.all("DI"):
        if not add_doi(values, text):
            values.add("doi", text)
    values.add("pmid", tags.one("PM") or _medline_number(tags.one("UT"), tags, values))
    values.add("volume", tags.one("VL"))
    values.add("number", tags.one("IS"))
    first = page_range(tags.one("BP"), tags.one("EP"))
    values.add("pages", first or tags.one("PS") or tags.one("AR"))
    _add_listed(values, "language", tags.all("LA"))
    _add_listed(values, "pubtype", tags.all("DT"))
    _add_listed(values, "editor", tags.all("BE", "ED"))
    year, day = tags.one("PY"), tags.one("PD")
    early = date_in(tags.one("EA"))
    abstract = tuple(part for lines in tags.take("AB") for text in paragraphs(lines)
                     for part in sections(text))  # fmt: skip
    authors = _authors(tags)
    references = tuple(_reference(line) for line in tags.lines("CR"))
    words = _keywords(tags)
    for tag, text in tags.rest():
        values.add(_NAMES.get(tag, f"isi-{tag.lower()}"), text)
    article = biblatex_article.article_of(values, kind, authors)
    return replace(
        article,
        sections=abstract,
        date=_date(year, day) or early,
        keywords=words,
        references=references,
        milestones=(Milestone("electronic", early),) if early else (),
    )


def _medline_number(text: str, tags: TagValues, values: Values) -> str:
    """The PMID in UT "MEDLINE:16842170"; another accession number is kept."""
    if text.upper().startswith("MEDLINE:"):
        return text[8:].strip()
    values.add("accession", text)
    return ""


def _add_listed(values: Values, name: str, texts: Iterable[str]) -> None:
    for text in texts:
        for part in text.split(";", _MOST):
            values.add(name, part)


def _date(year: str, day: str) -> PartialDate | None:
    """PY 2006 with PD "MAY-JUN", "SEP 12" or, in old files, "2006 May-Jun" and "04 2006"."""
    month = _MONTH_YEAR.match(day)
    if month:
        return PartialDate(int(month[2]), dates.month_number(month[1]))
    if year and year not in day:
        day = f"{year} {day}".strip()
    return date_in(day) or date_in(year)


def _authors(tags: TagValues) -> tuple[Author, ...]:
    """AF (full names) where there are as many as AU; one a line or parted by ";". CA: groups."""
    short, full = _names(tags.lines("AU")), _names(tags.lines("AF"))
    if len(full) < len(short):
        for name in full:
            tags.put("AF", name)
        full = short
    people = list(biblatex_article.people(full))
    if full is not short and len(people) == len(short):
        people = [_with_initials(*pair) for pair in zip(people, short, strict=True)]
    orcids = _orcids(tags)
    people = [
        replace(author, orcid=orcids.get(f"{author.last}, {author.fore}".lower(), ""))
        for author in people
    ]
    people = _with_addresses(people, tags)
    groups = [Author(collective=name) for name in _names(tags.lines("CA"))]
    return tuple(people + groups)


def _with_initials(author: Author, short: str) -> Author:
    last, _, initials = short.partition(", ")
    if last.lower() != author.last.lower() or not _INITIALS.match(initials):
        return author
    return replace(author, initials="".join(filter(str.isalpha, initials)))


def _names(lines: list[str]) -> list[str]:
    return [name.strip() for line in lines for name in line.split(";", MOST_NAMES) if name.strip()]


def _orcids(tags: TagValues) -> dict[str, str]:
    """OI "Smith, John/0000-0002-1825-0097; …" by name in lower case. OI itself is kept."""
    found = {}
    for _, text in tags.peek("OI"):
        for part in text.split(";"):
            name, slash, number = part.rpartition("/")
            if slash and identifiers.orcid(number):
                found[name.strip().lower()] = identifiers.orcid(number)
    return found


def _with_addresses(people: list[Author], tags: TagValues) -> list[Author]:
    """C1, one a line: "[Smith, John; Doe, Jane] Univ X": what names nobody is left for `rest`."""
    where: dict[str, list[str]] = {}
    known = {f"{author.last}, {author.fore}".lower() for author in people}
    for line in tags.lines("C1"):
        found = _ADDRESS.match(line)
        names = [name.strip().lower() for name in found[1].split(";")] if found else []
        if found is None or not known.issuperset(names):
            tags.put("C1", line)
            continue
        for name in names:
            where.setdefault(name, []).append(found[2])
    return [
        replace(author, affiliations=tuple(where.get(f"{author.last}, {author.fore}".lower(), ())))
        for author in people
    ]


def _reference(line: str) -> Reference:
    doi = _DOI.search(line)
    return Reference(line, doi=identifiers.doi(doi[1]) if doi else "")


def _keywords(tags: TagValues) -> tuple[Keyword, ...]:
    """DE: the authors' keywords. ID ("Keywords Plus", made by a program) goes with them, marked."""
    plus = keywords(tags.all("ID"))
    own = keywords(tags.all("DE"))
    return own + tuple(replace(word, owner="Keywords Plus") for word in plus)
