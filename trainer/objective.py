"""The loss of a step: the terms of `losses.py` that the recipe asks for, weighed and added."""

from collections.abc import Callable

import torch
from torch import Tensor

from trainer.config import LossConfig, TrainConfig
from trainer.losses import (
    Contrast,
    contrastive_loss,
    distillation_loss,
    margin_loss,
    ranking_loss,
    regression_loss,
)
from trainer.recipes import StepBatch

Parts = dict[str, float]


class Objective:
    """Vectors of a step's texts to its loss."""

    def __init__(self, config: TrainConfig) -> None:
        self._recipe = config.recipe
        self._loss = config.loss
        self._contrast = _contrast(config.loss)

    @property
    def needs_base(self) -> bool:
        """Whether it wants the base's own vectors too."""
        return self._loss.distillation > 0

    def sample(self, texts: int, seed: int) -> list[int]:
        """The texts of a step whose similarities are kept near the base's."""
        order = torch.randperm(texts, generator=torch.Generator().manual_seed(seed))
        return sorted(order[: self._loss.distillation_texts].tolist())

    def __call__(
        self, vectors: Tensor, batch: StepBatch, base: tuple[list[int], Tensor] | None = None
    ) -> tuple[Tensor, Parts]:
        """The loss of vectors (texts, dimension) and its terms before weighing.

        `base` are rows of `vectors` and the base's vectors of them.
        """
        terms: list[tuple[float, Tensor]] = []
        parts: Parts = {}

        def add(name: str, weight: float, term: Tensor) -> None:
            terms.append((weight, term))
            parts[name] = float(term.detach())

        if self._recipe != "bica":
            self._add_labels(vectors, batch, add, parts)
        if self._recipe != "biohicl":
            self._add_ranking(vectors, batch, add)
        if base is not None:
            rows, before = base
            now = vectors[rows] @ vectors[rows].T
            apart = ~torch.eye(len(rows), dtype=torch.bool, device=now.device)
            term = distillation_loss(now, before @ before.T, apart)
            add("distillation", self._loss.distillation, term)
        return torch.stack([weight * term for weight, term in terms]).sum(), parts

    def _add_labels(
        self,
        vectors: Tensor,
        batch: StepBatch,
        add: Callable[[str, float, Tensor], None],
        parts: Parts,
    ) -> None:
        articles = vectors[batch.queries :]
        anchors = vectors[: batch.queries] if batch.titles else articles
        assert batch.sim_l is not None
        assert batch.sim_valid is not None
        assert batch.own is not None
        sim_e, device = anchors @ articles.T, vectors.device
        sim_l, valid = batch.sim_l.to(device), batch.sim_valid.to(device)
        share = 1.0 if self._recipe == "biohicl" else self._loss.label_share
        add("regression", share * self._loss.regression, regression_loss(sim_e, sim_l, valid))
        if batch.titles:  # a title's own article is its best positive
            valid = valid | batch.own.to(device)
            sim_l = torch.where(batch.own.to(device), torch.ones_like(sim_l), sim_l)
        term, skipped = contrastive_loss(sim_e, sim_l, valid, self._contrast)
        add("contrastive", share * self._loss.contrastive, term)
        parts["contrasted"] = 1 - skipped / len(sim_e)

    def _add_ranking(
        self, vectors: Tensor, batch: StepBatch, add: Callable[[str, float, Tensor], None]
    ) -> None:
        queries, articles = vectors[: batch.queries], vectors[batch.queries :]
        sim_e, device = queries @ articles.T, vectors.device
        assert batch.positive is not None
        assert batch.allowed is not None
        positive, allowed = batch.positive.to(device), batch.allowed.to(device)
        term = ranking_loss(sim_e, positive, allowed, self._loss.ranking_scale)
        add("ranking", self._loss.ranking, term)
        if batch.margins is not None:
            margins = batch.margins.to(device)
            term = margin_loss(sim_e, positive, margins, self._loss.margin_scale)
            add("margin", self._loss.margin, term)


def _contrast(config: LossConfig) -> Contrast:
    return Contrast(
        above=config.positive_above,
        up_to=config.negative_up_to,
        form=config.contrastive_form,
        temperature=config.temperature,
        positives=config.positives,
    )
