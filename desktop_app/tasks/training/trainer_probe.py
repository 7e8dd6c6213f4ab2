"""What the trainer would run on, asked of its own Python: the device, its memory, the battery."""

import json
import logging
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from desktop_app.errors import UserError
from desktop_app.tasks.training.environment.child import NO_WINDOW, libraries_hidden
from desktop_app.tasks.training.train_encoder import environment, trainer_python

_log = logging.getLogger(__name__)
_PATIENCE = 120.0  # s: the first import of PyTorch on a cold disk
_CODE = """
import dataclasses, json, pathlib, sys, time
started = time.perf_counter()
from trainer.config import ScheduleConfig
from trainer.running.hardware import activation_bytes, choose, free_memory, problems
from trainer.running.speed import measure
start = time.perf_counter() - started
machine = choose(ScheduleConfig())
folder, disk, hidden, layers = pathlib.Path(sys.argv[1]), *map(int, sys.argv[2:])
speed = measure(hidden, layers, machine.device, machine.precision)
print(json.dumps({"device": machine.device.type, "name": machine.name, "memory": machine.memory,
    "free": free_memory(machine.device), "precision": str(machine.precision),
    "problems": problems(folder, disk, 1 << 30, machine.device),
    "token_bytes": activation_bytes(1, layers, hidden, machine.precision),
    "speed": dataclasses.asdict(speed) | {"start": start}}))
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
    token_bytes: int  # of the activations of one token
    # seconds a token to "read", "learn", "judge" and of the "graph"; "start": of importing PyTorch
    speed: Mapping[str, float] = field(default_factory=dict)


def probe(folder: Path, disk: int, hidden: int, layers: int) -> TrainerMachine:
    """Ask, and measure; some seconds, as PyTorch is imported.

    `disk`: bytes that a run in `folder` needs. `hidden` and `layers`: the shape of the encoder
    whose speed is measured. Raises UserError when the runtime is missing or does not work.
    """
    shape = (str(hidden), str(layers))
    words = [str(trainer_python()), "-c", _CODE, str(folder), str(disk), *shape]
    complaint = ""
    try:
        out, complaint = _ended(words)
        said = json.loads(out.strip().rpartition("\n")[2])
        return TrainerMachine(**said | {"problems": tuple(said["problems"])})
    except (OSError, subprocess.SubprocessError, ValueError, TypeError, KeyError) as error:
        _log.error("the training runtime does not work: %s\n%s", error, complaint)
        raise UserError(
            "The training runtime does not work.", "Install it again; see the log for the reason."
        ) from error


def _ended(words: list[str]) -> tuple[str, str]:
    """What a program printed to stdout and stderr. Raises OSError, TimeoutExpired."""
    pipe = subprocess.PIPE
    with libraries_hidden():
        started = subprocess.Popen(
            words, env=environment(), stdout=pipe, stderr=pipe, creationflags=NO_WINDOW
        )
    with started:
        try:
            out, complaint = started.communicate(timeout=_PATIENCE)
        except BaseException:
            started.kill()
            raise
    return out.decode("utf-8", "replace"), complaint.decode("utf-8", "replace")
