"""What a running training says: one JSON object a line on stdout, typed for both sides.

    {"event": "step", "step": 12, "steps": 100, "loss": 0.21, …}

A reader ignores events and fields it does not know (`parse` gives None for those events), treats
other lines as log, and takes a process without `finished`, `stopped` or `failed` as failed.
Closing the process's stdin (a pipe) asks it to save and stop, and so does SIGTERM; a second
request is not needed. Standard library only.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Started:
    """The run begins, or goes on from `resumed_from` (a step)."""

    event: ClassVar[str] = "started"
    run: str
    recipe: str
    seed: int
    resumed_from: int = 0


@dataclass(frozen=True, slots=True)
class Device:
    """Where it computes: `name` as the driver tells it, `memory` in bytes (0 unknown)."""

    event: ClassVar[str] = "device"
    device: str
    name: str
    precision: str
    memory: int = 0
    processes: int = 1


@dataclass(frozen=True, slots=True)
class Readiness:
    """What was found before the start; `problems` do not prevent it but the user should know.

    `contrast_share` is the share of anchors that have both a positive and a negative in their
    batch; `numbers` are counts (articles, labels, unmatched headings, pairs, examples …).
    """

    event: ClassVar[str] = "readiness"
    examples: int
    contrast_share: float
    padding: float
    problems: tuple[str, ...] = ()
    numbers: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Estimate:
    """Memory in bytes and seconds, from a real step on the longest batch."""

    event: ClassVar[str] = "estimate"
    steps: int
    seconds_a_step: float
    seconds: float
    memory: int
    memory_free: int
    micro: int
    cached: bool


@dataclass(frozen=True, slots=True)
class Mined:
    """Hard negatives were mined from citations."""

    event: ClassVar[str] = "mined"
    pairs: int
    negatives: int
    struck: int
    coverage: float


@dataclass(frozen=True, slots=True)
class Advanced:
    """How far a phase without steps is: `done` of `total` texts encoded, or parts made."""

    event: ClassVar[str] = "advanced"
    phase: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Step:
    """One optimiser step; `remaining` in seconds, `parts` the terms of the loss unweighted."""

    event: ClassVar[str] = "step"
    step: int
    steps: int
    loss: float
    learning_rate: float
    gradient_norm: float
    seconds: float
    remaining: float
    parts: Mapping[str, float] = field(default_factory=dict)
    memory: int = 0  # bytes in use on the device; 0: unknown


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A validation; `base` is the same metric before training."""

    event: ClassVar[str] = "evaluated"
    step: int
    metric: str
    value: float
    base: float
    best: bool


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A checkpoint is whole on disk; `path` is inside the run's folder."""

    event: ClassVar[str] = "checkpoint"
    step: int
    path: str


@dataclass(frozen=True, slots=True)
class Warned:
    """Something the user should know; the run goes on."""

    event: ClassVar[str] = "warning"
    message: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The run is over; `result` is the folder of the merged weights."""

    event: ClassVar[str] = "finished"
    result: str
    step: int
    seconds: float
    metrics: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stopped:
    """The run saved its state at `step` because it was asked to; it can be resumed."""

    event: ClassVar[str] = "stopped"
    step: int


@dataclass(frozen=True, slots=True)
class Failed:
    """The run cannot go on."""

    event: ClassVar[str] = "failed"
    reason: str
    remedy: str = ""


Event = (
    Started
    | Device
    | Readiness
    | Estimate
    | Mined
    | Advanced
    | Step
    | Evaluated
    | Checkpoint
    | Warned
    | Finished
    | Stopped
    | Failed
)
_KINDS: dict[str, type[Any]] = {kind.event: kind for kind in Event.__args__}
LAST = (Finished, Stopped, Failed)


def to_json(event: Event) -> str:
    """The event as one line of strict JSON, without its line feed: NaN and ±inf become null."""
    return json.dumps({"event": event.event, **_strict(asdict(event))}, ensure_ascii=True)


def parse(line: str) -> Event | None:
    """The event in a line; None when the line is something else or an event not known here."""
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        return None
    kind = _KINDS.get(data.get("event", "")) if isinstance(data, dict) else None
    if kind is None:
        return None
    known = {item.name for item in fields(kind)}
    try:
        return kind(**{key: _number(value) for key, value in data.items() if key in known})
    except TypeError:  # a field without default is missing
        return None


def _strict(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _strict(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_strict(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _number(value: Any) -> Any:
    if value is None:
        return math.nan
    return tuple(value) if isinstance(value, list) else value
