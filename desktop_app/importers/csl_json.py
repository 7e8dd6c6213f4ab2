"""CSL-JSON, the citation styles' own format, as Zotero, Mendeley, Crossref and pandoc write it.

Names of the fields: https://docs.citationstyles.org/en/stable/specification.html (1.0.2).
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from desktop_app.importers import identifiers
from desktop_app.importers.biblatex_article import Values, article_of, says_something
from desktop_app.importers.decoded_text import clean, decoded
from desktop_app.importers.format import Entry, Format
from desktop_app.importers.input_file import InputFile
from desktop_app.importers.json_records import json_records
from desktop_app.importers.markup import without_markup
from desktop_app.importers.mesh_keywords import SOURCE
from desktop_app.importers.person_names import initials_of, person
from desktop_app.records import Article, Author, Heading, Problem, Qualifier

_KINDS = {
    "article-journal": "article",
    "article-magazine": "article",
    "article-newspaper": "article",
    "article": "unpublished",  # a preprint; BibLaTeX has no type of its own for it
    "book": "book",
    "chapter": "incollection",
    "paper-conference": "inproceedings",
    "thesis": "thesis",
    "report": "report",
    "webpage": "online",
    "post-weblog": "online",
    "dataset": "dataset",
    "patent": "patent",
    "software": "software",
    "entry-encyclopedia": "inreference",
    "entry-dictionary": "inreference",
    "manuscript": "unpublished",
}
_NAMES = {
    "container-title": "journaltitle",
    "container-title-short": "shortjournal",
    "journalAbbreviation": "shortjournal",
    "collection-title": "series",
    "page": "pages",
    "number": "number",
    "issue": "number",
    "DOI": "doi",
    "PMID": "pmid",
    "PMCID": "pmcid",
    "ISBN": "isbn",
    "ISSN": "issn",
    "URL": "url",
    "publisher-place": "location",
    "title-short": "shorttitle",
    "original-title": "origtitle",
    "citation-key": "citekey",
    "id": "citekey",
    "keyword": "keywords",
    "genre": "type",
    "chapter-number": "chapter",
    "number-of-pages": "pagetotal",
    "number-of-volumes": "volumes",
}
_LISTS = frozenset({"ISSN", "ISBN", "container-title", "title", "container-title-short"})
_TYPE = re.compile(
    r'"type"\s*:\s*"(?:'
    + "|".join([*_KINDS, "document", "journal-article"])
    + '|[a-z]+[-_][a-z]+)"'
)
_MARKS = re.compile(r'"(?:container-title|issued|author|DOI|title)"\s*:')
_REMEDY = "Export the record again; the other records were taken."


def read_csl_json(file: InputFile) -> Iterator[Entry]:
    """Every record of a file, and a Problem for each that cannot be read.

    Raises OSError when the file cannot be opened, and whatever its `report` raises.
    """
    for record in json_records(decoded(file.chunks()), _wrapper(file)):
        place = f"record {record.number}, line {record.line}"
        if record.value is None:
            yield Problem(file.name, place, f"{record.reason}.", _REMEDY, record.text)
            continue
        article = _article(record.value)
        if says_something(article):
            yield article
        else:
            reason = "The record has no title."
            yield Problem(file.name, place, reason, "Give it a title.", record.text)
    if file.damage:
        yield Problem(file.name, "", f"{file.damage}.", "Export or download the file again.")


def _wrapper(file: InputFile) -> str:
    head = "".join(decoded([file.head()])).lstrip()
    if head.startswith("["):
        return ""
    return "items" if re.match(r'\{.{0,4000}?"items"\s*:\s*\[', head, re.DOTALL) else ""


def _article(record: Mapping[str, Any]) -> Article:
    values = Values()
    authors: tuple[Author, ...] = ()
    headings, record = _own_headings(record)
    for name, value in record.items():
        if name == "author":
            authors = tuple(_people(value))
        elif name in ("issued", "type"):
            continue
        elif isinstance(value, list) and value and isinstance(value[0], dict) and _is_names(value):
            for one in _people(value):
                values.add(name, one.collective or f"{one.last}, {one.fore}".strip(", "))
        elif isinstance(value, dict) and ("date-parts" in value or "raw" in value):
            values.add(_date_name(name), _date_text(value))
        else:
            for text in _texts(name, value):
                values.add(_NAMES.get(name, name), text)
    values.add("date", _date_text(record.get("issued")))
    kind = str(record.get("type", ""))
    article = article_of(values, _KINDS.get(kind, kind or "article"), authors)
    return replace(article, headings=headings + article.headings) if headings else article


def _own_headings(record: Mapping[str, Any]) -> tuple[tuple[Heading, ...], Mapping[str, Any]]:
    """What our own export has in `custom`, and the record without them, also as keywords."""
    custom = record.get("custom")
    terms = custom.get("MeSH") if isinstance(custom, dict) else None
    if not isinstance(custom, dict) or not isinstance(terms, list):
        return (), record
    headings = tuple(_heading(term) for term in terms if _is_term(term))
    if not headings or len(headings) != len(terms):
        return (), record
    names = {heading.name for heading in headings}
    listed = record.get("keyword", "")
    words = listed.split("; ") if isinstance(listed, str) else []
    left = {name: value for name, value in custom.items() if name != "MeSH"}
    own = {"keyword": [word for word in words if word not in names], "custom": left or None}
    return headings, {**record, **own}


def _is_term(term: object) -> bool:
    return isinstance(term, dict) and isinstance(term.get("name"), str) and bool(term["name"])


def _heading(term: Mapping[str, Any]) -> Heading:
    qualifiers = term.get("qualifiers")
    return Heading(
        str(term.get("ui", "")),
        clean(term["name"]),
        term.get("major") is True,
        tuple(
            Qualifier(str(one.get("ui", "")), clean(one["name"]), one.get("major") is True)
            for one in (qualifiers if isinstance(qualifiers, list) else [])
            if _is_term(one)
        ),
        SOURCE,
    )


def _texts(name: str, value: object) -> Iterator[str]:
    """A value as text; what has a structure of its own that we do not know stays JSON."""
    if value is None or value == "":
        return
    if isinstance(value, list) and (name in _LISTS or all(isinstance(v, str) for v in value)):
        for part in value:
            yield from [without_markup(part)] if name == "keyword" else _texts(name, part)
    elif isinstance(value, str):
        text = without_markup(value)
        if name == "keyword":
            yield from text.split(";" if ";" in text else ",")  # MeSH has commas in its names
        else:
            yield text
    elif isinstance(value, bool | int | float):
        yield str(value)
    else:
        yield json.dumps(value, ensure_ascii=False)[:10_000]


def _is_names(value: list[Any]) -> bool:
    return any(key in value[0] for key in ("family", "given", "literal"))


def _people(value: object) -> Iterator[Author]:
    """CSL names: family, given, suffix, particles, or literal."""
    for name in value if isinstance(value, list) else [value]:
        author = _person(name) if isinstance(name, dict) else None
        if author or (isinstance(name, str) and (author := person(name))):
            yield author


def _person(name: Mapping[str, Any]) -> Author | None:
    parts = {key: clean(text) for key, text in name.items() if isinstance(text, str)}
    particles = (parts.get("dropping-particle", ""), parts.get("non-dropping-particle", ""))
    last = " ".join(filter(None, (*particles, parts.get("family", ""))))
    given, suffix = parts.get("given", ""), parts.get("suffix", "")
    orcid = identifiers.orcid(parts.get("ORCID", ""))
    if not last and not given:
        literal = parts.get("literal") or parts.get("name", "")
        return Author(collective=literal) if literal else None
    places = tuple(_places(name.get("affiliation")))
    return Author(last, given, initials_of(given), suffix, "", orcid, places)


def _places(value: object) -> Iterator[str]:
    """Crossref's affiliations: [{"name": …}]."""
    for place in value if isinstance(value, list) else []:
        text = place.get("name") if isinstance(place, dict) else place
        if isinstance(text, str) and clean(text):
            yield clean(text)


def _date_name(name: str) -> str:
    return {"accessed": "urldate", "event-date": "eventdate", "original-date": "origdate"}.get(
        name, name
    )


def _date_text(value: object) -> str:
    """ "2015-03-02" of {"date-parts": [[2015, 3, 2]]}, or what is printed in raw or literal."""
    if isinstance(value, str | int):
        return str(value)
    if not isinstance(value, dict):
        return ""
    for text in (_parts_text(value.get("date-parts")), value.get("raw"), value.get("literal")):
        if isinstance(text, str) and text:
            season = value.get("season")
            return f"{text} {season}" if isinstance(season, str) and season.isalpha() else text
    return ""


def _parts_text(parts: object) -> str:
    first = parts[0] if isinstance(parts, list) and parts else None
    if not isinstance(first, list):
        return ""
    return "-".join(str(part) for part in first[:3] if isinstance(part, int | str) and str(part))


def _is_csl_json(head: str) -> bool:
    if not head.startswith(("[", "{")):
        return False
    return _TYPE.search(head) is not None and _MARKS.search(head) is not None


FORMAT = Format("CSL-JSON", _is_csl_json, read_csl_json)
