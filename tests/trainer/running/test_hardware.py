"""What is said of the machine before a run."""

from collections import namedtuple
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="PyTorch is in the trainer's environment only")
import psutil
import torch

from trainer.config import ScheduleConfig
from trainer.running import hardware

Battery = namedtuple("Battery", "percent secsleft power_plugged")
CPU = torch.device("cpu")


def test_processor_is_named_and_measured() -> None:
    machine = hardware.choose(ScheduleConfig(device="cpu", precision="fp32"))
    assert machine.name
    assert machine.memory > hardware.free_memory(CPU) > 0
    assert machine.precision == torch.float32
    assert hardware.used_memory(CPU) > 1 << 20
    low = hardware.choose(ScheduleConfig(device="cpu", precision="bf16"))
    assert low.precision == torch.bfloat16


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
def test_device_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="no CUDA device"):
        hardware.choose(ScheduleConfig(device="cuda"))


@pytest.mark.parametrize(
    ("battery", "warned"),
    [(Battery(41, 9, False), True), (Battery(41, 9, True), False), (None, False)],
)
def test_battery(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, battery: Battery | None, warned: bool
) -> None:
    monkeypatch.setattr(psutil, "sensors_battery", lambda: battery)
    found = hardware.problems(tmp_path, 1, 1, CPU)
    assert any("41 %" in problem for problem in found) == warned


def test_disk_and_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psutil, "sensors_battery", lambda: None)
    assert hardware.problems(tmp_path, 1, 1, CPU) == []
    found = hardware.problems(tmp_path, 1 << 60, 1 << 60, CPU)
    assert len(found) == 2
    assert str(tmp_path) in found[0]
