"""What a run remembers between its steps, in every checkpoint."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Progress:
    """What a run remembers between its steps; all of it is in every checkpoint."""

    seconds: float = 0.0  # spent in steps
    best_step: int = 0
    best: float = math.nan
    base: float = math.nan  # the metric before the first step
    history: list[tuple[int, float]] = field(default_factory=list)  # (step, metric)
    micro: int = 0  # longest texts of a group, which dropout depends on; 0: as configured


def from_json(kept: Mapping[str, Any]) -> Progress:
    """The progress that `to_json` made."""
    numbers = {key: math.nan if kept[key] is None else kept[key] for key in ("best", "base")}
    history = [(int(step), float(value)) for step, value in kept["history"]]
    micro = int(kept.get("micro", 0))
    return Progress(kept["seconds"], kept["best_step"], **numbers, history=history, micro=micro)


def to_json(progress: Progress) -> dict[str, Any]:
    """The progress as a checkpoint keeps it; a number that is not there yet is null."""
    return {
        "seconds": progress.seconds,
        "best_step": progress.best_step,
        "best": progress.best if math.isfinite(progress.best) else None,
        "base": progress.base if math.isfinite(progress.base) else None,
        "history": progress.history,
        "micro": progress.micro,
    }
