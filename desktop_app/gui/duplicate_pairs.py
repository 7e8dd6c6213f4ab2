"""What the duplicates window asks of a library: the doubtful pairs, one pair, and decisions.

Plain functions for the workers of `jobs`; nothing here knows of Qt.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from desktop_app.gui.record_fields import fullness
from desktop_app.records import Article

if TYPE_CHECKING:  # brings SQLAlchemy
    from desktop_app.library.belongings import Belongings
    from desktop_app.library.library import Library

Pair = tuple[int, int]  # article ids, the lower first
_CHUNK = 500  # ids in one question to the database
_VERDICTS = ("doubtful", "version", "distinct")


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
    """What was decided, with all that taking it back needs."""

    pair: Pair
    kept: int = 0  # 0 when the two were said to be different
    gone: int = 0
    gone_sources: int = 0  # how many sources the one that is gone had
    handed_over: tuple[tuple[int, str], ...] = field(default=())  # article, verdict
    given: tuple[int, ...] = field(default=())  # articles that `kept` got a pair with
    own: "Belongings | None" = None  # what the user had hung on `kept`
    others_own: "Belongings | None" = None  # and on `gone`

    def renamed(self, old: int, new: int) -> "Decision":
        """The same about an article that has got another id."""

        def now(article: int) -> int:
            return new if article == old else article

        first, second = sorted(map(now, self.pair))
        return replace(
            self,
            pair=(first, second),
            kept=now(self.kept),
            handed_over=tuple((now(other), verdict) for other, verdict in self.handed_over),
            given=tuple(map(now, self.given)),
        )


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
    keep, gone = pair.left, pair.right
    sources = len(library.duplicates.sources(gone)) or 1
    others = [
        (other, verdict) for other, verdict in _partners(library, gone, _VERDICTS) if other != keep
    ]
    had = {other for other, _ in _partners(library, keep, _VERDICTS)}
    own, others_own = library.duplicates.belongings(keep), library.duplicates.belongings(gone)
    library.duplicates.merge(keep, gone)
    given = tuple(other for other, _ in others if other not in had)
    return Decision(pair.pair, keep, gone, sources, tuple(others), given, own, others_own)


def part_pair(library: "Library", pair: ReadPair) -> Decision:
    """Say that the two are different articles."""
    library.duplicates.decide(*pair.pair, "distinct")
    return Decision(pair.pair)


def take_back(library: "Library", decision: Decision) -> Pair:
    """Undo a decision; the pair that is doubtful again (a merged article gets a new id)."""
    if not decision.kept:
        library.duplicates.decide(*decision.pair, "doubtful")
        return decision.pair
    kept = decision.kept
    # Merging appends sources, and every split numbers those that stay anew.
    first, *rest = [
        library.duplicates.split(kept, library.duplicates.sources(kept)[-1].id)
        for _ in range(decision.gone_sources)
    ]
    for other in rest:
        library.duplicates.merge(first, other)
    if decision.own is not None and decision.others_own is not None:
        library.duplicates.give_back(kept, decision.own, first, decision.others_own)
    for other, verdict in decision.handed_over:
        library.duplicates.decide(first, other, verdict)
    for other in decision.given:  # what it was not in a pair with before
        library.duplicates.decide(kept, other, "different")
    library.duplicates.decide(kept, first, "doubtful")
    return min(kept, first), max(kept, first)


def _sources(library: "Library", article_id: int, article: Article) -> list[tuple[str, Article]]:
    from desktop_app.library.sources import origin_of

    kept = [(source.origin, source.record) for source in library.duplicates.sources(article_id)]
    if kept:
        return kept
    with library.reading() as connection:
        return [(origin_of(connection, article_id), article)]


def _partners(
    library: "Library", article_id: int, verdicts: Sequence[str]
) -> list[tuple[int, str]]:
    from desktop_app.library.pairs import linked_to

    with library.reading() as connection:
        return [
            (other, verdict)
            for verdict in verdicts
            for other in linked_to(connection, article_id, verdict)
        ]
