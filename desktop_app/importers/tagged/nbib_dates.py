"""The dates of NBIB records: of publication, and the milestones of article and record."""

import re

from desktop_app.importers import dates
from desktop_app.importers.tagged.nbib_fields import DATES
from desktop_app.importers.tagged.tag_values import TagValues
from desktop_app.records import Milestone, PartialDate

_PRINTED = re.compile(r"(\d{4})(?:\s+([A-Za-z]{3}|\d{1,2}))?(?:\s+(\d{1,2}))?$")
_SEASON = re.compile(r"(\d{4}) (Spring|Summer|Autumn|Fall|Winter)$", re.IGNORECASE)
_STEP = re.compile(r"(\d{4})/?(\d{2})?/?(\d{2})?(?:\s+\d{1,2}:\d{2})?\s*(?:\[([^\[\]]+)\])?$")


def article_date(values: TagValues) -> PartialDate | None:
    """DP: "2006 Mar 1", "2011 Mar-Apr", "1998 Winter"; without it DEP. Else left for `rest`."""
    for tag in ("DP", "DEP"):
        text = values.one(tag)
        if not text:
            continue
        found = printed(text) if tag == "DP" else _step(text)
        if found is not None:
            return found
        values.put(tag, text)
    return None


def printed(text: str) -> PartialDate | None:
    """A date of publication; None when there is no year in it."""
    season = _SEASON.match(text)
    if season:
        return PartialDate(int(season[1]), text=season[2])
    plain = _PRINTED.match(text)
    year = dates.year_number(plain[1]) if plain else 0
    if plain is None or not year:
        return dates.printed_date(text)
    month = dates.month_number(plain[2])
    if plain[2] and not month:
        return dates.printed_date(text)
    return PartialDate(year, month, dates.day_number(plain[3]))


def milestones(values: TagValues) -> tuple[Milestone, ...]:
    """The dated steps; what is no date is left for `rest`."""
    found: dict[Milestone, None] = {}
    for tag, text in values.pairs(*DATES):
        date = _step(text)
        mark = _STEP.match(text)
        kind = DATES[tag] or ((mark[4] or "") if mark else "")
        if date is not None and kind:
            found[Milestone(kind, date)] = None
        else:
            values.put(tag, text)
    return tuple(found)


def _step(text: str) -> PartialDate | None:
    """ "20060220", "2006/01/13 09:00", "2005/06/17 [received]"; also as DP prints dates."""
    found = _STEP.match(text)
    year = dates.year_number(found[1]) if found else 0
    if found is None or not year:
        return printed(text)
    month, day = dates.month_number(found[2]), dates.day_number(found[3])
    if (found[2] and not month) or (found[3] and not day):
        return None  # a number of eight digits, such as a PMID
    return PartialDate(year, month, day)
