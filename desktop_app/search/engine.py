"""The search engine: one object that answers requests over one library.

It may be asked from several threads; it takes in what the library got since the last time by
itself, so a search during an import or while articles are being embedded sees what is there.
"""

from dataclasses import replace
from threading import RLock
from time import perf_counter
from typing import Protocol

import numpy as np

from desktop_app.library.library import Library
from desktop_app.mesh.vocabulary import Vocabulary
from desktop_app.progress import Report, silent
from desktop_app.search import explain, keywords
from desktop_app.search.facet_index import FacetIndex
from desktop_app.search.ranking import Query, Ranker, Ranking
from desktop_app.search.request import (
    Concept,
    Filters,
    FloatArray,
    Interpretation,
    Mode,
    ResultRow,
    SearchRequest,
    SearchResult,
)
from desktop_app.search.vector_index import VectorIndex


class QueryEncoder(Protocol):
    """What the engine needs of an encoder."""

    @property
    def id(self) -> str: ...
    @property
    def dimension(self) -> int: ...
    @property
    def similarity_floor(self) -> float | None: ...
    def encode_query(self, text: str) -> FloatArray: ...


class _Stopwatch:
    """Milliseconds by stage."""

    def __init__(self) -> None:
        self._start = self._last = perf_counter()
        self.times: dict[str, float] = {}

    def lap(self, stage: str) -> None:
        now = perf_counter()
        self.times[stage] = round((now - self._last) * 1000, 2)
        self._last = now
        self.times["total"] = round((now - self._start) * 1000, 2)


class SearchEngine:
    """Searches a library by words from the start, by meaning once it has an encoder."""

    def __init__(self, library: Library, vocabulary: Vocabulary) -> None:
        self._library = library
        self._vocabulary = vocabulary
        self._lock = RLock()
        self._facets = FacetIndex(library, vocabulary)
        self._facets.load()
        self._frequencies = keywords.Frequencies(library)
        self._encoder: QueryEncoder | None = None
        self._vectors: VectorIndex | None = None

    def use_encoder(self, encoder: QueryEncoder) -> None:
        """Search by meaning from now on, with this encoder's vectors."""
        vectors = VectorIndex(self._library, encoder.id, encoder.dimension)
        vectors.load()
        with self._lock:
            self._encoder, self._vectors = encoder, vectors

    def save(self) -> None:
        """Write the index caches when enough is new."""
        with self._lock:
            self._facets.save()
            if self._vectors is not None:
                self._vectors.save()

    def build_graph(self, report: Report = silent) -> bool:
        """Build the graph of a large library; searches go on by exact scan meanwhile."""
        vectors = self._vectors
        return vectors.build_graph(report) if vectors is not None else False

    def search(self, request: SearchRequest) -> SearchResult:
        """The whole ranked result set of a request, with facets."""
        with self._lock:
            watch = _Stopwatch()
            self._facets.sync()
            if self._vectors is not None:
                self._vectors.sync()
            watch.lap("sync")
            return self._answer(request, watch)

    def rows(self, result: SearchResult, start: int, stop: int) -> list[ResultRow]:
        """What a list shows of hits `start` to `stop`, also of those withdrawn since the search."""
        ids = [int(i) for i in result.ids[start:stop]]
        summaries = self._library.summaries(ids)
        headings = self._library.headings(ids)
        words = self._library.matched_words(result.interpretation.words, ids)
        rows = []
        for place, article_id in enumerate(ids, start):
            summary = summaries.get(article_id)
            if summary is None:
                continue
            similarity = float(result.similarities[place])
            known = None if np.isnan(similarity) else similarity
            rows.append(
                ResultRow(
                    article_id=article_id,
                    title=summary.title,
                    authors=summary.authors,
                    journal=summary.journal,
                    year=summary.year,
                    pmid=summary.pmid,
                    score=float(result.scores[place]),
                    similarity=known,
                    why=explain.why(
                        result.interpretation.concepts,
                        headings.get(article_id, ()),
                        words.get(article_id, ()),
                        known,
                    ),
                )
            )
        return rows

    def matched_words(self, result: SearchResult, article_id: int) -> list[str]:
        """The words of one hit that the query matched, for highlighting."""
        found = self._library.matched_words(result.interpretation.words, [article_id])
        return found.get(article_id, [])

    def _answer(self, request: SearchRequest, watch: _Stopwatch) -> SearchResult:
        interpretation = self._interpret(request)
        watch.lap("interpret")
        query = self._query(request, interpretation)
        watch.lap("encode")
        ranker = None
        if request.text.strip():
            ranker = Ranker(self._library, len(self._facets), self._vectors, query)
        found = self._ranked(ranker, request.filters)
        of_all_years = found
        if request.filters.years is not None:
            of_all_years = self._ranked(ranker, replace(request.filters, years=None))
        watch.lap("rank")
        facets = self._facets.count(found.ids, of_all_years.ids)
        watch.lap("facets")
        return SearchResult(
            request=request,
            interpretation=interpretation,
            ids=found.ids,
            scores=found.scores,
            similarities=found.similarities,
            facets=facets,
            articles=len(self._facets),
            embedded=len(self._vectors) if self._vectors is not None else 0,
            encoder_id=self._encoder.id if self._encoder and query.vector is not None else "",
            milliseconds=watch.times,
        )

    def _interpret(self, request: SearchRequest) -> Interpretation:
        text = request.text.strip()
        if not text:
            return Interpretation()
        typed = keywords.words_of(text)
        words = keywords.rarest(typed, self._frequencies.of(typed.terms), len(self._facets))
        notes = []
        if self._encoder is None and request.mode is not Mode.KEYWORD:
            notes.append("No encoder is loaded: searching by words only.")
        return Interpretation(words.terms, words.ignored, self._concepts(text), tuple(notes))

    def _concepts(self, text: str) -> tuple[Concept, ...]:
        concepts = []
        for start, stop, index in self._vocabulary.match(text):
            descriptor = self._vocabulary.descriptor(index)
            concepts.append(Concept(text[start:stop], descriptor.ui, descriptor.name))
        return tuple(concepts)

    def _query(self, request: SearchRequest, interpretation: Interpretation) -> Query:
        encoder = self._encoder if request.mode is not Mode.KEYWORD else None
        text = request.text.strip()
        return Query(
            mode=request.mode,
            terms=interpretation.words,
            vector=encoder.encode_query(text) if encoder and text else None,
            similarity_floor=(encoder.similarity_floor if encoder else None) or 0.0,
            everything=request.everything,
        )

    def _ranked(self, ranker: Ranker | None, filters: Filters) -> Ranking:
        """What the filters allow, by rank; without a query (no ranker) the newest first."""
        allowed = self._facets.allowed(filters)
        if ranker is not None:
            return ranker.rank(allowed)
        ids = self._facets.newest(allowed)
        return Ranking(ids, np.zeros(len(ids), np.float32), np.full(len(ids), np.nan, np.float32))
