"""Headings to offer while someone types: terms that hold words beginning with the typed ones."""

from bisect import bisect_left
from functools import reduce

import numpy as np
import numpy.typing as npt

from desktop_app.mesh.pauses import in_order, pieces
from desktop_app.mesh.terms import Terms
from desktop_app.mesh.tree import IntArray
from desktop_app.mesh.words import normal_form

_LAST = "\U0010ffff"  # sorts after every letter
_LONGEST = 4095  # the length of a term takes twelve bits of its rank


class Suggestions:
    """An inverted index: for every word, in alphabetical order, the terms that hold it."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        forms = terms.forms
        counts = np.array([form.count(" ") + 1 for form in forms], np.int32)
        words: list[str] = []
        known: set[str] = set()
        for some in pieces(forms):
            found = " ".join(some).split(" ")
            words += found
            known.update(found)
        self._words = in_order(list(known))
        codes = {word: code for code, word in enumerate(self._words)}
        coded = np.concatenate(
            [np.fromiter(map(codes.__getitem__, some), np.int32) for some in pieces(words)]
        )
        order = np.argsort(coded, kind="stable")
        self._bounds = np.searchsorted(coded[order], np.arange(len(self._words) + 1))
        firsts = np.repeat(np.cumsum(counts) - counts, counts)
        self._holders: IntArray = np.repeat(np.arange(len(forms), dtype=np.int32), counts)[order]
        self._leads = (np.arange(len(words)) == firsts)[order]
        self._lengths = np.fromiter(map(len, forms), np.int32, len(forms))
        lengths = np.minimum(self._lengths, _LONGEST)
        is_entry = np.arange(len(forms)) >= terms.names
        self._ranks = (is_entry.astype(np.uint16) << 12) | lengths.astype(np.uint16)

    def search(self, text: str, limit: int) -> list[int]:
        """At most `limit` descriptors, best first.

        The term typed in full comes first, then terms that begin with the first word, then names
        before entry terms, then the shorter.
        """
        form = normal_form(text)
        typed = form.split()
        if not typed or limit <= 0:
            return []
        matching = reduce(np.logical_and, [self._holding(word)[0] for word in typed])
        found = np.flatnonzero(matching)
        ranks = self._ranks[found] + np.where(self._holding(typed[0])[1][found], 0, 1 << 13)
        ranks = ranks.astype(np.uint16)
        for place in np.flatnonzero(self._lengths[found] == len(form)):
            if self._terms.forms[found[place]] == form:
                ranks[place] = 0
        return self._distinct(found[np.argsort(ranks, kind="stable")], limit)

    def _holding(self, start: str) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        """Per term: does a word begin with `start`; does its first word."""
        low, high = bisect_left(self._words, start), bisect_left(self._words, start + _LAST)
        posting = slice(self._bounds[low], self._bounds[high])
        holds = np.zeros(len(self._ranks), np.bool_)
        leads = np.zeros(len(self._ranks), np.bool_)
        holds[self._holders[posting]] = True
        leads[self._holders[posting][self._leads[posting]]] = True
        return holds, leads

    def _distinct(self, positions: npt.NDArray[np.intp], limit: int) -> list[int]:
        descriptors: dict[int, None] = {}
        for position in positions:
            descriptors.setdefault(int(self._terms.owners[position]))
            if len(descriptors) == limit:
                break
        return list(descriptors)
