"""Kills a training with SIGKILL again and again and goes on with it: for a test and a soak."""

import multiprocessing
import os
import random
import signal
from multiprocessing.connection import Connection
from pathlib import Path

from tests.trainer.tiny_base import run_config
from trainer import protocol
from trainer.config import TrainConfig
from trainer.protocol import Event, Finished, Step
from trainer.running.stopping import StopFlag

STEPS = 24


def killed_config(folder: Path, run: str) -> TrainConfig:
    """A run that validates seldom and writes a checkpoint after nearly every step."""
    return run_config(
        folder,
        run=str(folder / run),
        schedule={"steps": STEPS},
        guard={"checkpoint_seconds": 0.0, "evaluate_every": 8},
    )


def child(config: TrainConfig, pipe: Connection) -> None:
    """Train in a process of its own; every event goes through the pipe."""
    from trainer.train import train

    def say(event: Event) -> None:
        pipe.send(protocol.to_json(event))

    train(config, say, StopFlag())
    pipe.close()


def kill_and_resume(config: TrainConfig, kills: int, seed: int) -> int:
    """Kill after a random event, `kills` times, then let the run finish; kills that hit it."""
    chance = random.Random(seed)
    context = multiprocessing.get_context("forkserver")  # PyTorch is imported once
    context.set_forkserver_preload(["tests.trainer.killed_runs", "trainer.train"])
    hits = 0
    while True:
        receiver, sender = context.Pipe(duplex=False)
        process = context.Process(target=child, args=(config, sender))
        process.start()
        sender.close()
        patience = chance.randint(4, 14) if hits < kills else 10**9
        finished = _listen(receiver, patience)
        if finished:
            process.join()
            assert process.exitcode == 0
            return hits
        assert hits < kills, f"the run failed with status {process.exitcode}"
        os.kill(process.pid or 0, signal.SIGKILL)
        process.join()
        hits += 1


def _listen(receiver: Connection, events: int) -> bool:
    """Hear so many events; whether the run is over by then."""
    try:
        for _ in range(events):
            if isinstance(protocol.parse(receiver.recv()), Finished):
                return True
    except EOFError:
        pass
    finally:
        receiver.close()
    return False


def curve(config: TrainConfig) -> dict[int, float]:
    """The loss of every step, from the journal: the last time it was computed."""
    lines = (Path(config.run) / "events.jsonl").read_text("utf-8").splitlines()
    events = [protocol.parse(line) for line in lines]
    return {event.step: event.loss for event in events if isinstance(event, Step)}
