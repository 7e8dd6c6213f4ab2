"""Dates as bibliographic files print them: months by name or number, ranges, seasons."""

import re
from functools import lru_cache

from desktop_app.records import PartialDate

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_YEAR = re.compile(r"(?<!\d)(1[0-9]{3}|2[0-9]{3})(?!\d)")
_WORD = re.compile(r"[A-Za-z]{3,}")


@lru_cache(maxsize=1024)  # a few hundred texts, asked for 30 times a record
def year_number(text: str | None) -> int:
    """A year of four digits from 1000 to 2999, or 0 when `text` is not one."""
    number = _number(text)
    return number if 1000 <= number <= 2999 else 0


@lru_cache(maxsize=1024)
def month_number(text: str | None) -> int:
    """1 to 12 for "Jan", "January", "1", "01" and the first of "Jan-Feb"; else 0."""
    number = _number(text)
    if number:
        return number if number <= 12 else 0
    return _MONTHS.get((text or "").strip()[:3].lower(), 0)


@lru_cache(maxsize=1024)
def day_number(text: str | None) -> int:
    """1 to 31, or 0 when `text` is not a day."""
    number = _number(text)
    return number if number <= 31 else 0


def printed_date(text: str) -> PartialDate | None:
    """The first year and the first month named in "1998 Dec-1999 Jan", "Spring 2000" …

    The whole text is kept in `PartialDate.text`; None when there is no year in it.
    """
    year = _YEAR.search(text)
    if year is None:
        return None
    months = (_MONTHS.get(word[:3].lower(), 0) for word in _WORD.findall(text))
    return PartialDate(int(year[0]), next(filter(None, months), 0), 0, text)


def _number(text: str | None) -> int:
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else 0
