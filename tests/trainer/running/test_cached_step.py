"""A step in parts gives the gradients of the whole, also when memory ends in its middle."""

import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest

pytest.importorskip("torch", reason="PyTorch is in the trainer's environment only")
import torch
from torch import Tensor

from tests.trainer.tiny_base import write_base
from trainer.config import ModelConfig
from trainer.model import TrainableEncoder, load_encoder
from trainer.out_of_memory import OutOfMemory, is_out_of_memory
from trainer.running.batches import padded
from trainer.running.cached_step import CachedStep, Passing
from trainer.running.stopping import StopRequested

TEXTS = [f"word{n} " * (3 + n % 5) + "and others" for n in range(10)]


@pytest.fixture
def encoder(tmp_path: Path) -> TrainableEncoder:
    config = ModelConfig(pooling="mean", max_tokens=16, dropout=0.0, tuning="full")
    return load_encoder(write_base(tmp_path / "base"), config).train()


def loss_of(vectors: Tensor) -> tuple[Tensor, dict[str, float]]:
    """Any loss in which every vector depends on every other."""
    return ((vectors @ vectors.T) ** 3).mean() + vectors[:, 0].sum(), {}


def gradients(encoder: TrainableEncoder) -> dict[str, Tensor]:
    found = {
        name: torch.zeros_like(value) if value.grad is None else value.grad.clone()
        for name, value in encoder.trainable().items()
    }
    encoder.zero_grad()
    return found


def direct(encoder: TrainableEncoder) -> tuple[float, dict[str, Tensor]]:
    """The step as autograd does it in one go."""
    loss, _ = loss_of(encoder(*padded(encoder.tokenize(TEXTS), "cpu")))
    loss.backward()
    return float(loss.detach()), gradients(encoder)


@pytest.mark.parametrize("cached", [True, False])
@pytest.mark.parametrize("micro", [1, 3, 100])
def test_parts_equal_the_whole(encoder: TrainableEncoder, micro: int, cached: bool) -> None:
    expected, wanted = direct(encoder)
    step = CachedStep(encoder, Passing(micro, cached), seed=1)
    loss, _ = step.run(0, encoder.tokenize(TEXTS), loss_of)
    assert loss == pytest.approx(expected, abs=1e-6)
    torch.testing.assert_close(gradients(encoder), wanted, atol=1e-6, rtol=1e-4)


def test_dropout_of_both_passes_is_the_same(tmp_path: Path) -> None:
    config = ModelConfig(pooling="mean", max_tokens=16, dropout=0.5, tuning="full")
    encoder = load_encoder(write_base(tmp_path / "base"), config).train()
    found = []
    for cached in (True, False):
        CachedStep(encoder, Passing(2, cached), seed=1).run(7, encoder.tokenize(TEXTS), loss_of)
        found.append(gradients(encoder))
    torch.testing.assert_close(found[0], found[1], atol=1e-6, rtol=1e-4)
    CachedStep(encoder, Passing(2, True), seed=1).run(8, encoder.tokenize(TEXTS), loss_of)
    name = "transformer.embeddings.LayerNorm.weight"
    assert not torch.allclose(gradients(encoder)[name], found[0][name])


def failing(
    encoder: TrainableEncoder, error: Exception, fails: Callable[[int, bool], bool]
) -> list[int]:
    """Let passes fail by (texts, with gradient); the sizes that were tried."""
    forward, tried = encoder.forward, []

    def limited(ids: Tensor, mask: Tensor) -> Tensor:
        tried.append(len(ids))
        if fails(len(ids), torch.is_grad_enabled()):
            raise error
        return forward(ids, mask)

    encoder.forward = limited  # type: ignore[method-assign]
    return tried


ERRORS = [
    torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"),
    RuntimeError("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory"),
    MemoryError(),
    RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling cublasCreate(handle)"),
    RuntimeError("Invalid buffer size: 9.54 GiB"),
]


@pytest.mark.parametrize("error", ERRORS, ids=["cuda", "cpu", "python", "cublas", "metal"])
@pytest.mark.parametrize("with_gradient_only", [True, False])
def test_memory_that_ends_halves_the_parts_and_changes_nothing(
    encoder: TrainableEncoder, error: Exception, with_gradient_only: bool
) -> None:
    expected, wanted = direct(encoder)
    shrunk: list[tuple[int, bool]] = []
    tried = failing(encoder, error, lambda n, grad: n > 2 and (grad or not with_gradient_only))
    step = CachedStep(
        encoder,
        Passing(8, False),
        seed=1,
        shrunk=lambda passing: shrunk.append((passing.micro, passing.cached)),
    )
    loss, _ = step.run(0, encoder.tokenize(TEXTS), loss_of)
    assert loss == pytest.approx(expected, abs=1e-6)
    torch.testing.assert_close(gradients(encoder), wanted, atol=1e-6, rtol=1e-4)
    assert shrunk[0] == (8, True)
    assert [micro for micro, _ in shrunk[1:]] == [4, 2, 1][: len(shrunk) - 1]
    assert max(tried) > 2
    before = len(shrunk)
    step.run(1, encoder.tokenize(TEXTS), loss_of)
    assert len(shrunk) == before  # what was learnt is kept


class _Kept(torch.autograd.Function):
    """Passes vectors on, keeps a tensor for the way back, and fails there once."""

    fails = False
    kept: ClassVar[list[weakref.ref[Tensor]]] = []

    @staticmethod
    def forward(ctx: Any, vectors: Tensor) -> Tensor:
        own = vectors.detach().clone()
        ctx.save_for_backward(own)
        _Kept.kept.append(weakref.ref(own))
        return vectors.clone()

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        if _Kept.fails:
            _Kept.fails = False
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return gradient


def test_nothing_of_a_failed_pass_is_held(encoder: TrainableEncoder) -> None:
    forward = encoder.forward
    encoder.forward = lambda *given: _Kept.apply(forward(*given))  # type: ignore[method-assign]
    alive: list[int] = []

    def shrunk(passing: Passing) -> None:
        alive.append(sum(kept() is not None for kept in _Kept.kept))

    _Kept.kept.clear()
    _Kept.fails = True
    step = CachedStep(encoder, Passing(4, False), seed=1, shrunk=shrunk)
    step.run(0, encoder.tokenize(TEXTS), loss_of)
    assert len(_Kept.kept) > 3
    assert alive == [0]


def test_memory_for_not_even_one_text(encoder: TrainableEncoder) -> None:
    failing(encoder, MemoryError(), lambda n, grad: True)
    step = CachedStep(encoder, Passing(8, False), seed=1)
    with pytest.raises(OutOfMemory):
        step.run(0, encoder.tokenize(TEXTS), loss_of)


def test_other_errors_pass(encoder: TrainableEncoder) -> None:
    failing(encoder, RuntimeError("mat1 and mat2 shapes"), lambda n, grad: True)
    with pytest.raises(RuntimeError, match="shapes"):
        CachedStep(encoder, Passing(8, False), seed=1).run(0, encoder.tokenize(TEXTS), loss_of)
    assert not is_out_of_memory(ValueError("out of memory"))


def test_stop_is_seen_between_parts(encoder: TrainableEncoder) -> None:
    asked = 0

    def check() -> None:
        nonlocal asked
        asked += 1
        if asked == 2:
            raise StopRequested

    step = CachedStep(encoder, Passing(1, True), seed=1, check=check)
    with pytest.raises(StopRequested):
        step.run(0, encoder.tokenize(TEXTS), loss_of)
