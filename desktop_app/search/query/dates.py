"""Dates as they are typed: a year, a month, a day, and the first and last day that they mean."""

import re

from desktop_app.library.lookups import Day

_DATE = re.compile(r"(\d{4})(?:[/.-](\d{1,2}|[A-Za-z]{3})[a-z]*(?:[/.-](\d{1,2}))?)?")
_MONTHS = {
    name: number
    for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)
}
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
