"""The words of a large library, searchable without asking SQLite for every article.

FTS5 scores about a million postings a second; these arrays a hundred million, with the same bm25.
FTS5 stays the truth: for phrases, and for everything until the arrays hold the whole library.
"""

import shutil
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import RLock

import numpy as np

from desktop_app.library import fulltext
from desktop_app.library.library import Library
from desktop_app.progress import Report, silent
from desktop_app.search import cache, postings
from desktop_app.search.facet_arrays import BoolArray
from desktop_app.search.postings import SEGMENT_ROWS, Segment, SegmentBuilder
from desktop_app.search.request import FloatArray, IdArray

AT_ONCE = 1_000  # articles that a search may index while it waits: 0.1 s
_BATCH = 500  # articles read and cut between two looks at the cancel button
_SMALL = SEGMENT_ROWS // 2  # rows below which a segment is made one with others
_FORMAT = 1  # of the segments: grows when the tokens or the arrays change


@dataclass(frozen=True, slots=True)
class Part:
    """A segment, which of its rows still count, and where it is saved (None: nowhere yet)."""

    segment: Segment
    alive: BoolArray
    folder: Path | None

    def living(self) -> int:
        """How many rows count."""
        return int(np.count_nonzero(self.alive))


class WordIndex:
    """bm25 over one library, as FTS5 computes it. `whole` says whether it may answer."""

    def __init__(self, library: Library, weights: Sequence[int], segment_rows: int = 0) -> None:
        """`weights` of the columns; `segment_rows` to make the segments smaller, in tests."""
        self._library = library
        self._weights = tuple(weights)
        self._segment_rows = segment_rows or SEGMENT_ROWS
        self._folder = library.folder / "indexes" / "words"
        self._lock = RLock()
        self._parts: tuple[Part, ...] = ()
        self._wanted: IdArray = np.zeros(1, np.int64)  # by article id: revision of last change
        self._known: IdArray = np.zeros(1, np.int64)  # … and the revision that was indexed
        self._whole: bool | None = None  # None: not compared since the last change
        self._revision = 0

    @property
    def whole(self) -> bool:
        """Whether every article is indexed as it is now."""
        if self._whole is None:
            self._whole = np.array_equal(self._wanted, self._known)
        return self._whole

    @property
    def parts(self) -> tuple[Part, ...]:
        """The segments, consistent with each other."""
        return self._parts

    @property
    def articles(self) -> int:
        """How many articles are indexed."""
        return sum(part.living() for part in self._parts)

    def load(self) -> None:
        """Take the segments from the cache that fit this library, then see what changed."""
        folders = sorted(self._folder.iterdir()) if self._folder.is_dir() else []
        with self._lock:
            found = [(folder, self._read(folder)) for folder in folders if folder.is_dir()]
            self._parts = tuple(
                Part(segment, np.ones(len(segment.ids), np.bool_), folder)
                for folder, segment in found
                if segment is not None
            )
            self.sync()

    def sync(self) -> None:
        """See what the library got, changed or lost; index it when it is little."""
        with self._lock:
            with self._library.reading() as connection:
                revision = self._library.revision_in(connection)
                if revision == self._revision:
                    return
                changed = fulltext.changed_articles(connection, self._revision)
            pairs = np.array(changed, np.int64).reshape(-1, 2)
            self._wanted = _placed(self._wanted, pairs[:, 0], pairs[:, 1])
            self._known = _placed(self._known, pairs[:0, 0], pairs[:0, 1], len(self._wanted))
            self._revision, self._whole = revision, None
            self._bury()
            pending = self._pending()
            if 0 < len(pending) <= AT_ONCE and self._parts:
                self._index(pending, silent, None)

    def build(self, report: Report = silent) -> bool:
        """Index what is missing, a saved segment at a time; False when nothing was.

        `report` counts articles. On Cancelled the segments that were finished stay.
        """
        self.sync()
        small = [p for p in self._parts if p.living() < min(_SMALL, self._segment_rows // 2)]
        small = small if len(small) > 1 else []
        listed = [self._pending(), *(p.segment.ids[p.alive] for p in small)]
        ids = np.unique(np.concatenate(listed))
        for start in range(0, len(ids), self._segment_rows):
            chunk = ids[start : start + self._segment_rows]
            self._index(chunk, _part_of(report, start, len(ids)), self._new_folder())
        report(len(ids), len(ids))
        self._drop_dead()
        return bool(len(ids))

    def find(self, term: str) -> Iterator[tuple[Part, postings.RowArray, postings.ByteArray]]:
        """The postings of an indexed (stemmed) term, a part at a time."""
        for part in self._parts:
            rows, counts = part.segment.postings(term)
            if len(rows):
                yield part, rows, counts

    def count(self, term: str) -> int:
        """How many articles hold an indexed term."""
        return sum(int(np.count_nonzero(part.alive[rows])) for part, rows, _ in self.find(term))

    def holding(self, terms: Sequence[str]) -> IdArray:
        """The articles that hold all of some indexed terms, in no order."""
        found = [np.empty(0, np.int64)]
        for part in self._parts:
            rows = part.alive.copy()
            for term in terms:
                of_term = np.zeros(len(rows), np.bool_)
                of_term[part.segment.postings(term)[0]] = True
                rows &= of_term
            found.append(part.segment.ids[rows])
        return np.concatenate(found)

    def scores(self, terms: Sequence[str]) -> FloatArray:
        """The summed bm25 of indexed terms by article id, 0 where none of them stands."""
        parts, articles = self._parts, self.articles
        result = np.zeros(len(self._wanted), np.float32)
        tokens = sum(int(part.segment.lengths[part.alive].sum()) for part in parts)
        if not tokens:
            return result
        weights = {
            term: times * rarity(articles, self.count(term))
            for term, times in Counter(terms).items()  # FTS5 counts "method" and "methods" twice
        }
        for part in parts:
            norms = part.segment.lengths * (0.75 * articles / tokens) + 0.25
            scores = _scored(part.segment, weights, np.asarray(1.2 * norms, np.float32))
            result[part.segment.ids[part.alive]] = scores[part.alive]
        return result

    def _read(self, folder: Path) -> Segment | None:
        found = cache.verified(folder)
        if found is None or found[1] != self._facts():
            if not self._library.read_only:  # else whoever writes may be at it
                shutil.rmtree(folder, ignore_errors=True)
            return None
        return Segment.of({name: cache.load_array(path) for name, path in found[0].items()})

    def _bury(self) -> None:
        """Let only rows count that are as the library has the article now, each article once."""
        known = np.zeros_like(self._known)
        parts = []
        for part in self._parts:
            s = part.segment
            inside = s.ids < len(known)
            ids, revisions = s.ids[inside], s.revisions[inside]
            alive = np.zeros(len(s.ids), np.bool_)
            alive[inside] = (self._wanted[ids] == revisions) & (known[ids] == 0)
            alive &= part.alive
            known[s.ids[alive]] = s.revisions[alive]
            parts.append(Part(s, alive, part.folder))
        gone = self._known == self._wanted  # withdrawn articles have no row
        self._known = np.where(gone, self._known, known)
        self._parts = tuple(parts)

    def _pending(self) -> IdArray:
        return np.flatnonzero(self._wanted != self._known)

    def _index(self, ids: IdArray, report: Report, folder: Path | None) -> None:
        """Make a segment of articles, which then count there and nowhere else."""
        builder = SegmentBuilder(self._weights)
        seen = np.zeros(len(ids), np.int64)
        for start in range(0, len(ids), _BATCH):
            report(start, len(ids))
            batch = ids[start : start + _BATCH]
            with self._library.reading() as connection:
                listed = batch.tolist()
                builder.add(fulltext.indexed_texts(connection, listed))
                seen[start : start + len(batch)] = self._library.revision_in(connection)
        segment = builder.finish()
        if folder is not None and not self._library.read_only:
            cache.save(folder, segment.writers(), self._facts())
        else:
            folder = None
        with self._lock:
            self._take(Part(segment, np.ones(len(segment.ids), np.bool_), folder), ids, seen)

    def _take(self, part: Part, ids: IdArray, seen: IdArray) -> None:
        others = []
        for other in self._parts:
            alive = other.alive & ~np.isin(other.segment.ids, ids)
            others.append(Part(other.segment, alive, other.folder))
        self._parts = (*others, part)
        fresh = self._wanted[ids] <= seen  # what changed meanwhile is for the next time
        self._known[ids[fresh]] = self._wanted[ids[fresh]]
        self._whole = None
        s = part.segment
        stale = s.revisions != self._wanted[s.ids]
        if stale.any():
            self._parts = (*others, Part(s, ~stale, part.folder))

    def _drop_dead(self) -> None:
        with self._lock:
            dead = [part for part in self._parts if not part.living()]
            self._parts = tuple(part for part in self._parts if part.living())
        if not self._library.read_only:
            for part in dead:
                if part.folder is not None:
                    shutil.rmtree(part.folder, ignore_errors=True)

    def _new_folder(self) -> Path:
        return self._folder / uuid.uuid4().hex[:12]

    def _facts(self) -> dict[str, object]:
        return {
            "library": self._library.uuid(),
            "format": _FORMAT,
            "weights": list(self._weights),
        }


def _part_of(report: Report, start: int, whole: int) -> Report:
    """A report of a part of the work as one of the whole."""

    def told(done: int, total: int) -> None:
        report(start + done, whole)

    return told


def _scored(segment: Segment, weights: dict[str, float], norms: FloatArray) -> FloatArray:
    scores = np.zeros(len(segment.ids), np.float32)
    for term, weight in weights.items():
        found, counts = segment.postings(term)
        if len(found):
            rows = found.astype(np.intp)
            part = postings.saturated(counts, norms[rows])
            part *= np.float32(weight)
            scores[rows] += part
    return scores


def rarity(articles: int, holding: int) -> float:
    """bm25's inverse document frequency with FTS5's floor."""
    return float(max(np.log((articles - holding + 0.5) / (holding + 0.5)), 1e-6))


def _placed(array: IdArray, ids: IdArray, values: IdArray, size: int = 0) -> IdArray:
    """A copy of a dense array with values at ids, made longer where needed."""
    size = max(size, len(array), int(ids.max(initial=0)) + 1)
    result = np.zeros(size, np.int64)
    result[: len(array)] = array
    result[ids] = values
    return result
