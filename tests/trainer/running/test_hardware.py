"""What is said of the machine before a run."""

from collections import namedtuple
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

pytest.importorskip("torch", reason="PyTorch is in the trainer's environment only")
import psutil
import torch

from trainer import train
from trainer.config import ScheduleConfig, parse_config
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


class Cards:
    """Two cards, as far as `hardware` asks."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.current = 0
        self.reserved, self.allocated = 0, 0
        for name, answer in {
            "is_available": lambda: True,
            "device_count": lambda: 2,
            "current_device": lambda: self.current,
            "set_device": self.set_device,
            "get_device_name": lambda: f"card {self.current}",
            "get_device_properties": lambda number: SimpleNamespace(total_memory=8 << 30),
            "is_bf16_supported": lambda **_: False,
            "mem_get_info": lambda device: (1 << 30, 8 << 30),
            "memory_reserved": lambda device: self.reserved,
            "memory_allocated": lambda device: self.allocated,
        }.items():
            monkeypatch.setattr(torch.cuda, name, answer)

    def set_device(self, number: int) -> None:
        self.current = number


def test_every_process_has_a_card_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    Cards(monkeypatch)
    assert hardware.choose(ScheduleConfig()).device == torch.device("cuda:0")
    monkeypatch.setenv("LOCAL_RANK", "1")
    machine = hardware.choose(ScheduleConfig())
    assert machine.device == torch.device("cuda:1")
    assert machine.name == "card 1"
    assert machine.precision == torch.float32  # a card that only emulates bf16
    monkeypatch.setenv("LOCAL_RANK", "2")
    with pytest.raises(ValueError, match="process 3 finds no card: there are 2"):
        hardware.choose(ScheduleConfig())


def test_processes_on_cards_meet_through_them(monkeypatch: pytest.MonkeyPatch) -> None:
    Cards(monkeypatch)
    asked: list[tuple[str, object, timedelta]] = []
    monkeypatch.setenv("LOCAL_RANK", "1")
    monkeypatch.setenv("WORLD_SIZE", "2")
    monkeypatch.setattr(
        torch.distributed,
        "init_process_group",
        lambda backend, timeout, device_id: asked.append((backend, device_id, timeout)),
    )
    train._machine(parse_config({"training_set": "", "base": "", "run": "", "recipe": "biohicl"}))
    ((backend, device, timeout),) = asked
    assert (backend, device) == ("nccl", torch.device("cuda:1"))
    assert timeout > timedelta(hours=12)


def test_what_pytorch_keeps_in_reserve_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    cards = Cards(monkeypatch)
    cards.reserved, cards.allocated = 3 << 30, 1 << 30
    assert hardware.free_memory(torch.device("cuda:0")) == 3 << 30


def test_metal_is_named_and_computes_in_fp32(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    monkeypatch.setattr(torch.backends.mps, "get_name", lambda: "Apple M4")
    monkeypatch.setattr(torch.mps, "driver_allocated_memory", lambda: 77)
    machine = hardware.choose(ScheduleConfig(device="mps"))
    assert (machine.device.type, machine.name) == ("mps", "Apple M4")
    assert machine.precision == torch.float32
    assert hardware.used_memory(machine.device) == 77


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
