"""What a list shows of the hits of a search: rows, the reasons why, the words to highlight."""

import numpy as np

from desktop_app.library.library import Library
from desktop_app.mesh.vocabulary import Vocabulary
from desktop_app.search.explain import Explainer, Reasons
from desktop_app.search.matched_words import MatchedWords
from desktop_app.search.request import ResultRow, SearchResult


class ResultRows:
    """Rows of the results over one library, a page at a time."""

    def __init__(self, library: Library, vocabulary: Vocabulary) -> None:
        self._library = library
        self._explainer = Explainer(vocabulary)
        self._words = MatchedWords(library)

    def reasons(self, result: SearchResult, start: int, stop: int) -> dict[int, Reasons]:
        """Why hits `start` to `stop` are hits, by article id."""
        ids = [int(i) for i in result.ids[start:stop]]
        headings = self._library.headings(ids)
        words = self._words.of(result.interpretation.words, ids)
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
        found = self._words.of(result.interpretation.words, [article_id])
        return found.get(article_id, [])
