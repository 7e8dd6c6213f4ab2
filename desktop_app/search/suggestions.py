"""What to offer while someone types in the search box: headings, authors, journals, past searches.

Names lie sorted, so that a beginning is a span found by bisection; of the span the names with the
most articles are offered. Names that came since the last sorting are looked through one by one.
"""

import json
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from desktop_app.library.library import Library
from desktop_app.mesh.pauses import in_order
from desktop_app.mesh.vocabulary import Vocabulary
from desktop_app.search.facet_index import FacetIndex
from desktop_app.search.request import CountArray

_LAST = "\U0010ffff"  # sorts after every letter
_UNSORTED = 5_000  # names; more are sorted in, which takes 0.2 s for 200,000
_PAST = 100  # searches looked through
_PAST_SHOWN = 2


class SuggestionKind(StrEnum):
    """Where a suggestion comes from."""

    SEARCH = "search"  # one that was made before
    HEADING = "heading"
    AUTHOR = "author"
    JOURNAL = "journal"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One line of the completer; `count` is articles of the library (hits, of a past search)."""

    kind: SuggestionKind
    text: str
    count: int
    ui: str = ""  # of a heading


class _Names:
    """The names of one kind, by beginning."""

    def __init__(self) -> None:
        self._forms: list[str] = []
        self._codes = np.empty(0, np.int64)
        self._sorted = 0

    def find(self, typed: str, names: Sequence[str], counts: CountArray, limit: int) -> list[int]:
        """The codes of names that begin with `typed` and occur, the most frequent first."""
        if len(names) - self._sorted > _UNSORTED or not self._sorted:
            self._sort(names)
        low, high = bisect_left(self._forms, typed), bisect_left(self._forms, typed + _LAST)
        newer = [n for n in range(self._sorted, len(names)) if folded(names[n]).startswith(typed)]
        found = np.concatenate([self._codes[low:high], np.array(newer, np.int64)])
        found = found[counts[found] > 0]
        if len(found) > limit:
            most = np.argpartition(-counts[found], limit)[:limit]
            found = found[most]
        return [int(code) for code in found[np.lexsort((found, -counts[found]))]]

    def _sort(self, names: Sequence[str]) -> None:
        forms = [(folded(name), code) for code, name in enumerate(names)]
        forms = in_order(forms)
        self._forms = [form for form, _ in forms]
        self._codes = np.array([code for _, code in forms], np.int64)
        self._sorted = len(names)


class Suggestions:
    """Suggestions over one library."""

    def __init__(self, library: Library, vocabulary: Vocabulary, facets: FacetIndex) -> None:
        self._library = library
        self._vocabulary = vocabulary
        self._facets = facets
        self._names = {"authors": _Names(), "journals": _Names()}

    def find(self, typed: str, limit: int) -> list[Suggestion]:
        """At most `limit` suggestions: past searches first, then headings, authors, journals."""
        text = folded(typed.strip())
        if not text or limit <= 0:
            return []
        past = self._past(text)[:_PAST_SHOWN]
        names = [
            *self._named(SuggestionKind.AUTHOR, "authors", text, max(1, limit // 4)),
            *self._named(SuggestionKind.JOURNAL, "journals", text, max(1, limit // 4)),
        ]
        headings = self._headings(typed, max(1, limit - len(past) - len(names)))
        return [*past, *headings, *names][:limit]

    def _headings(self, typed: str, limit: int) -> list[Suggestion]:
        totals = self._facets.totals()
        found = []
        for index in self._vocabulary.search(typed, limit):
            places = self._vocabulary.nodes(index)
            count = int(totals[places].max(initial=0))
            name, ui = self._vocabulary.name(index), self._vocabulary.ui(index)
            found.append(Suggestion(SuggestionKind.HEADING, name, count, ui))
        return found

    def _named(self, kind: SuggestionKind, facet: str, text: str, limit: int) -> list[Suggestion]:
        names, counts = self._facets.names(facet)
        codes = self._names[facet].find(text, names, counts, limit)
        return [Suggestion(kind, names[code], int(counts[code])) for code in codes]

    def _past(self, text: str) -> list[Suggestion]:
        found: dict[str, Suggestion] = {}
        for search in self._library.searches.history(_PAST):
            typed = str(json.loads(search.request).get("text", ""))
            if folded(typed).startswith(text) and typed not in found:
                found[typed] = Suggestion(SuggestionKind.SEARCH, typed, search.hits)
        return list(found.values())


def folded(text: str) -> str:
    """Text without case and accents."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))
