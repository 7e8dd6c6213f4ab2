"""The search engine: one object that answers requests over one library.

It may be asked from several threads; it takes in what the library got since the last time by
itself, so a search during an import or while articles are being embedded sees what is there.
"""

from collections.abc import Sequence
from dataclasses import replace
from threading import RLock
from time import perf_counter
from typing import Protocol

import numpy as np

from desktop_app.errors import UserError
from desktop_app.library.library import Library
from desktop_app.mesh.vocabulary import Vocabulary
from desktop_app.progress import Report, silent
from desktop_app.search import keywords, second_stage, similar
from desktop_app.search.exact_search import (
    Earlier,
    ExactSearch,
    ExactSet,
    earlier_searches,
    reads_as_boolean,
    with_rest,
)
from desktop_app.search.explain import Explainer, Reasons
from desktop_app.search.facet_index import FacetIndex
from desktop_app.search.mesh_signal import MeshSignal, only_concepts
from desktop_app.search.ranking import Query, Ranker, Ranking
from desktop_app.search.request import (
    Concept,
    Filters,
    FloatArray,
    IdArray,
    Interpretation,
    Mode,
    ResultRow,
    SearchRequest,
    SearchResult,
)
from desktop_app.search.second_stage import PairScorer
from desktop_app.search.similar import SimilarRanker
from desktop_app.search.suggestions import Suggestion, Suggestions
from desktop_app.search.vector_index import BoolArray, Coverage, VectorIndex, both, remove_index
from desktop_app.search.word_search import WordSearch

_SIMILAR = 100  # articles that `similar:PMID` means


