"""Checkpoints are whole, verified, free of pickles, and no more than asked for."""

from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="PyTorch is in the trainer's environment only")
import torch

from trainer.running.checkpoints import CheckpointError, Snapshot, load, newest, prune, save

MAPS = Path("/proc/self/maps")
FILES = ["checkpoint.json", "optimizer.safetensors", "trainer_state.json", "weights.safetensors"]


def snapshot(step: int) -> Snapshot:
    """After two real steps of AdamW on three numbers."""
    weight = torch.nn.Parameter(torch.arange(3.0))
    optimizer = torch.optim.AdamW([weight], lr=0.1)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda n: 1 / (n + 1))
    for _ in range(2):
        weight.grad = weight.detach() + 1
        optimizer.step()
        schedule.step()
    return Snapshot(
        step=step,
        weights={"weight": weight},
        optimizer=optimizer.state_dict(),
        scheduler=schedule.state_dict(),
        facts={"base": "x"},
        progress={"best": None},
        counters={"global_step": step},
    )


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    kept = snapshot(7)
    path = save(tmp_path / "checkpoints", kept)
    assert sorted(item.name for item in path.iterdir()) == FILES
    found = load(path)
    torch.testing.assert_close(dict(found.weights), {"weight": kept.weights["weight"].detach()})
    weight = torch.nn.Parameter(found.weights["weight"])
    optimizer = torch.optim.AdamW([weight], lr=0.9)
    optimizer.load_state_dict(dict(found.optimizer))
    moments = optimizer.state_dict()["state"][0]
    for name, value in kept.optimizer["state"][0].items():
        torch.testing.assert_close(moments[name], value)
    assert optimizer.param_groups[0]["lr"] == kept.optimizer["param_groups"][0]["lr"]
    assert found.scheduler["last_epoch"] == 2
    assert found == replace(
        kept, weights=found.weights, optimizer=found.optimizer, scheduler=found.scheduler, path=path
    )


@pytest.mark.skipif(not MAPS.exists(), reason="only Linux tells what a process has mapped")
def test_nothing_stays_mapped(tmp_path: Path) -> None:
    found = load(save(tmp_path, snapshot(1)))
    assert str(tmp_path) not in MAPS.read_text()
    assert save(tmp_path, found) == found.path  # as a run does that is stopped at once
    assert [path.name for path in tmp_path.iterdir()] == ["step-1"]
    assert load(tmp_path / "step-1").facts == found.facts


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("damage", ["flip", "cut", "remove"])
def test_damage_is_found_and_the_one_before_is_taken(
    tmp_path: Path, name: str, damage: str
) -> None:
    save(tmp_path, snapshot(1))
    path = save(tmp_path, snapshot(2)) / name
    content = bytearray(path.read_bytes())
    if name == "checkpoint.json":  # a number that is as good JSON as the right one
        content[content.index(b'"weight_decay": 0.') + len(b'"weight_decay": 0.')] ^= 0x01
    else:
        content[len(content) // 3] ^= 0x80
    path.write_bytes(content if damage == "flip" else content[: len(content) // 2])
    if damage == "remove":
        path.unlink()
    with pytest.raises(CheckpointError):
        load(tmp_path / "step-2")
    found, faults = newest(tmp_path)
    assert found is not None
    assert found.step == 1
    assert len(faults) == 1


def test_only_the_newest_and_the_best_are_kept(tmp_path: Path) -> None:
    for step in (1, 2, 9, 10, 11):
        save(tmp_path, snapshot(step))
    (tmp_path / ".step-12.abc").mkdir()  # what a killed process leaves
    prune(tmp_path, keep=2, best=2)
    assert sorted(item.name for item in tmp_path.iterdir()) == ["step-10", "step-11", "step-2"]


def test_nothing_there(tmp_path: Path) -> None:
    assert newest(tmp_path / "none") == (None, [])
