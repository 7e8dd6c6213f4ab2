"""The folder of a run: its configuration, its state, its journal, its checkpoints, its result.

config.json    state.json    events.jsonl    checkpoints/    result/    pairs.jsonl    documents/
"""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from trainer.config import ConfigError, TrainConfig, read_config
from trainer.protocol import Event, to_json
from trainer.running.checkpoints import write_atomically

Say = Callable[[Event], None]


class RunFolder:
    """The folder, made when it is not there."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.checkpoints = path / "checkpoints"
        self.result = path / "result"
        self.documents = path / "documents"
        self.pairs = path / "pairs.jsonl"
        self._config = path / "config.json"
        self._state = path / "state.json"

    def prepare(self, config: TrainConfig) -> None:
        """Keep the configuration; ConfigError when the folder is a run with another one."""
        self.path.mkdir(parents=True, exist_ok=True)
        if self._config.is_file():
            kept = read_config(self._config)
            # the same run may have been moved, or go on with another checkpoint interval
            if _essence(kept) != _essence(config):
                raise ConfigError("run", f"{self.path} holds a run with another configuration.")
        else:
            write_atomically(self._config, config.to_json().encode())

    def state(self) -> dict[str, Any]:
        """What state.json holds; {} before the run began."""
        if not self._state.is_file():
            return {}
        try:
            data = json.loads(self._state.read_bytes())
        except ValueError as error:
            raise ConfigError("run", f"{self._state} is not valid JSON ({error}).") from error
        return data if isinstance(data, dict) else {}

    def note(self, **values: Any) -> None:
        """Change values of state.json."""
        content = json.dumps(self.state() | values, indent=1)
        write_atomically(self._state, content.encode())

    def journal(self, say: Say) -> Say:
        """`say` that also writes every event, with the time, to events.jsonl."""

        def both(event: Event) -> None:
            say(event)
            line = {"time": datetime.now(UTC).isoformat(timespec="milliseconds")}
            with open(self.path / "events.jsonl", "a", encoding="utf-8") as file:
                file.write(json.dumps(json.loads(to_json(event)) | line) + "\n")

        return both


def _essence(config: TrainConfig) -> TrainConfig:
    """The configuration without what may differ between two starts of one run."""
    schedule = replace(config.schedule, device="auto", threads=0)
    guard = replace(config.guard, checkpoint_seconds=1.0, keep=1)
    return replace(config, run="", training_set="", base="", schedule=schedule, guard=guard)
