"""The loss of a step: the terms of `losses.py` that the recipe asks for, weighed and added."""

from collections.abc import Callable

import torch
from torch import Tensor

from trainer.base_vectors import NOTHING, BaseVectors
from trainer.config import LossConfig, TrainConfig
from trainer.heading_batches import HeadingBatch
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
from trainer.recipes import StepBatch

Parts = dict[str, float]


class Objective:
    """Vectors of a step's texts to its loss."""

    def __init__(self, config: TrainConfig) -> None:
        self._recipe = config.recipe
        self._anchors = config.label_anchors
        self._loss = config.loss
        self._contrast = _contrast(config.loss)
        alone = config.recipe == "biohicl" or config.cited_answer
        self._label_share = 1.0 if alone else config.loss.label_share

    @property
    def needs_base(self) -> bool:
        """Whether it wants the base's own vectors too."""
        return self._loss.distillation > 0 or self._anchors == "headings"

    def __call__(
        self, vectors: Tensor, batch: StepBatch, base: BaseVectors = NOTHING
    ) -> tuple[Tensor, Parts]:
        """The loss of vectors (texts, dimension) and its terms before weighing."""
        terms: list[tuple[float, Tensor]] = []
        parts: Parts = {}

        def add(name: str, weight: float, term: Tensor) -> None:
            terms.append((weight, term))
            parts[name] = float(term.detach())

        if batch.headings is not None:
            self._add_headings(vectors, batch.headings, base, add)
        elif self._recipe != "bica":
            self._add_labels(vectors, batch, add, parts)
        if batch.positive is not None:
            self._add_ranking(vectors, batch, add)
        if base.kept is not None:
            rows, before = base.kept
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
        share = self._label_share
        add("regression", share * self._loss.regression, regression_loss(sim_e, sim_l, valid))
        if batch.titles:  # a title's own article is its best positive
            valid = valid | batch.own.to(device)
            sim_l = torch.where(batch.own.to(device), torch.ones_like(sim_l), sim_l)
        term, skipped = contrastive_loss(sim_e, sim_l, valid, self._contrast)
        add("contrastive", share * self._loss.contrastive, term)
        parts["contrasted"] = 1 - skipped / len(sim_e)

    def _add_headings(
        self,
        vectors: Tensor,
        headings: HeadingBatch,
        base: BaseVectors,
        add: Callable[[str, float, Tensor], None],
    ) -> None:
        own = vectors[-len(headings.tokens) :]  # after the texts of other terms
        queries, anchored = own[: headings.queries], own[headings.queries :]
        assert base.queries is not None
        assert base.candidates is not None
        assert base.anchored is not None
        term = label_shift_loss(
            queries @ base.candidates.T,
            base.queries @ base.candidates.T,
            headings.sim_l.to(vectors.device),
            self._loss.label_shift,
            self._loss.label_temperature,
        )
        add("label_shift", self._label_share, term)
        add("anchor", self._loss.anchor, anchor_loss(anchored, base.anchored))

    def _add_ranking(
        self, vectors: Tensor, batch: StepBatch, add: Callable[[str, float, Tensor], None]
    ) -> None:
        queries, articles = vectors[: batch.queries], vectors[batch.queries : batch.texts]
        sim_e, device = queries @ articles.T, vectors.device
        assert batch.positive is not None
        positive = batch.positive.to(device)
        term = ranking_loss(sim_e, positive, self._loss.ranking_scale)
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
