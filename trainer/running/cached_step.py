"""Vectors and gradients of a whole batch with the memory of a part of it.

The loss of a batch needs all its vectors at once, the model's activations it does not: vectors are
computed in groups, the loss gives a gradient for every vector, and the groups carry it back
(GradCache, arXiv 2101.06983). With memory enough the activations are kept from the first pass;
else they are computed a second time. Under several processes each computes its share of the texts
and all see the same loss, so the step is the same as on one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, distributed

from trainer.model import TrainableEncoder
from trainer.out_of_memory import OutOfMemory, free_what_is_kept, is_out_of_memory
from trainer.running.batches import IntArray, length_groups, padded

LossOf = Callable[[Tensor], tuple[Tensor, dict[str, float]]]


@dataclass(slots=True)
class Passing:
    """How texts go through the model; changed when memory ends."""

    micro: int  # longest texts of a group
    cached: bool  # whether activations are computed twice


class CachedStep:
    """Forward and backward of one step."""

    def __init__(
        self,
        encoder: TrainableEncoder,
        passing: Passing,
        seed: int,
        check: Callable[[], None] = lambda: None,
        shrunk: Callable[[Passing], None] = lambda passing: None,
    ) -> None:
        """`check` is called between groups and may raise; `shrunk` after memory ended."""
        self.encoder = encoder
        self.passing = passing
        self._seed = seed
        self._check = check
        self._shrunk = shrunk

    def run(
        self, step: int, tokens: Sequence[IntArray], loss_of: LossOf
    ) -> tuple[float, dict[str, float]]:
        """Add the step's gradients to the weights; its loss and the loss's parts."""
        mine = _share(len(tokens))
        own = [tokens[i] for i in mine]
        vectors, graphs = self._forward(step, own)
        whole = _gathered(vectors, mine, len(tokens)).requires_grad_()
        loss, parts = loss_of(whole)
        loss.backward()
        assert whole.grad is not None
        self._backward(step, own, whole.grad[mine], graphs)
        _sum_gradients(self.encoder)
        return float(loss.detach()), parts

    def _groups(self, own: Sequence[IntArray]) -> list[list[int]]:
        budget = self.passing.micro * self.encoder.max_tokens
        return length_groups([len(item) for item in own], budget, self.encoder.device.type)

    def _one(self, step: int, own: Sequence[IntArray], group: Sequence[int]) -> Tensor:
        """Vectors of a group; dropout is the same whenever this step computes this group."""
        torch.manual_seed(hash((self._seed, step, _rank(), group[0])) & 0x7FFFFFFF)
        return self.encoder(*padded([own[i] for i in group], self.encoder.device))

    def _forward(
        self, step: int, own: Sequence[IntArray]
    ) -> tuple[Tensor, list[tuple[list[int], Tensor]]]:
        """All vectors without gradient, and per group those with it unless cached."""
        while True:
            try:
                return self._passed(step, own)
            except (RuntimeError, MemoryError) as error:
                self._must_shrink(error)
            self._shrink()

    def _passed(
        self, step: int, own: Sequence[IntArray]
    ) -> tuple[Tensor, list[tuple[list[int], Tensor]]]:
        vectors = torch.zeros(len(own), self.encoder.dimension, device=self.encoder.device)
        graphs: list[tuple[list[int], Tensor]] = []
        for group in self._groups(own):
            self._check()
            with torch.set_grad_enabled(not self.passing.cached):
                found = self._one(step, own, group)
            vectors[group] = found.detach()
            if not self.passing.cached:
                graphs.append((group, found))
        return vectors, graphs

    def _backward(
        self,
        step: int,
        own: Sequence[IntArray],
        gradient: Tensor,
        graphs: list[tuple[list[int], Tensor]],
    ) -> None:
        while True:
            try:
                if graphs:
                    while graphs:
                        _carried_back(*graphs.pop(), gradient)
                    return
                for group in self._groups(own):
                    self._check()
                    self._one(step, own, group).backward(gradient[group])
                return
            except (RuntimeError, MemoryError) as error:
                graphs.clear()
                self._must_shrink(error)
            self._shrink()
            self.encoder.zero_grad()

    def _must_shrink(self, error: RuntimeError | MemoryError) -> None:
        """Raise what is no lack of memory, or one that smaller groups do not help."""
        if not is_out_of_memory(error):
            raise error
        if self.passing.micro == 1 and self.passing.cached:
            raise OutOfMemory from error

    def _shrink(self) -> None:
        """Halve the groups and keep no activations."""
        if self.passing.cached:
            self.passing.micro //= 2
        self.passing.cached = True
        free_what_is_kept()
        self._shrunk(self.passing)


def _carried_back(group: list[int], found: Tensor, gradient: Tensor) -> None:
    """A function of its own, so that nothing holds a graph that failed."""
    found.backward(gradient[group])


# --- several processes ---------------------------------------------------------------------------


def _rank() -> int:
    return distributed.get_rank() if distributed.is_initialized() else 0


def _world() -> int:
    return distributed.get_world_size() if distributed.is_initialized() else 1


def _share(count: int) -> list[int]:
    """The texts that this process computes."""
    return list(range(_rank(), count, _world()))


def _gathered(vectors: Tensor, mine: Sequence[int], count: int) -> Tensor:
    """The vectors of all processes, (count, dimension)."""
    whole = torch.zeros(count, vectors.shape[1], device=vectors.device)
    whole[mine] = vectors
    if _world() > 1:
        distributed.all_reduce(whole)
    return whole


def _sum_gradients(encoder: TrainableEncoder) -> None:
    """Add up the processes' gradients: each holds the part of its own texts."""
    if _world() == 1:
        return
    parameters = list(encoder.trainable().values())
    flat = torch.cat(
        [(torch.zeros_like(p) if p.grad is None else p.grad).flatten() for p in parameters]
    )
    distributed.all_reduce(flat)
    start = 0
    for parameter in parameters:
        size = parameter.numel()
        parameter.grad = flat[start : start + size].view_as(parameter).clone()
        start += size
