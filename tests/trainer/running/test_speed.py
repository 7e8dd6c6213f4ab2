"""The probe of a machine's speed: positive, and in proportion to the layers."""

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is in the trainer's environment only")

from trainer.running import speed  # noqa: E402
from trainer.running.speed import measure  # noqa: E402


def test_time_is_that_of_all_layers(monkeypatch: pytest.MonkeyPatch) -> None:
    passes: list[str] = []

    def seconds(work: object, device: object) -> float:
        passes.append("timed")
        work()  # type: ignore[operator]
        return 1.0

    monkeypatch.setattr(speed, "_seconds", seconds)
    found = measure(32, 6, torch.device("cpu"), torch.float32)
    assert len(passes) == 3
    assert found.read == found.learn == pytest.approx(6 / 2 / (8 * 160))
    assert found.graph == pytest.approx(found.read / 2)


def test_it_measures_something_here() -> None:
    found = measure(32, 2, torch.device("cpu"), torch.float32)
    assert 0 < found.graph < found.read < 1
    assert 0 < found.learn < 1
