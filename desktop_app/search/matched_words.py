"""The words of articles that a query matched, as they stand there.

FTS5 marks them itself, but opens every term's list for every article: of a pasted abstract that
takes 3 ms an article. Here the text of all articles is read at once and cut as the index cuts it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice

from desktop_app.library import fulltext
from desktop_app.library.index_terms import IndexTerms
from desktop_app.library.library import Library

_FEW = 6  # terms; FTS5 is as quick up to here, and marks phrases across punctuation too
_REMEMBERED = 50_000  # terms of all texts seen
_PIECE = re.compile("[0-9A-Za-z\u0080-\U0010ffff]+")


class MatchedWords:
    """Finds them in one library; remembers what becomes of a word in the index."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._cutter = IndexTerms()
        self._stems: dict[str, tuple[str, ...]] = {}  # of each piece of text seen

    def of(self, terms: Sequence[str], ids: Sequence[int]) -> dict[int, list[str]]:
        """The words of each article that `terms` match, in lower case, in order of appearance."""
        if len(terms) <= _FEW:
            return self._library.words.matched(terms, ids)
        if len(self._cutter) > _REMEMBERED:
            self._cutter.close()
            self._cutter, self._stems = IndexTerms(), {}
        with self._library.reading() as connection:
            texts = fulltext.indexed_texts(connection, ids)
        pieces = chain(terms, (column for text in texts for column in text.columns))
        self._learn({piece for part in pieces for piece in _pieces(part)})
        wanted: dict[str, list[tuple[str, ...]]] = {}
        for term in terms:
            if phrase := tuple(stem for piece in _pieces(term) for stem in self._stems[piece]):
                wanted.setdefault(phrase[0], []).append(phrase)
        found = {}
        for text in texts:
            words = (self._words(column.lower(), wanted) for column in text.columns)
            found[text.id] = list(dict.fromkeys(chain.from_iterable(words)))
        return found

    def _learn(self, pieces: set[str]) -> None:
        """See what the index makes of pieces of text: most often one term."""
        unknown = sorted(pieces - self._stems.keys())
        codes, lengths = self._cutter.cut(unknown)
        stems = iter([self._cutter.terms[code] for code in codes.tolist()])
        for piece, count in zip(unknown, lengths.tolist(), strict=True):
            self._stems[piece] = tuple(islice(stems, count))

    def _words(self, column: str, wanted: Mapping[str, list[tuple[str, ...]]]) -> Iterable[str]:
        """The wanted phrases in a column, as written there."""
        stems = self._stems
        hits = [p for p in _PIECE.findall(column) if not wanted.keys().isdisjoint(stems[p])]
        if all(len(stems[p]) == 1 and all(len(w) == 1 for w in wanted[stems[p][0]]) for p in hits):
            return hits
        return _phrases(column, stems, wanted)


def _pieces(text: str) -> list[str]:
    return _PIECE.findall(text.lower())


def _phrases(
    column: str, stems: Mapping[str, tuple[str, ...]], wanted: Mapping[str, list[tuple[str, ...]]]
) -> Iterator[str]:
    """The wanted phrases in a column, one of which has several terms."""
    places = [
        (stem, match.start(), match.end())
        for match in _PIECE.finditer(column)
        for stem in stems[match[0]]
    ]
    for at, (stem, start, _) in enumerate(places):
        for phrase in wanted.get(stem, ()):
            if phrase == tuple(place[0] for place in places[at : at + len(phrase)]):
                yield column[start : places[at + len(phrase) - 1][2]]
