"""Runs a training to its end without a window: one process after another, stopped by Ctrl+C."""

import os
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

from desktop_app.tasks.training.environment.child import libraries_hidden
from desktop_app.tasks.training.run import Stage, TrainingRun
from desktop_app.tasks.training.train_encoder import Command, command
from desktop_app.tasks.training.trainer_words import LOG, end_of, ending, size_of
from trainer.protocol import LAST, Event, Failed, Stopped, parse

_NEW_GROUP = 0x200 if os.name == "nt" else 0  # CREATE_NEW_PROCESS_GROUP
GRACE = 60.0  # s that a process has to save and stop


def follow(
    run: TrainingRun, say: Callable[[Event], None], begin: Callable[[Stage], None]
) -> Event | None:
    """Do what is left of a run; None when it is done, else `Stopped` or `Failed`.

    `say` is told every event, `begin` every stage. KeyboardInterrupt asks the process to save and
    stop, a second one ends it at once. Raises UserError when the training runtime is missing.
    """
    try:
        while (due := command(run)) is not None:
            begin(due.stage)
            end = _follow(due, run.path / LOG, say)
            if isinstance(end, Failed | Stopped):
                return end
            if run.stage is due.stage and due.stage is not Stage.BASE:
                return Failed(f"The stage “{due.stage}” ended but left nothing behind.")
    except KeyboardInterrupt:  # between two processes
        return Stopped(0)
    return None


def _follow(due: Command, log: Path, say: Callable[[Event], None]) -> Event | None:
    last: Event | None = None
    logged = size_of(log)
    with open(log, "ab") as complaints:
        process = _start(due, complaints)
        interrupted = False
        while True:
            try:
                last = _read(process, say, log) or last
                status = process.wait(GRACE)
                break
            except KeyboardInterrupt:
                if interrupted or due.stage is not Stage.TRAIN:
                    process.kill()
                elif process.stdin is not None:
                    process.stdin.close()
                interrupted = True
            except subprocess.TimeoutExpired:
                process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
    if interrupted and not isinstance(last, Failed | Stopped):
        return Stopped(0)  # what was done is kept, the next stage is not begun
    return ending(due.stage, last, status, end_of(log, logged))


def _start(due: Command, complaints: IO[bytes]) -> "subprocess.Popen[bytes]":
    with libraries_hidden():
        return subprocess.Popen(
            due.words,
            cwd=due.folder,
            env=dict(due.environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            # Ctrl+C reaches this process alone, which then asks politely
            process_group=None if os.name == "nt" else 0,
            creationflags=_NEW_GROUP,
        )


def _read(
    process: "subprocess.Popen[bytes]", say: Callable[[Event], None], log: Path
) -> Event | None:
    """Tell all events; the last one, when it is final."""
    last: Event | None = None
    assert process.stdout is not None
    for line in process.stdout:
        event = parse(line.decode("utf-8", "replace"))
        if event is not None:
            say(event)
            last = event if isinstance(event, LAST) else last
        elif line.strip():
            with open(log, "ab") as file:
                file.write(line)
    return last
