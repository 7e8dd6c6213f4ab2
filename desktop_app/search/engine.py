"""The search engine: one object that answers requests over one library.

It may be asked from several threads; it takes in what the library got since the last time by
itself, so a search during an import or while articles are being embedded sees what is there.
"""

from collections.abc import Sequence
from dataclasses import replace
from threading import Lock, RLock

from desktop_app.library.library import Library
from desktop_app.mesh.vocabulary import Vocabulary
from desktop_app.progress import Report, silent
from desktop_app.search import second_stage
from desktop_app.search.answer import Answers, Stopwatch
from desktop_app.search.encoder_switch import EncoderSwitch, QueryEncoder
from desktop_app.search.explain import Reasons
from desktop_app.search.facet_index import FacetIndex
from desktop_app.search.request import ResultRow, SearchRequest, SearchResult
from desktop_app.search.result_rows import ResultRows
from desktop_app.search.second_stage import PairScorer
from desktop_app.search.suggestions import Suggestion, Suggestions
from desktop_app.search.vector_index import Coverage
from desktop_app.search.word_search import WordSearch

__all__ = ["QueryEncoder", "SearchEngine"]


class SearchEngine:
    """Searches a library by words from the start, by meaning once it has an encoder."""

    def __init__(self, library: Library, vocabulary: Vocabulary) -> None:
        self._library = library
        self._lock = RLock()
        self._saving = Lock()
        self._facets = FacetIndex(library, vocabulary)
        self._facets.load()
        self._words = WordSearch(library)
        self._words.load()
        self._encoders = EncoderSwitch(library)
        self._answers = Answers(library, vocabulary, self._facets, self._words, self._encoders)
        self._rows = ResultRows(library, vocabulary)
        self._suggestions = Suggestions(library, vocabulary, self._facets)
        self._reranker: PairScorer | None = None

    def prepare_encoder(self, encoder: QueryEncoder) -> Coverage:
        """Open the vectors of another encoder beside those in use; how many articles have one.

        Searches go on with the encoder in use until `use_encoder` is called with the other one,
        best when `Coverage.whole`. Call it again, after indexing, to see how far it is.
        """
        return self._encoders.prepare(encoder)

    def use_encoder(self, encoder: QueryEncoder) -> None:
        """Search by meaning from now on, with this encoder's vectors.

        The index of the former encoder stays on the disk: going back is another call of this.
        """
        vectors = self._encoders.vectors_for(encoder)
        with self._lock:
            self._encoders.change(encoder, vectors)

    def drop_encoder(self, encoder_id: str) -> None:
        """Forget the vectors and the index of an encoder that is not in use (else UserError)."""
        self._encoders.drop(encoder_id)

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
        with self._saving:  # a million articles take a while; searches go on meanwhile
            with self._lock:
                unsaved = self._facets.unsaved()
            if unsaved is not None:
                part = unsaved.write()
                with self._lock:
                    self._facets.saved(unsaved, part)
            vectors = self._encoders.vectors
            if vectors is not None:
                vectors.save()

    def build_indexes(self, report: Report = silent) -> bool:
        """Build what a large library needs to be quick; False when nothing was missing.

        Searches go on meanwhile. On Cancelled what was finished stays.
        """
        words = self._words.build(report)
        vectors = self._encoders.vectors
        return (vectors.arrange(report) if vectors is not None else False) or words

    def search(self, request: SearchRequest) -> SearchResult:
        """The whole ranked result set of a request, with facets."""
        with self._lock:
            watch = Stopwatch()
            self._facets.sync()
            self._words.sync()
            if self._encoders.vectors is not None:
                self._encoders.vectors.sync()
            watch.lap("sync")
            return self._answers.answer(request, watch)

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
        vectors = self._encoders.vectors
        vectors_of = vectors.vectors_of if vectors is not None else None
        return second_stage.refine(result, self._reranker, self._texts, vectors_of, report)

    def reasons(self, result: SearchResult, start: int, stop: int) -> dict[int, Reasons]:
        """Why hits `start` to `stop` are hits, by article id."""
        return self._rows.reasons(result, start, stop)

    def rows(self, result: SearchResult, start: int, stop: int) -> list[ResultRow]:
        """What a list shows of hits `start` to `stop`, also of those withdrawn since the search."""
        return self._rows.rows(result, start, stop)

    def matched_words(self, result: SearchResult, article_id: int) -> list[str]:
        """The words of one hit that the query matched, for highlighting."""
        return self._rows.matched_words(result, article_id)

    def _texts(self, ids: Sequence[int]) -> dict[int, str]:
        return {article.id: article.text for article in self._library.vectors.texts(ids)}
