"""What a step learns from headings: queries of the vocabulary, and the articles they rank.

The articles' vectors are the base's (`frozen_documents.py`), so only the short queries and a few
articles, whose vectors are to stay where they were, go through the model.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from scipy.sparse import csr_array
from torch import Tensor

from trainer.config import TrainConfig
from trainer.heading_queries import HeadingQueries, HeadingQuery
from trainer.labels import Labels, vectors_of
from trainer.model import TrainableEncoder
from trainer.running.batches import IntArray
from trainer.training_set import Article

_STREAM = 7  # tells this draw from others of the same seed and step


@dataclass(frozen=True, slots=True)
class HeadingBatch:
    """The heading queries of a step, and what is known of them."""

    tokens: list[IntArray]  # queries, then anchored articles
    queries: int
    sim_l: Tensor  # (queries, candidates) float32: SimL of a query's headings with an article's
    candidates: IntArray  # (candidates,): rows of the frozen documents
    anchored: IntArray  # rows of the frozen documents


class HeadingBatches:
    """Makes the heading queries of a step. A document is an article with text and labels."""

    def __init__(
        self,
        config: TrainConfig,
        encoder: TrainableEncoder,
        documents: Sequence[Article],
        tokens: Sequence[IntArray],
        labels: Labels,
        entry_terms: Mapping[str, Sequence[str]],
    ) -> None:
        """`tokens` and `labels` are those of `documents`, row by row."""
        self._config = config
        self._encoder = encoder
        self.tokens = list(tokens)
        self._labels = labels
        self.queries = HeadingQueries(documents, entry_terms, config.seed)

    def batch(self, step: int) -> HeadingBatch:
        """The queries of a step, counted from 0."""
        asked = self.queries.step(step, self._config.batch.size)
        chance = np.random.default_rng([self._config.seed, step, _STREAM])
        return self.ranking([query.text for query in asked], self.similarity(asked), chance)

    def similarity(self, asked: Sequence[HeadingQuery]) -> csr_array:
        """(queries, documents): SimL of each query's headings with each document's."""
        vectors = vectors_of([q.headings for q in asked], self._labels, self._config.labels)
        return self._labels.similarity_of(vectors)

    def ranking(
        self, texts: Sequence[str], similar: csr_array, chance: np.random.Generator
    ) -> HeadingBatch:
        """The step in which queries of these texts rank documents by `similar`, at most 1."""
        wanted = min(self._config.loss.anchored_documents, len(self.tokens))
        anchored = chance.choice(len(self.tokens), wanted, replace=False)
        candidates = chosen(similar, self._config.batch.candidates, chance)
        sim_l = np.minimum(similar[:, candidates].toarray(), 1.0).astype(np.float32)
        prefix = self._encoder.source.query_prefix
        return HeadingBatch(
            tokens=self._encoder.tokenize([prefix + text for text in texts])
            + [self.tokens[row] for row in anchored],
            queries=len(texts),
            sim_l=torch.from_numpy(sim_l),
            candidates=candidates,
            anchored=anchored.astype(np.int32),
        )


def chosen(similar: csr_array, most: int, chance: np.random.Generator) -> IntArray:
    """The columns to rank: all when there are no more than `most`, else those and some by chance.

    Half are those most similar to a query, each query's in turn, so that none goes without its own.
    """
    total = similar.shape[1]
    if total <= most:
        return np.arange(total, dtype=np.int32)
    share = max(1, most // 2 // similar.shape[0])
    best: set[int] = set()
    for row in range(similar.shape[0]):
        begin, end = similar.indptr[row], similar.indptr[row + 1]
        order = np.argsort(-similar.data[begin:end], kind="stable")[:share]
        best.update(similar.indices[begin:end][order].tolist())
    others = np.setdiff1d(np.arange(total), sorted(best))
    drawn = chance.choice(others, max(0, min(most - len(best), len(others))), replace=False)
    return np.sort(np.concatenate([sorted(best), drawn])).astype(np.int32)
