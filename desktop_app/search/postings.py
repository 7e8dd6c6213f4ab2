"""Postings: for every term the articles that hold it and how often, as arrays.

A segment holds at most 65,536 articles, so that a row takes two bytes and the scores of a segment
fit the processor's cache. Terms lie in one sorted block of bytes, found by bisection: nothing has
to be read into memory when a segment is opened.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from desktop_app.library.fulltext import IndexedText
from desktop_app.library.index_terms import IndexTerms
from desktop_app.search import cache
from desktop_app.search.request import FloatArray, IdArray

SEGMENT_ROWS = 1 << 16
_MOST = 255  # occurrences counted; bm25 tells 255 from more by less than a hundredth
_ROW_BITS, _COUNT_BITS = 16, 8

RowArray = npt.NDArray[np.uint16]
ByteArray = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Segment:
    """Some articles' postings: those of term t are rows[starts[t]:starts[t + 1]], ascending."""

    ids: IdArray  # of the article in each row
    revisions: IdArray  # of the library, when each article was last changed
    lengths: IdArray  # tokens of each article, all columns
    terms: ByteArray  # UTF-8, sorted, one after the other
    term_starts: IdArray
    starts: IdArray
    rows: RowArray
    counts: ByteArray  # occurrences of the term in the row, weighted by column

    def postings(self, term: str) -> tuple[RowArray, ByteArray]:
        """The rows that hold a term, and how often."""
        code = self._find(term.encode("utf-8"))
        if code is None:
            return self.rows[:0], self.counts[:0]
        span = slice(int(self.starts[code]), int(self.starts[code + 1]))
        return self.rows[span], self.counts[span]

    def _find(self, term: bytes) -> int | None:
        # a memoryview gives a term ten times as fast as an array
        terms, starts = self.terms.data, self.term_starts.data
        low, high = 0, len(starts) - 1
        while low < high:
            middle = (low + high) // 2
            if terms[starts[middle] : starts[middle + 1]].tobytes() < term:
                low = middle + 1
            else:
                high = middle
        found = low < len(starts) - 1 and terms[starts[low] : starts[low + 1]] == term
        return low if found else None

    def writers(self) -> dict[str, cache.Writer]:
        """What `cache.save` needs to write the segment."""
        return {f.name: cache.array_writer(getattr(self, f.name)) for f in fields(self)}

    @classmethod
    def of(cls, arrays: Mapping[str, cache.Array]) -> "Segment":
        """The segment of arrays that `writers` wrote. KeyError when one is missing."""
        return cls(**{f.name: arrays[f.name] for f in fields(cls)})


class SegmentBuilder:
    """Makes one segment of articles that come in batches; memory stays that of the segment."""

    def __init__(self, weights: Sequence[int]) -> None:
        """`weights`: how much an occurrence counts in each column of the full-text index."""
        self._weights = np.array(weights, np.int64)
        self._cutter = IndexTerms()
        self._ids: list[int] = []
        self._revisions: list[int] = []
        self._lengths: list[IdArray] = []
        self._keys: list[IdArray] = []

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, articles: Sequence[IndexedText]) -> None:
        """Enter articles, at most `SEGMENT_ROWS` in all."""
        codes, lengths = self._cutter.cut([text for a in articles for text in a.columns])
        columns = len(self._weights)
        rows = np.repeat(np.arange(len(lengths)) // columns + len(self._ids), lengths)
        weights = np.repeat(np.tile(self._weights, len(articles)), lengths)
        self._keys.append(_summed(_packed(codes, rows, weights)))
        self._lengths.append(lengths.reshape(-1, columns).sum(axis=1))
        self._ids += [article.id for article in articles]
        self._revisions += [article.revision for article in articles]

    def finish(self) -> Segment:
        """The segment of all that was entered."""
        terms = [term.encode("utf-8") for term in self._cutter.terms]
        self._cutter.close()
        order = sorted(range(len(terms)), key=terms.__getitem__)
        rank = np.empty(len(terms), np.int64)
        rank[order] = np.arange(len(terms))
        keys = np.concatenate(self._keys) if self._keys else np.empty(0, np.int64)
        codes, rows, counts = _unpacked(keys)
        codes, rows, counts = _unpacked(np.sort(_packed(rank[codes], rows, counts)))
        sizes = [len(terms[code]) for code in order]
        return Segment(
            ids=np.array(self._ids, np.int64),
            revisions=np.array(self._revisions, np.int64),
            lengths=np.concatenate(self._lengths) if self._lengths else np.empty(0, np.int64),
            terms=np.frombuffer(b"".join(terms[code] for code in order), np.uint8),
            term_starts=np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)]),
            starts=np.searchsorted(codes, np.arange(len(terms) + 1)).astype(np.int64),
            rows=rows.astype(np.uint16),
            counts=counts.astype(np.uint8),
        )


def saturated(counts: ByteArray, norms: FloatArray) -> FloatArray:
    """bm25's part of a term in each row: count * (k1 + 1) / (count + norm), with k1 = 1.2."""
    often = counts.astype(np.float32)
    norms += often
    often *= np.float32(2.2)
    often /= norms
    return often


def _packed(codes: IdArray, rows: IdArray, counts: IdArray) -> IdArray:
    """One sortable number for each posting."""
    return (codes << (_ROW_BITS + _COUNT_BITS)) | (rows << _COUNT_BITS) | counts


def _unpacked(keys: IdArray) -> tuple[IdArray, IdArray, IdArray]:
    row_mask, count_mask = (1 << _ROW_BITS) - 1, (1 << _COUNT_BITS) - 1
    return keys >> (_ROW_BITS + _COUNT_BITS), (keys >> _COUNT_BITS) & row_mask, keys & count_mask


def _summed(keys: IdArray) -> IdArray:
    """Occurrences of the same term in the same row become one posting."""
    if not len(keys):
        return keys
    keys = np.sort(keys)
    places = keys >> _COUNT_BITS
    firsts = np.flatnonzero(np.concatenate([[True], places[1:] != places[:-1]]))
    counts = np.minimum(np.add.reduceat(keys & ((1 << _COUNT_BITS) - 1), firsts), _MOST)
    return (places[firsts] << _COUNT_BITS) | counts
