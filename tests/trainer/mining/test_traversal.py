"""The traversal equals a slow one written from the paper's words, draw by draw."""

import math
import random
from collections.abc import Sequence

import numpy as np
import pytest

from trainer.mining.traversal import RANDOM, START, WALK, Plan, Visited, traverse


class Draws:
    """Numbers in [0, 1) that can be gone through twice."""

    def __init__(self, seed: int) -> None:
        chance = random.Random(seed)
        self.numbers = [chance.random() for _ in range(40)]
        self.used = 0

    def __call__(self) -> float:
        self.used += 1
        return self.numbers[self.used - 1]


def slow(
    query: Sequence[float], documents: Sequence[Sequence[float]], first_hop: int, numbers: Draws
) -> tuple[list[tuple[int, str]], list[list[float]]]:
    """Plain Python: what was visited and how, and the probabilities of every step."""

    def cosine(a: Sequence[float], b: Sequence[float]) -> float:
        return math.fsum(x * y for x, y in zip(a, b, strict=True))

    found: list[tuple[int, str]] = []
    chances = []
    by_query = sorted(range(first_hop), key=lambda i: (-cosine(query, documents[i]), i))
    for start in by_query[:3]:
        seen = {row for row, _ in found}
        if start in seen:
            continue
        found.append((start, START))
        here = start
        for _ in range(2):
            seen = {row for row, _ in found}
            rest = [i for i in range(len(documents)) if i not in seen]
            if not rest:
                break
            order = sorted((-cosine(documents[here], documents[i]), i) for i in rest)
            near = [i for _, i in order[:5]]
            weights = [math.exp(cosine(documents[here], documents[i])) for i in near]
            chances.append([weight / sum(weights) for weight in weights])
            left = numbers()
            for place, probability in enumerate(chances[-1]):
                left -= probability
                if left < 0 or place == len(near) - 1:
                    here = near[place]
                    break
            found.append((here, WALK))
    rest = [i for i in range(len(documents)) if i not in {row for row, _ in found}]
    if rest:
        found.append((rest[int(numbers() * len(rest))], RANDOM))
    return found, chances


def unit(chance: np.random.Generator, *shape: int) -> np.ndarray:
    vectors = chance.normal(size=shape)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True), np.float32)


@pytest.mark.parametrize("seed", range(60))
def test_equals_the_slow_reference(seed: int) -> None:
    chance = np.random.default_rng(seed)
    count = int(chance.integers(1, 30))
    first_hop = int(chance.integers(1, count + 1))
    query, documents = unit(chance, 6), unit(chance, count, 6)
    fast_draws, slow_draws = Draws(seed), Draws(seed)
    found = traverse(query, documents, first_hop, fast_draws)
    expected, _ = slow(query.tolist(), documents.tolist(), first_hop, slow_draws)
    assert [(visit.row, visit.how) for visit in found] == expected
    assert fast_draws.used == slow_draws.used
    assert len(found) == len({visit.row for visit in found}) <= 10


def test_steps_are_drawn_by_softmax_of_the_five_nearest() -> None:
    """Frequencies of the first step against the reference's probabilities."""
    chance = np.random.default_rng(5)
    query, documents = unit(chance, 6), unit(chance, 9, 6)
    _, [first, *_] = slow(query.tolist(), documents.tolist(), 1, Draws(0))
    order = np.argsort(-(documents[1:] @ documents[0]))[:5] + 1
    steps = np.linspace(0, 1, 100_001)[:-1]
    plan = Plan(walks=1, length=2, with_random=False)
    draws = [iter([u]) for u in steps[::50].tolist()]
    rows = np.array([traverse(query, documents, 1, d.__next__, plan)[1].row for d in draws])
    shares = [float((rows == row).mean()) for row in order]
    assert shares == pytest.approx(first, abs=1e-3)
    assert sum(shares) == pytest.approx(1)


def test_the_numbers_of_the_plan() -> None:
    """Three walks of three and one more, unless a start was visited before."""
    chance = np.random.default_rng(1)
    runs = [traverse(unit(chance, 6), unit(chance, 60, 6), 20, Draws(n)) for n in range(20)]
    ways = {tuple(visit.how for visit in found) for found in runs}
    walk = (START, WALK, WALK)
    assert ways == {walk * 3 + (RANDOM,), walk * 2 + (RANDOM,)}


def test_one_neighbour() -> None:
    chance = np.random.default_rng(1)
    assert traverse(unit(chance, 6), unit(chance, 1, 6), 1, Draws(1)) == [Visited(0, START)]


def test_equal_articles_are_taken_in_their_order() -> None:
    documents = np.tile(np.array([[1, 0]], np.float32), (8, 1))
    found = traverse(documents[0], documents, 8, lambda: 0.0)
    assert [visit.row for visit in found] == [0, 1, 2, 3]  # starts 1 and 2 were visited before
