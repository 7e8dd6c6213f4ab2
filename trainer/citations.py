"""The citation graph of a training set, and the neighbourhoods that BiCA mines in (section 3.1).

Only articles handed in as usable exist here: with the train side's alone, no text, neighbour or
edge of a held-out article can come into training.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """What is one and two citations away from an article; an article of both counts as first."""

    seed: int
    first: tuple[int, ...]  # what the seed cites, ascending
    second: tuple[int, ...]  # what those cite, without the seed and without `first`, ascending


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far citations reach: of `articles`, so many cite one here, and so many have both hops."""

    articles: int
    one_hop: int
    two_hops: int


class CitationGraph:
    """Who cites whom among the usable articles."""

    def __init__(self, edges: Iterable[tuple[int, int]], usable: Collection[int]) -> None:
        """`edges` are (citing id, cited id); those with an end that is not usable are dropped."""
        self._usable = frozenset(usable)
        cites: dict[int, set[int]] = {}
        for citing, cited in edges:
            if citing != cited and citing in self._usable and cited in self._usable:
                cites.setdefault(citing, set()).add(cited)
        self._cites = cites

    def neighbourhood(self, seed: int) -> Neighbourhood | None:
        """Both hops of an article; None unless there is something in each (as published)."""
        first = self._cites.get(seed, set())
        reached = {cited for middle in first for cited in self._cites.get(middle, ())} - {seed}
        if not first or not reached:
            return None
        return Neighbourhood(seed, tuple(sorted(first)), tuple(sorted(reached - first)))

    def coverage(self) -> Coverage:
        """How many usable articles have a first hop, and how many both."""
        two = sum(self.neighbourhood(seed) is not None for seed in self._cites)
        return Coverage(len(self._usable), len(self._cites), two)
