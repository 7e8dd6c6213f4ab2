"""Nothing is learnt on a device that computes other vectors than the processor."""

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="PyTorch is in the trainer's environment only")
import torch

from tests.trainer.tiny_base import run, run_config
from trainer import train
from trainer.model import TrainableEncoder
from trainer.protocol import Device, Finished, Warned
from trainer.running import hardware
from trainer.running.hardware import Machine

METAL = Machine(torch.device("mps"), "Apple M9", torch.float32, 8 << 30)


def events(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: float) -> list[Any]:
    """A run on a stand-in for a GPU, which is off by `error` wherever it computes."""
    choose, move = hardware.choose, train._to_machine

    def to_machine(encoder: TrainableEncoder, machine: Machine, checkpointing: bool) -> None:
        if machine is not METAL:
            move(encoder, machine, checkpointing)
            return
        vectors = encoder.vectors
        chance = torch.Generator().manual_seed(1)

        def wrong(tokens: Any, micro: int = 32) -> torch.Tensor:
            found = vectors(tokens, micro)
            noise = torch.randn(found.shape, generator=chance)
            return torch.nn.functional.normalize(found + error * noise, dim=1)

        encoder.vectors = wrong  # type: ignore[method-assign]

    monkeypatch.setattr(train, "_to_machine", to_machine)
    monkeypatch.setattr(
        hardware, "choose", lambda config: METAL if config.device == "auto" else choose(config)
    )
    return run(run_config(tmp_path, schedule={"steps": 2, "device": "auto"}))


def test_a_device_that_is_wrong_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = events(tmp_path, monkeypatch, error=1.0)
    assert [event.device for event in said if isinstance(event, Device)] == ["cpu"]
    (warning,) = [e.message for e in said if isinstance(e, Warned) and "M9" in e.message]
    assert "computes other vectors than the processor" in warning
    assert "the processor is used" in warning
    assert any(isinstance(event, Finished) for event in said)


def test_rounding_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = events(tmp_path, monkeypatch, error=1e-4)
    assert [event.device for event in said if isinstance(event, Device)] == ["mps"]
