"""Queries written from the vocabulary: what a searcher might type for an article's headings.

A query is the name or an entry term of one heading, or of two headings of one article, or an
article's title; its labels are those headings, or all of the article's. Only training articles are
read. The queries of a step follow from the seed and the step alone, so a run can be resumed.
"""

import random
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trainer.labels import is_check_tag
from trainer.training_set import Article, Heading

_LONGEST = 50  # characters of a term; a searcher types less
_SHORTEST = 4
# names of substances that nobody types: 4-(methylamino)…, 1,2-Dipalmitoyl…; not Interleukin-6
_CHEMICAL = re.compile(r"[()\[\]{}]|\d[-,'A-Za-z]")
_WIDEST = 0.1  # share of the articles above which a heading tells nothing
_LOWER = 0.7  # share of the queries in lower case
_NAME_COUNTS = 2  # the name is drawn as often as that many entry terms


@dataclass(frozen=True, slots=True)
class HeadingQuery:
    """A query and the headings that it asks for."""

    text: str
    headings: tuple[Heading, ...]


class HeadingQueries:
    """Draws the queries of a step from articles with headings, and the vocabulary's terms."""

    def __init__(
        self, articles: Sequence[Article], entry_terms: Mapping[str, Sequence[str]], seed: int
    ) -> None:
        """`entry_terms` by UI; without them the names alone are used."""
        self._articles = articles
        self._seed = seed
        most = max(1, int(len(articles) * _WIDEST))
        uses = Counter(key for article in articles for key in {_key(h) for h in article.headings})
        found = {_key(h): h for article in articles for h in article.headings}
        self._terms: dict[str, list[str]] = {}
        self._headings: list[Heading] = []
        for key, heading in found.items():
            if heading.tree_numbers and uses[key] <= most and not is_check_tag(heading):
                names = [heading.name] * _NAME_COUNTS
                terms = [t for t in [*names, *entry_terms.get(heading.ui, ())] if is_typed(t)]
                if terms:
                    self._terms[key] = [in_natural_order(term) for term in terms]
                    self._headings.append(heading)

    @property
    def headings(self) -> int:
        """How many headings can be asked for."""
        return len(self._headings)

    def step(self, step: int, count: int) -> list[HeadingQuery]:
        """The queries of a step, counted from 0."""
        chance = random.Random(f"{self._seed} {step}")
        kinds = [chance.choice((self._one, self._two, self._title)) for _ in range(count)]
        return [kind(chance) for kind in kinds]

    def _one(self, chance: random.Random) -> HeadingQuery:
        heading = chance.choice(self._headings)
        return HeadingQuery(self._term(heading, chance), (heading,))

    def _two(self, chance: random.Random) -> HeadingQuery:
        article = chance.choice(self._articles)
        known = {key: h for h in article.headings if (key := _key(h)) in self._terms}
        if len(known) < 2:
            return self._one(chance)
        both = tuple(chance.sample(list(known.values()), 2))
        words = chance.choice((" ", " and ")).join(self._term(h, chance) for h in both)
        return HeadingQuery(words, both)

    def _title(self, chance: random.Random) -> HeadingQuery:
        article = chance.choice(self._articles)
        return HeadingQuery(article.title, article.headings) if article.title else self._one(chance)

    def _term(self, heading: Heading, chance: random.Random) -> str:
        term = chance.choice(self._terms[_key(heading)])
        return term.lower() if chance.random() < _LOWER else term


def is_typed(term: str) -> bool:
    """Whether a searcher might type the term: neither long nor a chemist's name of a substance."""
    return _SHORTEST <= len(term) <= _LONGEST and not _CHEMICAL.search(term)


def in_natural_order(term: str) -> str:
    """ "Neoplasms, Lung" as "Lung Neoplasms"; what has more commas, or none, stays."""
    first, comma, second = term.partition(", ")
    return f"{second} {first}" if comma and ", " not in second else term


def _key(heading: Heading) -> str:
    return heading.ui or heading.name
