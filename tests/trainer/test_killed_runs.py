"""A run that is killed goes on to the same losses and the same weights."""

import sys
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="PyTorch is in the trainer's environment only")
import safetensors.torch
import torch

from tests.trainer.killed_runs import STEPS, curve, kill_and_resume, killed_config
from tests.trainer.tiny_base import run


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no SIGKILL")
def test_three_kills_change_nothing(tmp_path: Path) -> None:
    whole, killed = (killed_config(tmp_path, name) for name in ("whole", "killed"))
    run(whole)
    assert kill_and_resume(killed, kills=3, seed=1) == 3
    assert curve(killed).keys() == set(range(1, STEPS + 1))
    assert curve(killed) == pytest.approx(curve(whole), abs=1e-6)
    weights = [
        safetensors.torch.load_file(Path(config.run) / "result" / "model.safetensors")
        for config in (whole, killed)
    ]
    torch.testing.assert_close(weights[0], weights[1], atol=1e-6, rtol=1e-6)
    left = [path.name for path in (Path(killed.run) / "checkpoints").iterdir()]
    assert len(left) <= 3  # the two newest and the best, nothing half written
    assert not [name for name in left if name.startswith(".")]
