"""The words of articles that a query matched, as they stand there.

FTS5 marks them itself, but opens every term's list for every article: of a pasted abstract that
takes 3 ms an article. Here the text of all articles is read at once and cut as the index cuts it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
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

    def of(self, terms: Sequence[str], ids: Sequence[int]) -> dict[int, list[str]]:
        """The words of each article that `terms` match, in lower case, in order of appearance."""
        if len(terms) <= _FEW:
            return self._library.matched_words(terms, ids)
        if len(self._cutter) > _REMEMBERED:
            self._cutter.close()
            self._cutter = IndexTerms()
        with self._library.reading() as connection:
            texts = fulltext.indexed_texts(connection, ids)
        said = [column for text in texts for column in text.columns]
        stems = self._stems({piece for part in (*terms, *said) for piece in _pieces(part)})
        wanted: dict[str, list[tuple[str, ...]]] = {}
        for term in terms:
            if phrase := tuple(stem for piece in _pieces(term) for stem in stems[piece]):
                wanted.setdefault(phrase[0], []).append(phrase)
        found = {}
        for text in texts:
            words = (_words(column.lower(), stems, wanted) for column in text.columns)
            found[text.id] = list(dict.fromkeys(chain.from_iterable(words)))
        return found

    def _stems(self, pieces: set[str]) -> dict[str, tuple[str, ...]]:
        """What the index makes of each piece of text: most often one term."""
        listed = sorted(pieces)
        codes, lengths = self._cutter.cut(listed)
        stems = iter([self._cutter.terms[code] for code in codes.tolist()])
        return {
            piece: tuple(islice(stems, count))
            for piece, count in zip(listed, lengths.tolist(), strict=True)
        }


def _pieces(text: str) -> list[str]:
    return _PIECE.findall(text.lower())


def _words(
    column: str, stems: Mapping[str, tuple[str, ...]], wanted: Mapping[str, list[tuple[str, ...]]]
) -> Iterator[str]:
    """The wanted phrases in a column, as written there."""
    places = [
        (stem, match.start(), match.end())
        for match in _PIECE.finditer(column)
        for stem in stems[match[0]]
    ]
    for at, (stem, start, _) in enumerate(places):
        for phrase in wanted.get(stem, ()):
            if phrase == tuple(place[0] for place in places[at : at + len(phrase)]):
                yield column[start : places[at + len(phrase) - 1][2]]
