"""BiCA's semantic traversal: hard negatives along a walk through similar articles (section 3.3).

As published and as its code does it: walks begin at the first-hop articles nearest to the query
and share one set of visited articles; a start that an earlier walk has visited begins no walk. From
where a walk stands, the next article is drawn from the most similar unvisited ones by a softmax of
their cosines, without temperature. At last one unvisited article is drawn uniformly.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from trainer.encoding import FloatArray

START, WALK, RANDOM = "start", "walk", "random"


@dataclass(frozen=True, slots=True)
class Plan:
    """The numbers of the published traversal: at most walks x length + 1 articles."""

    walks: int = 3
    length: int = 3  # articles of a walk, its start included
    nearest: int = 5  # articles that a step is drawn from
    with_random: bool = True


@dataclass(frozen=True, slots=True)
class Visited:
    """An article that was found, by its row, and how."""

    row: int
    how: str


PUBLISHED = Plan()


def traverse(
    query: FloatArray,
    documents: FloatArray,
    first_hop: int,
    draw: Callable[[], float],
    plan: Plan = PUBLISHED,
) -> list[Visited]:
    """The articles visited, in the order of the visits.

    `query` (d,) and `documents` (n, d) are unit vectors; the first `first_hop` documents are hop 1.
    `draw` gives the random numbers in [0, 1): one for each step and one for the random article.
    Of equal cosines the earlier row is nearer.
    """
    found: list[Visited] = []
    visited = np.zeros(len(documents), bool)
    starts = _nearest(documents[:first_hop] @ query, plan.walks)
    for start in starts.tolist():
        if visited[start]:
            continue
        here, how = start, START
        for step in range(plan.length):
            visited[here] = True
            found.append(Visited(here, how))
            if step + 1 == plan.length or visited.all():
                break
            here, how = _next(documents, here, visited, draw, plan.nearest), WALK
    unvisited = np.flatnonzero(~visited)
    if plan.with_random and len(unvisited):
        found.append(Visited(int(unvisited[int(draw() * len(unvisited))]), RANDOM))
    return found


def _next(
    documents: FloatArray,
    here: int,
    visited: np.ndarray,
    draw: Callable[[], float],
    nearest: int,
) -> int:
    rows = np.flatnonzero(~visited)
    cosines = documents[rows] @ documents[here]
    chosen = _nearest(cosines, nearest)
    weights = np.exp(cosines[chosen].astype(np.float64))
    bounds = np.cumsum(weights / weights.sum())
    place = min(int(np.searchsorted(bounds, draw(), side="right")), len(chosen) - 1)
    return int(rows[chosen[place]])


def _nearest(cosines: FloatArray, count: int) -> np.ndarray:
    """Places of the greatest cosines, greatest first, the earlier of equal ones first."""
    return np.argsort(-cosines, kind="stable")[:count]
