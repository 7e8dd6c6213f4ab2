"""What is being typed at the cursor, what to suggest for it, and what a suggestion puts there."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from desktop_app.search.query.parse import is_boolean
from desktop_app.search.suggestions import Suggestion, SuggestionKind

MOST = 9  # suggestions shown
_SHORTEST = 2  # characters
_LONGEST = 80
_PLAIN_WORDS = 3  # the most words at the end of a question that are looked up as one name
_BOUNDARY = re.compile(r"\b(?:AND|OR|NOT)\b|[()\[\]\"\n;,]")
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Offer:
    """Suggestions for the characters `start` to `stop` of a text."""

    start: int
    stop: int
    suggestions: tuple[Suggestion, ...]
    boolean: bool  # the text is a query


def offer(
    suggest: Callable[[str, int], Sequence[Suggestion]], text: str, cursor: int
) -> Offer | None:
    """What to suggest when `text` was typed and the cursor stands at `cursor`; None: nothing."""
    if _in_tag(text[:cursor]):
        return None
    for start in _starts(text[:cursor]):
        typed = text[start:cursor]
        found = [s for s in suggest(typed, MOST) if s.text.casefold() != text.strip().casefold()]
        if start:
            found = [s for s in found if s.kind is not SuggestionKind.SEARCH]
        if found:
            return Offer(start, cursor, _ordered(found), is_boolean(text))
    return None


def insertion(suggestion: Suggestion, boolean: bool) -> str:
    """What a suggestion puts into the box: a tagged term in a query, a plain heading in words."""
    name = suggestion.text
    if suggestion.kind is SuggestionKind.HEADING:
        return f'"{name}"[mh]' if boolean else name
    if suggestion.kind is SuggestionKind.AUTHOR:
        return f"{name}[au]"
    if suggestion.kind is SuggestionKind.JOURNAL:
        return f'"{name}"[ta]'
    return name


def _in_tag(before: str) -> bool:
    """Whether the cursor stands in a tag such as [mh], which is not shut on this line."""
    line = before[before.rfind("\n") + 1 :]
    return line.rfind("[") > line.rfind("]")


def _starts(before: str) -> list[int]:
    """Where a name that ends at the cursor may begin, the longest first."""
    if not before or before[-1].isspace():
        return []
    floor = max((found.end() for found in _BOUNDARY.finditer(before)), default=0)
    words = [found.start() for found in _WORD.finditer(before, floor)]
    starts = dict.fromkeys([*words[:1], *words[-_PLAIN_WORDS:]])
    return [s for s in starts if _SHORTEST <= len(before) - s <= _LONGEST]


def _ordered(found: Sequence[Suggestion]) -> tuple[Suggestion, ...]:
    """Headings that the library has before those it has not; kinds stay together."""
    kinds = list(dict.fromkeys(suggestion.kind for suggestion in found))
    return tuple(sorted(found, key=lambda s: (kinds.index(s.kind), -s.count)))
