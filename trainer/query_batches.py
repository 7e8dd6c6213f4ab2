"""A step that asks both kinds of queries: half written from headings, half titles that cite.

Both are learnt in the same way (`label_shift_loss`): a query's articles, by label similarity or by
citation, move up among vectors of articles that stay. A step costs what one of headings costs.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.sparse import csr_array, vstack

from trainer.citation_queries import CitationQueries
from trainer.config import TrainConfig
from trainer.heading_batches import HeadingBatch, HeadingBatches
from trainer.labels import Labels
from trainer.model import TrainableEncoder
from trainer.running.batches import IntArray
from trainer.training_set import Article

_STREAM = 11  # tells this draw from others of the same seed and step


class QueryBatches(HeadingBatches):
    """Makes the queries of a step, of headings and of citations where there are any."""

    def __init__(
        self,
        config: TrainConfig,
        encoder: TrainableEncoder,
        documents: Sequence[Article],
        tokens: Sequence[IntArray],
        labels: Labels,
        entry_terms: Mapping[str, Sequence[str]],
        citations: CitationQueries,
    ) -> None:
        """As `HeadingBatches`; `citations` are of the same documents."""
        super().__init__(config, encoder, documents, tokens, labels, entry_terms)
        self.citations = citations
        self._titles = [article.title for article in documents]

    def batch(self, step: int) -> HeadingBatch:
        """The queries of a step, counted from 0: of headings, then titles."""
        size = self._config.batch.size
        rows = self.citations.step(step, size // 2)
        asked = self.queries.step(step, size - len(rows))
        grades = self.citations.grades(rows)
        similar = csr_array(vstack([self.similarity(asked), grades], format="csr"))
        texts = [*(query.text for query in asked), *(self._titles[row] for row in rows)]
        return self.ranking(
            texts, similar, np.random.default_rng([self._config.seed, step, _STREAM])
        )
