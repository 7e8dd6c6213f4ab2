"""The three recipes: which texts a step reads and which losses it asks of their vectors.

biohicl   articles against articles by their headings; or titles, or queries written from headings,
          against articles
bica      title queries against articles with negatives mined from citations
combined  queries written from headings, and titles answered by what is cited, against articles;
          or the ranking loss of bica and the loss of biohicl on the same batch
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import torch
from torch import Tensor

from trainer.citation_queries import CitationQueries
from trainer.config import ConfigError, TrainConfig
from trainer.heading_batches import HeadingBatch, HeadingBatches
from trainer.labels import label_articles
from trainer.model import TrainableEncoder
from trainer.query_batches import QueryBatches
from trainer.running.batches import BatchPlan, IntArray
from trainer.running.pairs import Pair
from trainer.training_set import Article


@dataclass(frozen=True, slots=True)
class StepBatch:
    """The texts of a step, queries first, and what is known of each query with each article."""

    tokens: list[IntArray]  # queries, then articles, then those of `headings`
    queries: int
    titles: bool  # whether the anchors of the label losses are the queries, else the articles
    sim_l: Tensor | None  # (anchors, articles): by headings
    sim_valid: Tensor | None  # pairs of two articles, both with headings
    own: Tensor | None  # an anchor and the article itself
    positive: Tensor | None  # (queries,): the column of each query's article
    margins: Tensor | None  # (queries, articles): the teacher's, NaN where it gave none
    headings: HeadingBatch | None = None  # queries written from headings, and what they rank

    @property
    def texts(self) -> int:
        """How many of the texts are not those of `headings`."""
        return len(self.tokens) - (0 if self.headings is None else len(self.headings.tokens))


_LEAST_EXAMPLES = 4
_LABELLED = "articles with an abstract and MeSH headings"
_WRITTEN = 20  # steps of heading queries among which the longest is looked for
_NO_TEXTS = StepBatch([], 0, False, None, None, None, None, None)


class Examples:
    """All examples of a run, tokenised; makes the batch of a step."""

    def __init__(
        self,
        config: TrainConfig,
        encoder: TrainableEncoder,
        articles: Sequence[Article],
        pairs: Sequence[Pair],
        entry_terms: Mapping[str, Sequence[str]] = MappingProxyType({}),
        citations: Iterable[tuple[int, int]] = (),
    ) -> None:
        """`entry_terms` of descriptors, by UI, and `citations` (ids) for queries made of them.

        Raises ConfigError when there is too little to learn from.
        """
        self.config = config
        self._articles = list(articles)
        self._row = {article.id: row for row, article in enumerate(articles)}
        self._pairs = list(pairs)
        self.labels = label_articles(self._articles, config.labels)
        self._tokens = encoder.tokenize([self._text(a) for a in self._articles])
        self._query_tokens = self._tokenized_queries(encoder)
        self.headings = self._heading_batches(encoder, entry_terms, citations)
        self.usable = self._usable()
        self._check()
        self.plan = self._plan()

    @property
    def ranks(self) -> bool:
        """Whether the recipe has the ranking loss, and so pairs as its examples."""
        return self.config.ranks

    def rows(self, step: int) -> list[int]:
        """The rows (of articles, or of pairs) of a step."""
        return [self.usable[example] for example in self.plan.batch(step)]

    def article_rows(self, step: int) -> list[int]:
        """The articles that a step's anchors are, for their labels."""
        if not self.ranks:
            return self.rows(step)
        return [self._row[self._pairs[row].positive] for row in self.rows(step)]

    def batch(self, step: int) -> StepBatch:
        """The texts and the knowledge of a step, counted from 0."""
        if self.headings is None:
            return self._ranked(step) if self.ranks else self._labelled(step)
        own = self.headings.batch(step)
        rest = self._ranked(step) if self.ranks else _NO_TEXTS
        return replace(rest, tokens=rest.tokens + own.tokens, headings=own)

    def longest(self) -> int:
        """A step whose tokens are the most among the first 200: to try what memory it takes."""
        if self.headings is not None and not self.ranks:  # each is written anew: a few will do
            return max(range(_WRITTEN), key=lambda s: sum(map(len, self.batch(s).tokens)))
        steps = range(min(self.plan.steps_an_epoch, 200))
        return max(steps, key=lambda step: sum(self._lengths()[e] for e in self.plan.batch(step)))

    def _text(self, article: Article) -> str:
        """The text of an article: as the program indexes it, or without what is the query."""
        kind = self.config.batch.text
        titles_ask = self.ranks or self._against_titles()
        if kind == "abstract" or (kind == "auto" and titles_ask):
            return article.abstract or article.title
        return f"{article.title} {article.abstract}".strip().replace("\n", " ")

    def _tokenized_queries(self, encoder: TrainableEncoder) -> list[IntArray]:
        prefix = encoder.source.query_prefix
        if self.ranks:
            return encoder.tokenize([prefix + pair.query for pair in self._pairs])
        if self._against_titles():
            return encoder.tokenize([prefix + article.title for article in self._articles])
        return []

    def _usable(self) -> list[int]:
        return list(range(len(self._pairs))) if self.ranks else self._with_labels()

    def _check(self) -> None:
        """Raise ConfigError when there is too little to learn from."""
        if self.headings is not None and self.usable and not self.headings.queries.headings:
            raise ConfigError("training_set", "has no heading that a query could be written from.")
        if len(self.usable) < _LEAST_EXAMPLES:
            kind = "pairs of a title and an abstract" if self.ranks else _LABELLED
            raise ConfigError("training_set", f"has {len(self.usable)} {kind}: too few.")

    def _with_labels(self) -> list[int]:
        """The articles that have an abstract and a label."""
        has_text = [bool(article.abstract) for article in self._articles]
        rows: list[int] = np.flatnonzero(self.labels.labelled & np.array(has_text, bool)).tolist()
        return rows

    def _heading_batches(
        self,
        encoder: TrainableEncoder,
        entry_terms: Mapping[str, Sequence[str]],
        citations: Iterable[tuple[int, int]],
    ) -> HeadingBatches | None:
        if self.config.label_anchors != "headings":
            return None
        rows = self._with_labels()
        documents = [self._articles[row] for row in rows]
        tokens = [self._tokens[row] for row in rows]
        labels = label_articles(documents, self.config.labels)
        own = self.config, encoder, documents, tokens, labels, entry_terms
        if not self.config.cited_answer:
            return HeadingBatches(*own)
        return QueryBatches(*own, CitationQueries(documents, citations, self.config.seed))

    def _lengths(self) -> list[int]:
        if not self.ranks:
            return [len(self._tokens[row]) for row in self.usable]
        return [len(self._tokens[self._row[self._pairs[row].positive]]) for row in self.usable]

    def _plan(self) -> BatchPlan:
        keys: list[tuple[Hashable, ...]] = []
        if self.ranks:
            keys = [(self._pairs[row].positive, self._pairs[row].query) for row in self.usable]
        options = self.config.batch
        return BatchPlan(self._lengths(), options.size, self.config.seed, options.grouped, keys)

    def _labelled(self, step: int) -> StepBatch:
        rows = self.rows(step)
        queries = [self._query_tokens[row] for row in rows] if self._query_tokens else []
        own = torch.eye(len(rows), dtype=torch.bool)
        return StepBatch(
            tokens=queries + [self._tokens[row] for row in rows],
            queries=len(queries),
            titles=bool(queries),
            sim_l=torch.from_numpy(self.labels.similarity(rows, rows)),
            sim_valid=~own,
            own=own,
            positive=None,
            margins=None,
        )

    def _ranked(self, step: int) -> StepBatch:
        pairs = [self._pairs[row] for row in self.rows(step)]
        ids = _candidates(pairs, self.config.batch.hard_negatives)
        columns = {number: column for column, number in enumerate(ids)}
        rows = [self._row[number] for number in ids]
        positive = torch.tensor([columns[pair.positive] for pair in pairs])
        sim_l = valid = own = None
        if self.config.recipe == "combined" and self.headings is None:
            anchors = self.article_rows(step) if self._against_titles() else rows
            sim_l = torch.from_numpy(self.labels.similarity(anchors, rows))
            own = torch.tensor(np.equal.outer(anchors, rows))
            known = self.labels.labelled
            valid = ~own & torch.tensor(np.logical_and.outer(known[anchors], known[rows]))
        return StepBatch(
            tokens=[self._query_tokens[row] for row in self.rows(step)]
            + [self._tokens[row] for row in rows],
            queries=len(pairs),
            titles=self._against_titles(),
            sim_l=sim_l,
            sim_valid=valid,
            own=own,
            positive=positive,
            margins=_margins(pairs, columns) if self.config.loss.margin else None,
        )

    def _against_titles(self) -> bool:
        return self.config.batch.anchors == "titles"


def _candidates(pairs: Sequence[Pair], most: int) -> list[int]:
    """Every article of a batch once: the positives, then the negatives."""
    negatives = [number for pair in pairs for number in pair.negatives[:most]]
    return list(dict.fromkeys([*(pair.positive for pair in pairs), *negatives]))


def _margins(pairs: Sequence[Pair], columns: dict[int, int]) -> Tensor:
    margins = np.full((len(pairs), len(columns)), np.nan, np.float32)
    for row, pair in enumerate(pairs):
        for number, score in zip(pair.negatives, pair.scores[1:], strict=False):
            if number in columns:
                margins[row, columns[number]] = pair.scores[0] - score
    return torch.from_numpy(margins)
