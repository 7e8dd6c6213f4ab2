"""The probe of a machine's speed: every figure on the device and in the precision it is for."""

from collections.abc import Callable
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is in the trainer's environment only")

from trainer.running import speed  # noqa: E402
from trainer.running.speed import Speed, measure  # noqa: E402

CPU, FP32, BF16 = torch.device("cpu"), torch.float32, torch.bfloat16


@pytest.fixture
def timed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Passes take 1, 2, 3 … seconds; on which device."""
    devices: list[str] = []

    def seconds(work: Callable[[], None], device: Any) -> float:
        devices.append(device.type)
        if device.type == "cpu":
            work()
        return float(len(devices))

    monkeypatch.setattr(speed, "_seconds", seconds)
    return devices


def test_one_measurement_of_fp32_serves_twice(timed: list[str]) -> None:
    """The same pass timed twice differs by noise alone."""
    share = 6 / 2 / (8 * 160)
    assert measure(32, 6, CPU, FP32) == Speed(share, 2 * share, share / 2, share / 2)
    assert timed == ["cpu", "cpu"]


def test_graphs_are_fp32_whatever_a_run_learns_in(timed: list[str]) -> None:
    share = 6 / 2 / (8 * 160)
    assert measure(32, 6, CPU, BF16) == Speed(share, 2 * share, 3 * share / 2, 3 * share / 2)


def test_graphs_run_on_the_processor_whatever_there_is(
    timed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    share = 2 / 2 / (8 * 160)
    monkeypatch.setattr(torch.nn.Module, "to", lambda model, device: model)
    monkeypatch.setattr(speed, "_random_texts", lambda model, device: torch.randn(2, 3, 32))
    metal = measure(32, 2, torch.device("mps"), FP32)
    assert metal == Speed(share, 2 * share, 3 * share / 2, 3 * share / 2)
    assert timed == ["mps", "mps", "cpu"]
    timed.clear()
    card = measure(32, 2, torch.device("cuda"), BF16)
    assert card == Speed(share, 2 * share, 3 * share, 4 * share / 2)
    assert timed == ["cuda", "cuda", "cuda", "cpu"]


def test_what_is_only_queued_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[str] = []
    monkeypatch.setattr(torch.cuda, "synchronize", lambda device: waited.append("cuda"))
    monkeypatch.setattr(torch.mps, "synchronize", lambda: waited.append("mps"))
    for device in ("cuda", "mps", "cpu"):
        speed._seconds(lambda: None, torch.device(device))
    assert sorted(set(waited)) == ["cuda", "mps"]


def test_it_measures_something_here() -> None:
    found = measure(32, 2, CPU, FP32)
    assert found.read > 0
    assert found.learn > 0
    assert found.graph == found.judge == found.read / 2
