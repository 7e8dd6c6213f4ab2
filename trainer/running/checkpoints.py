"""Checkpoints of a run: safetensors and JSON, written whole or not at all, verified when read.

    checkpoints/step-120/weights.safetensors      what is trained (adapters, or all weights)
                         optimizer.safetensors    "3.exp_avg": moments of the optimiser
                         trainer_state.json       transformers' own counters
                         checkpoint.json          step, scheduler, SHA-256 of the other files …

No random state is kept: order of examples and dropout follow from the seed and the step.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from trainer.moves import move, put_in_place

SCHEMA = 1
_WEIGHTS, _OPTIMIZER = "weights.safetensors", "optimizer.safetensors"
_COUNTERS, _STATE = "trainer_state.json", "checkpoint.json"


class CheckpointError(Exception):
    """A checkpoint that is damaged or not of this run."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that a run needs to go on as if it had not been interrupted."""

    step: int
    weights: Mapping[str, Tensor]
    optimizer: Mapping[str, Any]  # as Optimizer.state_dict()
    scheduler: Mapping[str, Any]  # as LRScheduler.state_dict()
    facts: Mapping[str, Any]  # what must be the same when the run goes on (base, training set)
    progress: Mapping[str, Any]  # best step, metrics, seconds
    counters: Mapping[str, Any]  # as transformers.TrainerState
    path: Path | None = None  # where it was read


def write_atomically(path: Path, content: bytes) -> None:
    """Replace a file whole: temporary file, fsync, rename."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        move(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def save(folder: Path, snapshot: Snapshot) -> Path:
    """Write `folder/step-N` and return it; what was there of that step is replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    final = folder / f"step-{snapshot.step}"
    temporary = Path(tempfile.mkdtemp(prefix=f".{final.name}.", dir=folder))
    try:
        tensors, groups = _flattened(snapshot.optimizer)
        save_file(_whole(snapshot.weights), temporary / _WEIGHTS, metadata={"format": "pt"})
        save_file(_whole(tensors), temporary / _OPTIMIZER, metadata={"format": "pt"})
        counters = json.dumps(dict(snapshot.counters), indent=1)
        write_atomically(temporary / _COUNTERS, counters.encode())
        state: dict[str, Any] = {
            "schema": SCHEMA,
            "step": snapshot.step,
            "param_groups": groups,
            "scheduler": dict(snapshot.scheduler),
            "facts": dict(snapshot.facts),
            "progress": dict(snapshot.progress),
            "sha256": {
                name: _digest(temporary / name) for name in (_WEIGHTS, _OPTIMIZER, _COUNTERS)
            },
        }
        state["sha256"][_STATE] = _digest_of(state)
        write_atomically(temporary / _STATE, json.dumps(state, indent=1).encode())
        for name in (_WEIGHTS, _OPTIMIZER):
            _sync(temporary / name)
        temporary.chmod(0o755)
        put_in_place(temporary, final)
        _sync(folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return final


def load(path: Path) -> Snapshot:
    """Read a checkpoint; raises CheckpointError when anything in it is not what was written."""
    try:
        state = json.loads((path / _STATE).read_bytes())
        said = state["sha256"]
        if said.pop(_STATE) != _digest_of(state):
            raise CheckpointError(f"{path / _STATE}: is damaged (SHA-256 differs).")
        for name, digest in said.items():
            if _digest(path / name) != digest:
                raise CheckpointError(f"{path / name}: is damaged (SHA-256 differs).")
        return Snapshot(
            step=int(state["step"]),
            weights=_tensors(path / _WEIGHTS),
            optimizer=_unflattened(_tensors(path / _OPTIMIZER), state["param_groups"]),
            scheduler=state["scheduler"],
            facts=state["facts"],
            progress=state["progress"],
            counters=json.loads((path / _COUNTERS).read_bytes()),
            path=path,
        )
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
        raise CheckpointError(f"{path}: cannot be used ({error!r}).") from error


def _tensors(path: Path) -> dict[str, Tensor]:
    """Copies, not mapped: Windows can neither replace nor delete a file that is mapped."""
    return {name: tensor.clone() for name, tensor in load_file(path).items()}


def newest(folder: Path) -> tuple[Snapshot | None, list[str]]:
    """The newest whole checkpoint (None: there is none) and what was wrong with newer ones."""
    faults: list[str] = []
    for path in sorted(folder.glob("step-*"), key=_step_of, reverse=True):
        try:
            return load(path), faults
        except CheckpointError as error:
            faults.append(str(error))
    return None, faults


def prune(folder: Path, keep: int, best: int | None) -> None:
    """Remove all but the `keep` newest and the best, and what a killed process left half done."""
    paths = sorted(folder.glob("step-*"), key=_step_of, reverse=True)
    for path in paths[keep:]:
        if _step_of(path) != best:
            shutil.rmtree(path, ignore_errors=True)
    for path in folder.glob(".step-*"):
        shutil.rmtree(path, ignore_errors=True)


def _step_of(path: Path) -> int:
    number = path.name.partition("-")[2]
    return int(number) if number.isdecimal() else -1


def _flattened(optimizer: Mapping[str, Any]) -> tuple[dict[str, Tensor], list[dict[str, Any]]]:
    tensors = {
        f"{number}.{name}": torch.as_tensor(value)
        for number, values in optimizer["state"].items()
        for name, value in values.items()
    }
    return tensors, [dict(group) for group in optimizer["param_groups"]]


def _unflattened(tensors: Mapping[str, Tensor], groups: list[dict[str, Any]]) -> dict[str, Any]:
    state: dict[int, dict[str, Tensor]] = {}
    for key, value in tensors.items():
        number, _, name = key.partition(".")
        state.setdefault(int(number), {})[name] = value
    return {"state": state, "param_groups": groups}


def _whole(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Copies on the CPU that share no memory, as safetensors wants them."""
    return {name: value.detach().cpu().contiguous().clone() for name, value in tensors.items()}


def _digest(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _digest_of(state: Mapping[str, Any]) -> str:
    """Of what a checkpoint says, its own digest left out."""
    return hashlib.sha256(json.dumps(state, sort_keys=True).encode()).hexdigest()


def _sync(path: Path) -> None:
    if os.name == "nt" and path.is_dir():
        return  # Windows cannot open a folder
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
