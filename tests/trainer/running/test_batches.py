"""The plan of a run: each example, no duplicates, little padding, the same after a stop."""

import numpy as np
import pytest

pytest.importorskip("torch", reason="PyTorch is in the trainer's environment only")
from trainer.running.batches import BatchPlan, length_groups, padded, padding_share

LENGTHS = np.random.default_rng(1).integers(20, 257, 1000).tolist()


@pytest.mark.parametrize("grouped", [True, False])
def test_an_epoch_has_every_example_once(grouped: bool) -> None:
    plan = BatchPlan(LENGTHS, 32, seed=1, grouped=grouped)
    steps = plan.steps_an_epoch
    seen = [example for step in range(steps) for example in plan.batch(step)]
    assert len(seen) == len(set(seen)) == steps * 32
    later = [example for step in range(steps, 2 * steps) for example in plan.batch(step)]
    assert later != seen


def test_a_step_does_not_depend_on_what_was_asked_before() -> None:
    fresh = BatchPlan(LENGTHS, 32, seed=5)
    late = fresh.batch(70)
    walked = BatchPlan(LENGTHS, 32, seed=5)
    assert [walked.batch(step) for step in range(71)][-1] == late
    assert BatchPlan(LENGTHS, 32, seed=6).batch(70) != late


def test_grouping_keeps_padding_low() -> None:
    def share(grouped: bool) -> float:
        plan = BatchPlan(LENGTHS, 32, seed=1, grouped=grouped)
        batches = [[LENGTHS[i] for i in plan.batch(s)] for s in range(plan.steps_an_epoch)]
        groups = [length_groups(batch, 8 * 256) for batch in batches]
        return float(np.mean([padding_share(b, g) for b, g in zip(batches, groups, strict=True)]))

    assert share(True) <= 0.05
    assert share(True) < share(False)


def test_no_key_comes_twice_in_a_batch() -> None:
    keys = [(number % 40, f"q{number}") for number in range(200)]
    plan = BatchPlan([10] * 200, 16, seed=2, keys=keys)
    seen = []
    for step in range(plan.steps_an_epoch):
        batch = plan.batch(step)
        assert len({keys[i][0] for i in batch}) == len(batch) == 16
        seen += batch
    assert len(set(seen)) > 150  # who had to wait came later


def test_examples_that_all_exclude_each_other_still_make_a_plan() -> None:
    plan = BatchPlan([5] * 6, 4, seed=1, keys=[("same",)] * 6)
    assert [len(plan.batch(step)) for step in range(3)] == [1, 1, 1]


def test_fewer_examples_than_a_batch() -> None:
    plan = BatchPlan([5, 6, 7], 32, seed=1)
    assert plan.steps_an_epoch == 1
    assert sorted(plan.batch(0)) == [0, 1, 2]
    assert sorted(plan.batch(9)) == [0, 1, 2]


def test_groups_hold_every_text_within_the_budget() -> None:
    groups = length_groups([5, 50, 7, 300, 8], 100)
    assert sorted(i for group in groups for i in group) == [0, 1, 2, 3, 4]
    assert groups == [[3], [1], [4, 2, 0]]


def test_short_queries_are_not_padded_to_long_articles() -> None:
    lengths = [*range(12, 44), 250, 256, 240, 180]
    groups = length_groups(lengths, 8 * 256)
    assert padding_share(lengths, groups) <= 0.06  # filled by budget alone: .42
    assert len(groups) <= 9
    assert length_groups([], 100) == []


def test_a_gpu_is_given_few_large_groups() -> None:
    """To start a pass takes it as long as to compute a thousand tokens."""
    lengths = [*range(12, 44), 250, 256, 240, 180]
    assert len(length_groups(lengths, 8 * 256)) > 5
    groups = length_groups(lengths, 8 * 256, "cuda")
    assert len(groups) == 2
    assert length_groups(lengths, 8 * 256, "mps") == groups


def test_padding_is_masked() -> None:
    ids, mask = padded([np.array([5, 6, 7], np.int32), np.array([9], np.int32)], "cpu")
    assert ids.tolist() == [[5, 6, 7], [9, 0, 0]]
    assert mask.tolist() == [[1, 1, 1], [1, 0, 0]]
    assert padding_share([3, 1], [[0, 1]]) == pytest.approx(1 / 3)
