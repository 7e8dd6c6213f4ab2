"""Values that RIS, ISI and Refer files write alike: numbers of journals and books, dates, names."""

import re
from collections.abc import Iterable

from desktop_app.importers import dates, identifiers
from desktop_app.importers.biblatex_article import Values, any_date
from desktop_app.records import Keyword, PartialDate

_ISBN = re.compile(
    r"(?<![\dXx-])(?:97[89][- ]?)?\d{1,5}[- ]?\d{1,7}[- ]?\d{1,7}[- ]?[\dXx](?![\dXx-])"
)
_ISSN = re.compile(r"(?<![\dXx-])(\d{4})-?(\d{3}[\dXx])(?![\dXx-])")
_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>|]+")
_NOTHING = frozenset({"nan", "undefined", "null", "none", "n/a"})  # what programs write for nothing
MOST_NAMES = 10_000  # on one line
_LONGEST_DATE = 100  # characters
_LONGEST_SERIAL = 1000
_MARKED = re.compile(r"(.+?)\s*\[(pmid|pmcid|pii|doi)\]$", re.IGNORECASE)


def date_in(text: str) -> PartialDate | None:
    """A printed date; None when there is none or the text is too long to be one."""
    return any_date(text) if len(text) <= _LONGEST_DATE else None


def add_serial_numbers(values: Values, texts: Iterable[str]) -> None:
    """ISBNs and ISSNs of "1895-5770 1895-5770", "978-3-86490-311-3", "18602002 (print)" …"""
    for text in texts:
        if len(text) > _LONGEST_SERIAL:
            values.add("serial-number", text)
            continue
        isbns = [found[0] for found in _ISBN.finditer(text) if len(_digits(found[0])) in (10, 13)]
        rest = text
        for isbn in isbns:
            values.add("isbn", isbn)
            rest = rest.replace(isbn, " ")
        issns = [f"{found[1]}-{found[2].upper()}" for found in _ISSN.finditer(rest)]
        for issn in issns:
            values.add("issn", issn)
        if not isbns and not issns:
            values.add("serial-number", text)


def add_doi(values: Values, text: str) -> bool:
    """Keep the DOI in `text` as the record's; False when there is none."""
    found = identifiers.doi(text)
    if not found:
        inside = _DOI.search(text)
        found = identifiers.doi(inside[0].rstrip(".,;)")) if inside else ""
    values.add("doi", found)
    return bool(found)


def add_marked(values: Values, text: str) -> bool:
    """PubMed's and PMC's "26957754[pmid]", "PMC4756000[pmcid]"; False when it is none of these."""
    found = _MARKED.match(text)
    if found is None:
        return False
    values.add(found[2].lower(), found[1])
    return True


def something(text: str) -> str:
    """`text`, or "" when it is a word with which programs say that there is nothing."""
    return "" if text.lower() in _NOTHING else text


def page_range(first: str, last: str) -> str:
    """ "193-194" of first and last page; either may be missing, the first may be a range itself."""
    first, last = something(first), something(last)
    if (first, last) == ("No", "Specified"):  # Ovid's "No Pagination Specified"
        return ""
    if not first or not last or last == first or "-" in first:
        return first or last
    return f"{first}-{last}"


def slashed_date(text: str) -> tuple[PartialDate | None, str]:
    """RIS dates: YYYY/MM/DD/other, each part but the year may be missing; and the "other".

    Anything else is read as a printed date.
    """
    year, *parts = (part.strip() for part in text.split("/", 3))
    number = dates.year_number(year)
    if not number:
        return date_in(text), ""
    month_text, day_text, other = (*parts, "", "", "")[:3]
    month, day = dates.month_number(month_text), dates.day_number(day_text)
    printed = month_text if month_text and not month_text.isdigit() else ""
    if printed and (month_text[:3].lower() == month_text.lower() and month):
        printed = ""  # a month's short name says no more than its number
    return PartialDate(number, month, day if month else 0, something(printed)), something(other)


def keywords(lines: Iterable[str]) -> tuple[Keyword, ...]:
    """Keywords, several on a line parted by ";"; a star marks the important ones."""
    found: dict[Keyword, None] = {}
    for line in lines:
        for part in line.split(";"):
            text = part.strip()
            if text.strip("*"):
                found[Keyword(text.removeprefix("*"), text.startswith("*"))] = None
    return tuple(found)


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isalnum())
