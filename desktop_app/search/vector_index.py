"""Nearest articles by meaning: an exact scan; in large libraries the HNSW graph when at least half
of the articles are allowed, the nearest clusters when fewer are or there is no graph yet.

The vectors come from the library; the files in `indexes/<encoder id>/` are a verified copy of them.
"""

import shutil
from dataclasses import dataclass
from threading import RLock

import numpy as np

from desktop_app.library import vectors
from desktop_app.library.library import Library
from desktop_app.progress import Report, silent
from desktop_app.search import cache, clusters, graph
from desktop_app.search.fusion import Scale
from desktop_app.search.graph_search import GraphSearch
from desktop_app.search.request import FloatArray, IdArray
from desktop_app.search.vector_rows import BoolArray, RowArray, Rows, both, within

__all__ = ["BoolArray", "VectorIndex", "both", "top", "within"]

CLUSTERS_FROM = 200_000  # below, a scan takes less time than encoding the query
SCANNED = 60_000  # allowed rows that a search looks at; with no more than these it is exact …
SCANNED_SHARE = 0.05  # … or than this share of all
GRAPH_SHARE = 0.5  # of the rows must be allowed: a graph is searched 1 / share wider
_SAMPLE = 5_000  # articles that tell how the cosines to a query spread
_STALE_SHARE = 0.05  # rows outside the clusters that make it worth arranging them anew
_SAVE_AFTER = 2_000  # new rows that make the cache worth writing again …
_SAVE_SHARE = 0.02  # … in a large library this share of it


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the articles that an encoder can embed have a vector by it."""

    encoder_id: str
    embedded: int
    articles: int

    @property
    def whole(self) -> bool:
        """Whether none is missing."""
        return self.embedded == self.articles


class VectorIndex:
    """The vectors of one encoder over one library, searchable while it grows."""

    def __init__(
        self,
        library: Library,
        encoder_id: str,
        dimension: int,
        clusters_from: int = CLUSTERS_FROM,
        scanned: int = SCANNED,
    ) -> None:
        self._library = library
        self.encoder_id = encoder_id
        self._dimension = dimension
        self._clusters_from = clusters_from
        self._scanned = scanned
        folder = library.folder / "indexes" / encoder_id
        self._folder = folder / "vectors"
        self._lock = RLock()
        self._writing = RLock()  # the files: one arrangement at a time
        self._rows = Rows.none(dimension)
        self._by_id: tuple[Rows, RowArray] | None = None  # made when first asked for
        self._sample: tuple[Rows, FloatArray] | None = None
        self._last_embedding = 0
        self._revision = -1
        self._unsaved = 0
        self._graph = GraphSearch(folder / "graph", self._facts(), library.read_only)

    def __len__(self) -> int:
        return int(np.count_nonzero(self._rows.alive))

    def load(self) -> None:
        """Take the rows from the cache if it fits this library, then bring them up to date."""
        found = cache.verified(self._folder)
        if found is not None and self._facts().items() <= found[1].items():
            files, facts = found
            rows = Rows.read({name: cache.load_array(path) for name, path in files.items()})
            if rows is not None and rows.base.shape == (len(rows.ids), self._dimension):
                self._rows = rows
                self._last_embedding = int(facts["last_embedding"])
                self._revision = int(facts["revision"])
        self.sync()

    def sync(self) -> None:
        """Take in what the library got, changed or lost since the last time."""
        with self._lock, self._library.reading() as connection:
            encoder = vectors.encoder_row(connection, self.encoder_id)
            if encoder is None:
                return
            revision = self._library.revision_in(connection)
            if revision != self._revision and len(self._rows.ids):
                changed = vectors.changed_articles(connection, self._revision)
                again = vectors.vectors_of_changed(
                    connection, encoder, self._revision, self._last_embedding
                )
                self._append(list(again), changed)
            blocks = list(vectors.read_vectors(connection, encoder, self._last_embedding))
            if blocks:
                self._last_embedding = int(blocks[-1].embedding_ids[-1])
                self._append(blocks, np.concatenate([b.article_ids for b in blocks]))
            self._revision = revision

    def save(self) -> None:
        """Write the cache when enough is new; harmless when nothing is."""
        size = len(self)
        enough = max(1, min(max(_SAVE_AFTER, int(size * _SAVE_SHARE)), size // 10))
        if not self._library.read_only and self._unsaved >= enough:
            with self._writing:
                self._arrange(self._rows.centres, silent)

    def arrange(self, report: Report = silent) -> bool:
        """Sort a large library into clusters, then load, build or complete its graph.

        False when there was nothing to do. Searches go on meanwhile. On Cancelled the finished
        stages stay, and the next call goes on.
        """
        if len(self) < self._clusters_from:
            return False
        with self._writing:
            sorted_anew = self._cluster(report)
        if not graph.available():
            return sorted_anew
        return self._graph.update(self._rows, report) or sorted_anew

    def _cluster(self, report: Report) -> bool:
        rows, size = self._rows, len(self)
        if rows.clustered and len(rows.tail) < _STALE_SHARE * size:
            return False
        centres = rows.centres
        if 2 * len(centres) <= clusters.count_for(size):  # the library became four times as large
            centres = clusters.train(rows.take, np.flatnonzero(rows.alive), report)
        self._arrange(centres, report)
        return True

    def nearest(
        self, query: FloatArray, k: int, allowed: BoolArray | None = None
    ) -> tuple[IdArray, FloatArray]:
        """The `k` articles most similar to `query` (dimension,), best first, with their cosines.

        `allowed` says by article id which may be found. Equal cosines are ordered by id.
        Raises ValueError for a query of another shape or with values that are not finite.
        """
        rows = self._rows
        query = self._checked(query)
        usable = rows.alive if allowed is None else rows.alive & within(allowed, rows.ids)
        count = int(np.count_nonzero(usable))
        enough = max(self._scanned, k)
        if rows.clustered and k > 0 and count > max(enough, SCANNED_SHARE * len(rows.ids)):
            chosen = None
            if count >= GRAPH_SHARE * len(rows.ids):
                chosen = self._graph.nearest(rows, query, k, usable)
            if chosen is None:
                chosen = rows.nearest_first(query, usable, enough)
            return top(rows.ids[chosen], rows.dot(chosen, query), k)
        if count == len(rows.ids):
            return top(rows.ids, rows.scan(query), k)
        chosen = np.flatnonzero(usable)
        return top(rows.ids[chosen], rows.dot(chosen, query), k)

    def similarities(self, query: FloatArray, ids: IdArray) -> FloatArray:
        """The cosines of `query` to articles, NaN for those that are not embedded."""
        rows = self._rows
        places = self._places(rows, ids)
        found = places >= 0
        result = np.full(len(ids), np.nan, np.float32)
        result[found] = rows.take(places[found]) @ query
        return result

    def vectors_of(self, ids: IdArray) -> FloatArray:
        """The vectors of articles, (n, dimension), NaN for those that are not embedded."""
        rows = self._rows
        places = self._places(rows, ids)
        found = places >= 0
        result = np.full((len(ids), self._dimension), np.nan, np.float32)
        result[found] = rows.take(places[found])
        return result

    def scale(self, query: FloatArray) -> Scale:
        """Mean and deviation of the cosines to `query` over (an even sample of) all articles."""
        rows, known = self._rows, self._sample
        if known is None or known[0] is not rows:
            live = np.flatnonzero(rows.alive)
            known = (rows, rows.take(live[:: max(1, len(live) // _SAMPLE)]))
            self._sample = known
        cosines = known[1] @ query
        return Scale.of(len(cosines), float(cosines.sum()), float(np.dot(cosines, cosines)))

    def _checked(self, query: FloatArray) -> FloatArray:
        if query.shape != (self._dimension,) or not np.isfinite(query).all():
            raise ValueError(f"a query is {self._dimension} finite numbers")
        return np.ascontiguousarray(query, np.float32)

    def _arrange(self, centres: FloatArray, report: Report) -> None:
        """Put the living rows in the order of their clusters, in a file, and use that."""
        with self._lock:
            old, unsaved = self._rows, self._unsaved
            facts = {"last_embedding": self._last_embedding, "revision": self._revision}
        live = np.flatnonzero(old.alive)
        codes = old.codes(live, centres, report)
        order = live[np.argsort(codes, kind="stable")]
        starts = np.searchsorted(np.sort(codes), np.arange(len(centres) + 1)).astype(np.int64)
        arrays: dict[str, cache.Array] = {
            "ids": old.ids[order],
            "centres": centres,
            "starts": starts,
        }
        if self._library.read_only:
            base = old.take(order)
        else:
            writers = {name: cache.array_writer(array) for name, array in arrays.items()}
            shape = (len(order), self._dimension)
            writers["vectors"] = cache.blocks_writer(shape, lambda: old.blocks(order))
            files = cache.save(self._folder, writers, {**self._facts(), **facts})
            base = cache.load_array(files["vectors"])
        with self._lock:
            now = self._rows
            tail = slice(len(old.ids), None)  # rows were only added and died meanwhile
            self._rows = Rows(
                np.concatenate([arrays["ids"], now.ids[tail]]),
                np.concatenate([now.alive[order], now.alive[tail]]),
                base,
                now.tail[len(old.tail) :],
                centres,
                starts,
            )
            self._unsaved -= unsaved
        self._graph.refit(self._rows)

    def _places(self, rows: Rows, ids: IdArray) -> RowArray:
        """The live row of each article, -1 for none."""
        known = self._by_id
        if known is None or known[0] is not rows:
            live = np.flatnonzero(rows.alive)
            by_id = np.full(int(rows.ids.max(initial=0)) + 1, -1, np.intp)
            by_id[rows.ids[live]] = live
            known = self._by_id = (rows, by_id)
        inside = (ids >= 0) & (ids < len(known[1]))
        places = np.full(len(ids), -1, np.intp)
        places[inside] = known[1][ids[inside]]
        return places

    def _append(self, blocks: list[vectors.VectorBlock], dead: IdArray) -> None:
        ids = np.concatenate([np.empty(0, np.int64), *(b.article_ids for b in blocks)])
        matrix = np.empty((len(ids), self._dimension), np.float32)
        end = len(ids)
        while blocks:  # giving the blocks back one by one: never two copies of all
            block = blocks.pop()
            part = matrix[end - len(block.article_ids) : end]
            part[:] = np.nan_to_num(block.vectors, nan=0.0, posinf=0.0, neginf=0.0)
            end -= len(part)
        if len(ids) or len(dead):
            self._rows = self._rows.with_tail(ids, matrix, dead)
            self._unsaved += len(ids)

    def _facts(self) -> dict[str, object]:
        return {
            "library": self._library.uuid(),
            "encoder_id": self.encoder_id,
            "dimension": self._dimension,
        }


def remove_index(library: Library, encoder_id: str) -> None:
    """Delete the index files of an encoder."""
    folder = library.folder / "indexes" / encoder_id
    if folder.parent == library.folder / "indexes" and encoder_id:
        shutil.rmtree(folder, ignore_errors=True)


def top(ids: IdArray, scores: FloatArray, k: int) -> tuple[IdArray, FloatArray]:
    """The `k` best by score, ties by id: the same input gives the same list, always."""
    if k <= 0:
        return ids[:0], scores[:0]
    if k < len(ids):
        threshold = np.partition(scores, len(scores) - k)[len(scores) - k]
        chosen = np.flatnonzero(scores >= threshold)
        ids, scores = ids[chosen], scores[chosen]
    order = np.lexsort((ids, -scores))[:k]
    return ids[order], scores[order]
