"""People's names as bibliographic files write them: "Smith, John A.", "Smith JA", "John Smith"."""

import re

from desktop_app.importers.decoded_text import clean
from desktop_app.records import Author

_SUFFIX = re.compile(r"(?:jr|sr|[1-9](?:st|nd|rd|th)|i{2,3}|iv)\.?$", re.IGNORECASE)
_INITIALS = re.compile(r"(?:[^\W\d_]\.?[ -]?){1,5}$")  # "JA", "J.A.", "J-A"; capitals, see below
_PARTICLES = frozenset(
    "von van der den de del della di da dos du la le ter ten zu zur al el".split()
)
_WORD = re.compile(r"[^\W\d_]+")
_GROUP = re.compile(
    r"\b(?:group|consortium|collaborat\w+|committee|network|organi[sz]ation|association|society|"
    r"institut\w*|university|investigators|team|initiative|council|agency|task force)\b",
    re.IGNORECASE,
)
_PERSON_WORDS = 6  # a longer name without a comma is a group's


def person(text: str) -> Author | None:
    """One author from "Last, First", "Last, Suffix, First", "Last FM" or "First Last".

    Without a comma a name of one word, of more than six, or with a word as "Group" is a group's.
    """
    name = clean(text).strip(" ,;")
    if not _WORD.search(name):
        return None
    if "," in name:
        return _with_comma([part.strip() for part in name.split(",")])
    words = name.split()
    if len(words) == 1 or len(words) > _PERSON_WORDS or _GROUP.search(name):
        return Author(collective=name)
    if _are_initials(words[-1]):
        return Author(" ".join(words[:-1]), "", _letters(words[-1]))
    return _natural_order(words)


def initials_of(fore: str) -> str:
    """ "John A." -> "JA", "Jean-Paul" -> "JP", as PubMed writes them."""
    return "".join(word[0].upper() for word in _WORD.findall(fore) if not _is_particle(word))


def _with_comma(parts: list[str]) -> Author:
    last, rest = parts[0], [part for part in parts[1:] if part]
    suffix = ""
    if len(rest) > 1:
        found = next((part for part in rest if _SUFFIX.match(part)), "")
        if found:
            rest.remove(found)
            suffix = found
    fore = ", ".join(rest)
    if not last or not fore:
        return Author(collective=last or fore) if not suffix else Author(last, suffix=suffix)
    if _are_initials(fore):
        return Author(last, fore, _letters(fore), suffix)
    return Author(last, fore, initials_of(fore), suffix)


def _natural_order(words: list[str]) -> Author:
    """ "Ludwig van Beethoven Jr": particles belong to the family name."""
    suffix = words.pop() if len(words) > 2 and _SUFFIX.match(words[-1]) else ""
    start = len(words) - 1
    for position in range(1, len(words) - 1):
        if _is_particle(words[position]):
            start = position
            break
    fore = " ".join(words[:start])
    return Author(" ".join(words[start:]), fore, initials_of(fore), suffix)


def _are_initials(text: str) -> bool:
    return _INITIALS.match(text) is not None and text.upper() == text


def _letters(initials: str) -> str:
    return "".join(char for char in initials if char.isalpha())


def _is_particle(word: str) -> bool:
    return word in _PARTICLES
