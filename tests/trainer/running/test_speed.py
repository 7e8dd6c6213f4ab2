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
        return float(len(passes))

    monkeypatch.setattr(speed, "_seconds", seconds)
    share = 6 / 2 / (8 * 160)
    found = measure(32, 6, torch.device("cpu"), torch.float32)
    assert found.read == pytest.approx(share)
    assert found.graph == pytest.approx(found.read / 2)  # one measurement: noise cannot part them
    assert found.learn == pytest.approx(2 * share)

    passes.clear()
    found = measure(32, 6, torch.device("cpu"), torch.bfloat16)
    assert found.read == pytest.approx(share)
    assert found.graph == pytest.approx(2 * share / 2)  # the graph is fp32 whatever a run learns in
    assert found.learn == pytest.approx(3 * share)


def test_it_measures_something_here() -> None:
    found = measure(32, 2, torch.device("cpu"), torch.float32)
    assert found.read > 0
    assert found.learn > 0
    assert found.graph == found.read / 2
