"""Nearest articles by meaning: exact scan, and a graph in libraries too large for it.

The vectors come from the library; the files in `indexes/<encoder id>/` are a verified copy of them.
Rows are kept in two parts: `_base`, memory-mapped from the cache, and `_tail`, what came since.
"""

import numpy as np
import numpy.typing as npt

from desktop_app.library import vectors
from desktop_app.library.library import Library
from desktop_app.progress import Report, silent
from desktop_app.search import cache, graph
from desktop_app.search.fusion import Scale
from desktop_app.search.request import FloatArray, IdArray

BoolArray = npt.NDArray[np.bool_]
RowArray = npt.NDArray[np.intp]

GRAPH_FROM = 200_000  # below, a scan takes less time than encoding the query
EXACT_ROWS = 50_000  # with so few allowed rows, or this share of all, a scan beats the graph
EXACT_SHARE = 0.05
_GATHER_SHARE = 0.25  # below this share of rows, gathering them beats a full scan
_EF = 160
_SAMPLE = 5_000  # articles that tell how the cosines to a query spread
_STALE_SHARE = 0.1  # rows outside the graph that make it worth building anew
_SAVE_AFTER = 2_000  # new rows that make the cache worth writing again


class VectorIndex:
    """The vectors of one encoder over one library, searchable while it grows."""

    def __init__(
        self, library: Library, encoder_id: str, dimension: int, graph_from: int = GRAPH_FROM
    ) -> None:
        self._library = library
        self._encoder_id = encoder_id
        self._dimension = dimension
        self._graph_from = graph_from
        self._folder = library.folder / "indexes" / encoder_id
        self._facts = {"library": library.uuid(), "encoder_id": encoder_id}
        self._graph: graph.Graph | None = None
        self._ids: IdArray = np.empty(0, np.int64)
        self._alive: BoolArray = np.empty(0, np.bool_)
        self._base: FloatArray = np.empty((0, dimension), np.float32)
        self._tail: FloatArray = self._base
        self._row_by_id: RowArray | None = None  # made when first asked for
        self._last_embedding = 0
        self._revision = -1
        self._unsaved = 0

    def __len__(self) -> int:
        return int(np.count_nonzero(self._alive))

    def load(self) -> None:
        """Take the rows from the cache if it fits this library, then bring them up to date."""
        found = cache.verified(self._folder / "vectors")
        if found is not None and self._facts.items() <= found[1].items():
            files, facts = found
            self._base = cache.load_array(files["vectors"])
            self._ids = np.array(cache.load_array(files["ids"]))
            self._alive = np.ones(len(self._ids), np.bool_)
            self._last_embedding = int(facts["last_embedding"])
            self._revision = int(facts["revision"])
        self.sync()
        if len(self) >= self._graph_from and graph.available():
            self._graph = graph.load(self._folder / "graph", self._facts)

    def sync(self) -> None:
        """Take in what the library got, changed or lost since the last time."""
        with self._library.reading() as connection:
            encoder = vectors.encoder_row(connection, self._encoder_id)
            if encoder is None:
                return
            self._append(list(vectors.read_vectors(connection, encoder, self._last_embedding)))
            revision = self._library.revision_in(connection)
            if revision == self._revision:
                return
            valid = vectors.embedded_ids(connection, encoder)
            self._alive &= np.isin(self._ids, valid)
            if len(self) != len(valid):  # some came back: their vectors are older than the last
                self._forget()
                self._append(list(vectors.read_vectors(connection, encoder)))
            self._revision = revision

    def save(self) -> None:
        """Write the cache when enough is new; harmless when nothing is."""
        if self._library.read_only or self._unsaved < min(_SAVE_AFTER, max(1, len(self) // 10)):
            return
        rows = np.flatnonzero(self._alive)
        matrix = np.concatenate([self._base, self._tail])
        self._base = matrix if len(rows) == len(matrix) else matrix[rows]
        self._tail = self._tail[:0]
        self._ids = self._ids[rows]
        self._alive = np.ones(len(rows), np.bool_)
        self._row_by_id = None
        cache.save(
            self._folder / "vectors",
            {"vectors": cache.array_writer(self._base), "ids": cache.array_writer(self._ids)},
            {
                **self._facts,
                "last_embedding": self._last_embedding,
                "revision": self._revision,
            },
        )
        self._unsaved = 0

    def build_graph(self, report: Report = silent) -> bool:
        """Build and save the graph when the library is large enough and it is missing or stale."""
        outside = len(self) - (len(self._graph) if self._graph else 0)
        if len(self) < self._graph_from or outside < _STALE_SHARE * len(self):
            return False
        if not graph.available():
            return False
        rows = np.flatnonzero(self._alive)
        made = graph.build(self._ids[rows], self._vectors(rows), report)
        if not self._library.read_only:
            made.save(self._folder / "graph", self._facts)
        self._graph = made
        return True

    def nearest(
        self, query: FloatArray, k: int, allowed: BoolArray | None = None
    ) -> tuple[IdArray, FloatArray]:
        """The `k` articles most similar to `query` (dimension,), best first, with their cosines.

        `allowed` says by article id which may be found. Equal cosines are ordered by id.
        """
        usable = self._alive if allowed is None else self._alive & within(allowed, self._ids)
        count = int(np.count_nonzero(usable))
        if self._graph is not None and count > max(EXACT_ROWS, EXACT_SHARE * len(self._ids)):
            found = self._by_graph(query, k, usable, count)
            if found is not None:
                return found
        if count == len(self._ids):
            return top(self._ids, self._scan(query), k)
        rows = np.flatnonzero(usable)
        return top(self._ids[rows], self._dot(rows, query), k)

    def similarities(self, query: FloatArray, ids: IdArray) -> FloatArray:
        """The cosines of `query` to articles, NaN for those that are not embedded."""
        rows = self._rows_of(ids)
        found = rows >= 0
        result = np.full(len(ids), np.nan, np.float32)
        result[found] = self._dot(rows[found], query)
        return result

    def scale(self, query: FloatArray) -> Scale:
        """Mean and deviation of the cosines to `query` over (an even sample of) all articles."""
        rows = np.flatnonzero(self._alive)
        rows = rows[:: max(1, len(rows) // _SAMPLE)]
        cosines = self._vectors(rows) @ query
        return Scale.of(len(rows), float(cosines.sum()), float(np.dot(cosines, cosines)))

    def _by_graph(
        self, query: FloatArray, k: int, usable: BoolArray, count: int
    ) -> tuple[IdArray, FloatArray] | None:
        """Graph search widened by 1/selectivity, joined with an exact scan of newer rows.

        None when fewer than `k` allowed articles came back: then only a scan is right.
        """
        assert self._graph is not None
        widening = len(self._ids) / count
        wide = int(k * widening * 1.2) + 10
        ids, _ = self._graph.nearest(query, wide, int(_EF * widening))
        newer = np.flatnonzero(usable & ~np.isin(self._ids, self._graph.ids, kind="sort"))
        rows = self._rows_of(ids)
        rows = rows[rows >= 0]
        rows = np.concatenate([rows[usable[rows]], newer])
        if len(rows) < k:
            return None
        return top(self._ids[rows], self._dot(rows, query), k)

    def _scan(self, query: FloatArray) -> FloatArray:
        return np.concatenate([self._base @ query, self._tail @ query])

    def _dot(self, rows: RowArray, query: FloatArray) -> FloatArray:
        if len(rows) > _GATHER_SHARE * len(self._ids):
            return self._scan(query)[rows]
        return np.asarray(self._vectors(rows) @ query, np.float32)

    def _vectors(self, rows: RowArray) -> FloatArray:
        split = len(self._base)
        result = np.empty((len(rows), self._dimension), np.float32)
        in_base = rows < split
        result[in_base] = self._base[rows[in_base]]
        result[~in_base] = self._tail[rows[~in_base] - split]
        return result

    def _rows_of(self, ids: IdArray) -> RowArray:
        """The live row of each article, -1 for none."""
        by_id = self._row_by_id
        if by_id is None:
            live = np.flatnonzero(self._alive)
            by_id = np.full(int(self._ids.max(initial=0)) + 1, -1, np.intp)
            by_id[self._ids[live]] = live
            self._row_by_id = by_id
        inside = ids < len(by_id)
        rows = np.full(len(ids), -1, np.intp)
        rows[inside] = by_id[ids[inside]]
        return rows

    def _append(self, blocks: list[vectors.VectorBlock]) -> None:
        self._row_by_id = None
        if not blocks:
            return
        ids = np.concatenate([block.article_ids for block in blocks])
        replaced = np.isin(self._ids, ids)
        self._alive = np.concatenate([self._alive & ~replaced, np.ones(len(ids), np.bool_)])
        self._ids = np.concatenate([self._ids, ids])
        self._tail = np.concatenate([self._tail, *(block.vectors for block in blocks)])
        self._last_embedding = int(blocks[-1].embedding_ids[-1])
        self._unsaved += len(ids)

    def _forget(self) -> None:
        self._ids, self._alive = self._ids[:0], self._alive[:0]
        self._base = self._tail = np.empty((0, self._dimension), np.float32)
        self._row_by_id = None
        self._last_embedding = 0


def within(allowed: BoolArray, ids: IdArray) -> BoolArray:
    """Which of `ids` are allowed; ids past the end of `allowed` are not."""
    inside = ids < len(allowed)
    result = np.zeros(len(ids), np.bool_)
    result[inside] = allowed[ids[inside]]
    return result


def top(ids: IdArray, scores: FloatArray, k: int) -> tuple[IdArray, FloatArray]:
    """The `k` best by score, ties by id: the same input gives the same list, always."""
    if k < len(ids):
        threshold = np.partition(scores, len(scores) - k)[len(scores) - k]
        chosen = np.flatnonzero(scores >= threshold)
        ids, scores = ids[chosen], scores[chosen]
    order = np.lexsort((ids, -scores))[:k]
    return ids[order], scores[order]
