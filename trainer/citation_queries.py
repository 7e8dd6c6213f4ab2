"""Queries whose answers citations tell: a title, asked for its own article and those cited with it.

BiCA takes what an article cites for hard negatives of its title. To somebody who searches for the
subject these are answers: here they are graded as such, and the rest of the library is what they
are told from. Only training articles are read. The titles of a step follow from the seed and the
step alone, so a run can be resumed.
"""

import random
from collections.abc import Iterable, Sequence

import numpy as np
from scipy.sparse import csr_array

from trainer.training_set import Article


class CitationQueries:
    """Draws the titles of a step from articles that cite, or are cited by, another one here."""

    def __init__(
        self, articles: Sequence[Article], citations: Iterable[tuple[int, int]], seed: int
    ) -> None:
        """`citations` are (citing id, cited id); edges that leave `articles` are passed over."""
        self._seed = seed
        self._articles = len(articles)
        rows = {article.id: row for row, article in enumerate(articles)}
        linked: dict[int, set[int]] = {}
        for citing, cited in citations:
            if citing in rows and cited in rows:
                linked.setdefault(rows[citing], set()).add(rows[cited])
                linked.setdefault(rows[cited], set()).add(rows[citing])
        self._linked = linked
        self._asking = sorted(row for row in linked if articles[row].title)

    @property
    def asking(self) -> int:
        """How many titles can be asked."""
        return len(self._asking)

    def step(self, step: int, count: int) -> list[int]:
        """The rows of the articles whose titles a step asks, steps counted from 0."""
        chance = random.Random(f"{self._seed} citations {step}")
        return [chance.choice(self._asking) for _ in range(count)] if self._asking else []

    def grades(self, rows: Sequence[int]) -> csr_array:
        """Who answers the titles of `rows`, (len(rows), articles): 1 for itself and each link."""
        answers = [sorted({row, *self._linked[row]}) for row in rows]
        columns = [column for found in answers for column in found]
        starts = np.cumsum([0, *map(len, answers)])
        shape = (len(rows), self._articles)
        return csr_array((np.ones(len(columns)), columns, starts), shape=shape)
