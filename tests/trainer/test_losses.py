"""The losses against slow references in plain Python, and their gradients against differences."""

import math
from itertools import product

import numpy as np
import pytest

pytest.importorskip("torch", reason="PyTorch is in the trainer's environment only")
import torch
from torch import Tensor

from trainer.losses import (
    Contrast,
    anchor_loss,
    contrastive_loss,
    distillation_loss,
    label_shift_loss,
    margin_loss,
    ranking_loss,
    regression_loss,
)

SIZE = 6


def matrices(seed: int = 0) -> tuple[Tensor, Tensor, Tensor]:
    """SimE, SimL and the valid pairs (all but the diagonal) of six anchors, in float64."""
    chance = np.random.default_rng(seed)
    vectors = chance.normal(size=(SIZE, 4))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    sim_l = np.round(np.clip(chance.uniform(-0.6, 1, (SIZE, SIZE)), 0, 1), 2)
    valid = ~np.eye(SIZE, dtype=bool)
    return torch.tensor(vectors @ vectors.T), torch.tensor(sim_l), torch.tensor(valid)


def slow_regression(sim_e: Tensor, sim_l: Tensor, valid: Tensor) -> float:
    squares = [
        (float(sim_e[i, j]) - float(sim_l[i, j])) ** 2
        for i, j in product(range(SIZE), repeat=2)
        if valid[i, j]
    ]
    return sum(squares) / len(squares)


def slow_contrastive(
    sim_e: Tensor, sim_l: Tensor, valid: Tensor, options: Contrast
) -> tuple[float, int]:
    """L_con by the printed formula, pair by pair."""
    anchors = []
    for i in range(SIZE):
        others = [j for j in range(SIZE) if valid[i, j]]
        positives = [j for j in others if sim_l[i, j] > options.above]
        negatives = [j for j in others if sim_l[i, j] <= options.up_to]
        if options.positives == "one" and positives:
            positives = [max(positives, key=lambda j: float(sim_l[i, j]))]
        if positives and negatives:
            below = sum(math.exp(float(sim_e[i, n]) / options.temperature) for n in negatives)
            terms = []
            for p in positives:
                above, weight = math.exp(float(sim_e[i, p]) / options.temperature), sim_l[i, p]
                if options.form == "as_printed":
                    terms.append(-math.log(float(weight) * above / below))
                else:
                    terms.append(-float(weight) * math.log(above / below))
            anchors.append(sum(terms) / len(terms))
    return (sum(anchors) / len(anchors) if anchors else 0.0), SIZE - len(anchors)


@pytest.mark.parametrize("seed", range(4))
def test_regression_equals_the_formula(seed: int) -> None:
    given = matrices(seed)
    assert float(regression_loss(*given)) == pytest.approx(slow_regression(*given), abs=1e-6)


@pytest.mark.parametrize("form", ["as_printed", "weighted"])
@pytest.mark.parametrize("positives", ["one", "all"])
@pytest.mark.parametrize(("temperature", "up_to"), [(1.0, 0.0), (0.05, 0.1)])
@pytest.mark.parametrize("seed", range(3))
def test_contrastive_equals_the_formula(
    form: str, positives: str, temperature: float, up_to: float, seed: int
) -> None:
    options = Contrast(0.3, up_to, form, temperature, positives)  # type: ignore[arg-type]
    given = matrices(seed)
    value, skipped = contrastive_loss(*given, options)
    expected, expected_skipped = slow_contrastive(*given, options)
    assert float(value) == pytest.approx(expected, abs=1e-6)
    assert skipped == expected_skipped


def test_as_printed_differs_from_weighted_in_gradient_only_by_the_weight() -> None:
    sim_e, sim_l, valid = matrices()
    gradients = []
    for form in ("as_printed", "weighted"):
        leaf = sim_e.clone().requires_grad_()
        contrastive_loss(leaf, sim_l, valid, Contrast(form=form))[0].backward()
        gradients.append(leaf.grad)
    flat = sim_l.clone()
    flat[flat > 0.3] = 0.5  # as printed, the value of SimL above beta has no gradient
    leaf = sim_e.clone().requires_grad_()
    contrastive_loss(leaf, flat, valid, Contrast(form="as_printed"))[0].backward()
    torch.testing.assert_close(leaf.grad, gradients[0])
    assert not torch.allclose(gradients[0], gradients[1])


def test_anchors_without_positive_or_negative_are_skipped_without_nan() -> None:
    sim_e, _, valid = matrices()
    leaf = sim_e.requires_grad_()
    value, skipped = contrastive_loss(leaf, torch.full((SIZE, SIZE), 0.2), valid, Contrast())
    value.backward()
    assert (float(value.detach()), skipped) == (0.0, SIZE)
    assert torch.isfinite(leaf.grad).all()


