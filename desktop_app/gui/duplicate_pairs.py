"""What the duplicates window asks of a library: the doubtful pairs, one pair, and decisions.

Plain functions for the workers of `jobs`; nothing here knows of Qt.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop_app.gui.record_fields import fullness
from desktop_app.records import Article

if TYPE_CHECKING:  # brings SQLAlchemy
    from desktop_app.library.library import Library
    from desktop_app.library.merge_articles import Merger

Pair = tuple[int, int]  # article ids, the lower first
_CHUNK = 500  # ids in one question to the database


@dataclass(frozen=True, slots=True)
class PairList:
    """The pairs that wait, and a line on each article that was not known yet."""

    pairs: tuple[Pair, ...]
    lines: dict[int, tuple[str, str]]  # article id -> title, "Smith J · Lancet · 2010"


@dataclass(frozen=True, slots=True)
class ReadPair:
    """Two articles to compare, the better one at the left, and what merging makes of them."""

    pair: Pair
    left: int
    right: int
    articles: tuple[Article, Article]
    origins: tuple[str, str]  # the formats they came from
    merged: Article


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided; without a merger, that the two are different."""

    pair: Pair
    merger: "Merger | None" = None

    def renamed(self, old: int, new: int) -> "Decision":
        """The same about an article that has got another id."""
        first, second = sorted(new if article == old else article for article in self.pair)
        merger = self.merger.renamed(old, new) if self.merger is not None else None
        return Decision((first, second), merger)


def read_pairs(library: "Library", known: Collection[int]) -> PairList:
    """The doubtful pairs; lines for those articles that are not `known`."""
    pairs = library.duplicates.pairs("doubtful")
    unknown = sorted({article for pair in pairs for article in pair} - set(known))
    lines: dict[int, tuple[str, str]] = {}
    for start in range(0, len(unknown), _CHUNK):
        for summary in library.summaries(unknown[start : start + _CHUNK]).values():
            parts = (summary.authors, summary.journal, str(summary.year or ""))
            lines[summary.id] = (summary.title, " · ".join(part for part in parts if part))
    return PairList(tuple(pairs), lines)


def read_pair(library: "Library", pair: Pair) -> ReadPair:
    """One pair. KeyError when one of the two is gone."""
    from desktop_app.library.merging import merged

    articles = library.articles(pair)
    left, right = sorted(pair, key=lambda i: fullness(articles[i]), reverse=True)
    sources = {i: _sources(library, i, articles[i]) for i in pair}
    left_origin, right_origin = (", ".join(o for o, _ in sources[i] if o) for i in (left, right))
    return ReadPair(
        pair,
        left,
        right,
        (articles[left], articles[right]),
        (left_origin, right_origin),
        merged([*sources[left], *sources[right]]),
    )


def merge_pair(library: "Library", pair: ReadPair) -> Decision:
    """Merge the right article into the left one, which also inherits its pairs."""
    return Decision(pair.pair, library.duplicates.merge(pair.left, pair.right))


def part_pair(library: "Library", pair: ReadPair) -> Decision:
    """Say that the two are different articles."""
    library.duplicates.decide(*pair.pair, "distinct")
    return Decision(pair.pair)


def take_back(library: "Library", decision: Decision) -> Pair:
    """Undo a decision; the pair that is doubtful again (a merged article gets a new id)."""
    if decision.merger is None:
        library.duplicates.decide(*decision.pair, "doubtful")
        return decision.pair
    kept, back = decision.merger.kept, library.duplicates.undo(decision.merger)
    return min(kept, back), max(kept, back)


def _sources(library: "Library", article_id: int, article: Article) -> list[tuple[str, Article]]:
    from desktop_app.library.sources import origin_of

    kept = [(source.origin, source.record) for source in library.duplicates.sources(article_id)]
    if kept:
        return kept
    with library.reading() as connection:
        return [(origin_of(connection, article_id), article)]
