"""The dates of an RIS record: PY, Y1 and DA say the same in different detail."""

from dataclasses import dataclass

from desktop_app.importers.tagged.tag_values import TagValues
from desktop_app.importers.tagged.tagged_pieces import date_in, slashed_date
from desktop_app.records import Field, Milestone, PartialDate


@dataclass(frozen=True, slots=True)
class Dates:
    """The date of publication, the steps before it, and what the other dates say beside that."""

    published: PartialDate | None
    steps: tuple[Milestone, ...]
    others: tuple[Field, ...]


def dates_of(tags: TagValues) -> Dates:
    """Year of PY, else Y1, else DA; month and day from whichever has them for that year.

    A word in the fourth place is the name of a step: PMC's "2013/02/15/received".
    """
    found: list[tuple[str, PartialDate]] = []
    steps: list[Milestone] = []
    unread: list[str] = []
    for tag in ("PY", "Y1", "DA"):
        for text in tags.all(tag):
            date, other = slashed_date(text)
            if date is None:
                unread.append(text)
            elif other.isalpha():
                steps.append(Milestone(other, date))
            else:
                found.append((text, date))
    if not found:
        return Dates(None, tuple(steps), tuple(Field("date", text) for text in unread))
    best = _best([date for _, date in found])
    others = [text for text, date in found if not _implied(date, best)]
    for text in unread:  # "SEP", "SEP 12": a date but for its year
        whole = date_in(f"{best.year} {text}")
        if whole is not None and whole.month and not best.month:
            best = whole
        else:
            others.append(text)
    return Dates(best, tuple(steps), tuple(Field("date", text) for text in dict.fromkeys(others)))


def _best(found: list[PartialDate]) -> PartialDate:
    year = found[0].year
    same = [date for date in found if date.year == year]
    return max(same, key=lambda date: (bool(date.month), bool(date.day)))  # max takes the first


def _implied(date: PartialDate, best: PartialDate) -> bool:
    """True when `date` says nothing that `best` does not say."""
    return (
        date.year == best.year
        and date.month in (0, best.month)
        and date.day in (0, best.day)
        and date.text in ("", best.text)
    )
