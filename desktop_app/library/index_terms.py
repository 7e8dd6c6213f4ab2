"""The terms of texts exactly as the full-text index has them, because FTS5 itself is asked.

ASCII characters other than letters and digits always part tokens, so a text is cut there. What a
piece becomes (folded, stemmed, perhaps cut further) FTS5 says once, and it is remembered.
"""

import re
import sqlite3
from collections.abc import Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt

_TOKENIZER = """
    CREATE VIRTUAL TABLE f
    USING fts5(x, tokenize='porter unicode61 remove_diacritics 2') -- as article_fts is made
"""
_PIECE = re.compile("[0-9A-Za-z\u0080-\U0010ffff]+")

CodeArray = npt.NDArray[np.int64]


class IndexTerms:
    """Cuts texts into codes; `terms[code]` is the term. It remembers every piece it has seen."""

    def __init__(self) -> None:
        self.terms: list[str] = []
        self._codes: dict[str, int] = {}
        self._of_piece: dict[str, tuple[int, ...]] = {}
        self._tokenizer = sqlite3.connect(":memory:", check_same_thread=False)
        self._tokenizer.execute(_TOKENIZER)
        self._tokenizer.execute("CREATE VIRTUAL TABLE v USING fts5vocab(f, instance)")

    def close(self) -> None:
        """Give FTS5's memory back."""
        self._tokenizer.close()

    def __len__(self) -> int:
        return len(self.terms)

    def cut(self, texts: Sequence[str]) -> tuple[CodeArray, CodeArray]:
        """The codes of all tokens, one text after the other, and how many each text has."""
        pieces = [_PIECE.findall(text.lower() if text.isascii() else text) for text in texts]
        unknown = set(chain.from_iterable(pieces)) - self._of_piece.keys()
        if unknown:
            self._ask(sorted(unknown))
        known = self._of_piece.__getitem__
        codes = [list(chain.from_iterable(map(known, listed))) for listed in pieces]
        lengths = np.fromiter(map(len, codes), np.int64, len(codes))
        flat = np.fromiter(chain.from_iterable(codes), np.int64, int(lengths.sum()))
        return flat, lengths

    def terms_of(self, text: str) -> tuple[str, ...]:
        """The terms of one text, in order."""
        codes, _ = self.cut([text])
        return tuple(self.terms[code] for code in codes)

    def _ask(self, pieces: Sequence[str]) -> None:
        found: list[list[int]] = [[] for _ in pieces]
        for place, term in self._tokens(pieces):
            code = self._codes.setdefault(term, len(self.terms))
            if code == len(self.terms):
                self.terms.append(term)
            found[place].append(code)
        self._of_piece.update(zip(pieces, map(tuple, found), strict=True))

    def _tokens(self, pieces: Sequence[str]) -> list[tuple[int, str]]:
        """(number of the piece, term) of all tokens, in order."""
        ask = self._tokenizer
        ask.execute("BEGIN")
        ask.executemany("INSERT INTO f(rowid, x) VALUES (?, ?)", enumerate(pieces))
        rows = ask.execute("SELECT doc, offset, term FROM v").fetchall()
        ask.execute("ROLLBACK")
        return [(place, term) for place, _, term in sorted(rows)]
