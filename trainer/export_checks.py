"""What an export measures on the library: what int8 loses, and the similarity floor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from trainer.encoding import FloatArray, Report, TextEncoder, encode_all, silent
from trainer.evaluation.evaluation_sets import document_text
from trainer.evaluation.retrieval import as_run, best, score
from trainer.training_set import Article, TrainingSet

LARGEST_LOSS = 0.005  # of int8's nDCG@10 relative to fp32's
FLOOR_PERCENTILE = 95  # of the cosines of unrelated pairs, as in the catalogue of encoders
_LEAST_PAIRS = 20  # below that a floor says nothing
_MOST_QUERIES, _MOST_DOCUMENTS = 300, 600


@dataclass(frozen=True, slots=True)
class RunFacts:
    """How the encoder came about."""

    base: str
    licence: str
    recipe: str = "unknown"
    tuning: str = ""
    steps: int = 0
    seed: int = 0
    training_set: str = ""  # SHA-256 of its manifest
    mesh_year: int | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    mining: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Exported:
    """What the card says of the finished encoder."""

    dimension: int
    pooling: str
    max_tokens: int
    query_prefix: str
    precision: str
    metrics: Mapping[str, float]
    refused: str = ""  # why int8 is not there
    floor: float | None = None
    above_floor: float = 0.0


@dataclass(frozen=True, slots=True)
class Sample:
    """Titles of held-out articles and the articles to find them among."""

    queries: Sequence[str]
    targets: Sequence[int]  # row of each query's own article
    documents: Sequence[str]

    def encoded(
        self, encoder: TextEncoder, report: Report = silent
    ) -> tuple[FloatArray, FloatArray]:
        """Vectors of the queries and of the documents. `report` is told texts of each."""
        queries = encode_all(encoder, self.queries, True, report)
        return queries, encode_all(encoder, self.documents, False, report)


def sample_of(training_set: TrainingSet) -> Sample:
    """A sample of the test side, filled up with train articles; the same for the same set."""
    held_out = _with_text(training_set.part("test"))
    others = _with_text(training_set.part("train"))
    chance = np.random.default_rng(0)
    asked = _some(held_out, _MOST_QUERIES, chance)
    documents = asked + _some(others, _MOST_DOCUMENTS - len(asked), chance)
    return Sample(
        [article.title for article in asked],
        range(len(asked)),
        # the abstract alone: beside its own title every encoder finds it
        [a.abstract for a in asked] + [document_text(a) for a in documents[len(asked) :]],
    )


def ndcg(sample: Sample, queries: FloatArray, documents: FloatArray) -> float:
    """Mean nDCG@10 of the titles finding their abstracts."""
    names = [str(row) for row in range(len(documents))]
    found = best(queries, documents, names, [frozenset()] * len(queries))
    rankings = {str(number): hits for number, hits in enumerate(found)}
    qrels = {str(number): {str(row): 1} for number, row in enumerate(sample.targets)}
    values = score(qrels, as_run(rankings))["nDCG@10"]
    return sum(values.values()) / max(len(values), 1)


def similarity_floor(
    sample: Sample, queries: FloatArray, documents: FloatArray
) -> tuple[float | None, float]:
    """The cosine that one in twenty unrelated pairs passes, and the share of own pairs above it.

    Unrelated: a title and the abstract or article of another. None when there are too few pairs.
    """
    if len(queries) < _LEAST_PAIRS:
        return None, 0.0
    cosines = queries @ documents.T
    own = cosines[np.arange(len(queries)), list(sample.targets)]
    others = np.ones(cosines.shape, bool)
    others[np.arange(len(queries)), list(sample.targets)] = False
    floor = float(np.percentile(cosines[others], FLOOR_PERCENTILE))
    return round(floor, 3), float((own > floor).mean())


def _with_text(articles: Sequence[Article]) -> list[Article]:
    return [article for article in articles if article.title and article.abstract]


def _some(articles: list[Article], most: int, chance: np.random.Generator) -> list[Article]:
    if len(articles) <= most:
        return articles
    chosen = chance.choice(len(articles), max(most, 0), replace=False)
    return [articles[row] for row in sorted(chosen.tolist())]
