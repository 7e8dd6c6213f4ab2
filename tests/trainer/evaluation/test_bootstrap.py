"""Intervals: known cases, coverage of the truth, clusters, groups of unlike size."""

import numpy as np
import pytest

from trainer.evaluation.bootstrap import Interval, paired_bootstrap


def by_number(values: np.ndarray) -> list[tuple[str, float]]:
    return [(str(number), float(value)) for number, value in enumerate(values)]


def test_no_difference_has_no_width() -> None:
    assert paired_bootstrap([by_number(np.zeros(50))]) == Interval(0, 0, 0)


def test_interval_is_the_normal_one_for_many_questions() -> None:
    values = np.random.default_rng(1).normal(0.02, 0.25, 400)
    found = paired_bootstrap([by_number(values)])
    half = 1.96 * values.std() / 20
    assert found.mean == pytest.approx(values.mean())
    assert found.low == pytest.approx(values.mean() - half, abs=0.002)
    assert found.high == pytest.approx(values.mean() + half, abs=0.002)


def test_it_covers_the_truth_about_as_often_as_it_says() -> None:
    chance = np.random.default_rng(2)
    hits = 0
    for trial in range(200):
        found = paired_bootstrap([by_number(chance.normal(0.1, 0.3, 60))], trial, 500)
        hits += found.low <= 0.1 <= found.high
    assert 178 <= hits <= 200


def test_questions_of_one_article_widen_the_interval() -> None:
    values = np.random.default_rng(3).normal(0, 0.2, 100)
    alone = paired_bootstrap([by_number(values)])
    copied = [(str(number), float(v)) for number, v in enumerate(values) for _ in range(4)]
    as_if_independent = paired_bootstrap([by_number(np.repeat(values, 4))])
    clustered = paired_bootstrap([copied])
    assert clustered.high - clustered.low == pytest.approx(alone.high - alone.low, rel=0.1)
    assert as_if_independent.high - as_if_independent.low < 0.6 * (alone.high - alone.low)


def test_groups_count_the_same_whatever_their_size() -> None:
    many, few = [(f"a{n}", 0.1) for n in range(900)], [(f"b{n}", 0.3) for n in range(40)]
    assert paired_bootstrap([many, few]).mean == pytest.approx(0.2)


def test_the_same_seed_gives_the_same_interval() -> None:
    values = by_number(np.random.default_rng(4).normal(size=50))
    assert paired_bootstrap([values], 7) == paired_bootstrap([values], 7)
    assert paired_bootstrap([values], 7) != paired_bootstrap([values], 8)


@pytest.mark.parametrize("groups", [[], [[]], [[("a", 1.0)], []]])
def test_nothing_to_draw_from(groups: list[list[tuple[str, float]]]) -> None:
    with pytest.raises(ValueError, match="group"):
        paired_bootstrap(groups)
