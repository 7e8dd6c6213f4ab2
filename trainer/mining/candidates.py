"""Candidates for a query's hard negatives: by citations, by nearness, or random as a control."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from trainer.citations import CitationGraph
from trainer.encoding import FloatArray
from trainer.mining.false_negatives import DEFAULT, FilterOptions
from trainer.mining.traversal import PUBLISHED, Plan, traverse
from trainer.training_set import Article

Negatives = Literal["citations", "neighbours", "random", "none"]
NEIGHBOUR, CONTROL = "neighbour", "control"


@dataclass(frozen=True, slots=True)
class MiningOptions:
    """What is mined. "random" and "none" are the controls that citations are measured against."""

    negatives: Negatives = "citations"
    fallback: bool = True  # neighbours in meaning for articles that citations do not reach
    seed: int = 1
    most: int = 10  # negatives of a query
    neighbours: int = 50  # nearest articles that the fallback draws from
    plan: Plan = PUBLISHED
    filter: FilterOptions = DEFAULT


DEFAULT_OPTIONS = MiningOptions()


@dataclass(frozen=True, slots=True)
class Texts:
    """The train articles and their vectors, row by row."""

    articles: Sequence[Article]
    rows: dict[int, int]  # article id -> row
    documents: FloatArray
    queries: FloatArray
    query_texts: Sequence[str]
    query_kind: str

    def cosine(self, query: int, document: int) -> float:
        """Of the query of one row with the document of another."""
        return float(self.queries[query] @ self.documents[document])


@dataclass(frozen=True, slots=True)
class Candidate:
    """A negative that may be kept: its row and how it was found."""

    row: int
    reason: str


class CandidateFinder:
    """Finds candidates among the train articles."""

    def __init__(self, texts: Texts, graph: CitationGraph, options: MiningOptions) -> None:
        self._texts = texts
        self._graph = graph
        self._options = options
        self.by_citations = 0  # queries whose candidates came from citations

    def of(self, row: int, chance: np.random.Generator) -> list[Candidate]:
        """The candidates for the query of a row, in the order they were found."""
        kind = self._options.negatives
        if kind == "none":
            return []
        if kind == "random":
            return self._random(row, chance)
        if kind == "citations":
            found = self._by_citations(row, chance)
            if found:
                self.by_citations += 1
                return found
            if not self._options.fallback:
                return []
        return self._neighbours(row, chance)

    def _by_citations(self, row: int, chance: np.random.Generator) -> list[Candidate]:
        near = self._graph.neighbourhood(self._texts.articles[row].id)
        if near is None:
            return []
        rows = [self._texts.rows[article] for article in (*near.first, *near.second)]
        visits = traverse(
            self._texts.queries[row],
            self._texts.documents[rows],
            len(near.first),
            chance.random,
            self._options.plan,
        )
        return [Candidate(rows[visit.row], visit.how) for visit in visits]

    def _neighbours(self, row: int, chance: np.random.Generator) -> list[Candidate]:
        """Some of the articles nearest to the query: hard, and no citation needed."""
        cosines = self._texts.documents @ self._texts.queries[row]
        cosines[row] = -np.inf
        wanted = min(self._options.neighbours, len(cosines) - 1)
        if wanted < 1:
            return []
        nearest = np.argsort(-cosines, kind="stable")[:wanted]
        # drop the likely answers before the draw, so that there are enough left
        positive = self._texts.cosine(row, row)
        limit = self._options.filter.nearness * positive
        hard = nearest[cosines[nearest] <= limit]
        chosen = chance.permutation(hard)[: self._options.most]
        return [Candidate(int(other), NEIGHBOUR) for other in chosen]

    def _random(self, row: int, chance: np.random.Generator) -> list[Candidate]:
        others = chance.choice(
            len(self._texts.articles),
            min(self._options.most + 1, len(self._texts.articles)),
            replace=False,
        )
        return [Candidate(int(o), CONTROL) for o in others if o != row][: self._options.most]
