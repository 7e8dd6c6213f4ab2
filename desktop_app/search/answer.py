"""One search from the request to the result: read it, rank what may be found, count its facets."""

from collections.abc import Sequence
from dataclasses import replace
from time import perf_counter

import numpy as np

from desktop_app.library.library import Library
from desktop_app.mesh.vocabulary import Vocabulary
from desktop_app.search import keywords, similar
from desktop_app.search.encoder_switch import EncoderSwitch, QueryEncoder
from desktop_app.search.exact_search import (
    Earlier,
    ExactSearch,
    ExactSet,
    earlier_searches,
    reads_as_boolean,
    with_rest,
)
from desktop_app.search.facet_index import FacetIndex
from desktop_app.search.mesh_signal import MeshSignal, only_concepts
from desktop_app.search.query.bare_number import number_query
from desktop_app.search.query.parse import unknown_fields
from desktop_app.search.ranking import Query, Ranker, Ranking
from desktop_app.search.request import (
    Concept,
    Facets,
    Filters,
    FloatArray,
    IdArray,
    Interpretation,
    Mode,
    Reading,
    SearchRequest,
    SearchResult,
)
from desktop_app.search.similar import SimilarRanker
from desktop_app.search.vector_index import BoolArray, both
from desktop_app.search.word_search import WordSearch

_SIMILAR = 100  # articles that `similar:PMID` means


class Stopwatch:
    """Milliseconds by stage."""

    def __init__(self) -> None:
        self._start = self._last = perf_counter()
        self.times: dict[str, float] = {}

    def lap(self, stage: str) -> None:
        now = perf_counter()
        self.times[stage] = round((now - self._last) * 1000, 2)
        self._last = now
        self.times["total"] = round((now - self._start) * 1000, 2)


class Answers:
    """Answers requests over one library, from indexes that the engine keeps up to date."""

    def __init__(
        self,
        library: Library,
        vocabulary: Vocabulary,
        facets: FacetIndex,
        words: WordSearch,
        encoders: EncoderSwitch,
    ) -> None:
        self._library = library
        self._vocabulary = vocabulary
        self._facets = facets
        self._words = words
        self._encoders = encoders
        self._mesh = MeshSignal(vocabulary, facets)
        self._exact = ExactSearch(library, vocabulary, facets, self._near)

    def answer(
        self, request: SearchRequest, watch: Stopwatch, earlier: Earlier | None = None
    ) -> SearchResult:
        """The whole ranked result set of a request, with facets.

        `earlier` gives the articles of `#3` in a query; None: from the history.
        """
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
            ranker = Ranker(self._words, len(self._facets), self._encoders.vectors, query)
        base = both(self._base(request.within), exact.mask if exact else None)
        found = self._ranked(ranker, request.filters, base, whole=exact is not None)
        of_all_years = found
        if request.filters.years is not None:
            filters = replace(request.filters, years=None)
            of_all_years = self._ranked(ranker, filters, base, whole=exact is not None)
        watch.lap("rank")
        facets = self._facets.count(found.ids, of_all_years.ids)
        watch.lap("facets")
        result = self._result(request, interpretation, query, found, facets)
        return replace(result, milliseconds=watch.times, links=links, exact=exact is not None)

    def _result(
        self,
        request: SearchRequest,
        interpretation: Interpretation,
        query: Query,
        found: Ranking,
        facets: Facets,
    ) -> SearchResult:
        encoder, vectors = self._encoders.encoder, self._encoders.vectors
        return SearchResult(
            request=request,
            interpretation=interpretation,
            ids=found.ids,
            scores=found.scores,
            similarities=found.similarities,
            facets=facets,
            articles=len(self._facets),
            embedded=len(vectors) if vectors is not None else 0,
            encoder_id=encoder.id if encoder and query.vector is not None else "",
            floor=query.similarity_floor if query.vector is not None else None,
            above_floor=int(np.count_nonzero(found.similarities >= query.similarity_floor)),
        )

    def _exact_set(self, request: SearchRequest, earlier: Earlier | None) -> ExactSet | None:
        """The set that a query means; None when the request is a question."""
        if request.similar_to is not None:
            return None
        if earlier is None:
            earlier = earlier_searches(self._library, self._ids_of)
        number = number_query(request.text) if request.reading is Reading.AUTO else None
        if number is not None:
            found = self._exact.find(replace(request, text=number), earlier)
            if found.mask.any():
                return found
        return self._exact.find(request, earlier) if reads_as_boolean(request) else None

    def _ids_of(self, request: SearchRequest, earlier: Earlier) -> IdArray:
        return self.answer(request, Stopwatch(), earlier).ids

    def _near(self, pmid: int) -> IdArray | None:
        """The articles nearest in meaning to the one with a PMID; None when that is not known."""
        article_id = self._library.find_pmid(pmid)
        if article_id is None or self._encoders.encoder is None or self._encoders.vectors is None:
            return None
        text = self._texts([article_id]).get(article_id, "")
        vector = self._encoders.encoder.encode_documents([text])[0]
        return self._encoders.vectors.nearest(vector, _SIMILAR, None)[0]

    def _base(self, request: SearchRequest | None) -> BoolArray | None:
        """The hits of the search inside which is searched, by article id."""
        if request is None:
            return None
        ids = self.answer(request, Stopwatch()).ids
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
        return SimilarRanker(origin, self._encoders.vectors, floor), links

    def _texts(self, ids: Sequence[int]) -> dict[int, str]:
        return {article.id: article.text for article in self._library.vectors.texts(ids)}

    def _interpret(self, request: SearchRequest) -> Interpretation:
        text = self._exact.text_to_rank(request, None).strip()
        if request.similar_to is not None:
            article = self._library.article(request.similar_to)
            return Interpretation(concepts=similar.concepts_of(article))
        if not text:
            return Interpretation()
        typed = keywords.words_of(text)
        words = self._words.thin(typed, len(self._facets))
        chips = self._exact.chips_of_question(request)
        off = {chip.ui for chip in chips if chip.ui and not chip.on}
        concepts = tuple(c for c in self._concepts(text) if c.ui not in off)
        notes = []
        if self._encoders.encoder is None and request.mode is not Mode.KEYWORD:
            headed = concepts and request.mode is Mode.HYBRID and request.mesh_weight > 0
            by = "words and headings" if headed else "words"
            notes.append(f"No encoder is loaded: searching by {by} only.")
        if not typed.terms and request.mode is Mode.KEYWORD:
            notes.append("There is no word or number in this to look for.")
        return Interpretation(
            words.terms,
            words.ignored,
            concepts,
            tuple(notes),
            chips,
            unknown_fields(text),
            words.nowhere,
        )

    def _concepts(self, text: str) -> tuple[Concept, ...]:
        concepts = []
        for start, stop, index in self._vocabulary.match(text):
            descriptor = self._vocabulary.descriptor(index)
            concepts.append(Concept(text[start:stop], descriptor.ui, descriptor.name))
        return tuple(concepts)

    def _query(
        self, request: SearchRequest, interpretation: Interpretation, everything: bool
    ) -> Query:
        # what is like an article is found by meaning and headings, whatever words are ranked by
        by_words = request.mode is Mode.KEYWORD and request.similar_to is None
        encoder = None if by_words else self._encoders.encoder
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