def test_ranking_equals_the_formula() -> None:
    sim_e = torch.rand(3, 5, dtype=torch.float64)
    positive = torch.tensor([0, 3, 1])
    terms = []
    for q in range(3):
        below = sum(math.exp(20 * float(sim_e[q, c])) for c in range(5))
        terms.append(-math.log(math.exp(20 * float(sim_e[q, positive[q]])) / below))
    assert float(ranking_loss(sim_e, positive)) == pytest.approx(sum(terms) / 3, abs=1e-6)


def test_margin_equals_the_formula() -> None:
    sim_e = torch.rand(2, 3, dtype=torch.float64)
    margins = torch.tensor([[math.nan, 4.0, math.nan], [2.0, math.nan, -1.0]], dtype=torch.float64)
    positive = torch.tensor([0, 1])
    terms = [
        (float(sim_e[q, positive[q]] - sim_e[q, c]) - 0.05 * float(margins[q, c])) ** 2
        for q, c in ((0, 1), (1, 0), (1, 2))
    ]
    assert float(margin_loss(sim_e, positive, margins, 0.05)) == pytest.approx(
        sum(terms) / 3, abs=1e-6
    )
    assert float(margin_loss(sim_e, positive, torch.full_like(margins, math.nan), 1)) == 0


def slow_label_shift(sim_e: Tensor, sim_base: Tensor, sim_l: Tensor) -> float:
    """KL by its definition, query by query, with shift .3 and temperature .1."""
    total = 0.0
    for query in range(SIZE):
        labels = [float(sim_l[query, d]) for d in range(SIZE)]
        wanted = [float(sim_base[query, d]) + 0.3 * labels[d] / max(labels) for d in range(SIZE)]
        target = [math.exp(value / 0.1) for value in wanted]
        made = [math.exp(float(sim_e[query, d]) / 0.1) for d in range(SIZE)]
        for t, m in zip(target, made, strict=True):
            share = t / sum(target)
            total += share * (math.log(share) - math.log(m / sum(made)))
    return total / SIZE


def test_label_shift_equals_the_formula() -> None:
    sim_e, sim_l, _ = matrices(1)
    sim_base = matrices(2)[0]
    found = float(label_shift_loss(sim_e, sim_base, sim_l, 0.3, 0.1))
    assert found == pytest.approx(slow_label_shift(sim_e, sim_base, sim_l))
    moved = label_shift_loss(
        sim_base + 0.3 * sim_l / sim_l.amax(1, True), sim_base, sim_l, 0.3, 0.1
    )
    assert float(moved) == pytest.approx(0, abs=1e-12)  # what is asked for costs nothing
    unlabelled = label_shift_loss(sim_base, sim_base, torch.zeros_like(sim_l), 0.3, 0.1)
    assert float(unlabelled) == pytest.approx(0, abs=1e-12)  # nothing known: the base is right


def test_anchor_is_one_minus_the_cosine() -> None:
    now = torch.tensor([[1.0, 0.0], [0.6, 0.8]])
    assert float(anchor_loss(now, now)) == pytest.approx(0)
    before = torch.tensor([[0.0, 1.0], [0.6, 0.8]])
    assert float(anchor_loss(now, before)) == pytest.approx(0.5)


def test_gradients_equal_differences() -> None:
    sim_e, sim_l, valid = matrices(1)
    leaf = (sim_e * 0.9).requires_grad_()
    positive = torch.arange(SIZE)
    margins = torch.rand(SIZE, SIZE, dtype=torch.float64)
    for form in ("as_printed", "weighted"):
        options = Contrast(form=form, temperature=0.2)
        assert torch.autograd.gradcheck(
            lambda e, o=options: contrastive_loss(e, sim_l, valid, o)[0], leaf
        )
    assert torch.autograd.gradcheck(lambda e: regression_loss(e, sim_l, valid), leaf)
    assert torch.autograd.gradcheck(lambda e: distillation_loss(e, sim_l, valid), leaf)
    assert torch.autograd.gradcheck(lambda e: ranking_loss(e, positive, 5.0), leaf)
    assert torch.autograd.gradcheck(lambda e: margin_loss(e, positive, margins, 0.1), leaf)
    assert torch.autograd.gradcheck(
        lambda e: label_shift_loss(e, sim_e.roll(1, 0), sim_l, 0.3, 0.1), leaf
    )
    assert torch.autograd.gradcheck(lambda e: anchor_loss(e, sim_e), leaf)
