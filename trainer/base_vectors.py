"""What the untrained base makes of a step's texts, for the losses that compare with it."""

from dataclasses import dataclass

import torch
from torch import Tensor

from trainer.config import TrainConfig
from trainer.encoding import FloatArray
from trainer.model import TrainableEncoder
from trainer.recipes import StepBatch


@dataclass(frozen=True, slots=True)
class BaseVectors:
    """Vectors of length 1 by the base; None where no term asks for them."""

    kept: tuple[list[int], Tensor] | None = None  # rows of the step's texts, and their vectors
    queries: Tensor | None = None  # (heading queries, dimension)
    candidates: Tensor | None = None  # (candidates, dimension): articles that they rank
    anchored: Tensor | None = None  # (anchored articles, dimension)


NOTHING = BaseVectors()


class Base:
    """The base as it was, and its vectors of the articles when they are kept."""

    def __init__(
        self,
        config: TrainConfig,
        encoder: TrainableEncoder | None,
        documents: FloatArray | None = None,
    ) -> None:
        """`encoder` is None when no term of the loss compares with it."""
        self._config = config
        self._encoder = encoder
        self._documents = None
        if encoder is not None and documents is not None:
            self._documents = torch.from_numpy(documents).to(encoder.device)

    def of(self, batch: StepBatch, step: int) -> BaseVectors:
        """The base's vectors for a step, counted from 0."""
        if self._encoder is None:
            return NOTHING
        kept = None
        if self._config.loss.distillation:
            rows = self._sample(len(batch.tokens), step)
            kept = rows, self._encoder.vectors([batch.tokens[row] for row in rows])
        headings = batch.headings
        if headings is None or self._documents is None:
            return BaseVectors(kept)
        return BaseVectors(
            kept=kept,
            queries=self._encoder.vectors(headings.tokens[: headings.queries]),
            candidates=self._documents[torch.from_numpy(headings.candidates).long()],
            anchored=self._documents[torch.from_numpy(headings.anchored).long()],
        )

    def _sample(self, texts: int, step: int) -> list[int]:
        """The texts of a step whose similarities are kept near the base's."""
        seed = hash((self._config.seed, step)) & 0x7FFFFFFF
        order = torch.randperm(texts, generator=torch.Generator().manual_seed(seed))
        return sorted(order[: self._config.loss.distillation_texts].tolist())
