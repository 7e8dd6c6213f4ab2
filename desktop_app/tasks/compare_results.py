"""Two runs of one search side by side: what is new, gone, moved, and how alike the orders are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from desktop_app.library.identities import Identity

_SHOWN = 5  # articles that a sentence names
_TOPS = (10, 50)


@dataclass(frozen=True, slots=True)
class Hit:
    """One place of a ranked list."""

    article: Identity
    score: float


@dataclass(frozen=True, slots=True)
class Moved:
    """An article that both runs found, at different places (the first is 1)."""

    article: Identity
    before: int
    now: int


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that was not as it is now, e.g. the encoder; empty: there was or is none."""

    what: str
    before: str
    now: str

    def __str__(self) -> str:
        return f"{self.what}: {self.before or 'none'} then, {self.now or 'none'} now."


@dataclass(frozen=True, slots=True)
class Comparison:
    """A recorded search and the same search made now.

    `new`, `gone` and `moved` are among the hits that the record lists (`listed` of `before`) and
    as many of those found now.
    """

    circumstances: tuple[Difference, ...]
    before: int  # hits in all, then
    now: int
    listed: int
    new: tuple[Identity, ...]
    gone: tuple[Identity, ...]
    moved: tuple[Moved, ...]
    absent: frozenset[Identity] = frozenset()  # of `gone`: not in this library
    overlap: dict[int, float] = field(default_factory=dict)  # share of the first 10, 50 that stayed
    correlation: float | None = None  # Spearman's, of the articles in both; None below two

    @property
    def identical(self) -> bool:
        """The same articles in the same order."""
        return self.before == self.now and not (self.new or self.gone or self.moved)

    def in_words(self) -> tuple[str, ...]:
        """What a person is told, a sentence an entry."""
        said = [str(difference) for difference in self.circumstances]
        if self.identical:
            return (*said, f"The result is the same: {self.now} articles in the same order.")
        said.append(f"{self.before} articles then, {self.now} now.")
        said += _named(self.new, "new")
        said += _named([a for a in self.gone if a not in self.absent], "not found any more")
        said += _named([a for a in self.gone if a in self.absent], "not in this library")
        if self.moved:
            farthest = max(self.moved, key=lambda m: abs(m.now - m.before))
            said.append(
                f"{len(self.moved)} stand at another place, {farthest.article} "
                f"the farthest: {farthest.before} then, {farthest.now} now."
            )
        said += [
            f"Of the first {n}, {share:.0%} stayed there." for n, share in self.overlap.items()
        ]
        if self.correlation is not None:
            said.append(f"Rank correlation of what both found: {self.correlation:.3f}.")
        return tuple(said)


def compare(
    circumstances: Iterable[Difference],
    before: Sequence[Hit],
    now: Sequence[Hit],
    totals: tuple[int, int],
) -> Comparison:
    """Compare two ranked lists of the same length limit; `totals` are the hits in all."""
    now_at = {name: place for place, hit in enumerate(now) for name in hit.article.names()}
    pairs: list[tuple[int, int]] = []
    gone = []
    for place, hit in enumerate(before):
        found = next((now_at[n] for n in hit.article.names() if n in now_at), None)
        if found is None:
            gone.append(hit.article)
        else:
            pairs.append((place, found))
    taken = {place for _, place in pairs}
    moved = [Moved(before[a].article, a + 1, b + 1) for a, b in pairs if a != b]
    return Comparison(
        tuple(circumstances),
        *totals,
        listed=len(before),
        new=tuple(hit.article for place, hit in enumerate(now) if place not in taken),
        gone=tuple(gone),
        moved=tuple(moved),
        overlap=_overlap(pairs, len(before)),
        correlation=_spearman(pairs),
    )


def _overlap(pairs: Sequence[tuple[int, int]], listed: int) -> dict[int, float]:
    tops = {n: min(n, listed) for n in _TOPS if listed}
    return {n: sum(a < n and b < n for a, b in pairs) / of for n, of in tops.items()}


def _spearman(pairs: Sequence[tuple[int, int]]) -> float | None:
    """1 - 6 Σd² / (n³ - n) over the ranks among the articles of both lists; there are no ties."""
    if len(pairs) < 2:
        return None
    order = np.argsort([now for _, now in pairs], kind="stable")
    ranks = np.empty(len(pairs), np.float64)
    ranks[order] = np.arange(len(pairs))
    apart = ranks - np.arange(len(pairs))
    count = float(len(pairs))
    return 1.0 - 6.0 * float(np.dot(apart, apart)) / (count**3 - count)


def _named(articles: Sequence[Identity], what: str) -> list[str]:
    if not articles:
        return []
    more = len(articles) - _SHOWN
    names = ", ".join(str(article) for article in articles[:_SHOWN])
    return [f"{len(articles)} {what}: {names}" + (f" and {more} more." if more > 0 else ".")]
