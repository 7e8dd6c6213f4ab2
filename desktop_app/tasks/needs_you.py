"""Deciding on files that wait: which article a PDF is, by what the user says of it.

Every verb gives a `Decision`, which `undo` takes back.
"""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TypeVar

from rapidfuzz import fuzz

from desktop_app.errors import UserError
from desktop_app.importers.identifiers import doi, pmcid, pmid_number
from desktop_app.importers.person_names import person
from desktop_app.library.fulltext import tokens
from desktop_app.library.library import Library
from desktop_app.library.same_record import plain
from desktop_app.library.waiting import Decision, WaitingFile
from desktop_app.records import Article, Field, Guesses, PartialDate

__all__ = ["Candidate", "Decision", "Fields", "WaitingFile", "accept", "attach", "candidates"]
__all__ += ["dismiss", "fields_of", "undo", "waiting_files"]

_Value = TypeVar("_Value", int | None, str)
_WORDS = 12  # of a title that are looked for, the longest
_LOOKED_AT = 100  # articles with such words whose titles are compared
_ALIKE = 60.0  # of 100: below that a title is another one
_TITLE_WEIGHTS = (1.0, 0.0, 0.0, 0.0, 0.0)
_YEARS = range(1450, 2101)


@dataclass(frozen=True, slots=True)
class Fields:
    """What the user says a file is, as typed."""

    title: str = ""
    authors: str = ""  # divided by semicolons: "Okonjo A; Silva, Bea; Chen Li"
    year: str = ""
    doi: str = ""
    pmid: str = ""
    pmcid: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article of the library that a waiting file may be."""

    article_id: int
    title: str
    source: str  # authors, journal, year
    likeness: float  # of the titles, 0 to 100; 100 when an identifier is the same
    reason: str  # "same DOI", "title 93 % alike"


def waiting_files(library: Library) -> list[WaitingFile]:
    """The files that wait, in the order they came."""
    return library.waiting.files()


def fields_of(guesses: Guesses) -> Fields:
    """What was guessed, as a form to correct."""
    return Fields(
        guesses.title.value,
        guesses.author.value,
        guesses.year.value,
        guesses.doi.value,
        guesses.pmid.value,
        guesses.pmcid.value,
    )


def accept(library: Library, waiting_id: int, fields: Fields) -> Decision:
    """The file is the article that `fields` describe; one that is here gets it attached.

    Raises UserError naming the field that cannot be right.
    """
    file = library.waiting.file(waiting_id)
    return library.waiting.accept(waiting_id, article_of(fields, file.name))


def attach(library: Library, waiting_id: int, article_id: int) -> Decision:
    """The file is an article that is here. Raises UserError."""
    return library.waiting.attach(waiting_id, article_id)


def dismiss(library: Library, waiting_id: int) -> Decision:
    """The file is to be left alone, also when it is imported again. Raises UserError."""
    return library.waiting.dismiss(waiting_id)


def undo(library: Library, decision: Decision) -> None:
    """Take a decision back: the file waits again. Raises UserError."""
    library.waiting.undo(decision)


def candidates(library: Library, file: WaitingFile, limit: int = 4) -> list[Candidate]:
    """The articles that a waiting file may be, likeliest first: by identifier, then by title.

    Of a file without a title the words of its name are taken for one.
    """
    guessed = fields_of(file.guesses)
    same = library.waiting.identified(
        Article("", pmid_number(guessed.pmid), pmcid(guessed.pmcid), doi(guessed.doi))
    )
    title = guessed.title or PurePosixPath(file.name.replace("\\", "/")).stem
    words = sorted(dict.fromkeys(tokens(title)), key=len, reverse=True)[:_WORDS]
    scored = (
        library.words.matches([w for w in words if len(w) > 2], _TITLE_WEIGHTS) if words else []
    )
    best = sorted(scored, key=lambda pair: -pair[1])[:_LOOKED_AT]
    ids = list(dict.fromkeys([*same, *(article_id for article_id, _ in best)]))
    found = []
    for summary in library.summaries(ids).values():
        is_same = summary.id in same
        likeness = 100.0 if is_same else fuzz.ratio(plain(title), plain(summary.title))
        if likeness >= _ALIKE:
            parts = (summary.authors, summary.journal, str(summary.year or ""))
            source = " · ".join(part for part in parts if part)
            reason = "same identifier" if is_same else f"title {likeness:.0f} % alike"
            found.append(Candidate(summary.id, summary.title, source, likeness, reason))
    return sorted(found, key=lambda candidate: -candidate.likeness)[:limit]


def article_of(fields: Fields, name: str) -> Article:
    """The article that a user describes. Raises UserError naming what cannot be right."""
    title = " ".join(fields.title.split())
    numbers = (
        _checked("PMID", fields.pmid, pmid_number(fields.pmid), "1 to 10 digits"),
        _checked("PMCID", fields.pmcid, pmcid(fields.pmcid), "like PMC1234567"),
        _checked("DOI", fields.doi, doi(fields.doi), "like 10.1000/xyz123"),
    )
    if not title:
        raise UserError("An article needs a title.", "Type the one on the first page.")
    year = fields.year.strip()
    if year and not (year.isascii() and year.isdigit() and int(year) in _YEARS):
        raise UserError(f"“{year}” is not a year.", "Type four digits, or nothing.")
    return Article(
        title,
        pmid=numbers[0] or None,
        pmcid=numbers[1] or "",
        doi=numbers[2] or "",
        authors=tuple(filter(None, map(person, re.split(r"[;\n]", fields.authors)))),
        date=PartialDate(int(year)) if year else None,
        fields=(Field("file", name),),
    )


def _checked(name: str, typed: str, found: _Value, form: str) -> _Value:
    if typed.strip() and not found:
        raise UserError(f"“{typed.strip()}” is not a {name}.", f"A {name} is {form}.")
    return found
