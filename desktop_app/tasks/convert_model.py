"""Converts a folder with weights to an encoder folder: the trainer does it, in its own process."""

import logging
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import IO

from desktop_app import paths
from desktop_app.encoders.model_source import ModelSource
from desktop_app.errors import UserError
from desktop_app.progress import Report
from desktop_app.tasks.training.environment.child import NO_WINDOW, libraries_hidden
from desktop_app.tasks.training.train_encoder import environment, trainer_python

_log = logging.getLogger(__name__)
_POLL = 0.1  # s between two looks for a cancel
_SPARE = 200 << 20  # bytes
_LONGEST = 20_000  # bytes of complaints that are read
_POOLING = "does not say how it pools"


def check_space(source: ModelSource, folder: Path) -> None:
    """Raise UserError when the disk has no room for the converted model."""
    # the weights, the fp32 graph (twice the size of fp16 weights), int8
    needed = 4 * source.weights + _SPARE
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise UserError(
            f"{folder}: {free >> 20:,} MiB are free, converting needs {needed >> 20:,} MiB.",
            "Free some space first.",
        )


def convert(
    source: ModelSource, destination: Path, name: str, pooling: str, report: Report
) -> None:
    """Write the encoder folder `destination`, whole or not at all; its files are not verified yet.

    `pooling` is "cls", "mean", or "" to believe the model. `report` is told (0, 0); when it raises
    the process ends. Raises UserError: no training runtime, or what the converter said.
    """
    words = [str(trainer_python()), "-m", "trainer.conversion.convert"]
    words += [str(source.folder.resolve()), str(destination.resolve()), "--name", name]
    words += ["--pooling", pooling] if pooling else []
    with tempfile.TemporaryFile() as complaints:
        status = _run(words, complaints, report)
        if status:
            complaints.seek(max(0, complaints.tell() - _LONGEST))
            raise _error(complaints.read().decode("utf-8", "replace"), status)


def _run(words: list[str], complaints: IO[bytes], report: Report) -> int:
    report(0, 0)
    with libraries_hidden():
        process = subprocess.Popen(
            words,
            cwd=paths.trainer_root(),
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=complaints,
            creationflags=NO_WINDOW,
        )
    try:
        while True:
            try:
                return process.wait(_POLL)
            except subprocess.TimeoutExpired:
                report(0, 0)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def _error(said: str, status: int) -> UserError:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    if "Traceback" in said:
        _log.error("the converter failed\n%s", said)
    reason = lines[-1][:600] if lines else f"it ended with status {status}"
    hint = "Nothing was installed."
    if "ModuleNotFoundError" in reason:
        hint = "The training runtime is not whole: install it again."
    elif _POOLING in reason:
        reason = "The model's files do not say how it pools its words."
        hint = "Its card does: install it again naming “cls” or “mean” as its pooling."
    elif status < 0 and not lines:
        hint = "Perhaps the memory was not enough: close other programs and try again."
    return UserError(f"The model could not be converted. {reason}", hint)
