"""Dates as they are typed: a year, a month, a day, and the first and last day that they mean."""

import re
from datetime import date, timedelta

from desktop_app.library.lookups import Day

_DATE = re.compile(r"(\d{4})(?:[/.-](\d{1,2}|[A-Za-z]{3})[a-z]*(?:[/.-](\d{1,2}))?)?")
_MONTHS = {
    name: number
    for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)
}
_RELATIVE = re.compile(r"last (\d{1,4}) (year|month|day)s?", re.IGNORECASE)
_LAST = 99  # no month and no day has a higher number


def day_of(text: str) -> Day | None:
    """ "2015", "2015/03", "2015 Mar" or "2015/03/12"; what is not given is 0. None when no date."""
    found = _DATE.fullmatch("/".join(text.split()))
    if found is None:
        return None
    year, month, day = found.groups()
    number = _MONTHS.get((month or "").lower()) or (int(month) if (month or "").isdigit() else 0)
    if month and not 1 <= number <= 12:
        return None
    return int(year), number, int(day or 0)


def span(low: Day, high: Day) -> tuple[Day, Day]:
    """The first and last day, for comparing with dates whose unknown month and day are 0.

    A date of which only the year is known counts as the first of January.
    """
    year, month, day = low
    first = (year, 0 if month <= 1 and day <= 1 else month, 0 if day <= 1 else day)
    year, month, day = high
    return first, (year, month or _LAST, day or _LAST)


def days_ago(text: str, today: date) -> str:
    """The first day of "last 5 years", "last 6 months" or "last 30 days"; "" for other texts."""
    found = _RELATIVE.fullmatch(" ".join(text.split()))
    if found is None:
        return ""
    number, unit = int(found[1]), found[2].lower()
    if unit == "day":
        day = today - timedelta(min(number, today.toordinal() - 1))
        return f"{day:%Y/%m/%d}"
    months = max(today.year * 12 + today.month - 1 - number * (12 if unit == "year" else 1), 12)
    return f"{months // 12:04d}/{months % 12 + 1:02d}/{today.day:02d}"