class QueryEncoder(Protocol):
    """What the engine needs of an encoder."""

    @property
    def id(self) -> str: ...
    @property
    def dimension(self) -> int: ...
    @property
    def similarity_floor(self) -> float | None: ...
    def encode_query(self, text: str) -> FloatArray: ...
    def encode_documents(self, texts: Sequence[str]) -> FloatArray: ...


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
        self._words = WordSearch(library)
        self._words.load()
        self._mesh = MeshSignal(vocabulary, self._facets)
        self._exact = ExactSearch(library, vocabulary, self._facets, self._near)
        self._explainer = Explainer(vocabulary)
        self._reranker: PairScorer | None = None
        self._encoder: QueryEncoder | None = None
        self._vectors: VectorIndex | None = None
        self._prepared: VectorIndex | None = None  # of the encoder that is to be used next
        self._suggestions = Suggestions(library, vocabulary, self._facets)

    def prepare_encoder(self, encoder: QueryEncoder) -> Coverage:
        """Open the vectors of another encoder beside those in use; how many articles have one.

        Searches go on with the encoder in use until `use_encoder` is called with the other one,
        best when `Coverage.whole`. Call it again, after indexing, to see how far it is.
        """
        prepared = self._prepared
        if prepared is None or prepared.encoder_id != encoder.id:
            prepared = VectorIndex(self._library, encoder.id, encoder.dimension)
            prepared.load()
            self._prepared = prepared
        prepared.sync()
        waiting = len(self._library.ids_to_embed(encoder.id))
        return Coverage(encoder.id, len(prepared), len(prepared) + waiting)

    def use_encoder(self, encoder: QueryEncoder) -> None:
        """Search by meaning from now on, with this encoder's vectors.

        The index of the former encoder stays on the disk: going back is another call of this.
        """
        vectors = self._prepared
        if vectors is None or vectors.encoder_id != encoder.id:
            vectors = VectorIndex(self._library, encoder.id, encoder.dimension)
            vectors.load()
        with self._lock:
            self._encoder, self._vectors, self._prepared = encoder, vectors, None

    def drop_encoder(self, encoder_id: str) -> None:
        """Forget the vectors and the index of an encoder that is not in use (else UserError)."""
        if self._encoder is not None and self._encoder.id == encoder_id:
            raise UserError("These vectors are in use.", "Change to another encoder first.")
        if self._prepared is not None and self._prepared.encoder_id == encoder_id:
            self._prepared = None
        self._library.drop_vectors(encoder_id)
        remove_index(self._library, encoder_id)

    def suggest(self, typed: str, limit: int = 10) -> list[Suggestion]:
        """What to offer while someone types: past searches, headings, authors, journals."""
        with self._lock:
            self._facets.sync()
            return self._suggestions.find(typed, limit)

    def use_reranker(self, reranker: PairScorer) -> None:
        """Read the best hits again with this model when `refine` is asked to."""
        self._reranker = reranker

    def save(self) -> None:
        """Write the index caches when enough is new."""
        with self._lock:
            self._facets.save()
            if self._vectors is not None:
                self._vectors.save()

    def build_indexes(self, report: Report = silent) -> bool:
        """Build what a large library needs to be quick; False when nothing was missing.

        Searches go on meanwhile. On Cancelled what was finished stays.
        """
        words = self._words.build(report)
        vectors = self._vectors
        return (vectors.arrange(report) if vectors is not None else False) or words

    def search(self, request: SearchRequest) -> SearchResult:
        """The whole ranked result set of a request, with facets."""
        with self._lock:
            watch = _Stopwatch()
            self._facets.sync()
            self._words.sync()
            if self._vectors is not None:
                self._vectors.sync()
            watch.lap("sync")
            return self._answer(request, watch)

    def similar(self, article_id: int) -> SearchResult:
        """Articles like one of the library; KeyError when there is none of that id.

        Any request can ask for that, with filters too: `SearchRequest(similar_to=article_id)`.
        """
        return self.search(SearchRequest(similar_to=article_id))

    def refine(self, result: SearchResult, report: Report = silent) -> SearchResult:
        """The same hits, the best of them read once more and in a better order.

        Slow, about a second: `report` is called with hits read and hits to read, and may raise
        `Cancelled`. Without a reranker or a query the result comes back with a note that says so.
        """
        if self._reranker is None or not result.request.text.strip():
            cause = "no query to read" if self._reranker else "no second-stage model is installed"
            note = f"Not read again: {cause}."
            notes = (*result.interpretation.notes, note)
            return replace(result, interpretation=replace(result.interpretation, notes=notes))
        return second_stage.refine(result, self._reranker, self._texts, report)

    def reasons(self, result: SearchResult, start: int, stop: int) -> dict[int, Reasons]:
        """Why hits `start` to `stop` are hits, by article id."""
        ids = [int(i) for i in result.ids[start:stop]]
        headings = self._library.headings(ids)
        words = self._library.matched_words(result.interpretation.words, ids)
        return {
            article_id: self._explainer.reasons(
                result.interpretation.concepts,
                headings.get(article_id, ()),
                words.get(article_id, ()),
                None if np.isnan(similarity) else float(similarity),
                result.links.get(article_id, ""),
            )
            for article_id, similarity in zip(ids, result.similarities[start:stop], strict=True)
        }

    def rows(self, result: SearchResult, start: int, stop: int) -> list[ResultRow]:
        """What a list shows of hits `start` to `stop`, also of those withdrawn since the search."""
        ids = [int(i) for i in result.ids[start:stop]]
        summaries = self._library.summaries(ids)
        reasons = self.reasons(result, start, stop)
        rows = []
        for place, article_id in enumerate(ids, start):
            summary = summaries.get(article_id)
            if summary is None:
                continue
            rows.append(
                ResultRow(
                    article_id=article_id,
                    title=summary.title,
                    authors=summary.authors,
                    journal=summary.journal,
                    year=summary.year,
                    pmid=summary.pmid,
                    score=float(result.scores[place]),
                    similarity=reasons[article_id].similarity,
                    why=str(reasons[article_id]),
                    retracted=summary.retracted,
                )
            )
        return rows

    def matched_words(self, result: SearchResult, article_id: int) -> list[str]:
        """The words of one hit that the query matched, for highlighting."""
        found = self._library.matched_words(result.interpretation.words, [article_id])
        return found.get(article_id, [])

    def _answer(
        self, request: SearchRequest, watch: _Stopwatch, earlier: Earlier | None = None
    ) -> SearchResult:
        exact = self._exact_set(request, earlier)
        interpretation = exact.interpretation if exact else self._interpret(request)
        watch.lap("interpret")
        asked = replace(request, text=self._exact.text_to_rank(request, exact))
        query = self._query(asked, interpretation, everything=exact is not None)
        watch.lap("encode")
        ranker: Ranker | SimilarRanker | None = None
        links: dict[int, str] = {}
        if request.similar_to is not None:
            ranker, links = self._similar_ranker(request.similar_to, query)
        elif asked.text.strip():
            ranker = Ranker(self._words, len(self._facets), self._vectors, query)
        base = both(self._base(request.within), exact.mask if exact else None)
        found = self._ranked(ranker, request.filters, base, whole=exact is not None)
        of_all_years = found
        if request.filters.years is not None:
            filters = replace(request.filters, years=None)
            of_all_years = self._ranked(ranker, filters, base, whole=exact is not None)
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
            floor=query.similarity_floor if query.vector is not None else None,
            above_floor=int(np.count_nonzero(found.similarities >= query.similarity_floor)),
            links=links,
            exact=exact is not None,
        )

    def _exact_set(self, request: SearchRequest, earlier: Earlier | None) -> ExactSet | None:
        """The set that a query means; None when the request is a question."""
        if request.similar_to is not None or not reads_as_boolean(request):
            return None
        if earlier is None:
            earlier = earlier_searches(self._library, self._ids_of)
        return self._exact.find(request, earlier)

    def _ids_of(self, request: SearchRequest, earlier: Earlier) -> IdArray:
        return self._answer(request, _Stopwatch(), earlier).ids

    def _near(self, pmid: int) -> IdArray | None:
        """The articles nearest in meaning to the one with a PMID; None when that is not known."""
        article_id = self._library.find_pmid(pmid)
        if article_id is None or self._encoder is None or self._vectors is None:
            return None
        text = self._texts([article_id]).get(article_id, "")
        vector = self._encoder.encode_documents([text])[0]
        return self._vectors.nearest(vector, _SIMILAR, None)[0]

    def _base(self, request: SearchRequest | None) -> BoolArray | None:
        """The hits of the search inside which is searched, by article id."""
        if request is None:
            return None
        ids = self._answer(request, _Stopwatch()).ids
        allowed = np.zeros(int(ids.max(initial=0)) + 1, np.bool_)
        allowed[ids] = True
        return allowed

    def _similar_ranker(
        self, article_id: int, query: Query
    ) -> tuple[SimilarRanker, dict[int, str]]:
        article = self._library.article(article_id)
        headings = self._mesh.scores([heading.ui for heading in article.headings])
        links = similar.citation_links(self._library, article)
        origin = similar.Origin(article_id, query.vector, headings, links)
        floor = 0.0 if query.everything else query.similarity_floor
        return SimilarRanker(origin, self._vectors, floor), links

    def _texts(self, ids: Sequence[int]) -> dict[int, str]:
        return {article.id: article.text for article in self._library.texts(ids)}

    def _interpret(self, request: SearchRequest) -> Interpretation:
        text = self._exact.text_to_rank(request, None).strip()
        if request.similar_to is not None:
            article = self._library.article(request.similar_to)
            return Interpretation(concepts=similar.concepts_of(article))
        if not text:
            return Interpretation()
        typed = keywords.words_of(text)
        words = self._words.thin(typed, len(self._facets))
        notes = []
        if self._encoder is None and request.mode is not Mode.KEYWORD:
            notes.append("No encoder is loaded: searching by words only.")
        chips = self._exact.chips_of_question(request)
        off = {chip.ui for chip in chips if chip.ui and not chip.on}
        concepts = tuple(c for c in self._concepts(text) if c.ui not in off)
        return Interpretation(words.terms, words.ignored, concepts, tuple(notes), chips)

    def _concepts(self, text: str) -> tuple[Concept, ...]:
        concepts = []
        for start, stop, index in self._vocabulary.match(text):
            descriptor = self._vocabulary.descriptor(index)
            concepts.append(Concept(text[start:stop], descriptor.ui, descriptor.name))
        return tuple(concepts)

    def _query(
        self, request: SearchRequest, interpretation: Interpretation, everything: bool
    ) -> Query:
        encoder = self._encoder if request.mode is not Mode.KEYWORD else None
        uis = [concept.ui for concept in interpretation.concepts]
        by_mesh = request.mode is Mode.HYBRID and request.mesh_weight > 0 and uis
        floor = request.floor
        if floor is None:
            floor = (encoder.similarity_floor if encoder else None) or 0.0
        return Query(
            mode=request.mode,
            terms=self._thinned(interpretation.words) if everything else interpretation.words,
            vector=self._vector(request, encoder),
            similarity_floor=floor,
            everything=request.everything or everything,
            mesh=self._mesh.scores(uis) if by_mesh and request.similar_to is None else None,
            mesh_weight=request.mesh_weight,
            mesh_brings=only_concepts(interpretation),
        )

    def _thinned(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """Those words of a strategy that tell articles apart."""
        return self._words.thin(keywords.Words(words, ()), len(self._facets)).terms

    def _vector(self, request: SearchRequest, encoder: QueryEncoder | None) -> FloatArray | None:
        """What meaning is looked for: the query's, or that of the article to find the like of."""
        text = request.text.strip()
        if encoder is None:
            return None
        if request.similar_to is not None:
            texts = self._texts([request.similar_to])
            vectors = encoder.encode_documents([texts.get(request.similar_to, "")])
            return np.asarray(vectors[0], np.float32)
        return encoder.encode_query(text) if text else None

    def _ranked(
        self,
        ranker: Ranker | SimilarRanker | None,
        filters: Filters,
        base: BoolArray | None,
        whole: bool = False,
    ) -> Ranking:
        """What the filters allow, by rank; without a query (no ranker) the newest first.

        `base` says by article id which hits of another search there are to choose from; with
        `whole` all of them are in the result, those without a rank last.
        """
        allowed = both(self._facets.allowed(filters), base)
        if ranker is not None and not whole:
            return ranker.rank(allowed)
        ids = self._facets.newest(allowed)
        if ranker is not None:
            return with_rest(ranker.rank(allowed), ids)
        return Ranking(ids, np.zeros(len(ids), np.float32), np.full(len(ids), np.nan, np.float32))
