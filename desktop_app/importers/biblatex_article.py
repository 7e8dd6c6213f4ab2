"""An `Article` from named fields: each reader gives its own names those of BibLaTeX before.

What an article has a place for goes there, everything else is kept as `Field(name, value)`.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from desktop_app.importers import dates, identifiers
from desktop_app.importers.decoded_text import clean
from desktop_app.importers.languages import language_code
from desktop_app.importers.mesh_keywords import headings_among
from desktop_app.importers.person_names import person
from desktop_app.records import (
    Article,
    Author,
    Field,
    Identifier,
    Journal,
    Keyword,
    PartialDate,
    PublicationType,
    Section,
)

_ISO_DATE = re.compile(
    r"\s*([12]\d{3})(?:[-/.](\d{1,2})(?!\d)(?:[-/.](\d{1,2})(?!\d))?)?(?:[T ]\d{1,2}:.*|/*)$",
    re.DOTALL,
)
_DAY = re.compile(r"(?<![\d/-])([0-3]?\d)(?:st|nd|rd|th)?(?![\d/-])")
_PMID = re.compile(r"\bPMID:?\s*(\d{1,8})\b", re.IGNORECASE)
_PMCID = re.compile(r"\b(PMC\d{3,9})\b", re.IGNORECASE)
_DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"<>]+")
_PUBMED_URL = re.compile(
    r"(?:ncbi\.nlm\.nih\.gov/(?:m/)?pubmed|pubmed\.ncbi\.nlm\.nih\.gov)/(\d{1,8})\b"
)
_FURTHER = ("isbn", "url", "eprint", "accession", "pii")  # become Identifiers
_T = TypeVar("_T")


class Values:
    """The named values of one record; `take` gives those of a field and marks them as used."""

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self.add(name, value)

    def add(self, name: str, value: str) -> None:
        """Keep a value unless it is empty or was given already."""
        value = clean(value)
        if value and value not in self._values.setdefault(name, []):
            self._values[name].append(value)

    def take(self, *names: str) -> list[str]:
        """All values of the first of `names` that has any."""
        for name in names:
            if found := self._values.pop(name, None):
                return found
        return []

    def first(self, *names: str) -> str:
        """The first value of the first of `names` that has any; the others are kept."""
        for name in names:
            if found := self._values.get(name):
                return found.pop(0)
        return ""

    def peek(self, *names: str) -> str:
        """Every value of these fields as one text, not marked as used."""
        return " ".join(value for name in names for value in self._values.get(name, ()))

    def rest(self) -> tuple[Field, ...]:
        """What nobody took."""
        return tuple(
            Field(name, value) for name, values in self._values.items() for value in values
        )


def article_of(values: Values, kind: str = "article", authors: Sequence[Author] = ()) -> Article:
    """The article that `values` (names of BibLaTeX fields) describe.

    `author` and `editor` are people, one a value, unless `authors` has them already; `keywords`,
    `language`, `type` are one a value. `date` may be printed in any way, `year` and `month` help.
    """
    pmid, pmcid, doi = _identity(values)
    found = tuple(authors) or people(values.take("author"))
    languages, unknown = _languages(values.take("language"))
    title = _title(values)
    headings, words = headings_among([Keyword(text) for text in values.take("keywords")])
    article = Article(
        title=title,
        pmid=pmid,
        pmcid=pmcid,
        doi=doi,
        vernacular_title=values.first("origtitle"),
        sections=tuple(Section(text) for text in values.take("abstract")),
        authors=found,
        journal=_journal(values),
        date=_date(values),
        volume=values.first("volume"),
        issue=values.first("number", "issue"),
        pages=values.first("pages").replace("--", "-"),
        languages=languages,
        publication_types=tuple(PublicationType(name) for name in values.take("pubtype")),
        headings=headings,
        keywords=words,
        identifiers=tuple(_further(values)),
        kind=kind,
    )
    fields = (*values.rest(), *(Field("language", text) for text in unknown))
    return replace(article, fields=fields) if fields else article


def says_something(article: Article) -> bool:
    """True when there is a title, an abstract or an identifier to know the article by."""
    known = article.title or article.sections or article.doi or article.pmid or article.pmcid
    return bool(known)


def people(names: Iterable[str]) -> tuple[Author, ...]:
    """Authors of names, those without any letters left out."""
    return tuple(author for author in map(person, names) if author)


def any_date(text: str) -> PartialDate | None:
    """A date from "2015-03-03", "2014//", "2015 Mar 3", "1 Mar 2017", "January 7, 2011" …"""
    iso = _ISO_DATE.match(text)
    if iso:
        month = dates.month_number(iso[2])
        return PartialDate(int(iso[1]), month, dates.day_number(iso[3]) if month else 0)
    printed = dates.printed_date(text)
    if printed is None or not printed.month:
        return printed
    years_gone = text.replace(str(printed.year), " ", 1)
    day = _DAY.search(years_gone)
    is_plain = re.fullmatch(r"[\s\d,./]*[A-Za-z]{3,9}[\s\d,.]*(?:st|nd|rd|th)?[\s,.]*", years_gone)
    if not is_plain:  # a range or a season: only the printed words say it all
        return printed
    return PartialDate(printed.year, printed.month, dates.day_number(day[1]) if day else 0)


def _title(values: Values) -> str:
    title, sub = values.first("title"), values.first("subtitle")
    if title and sub and sub.lower() not in title.lower():
        return f"{title.rstrip(' :.')}: {sub}"
    return title or sub or values.first("booktitle")


def _journal(values: Values) -> Journal:
    title = values.first("journaltitle", "booktitle", "maintitle")
    abbreviation = values.first("shortjournal")
    issn = values.first("issn")
    return Journal(title or abbreviation, abbreviation, issn)


def _date(values: Values) -> PartialDate | None:
    """`date`, or `year` with `month` and `day`; what has no year in it is kept as a field."""
    text = values.first("date")
    year, month, day = (values.first(name) for name in ("year", "month", "day"))
    for candidate in (text, f"{year} {month} {day}".strip(), f"{year} {text}".strip(), year):
        found = any_date(candidate) if candidate else None
        if found and (candidate != text or not year or str(found.year) == year[:4]):
            better = any_date(f"{year} {text}") if text and not found.month else None
            return better if better and better.month else found
    for name, value in (("date", text), ("year", year), ("month", month), ("day", day)):
        values.add(name, value)
    return None


def _identity(values: Values) -> tuple[int | None, str, str]:
    """PMID, PMCID and DOI from their own fields, else from note, url or eprint."""
    pmid = _taken(values, "pmid", identifiers.pmid_number)
    pmcid = _taken(values, "pmcid", identifiers.pmcid) or ""
    doi = _taken(values, "doi", identifiers.doi) or ""
    about, address = values.peek("note", "extra"), values.peek("url")
    if pmid is None and (found := _PMID.search(about) or _PUBMED_URL.search(address)):
        pmid = identifiers.pmid_number(found[1])
    if not pmcid and (found := _PMCID.search(f"{about} {address}")):
        pmcid = identifiers.pmcid(found[1])
    if not doi and "doi.org/10." in address and (found := _DOI.search(address)):
        doi = identifiers.doi(found[0])
    return pmid, pmcid, doi


def _taken(values: Values, name: str, read: Callable[[str], _T | None]) -> _T | None:
    """The first readable value of a field; the unreadable and the further ones are kept."""
    result: _T | None = None
    for text in values.take(name):
        found = read(text)
        if result is None and found:
            result = found
        elif not found or found != result:
            values.add(name, text)
    return result


def _languages(texts: Sequence[str]) -> tuple[tuple[str, ...], list[str]]:
    """Codes, and the names that are not known."""
    names = [part.strip() for text in texts for part in re.split(r"[;,/]", text) if part.strip()]
    codes = {name: language_code(name) for name in names}
    known = tuple(dict.fromkeys(code for code in codes.values() if code))
    return known, [name for name, code in codes.items() if not code]


def _further(values: Values) -> list[Identifier]:
    return [Identifier(name, value) for name in _FURTHER for value in values.take(name)]
