"""What the trainer would run on, asked of its own Python: the device, its memory, the battery."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from desktop_app.errors import UserError
from desktop_app.tasks.training.train_encoder import environment, trainer_python

_PATIENCE = 120.0  # s: the first import of PyTorch on a cold disk
_CODE = """
import json, pathlib, sys
from trainer.config import ScheduleConfig
from trainer.running.hardware import choose, free_memory, problems
machine = choose(ScheduleConfig())
folder, disk = pathlib.Path(sys.argv[1]), int(sys.argv[2])
print(json.dumps({"device": machine.device.type, "name": machine.name, "memory": machine.memory,
    "free": free_memory(machine.device), "precision": str(machine.precision),
    "problems": problems(folder, disk, 1 << 30, machine.device)}))
"""


@dataclass(frozen=True, slots=True)
class TrainerMachine:
    """Where a training would compute."""

    device: str  # cpu, cuda, mps
    name: str
    memory: int  # bytes of the device
    free: int  # bytes
    precision: str
    problems: tuple[str, ...]  # battery, disk, memory: whole sentences


def probe(folder: Path, disk: int) -> TrainerMachine:
    """Ask; some seconds, as PyTorch is imported. `disk`: bytes that a run in `folder` needs.

    Raises UserError when the runtime is missing or does not work.
    """
    words = [str(trainer_python()), "-c", _CODE, str(folder), str(disk)]
    try:
        done = subprocess.run(
            words, env=environment(), capture_output=True, timeout=_PATIENCE, check=False
        )
        said = json.loads(done.stdout.decode("utf-8", "replace").strip().rpartition("\n")[2])
        return TrainerMachine(**said | {"problems": tuple(said["problems"])})
    except (OSError, subprocess.SubprocessError, ValueError, TypeError, KeyError) as error:
        raise UserError(
            "The training runtime does not work.", "Install it again; see the log for the reason."
        ) from error
