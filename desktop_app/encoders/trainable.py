"""Which encoders can be trained further, and the titles and figures of those that were.

Training starts from safetensors: a trained encoder has them in its folder; of one that was
installed as an int8 graph the trainer makes a trainable form, kept below `paths.bases_dir()`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from desktop_app import paths
from desktop_app.encoders.catalogue import WheelSource, load_catalogue
from desktop_app.encoders.installed import EncoderInfo, installed_encoders

WEIGHTS = "model.safetensors"


@dataclass(frozen=True, slots=True)
class Trainable:
    """An encoder that training can start from."""

    id: str  # the installed encoder's, or the folder's name
    name: str  # for file names: without hash and without what earlier trainings added
    title: str
    folder: Path  # with safetensors; made by the trainer when `installed` is set
    installed: Path | None = None  # the encoder's folder to make it from
    parameters_bytes: int = 0  # of the weights, roughly: for the estimates


@dataclass(frozen=True, slots=True)
class TrainingFacts:
    """What the manifest of a trained encoder says of its training."""

    title: str
    library: str
    base: str
    recipe: str
    gain: tuple[float, float, float] | None  # mean, low, high of the primary figure


def trainable_encoders() -> list[Trainable]:
    """What training can start from, installed encoders first."""
    found = [base for info in installed_encoders() if (base := trainable(info)) is not None]
    taken = {base.folder for base in found}
    root = paths.bases_dir()
    for folder in sorted(root.iterdir()) if root.is_dir() else ():
        ready = (folder / WEIGHTS).is_file() and (folder / "config.json").is_file()
        if ready and folder not in taken and not folder.name.startswith("."):
            size = (folder / WEIGHTS).stat().st_size
            found.append(Trainable(folder.name, folder.name, folder.name, folder, None, size))
    return found


def trainable(info: EncoderInfo) -> Trainable | None:
    """The trainable form of an installed encoder, None when it has none."""
    name = info.name.partition("-trained-")[0]
    if WEIGHTS in info.manifest.files and "config.json" in info.manifest.files:
        size = info.manifest.files[WEIGHTS].size
        return Trainable(info.id, name, title(info), info.folder, None, size)
    ready = paths.bases_dir() / info.id
    int8 = info.manifest.files.get("model.int8.onnx")
    if (ready / WEIGHTS).is_file():
        size = (ready / WEIGHTS).stat().st_size
        return Trainable(info.id, name, title(info), ready, None, size)
    if int8 is None or not _widens(info.name):
        return None
    return Trainable(info.id, name, title(info), ready, info.folder, 4 * int8.size)


def title(info: EncoderInfo) -> str:
    """The encoder as people call it: its own name, or what a training called it."""
    facts = training_facts(info.folder)
    return facts.title if facts is not None and facts.title else info.name


def created(info: EncoderInfo) -> str:
    """The day it was made, `22 Nov 2026`; "" when the manifest tells none."""
    try:
        moment = datetime.fromisoformat(info.manifest.created)
    except ValueError:
        return ""
    local = moment.astimezone() if moment.tzinfo else moment
    return f"{local.day} {local:%b %Y}"


def training_facts(folder: Path) -> TrainingFacts | None:
    """How an encoder was trained, from its manifest; None for one that was not trained here."""
    try:
        content = json.loads((folder / "manifest.json").read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    training = content.get("training") if isinstance(content, dict) else None
    if not isinstance(training, dict):
        return None
    return TrainingFacts(
        title=_text(content, "title"),
        library=_text(content, "library"),
        base=_text(training, "base"),
        recipe=_text(training, "recipe"),
        gain=_gain(training),
    )


def _gain(training: Mapping[str, Any]) -> tuple[float, float, float] | None:
    try:
        gain = training["evaluation"]["verdict"]["gain"]
        return float(gain["mean"]), float(gain["low"]), float(gain["high"])
    except (KeyError, TypeError, ValueError):
        return None


def _text(values: Mapping[str, Any], key: str) -> str:
    value = values.get(key, "")
    return value[:300] if isinstance(value, str) else ""


def _widens(name: str) -> bool:
    """Whether the catalogue's int8 graph of that name keeps its weights in readable form."""
    entry = load_catalogue().entry(name)
    sources = entry.sources if entry is not None else ()
    return any(isinstance(s, WheelSource) and s.form == "onnx-int8" for s in sources)
