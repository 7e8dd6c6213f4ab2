"""What a run with adapters has learnt, apart from its base: a few hundred kilobytes to hand on.

    adapter.safetensors    NAME.lora_A (rank, inputs) and NAME.lora_B (outputs, rank) float32, where
                           NAME.weight is a weight of the base
    adapter.json           {"schema": 1, "rank": int, "alpha": float, "targets": [str],
                            "base": catalogue name, "base_sha256": hex of the base's weights,
                            "pooling": "cls" or "mean", "sha256": hex of adapter.safetensors}

The trained weight is NAME.weight + alpha / rank * lora_B @ lora_A.
"""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from trainer.conversion.model_folder import ConversionError
from trainer.conversion.source_folder import read_json

SCHEMA = 1
WEIGHTS, DESCRIPTION = "adapter.safetensors", "adapter.json"
_LARGEST_RANK = 1024


@dataclass(frozen=True, slots=True)
class Adapter:
    """Adapters and the base that they belong to."""

    rank: int
    alpha: float
    targets: tuple[str, ...]  # layers that have one, by the end of their names
    base: str
    base_sha256: str
    pooling: str  # with which it was learnt
    weights: Mapping[str, Tensor]

    def added_to(self, weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """The base's weights with the adapters in them. Raises ConversionError: they do not fit."""
        merged = dict(weights)
        for name in sorted({key.rpartition(".")[0] for key in self.weights}):
            down, up = self.weights.get(f"{name}.lora_A"), self.weights.get(f"{name}.lora_B")
            own = merged.get(f"{name}.weight")
            if own is None or down is None or up is None:
                raise ConversionError(f"The adapter is for a layer {name!r}, which is not whole.")
            shapes = (self.rank, own.shape[1]), (own.shape[0], self.rank)
            if (tuple(down.shape), tuple(up.shape)) != shapes:
                raise ConversionError(f"The adapter of {name} has another shape than its layer.")
            merged[f"{name}.weight"] = own + self.alpha / self.rank * (up @ down)
        return merged


def write_adapter(adapter: Adapter, folder: Path) -> None:
    """Write both files into a folder that is there."""
    save_file(dict(adapter.weights), folder / WEIGHTS, metadata={"format": "pt"})
    about = {
        "schema": SCHEMA,
        "rank": adapter.rank,
        "alpha": adapter.alpha,
        "targets": adapter.targets,
        "base": adapter.base,
        "base_sha256": adapter.base_sha256,
        "pooling": adapter.pooling,
        "sha256": _digest(folder / WEIGHTS),
    }
    (folder / DESCRIPTION).write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")


def read_adapter(folder: Path) -> Adapter:
    """Read both files. Raises ConversionError when they are damaged or no adapter of ours."""
    about = _description(folder / DESCRIPTION)
    try:
        if _digest(folder / WEIGHTS) != about.get("sha256"):
            raise ConversionError(f"{folder / WEIGHTS}: is damaged (SHA-256 differs).")
        weights = load_file(folder / WEIGHTS)
    except (OSError, SafetensorError) as error:
        raise ConversionError(f"{folder / WEIGHTS}: cannot be read ({error}).") from error
    return Adapter(
        rank=about["rank"],
        alpha=float(about["alpha"]),
        targets=_texts(about.get("targets")),
        base=str(about.get("base", "")),
        base_sha256=str(about.get("base_sha256", "")),
        pooling=about["pooling"],
        weights=weights,
    )


def _description(path: Path) -> dict[str, Any]:
    about = read_json(path)
    if not isinstance(about, dict) or about.get("schema") != SCHEMA:
        raise ConversionError(f"{path}: is no adapter that this trainer reads.")
    rank, alpha = about.get("rank"), about.get("alpha")
    if not isinstance(rank, int) or not 1 <= rank <= _LARGEST_RANK:
        raise ConversionError(f"{path}: has an impossible rank: {rank!r:.40}.")
    if not isinstance(alpha, float | int) or not math.isfinite(alpha):
        raise ConversionError(f"{path}: has an impossible alpha: {alpha!r:.40}.")
    if about.get("pooling") not in ("cls", "mean"):
        raise ConversionError(f"{path}: does not say how it pools.")
    return about


def _texts(values: Any) -> tuple[str, ...]:
    return tuple(map(str, values)) if isinstance(values, list) else ()


def _digest(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
