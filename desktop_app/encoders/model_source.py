"""Looks at a folder that somebody wants to install: an encoder of ours, weights, or neither, why.

Only names and `config.json` are read: the conversion itself checks the rest, in the trainer.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from desktop_app.encoders.model_folder import read_manifest
from desktop_app.errors import UserError

WEIGHTS = "model.safetensors"
FAMILIES = (
    "bert",
    "mpnet",
    "distilbert",
    "roberta",
    "xlm-roberta",
)  # as source_folder.py
_PICKLES = (".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".h5", ".msgpack")
_LARGEST_CONFIG = 1 << 20  # bytes
_DEEPEST = 3  # folders around the model, as zip archives have them
_SUPPORTED = (
    "Litmesh takes BERT, MPNet, DistilBERT, RoBERTa and XLM-RoBERTa models as model.safetensors, "
    "with config.json and tokenizer.json."
)


@dataclass(frozen=True, slots=True)
class ModelSource:
    """A folder that can be installed."""

    folder: Path
    name: str  # as the folder says; the user may have another
    finished: bool  # an encoder folder of ours: nothing is to be converted
    weights: int  # bytes of model.safetensors, 0 when it is finished


def look(folder: Path, left_out: Iterable[str] = ()) -> ModelSource:
    """What is in `folder`, or in the only folder inside it.

    `left_out` are names of files that an archive had and that were not unpacked. Raises UserError
    saying what is missing or cannot be used, and the remedy.
    """
    inner = _inner(folder)
    if _is_finished(inner):
        return ModelSource(inner, read_manifest(inner).name, True, 0)
    _check_weights(inner, left_out)
    _check_config(inner / "config.json")
    if not (inner / "tokenizer.json").is_file():
        raise UserError(
            f"{inner}: tokenizer.json is missing.",
            "Get it from where the model came from; vocab.txt alone is not enough.",
        )
    return ModelSource(inner, _name(inner), False, (inner / WEIGHTS).stat().st_size)


def _inner(folder: Path) -> Path:
    """The model's folder: this one, or the only one inside it."""
    for _ in range(_DEEPEST):
        if any((folder / name).exists() for name in ("manifest.json", "config.json", WEIGHTS)):
            return folder
        visible = [item for item in _items(folder) if not item.name.startswith((".", "__"))]
        folders = [item for item in visible if item.is_dir() and not item.is_symlink()]
        if len(visible) != 1 or not folders:
            return folder
        folder = folders[0]
    return folder


def _items(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError as error:
        raise UserError(f"{folder} cannot be read ({error.strerror}).") from error


def _is_finished(folder: Path) -> bool:
    graphs = any((folder / name).exists() for name in ("model.onnx", "model.int8.onnx"))
    return graphs and (folder / "manifest.json").exists()


def _check_weights(folder: Path, left_out: Iterable[str]) -> None:
    if (folder / WEIGHTS).is_file():
        return
    names = [item.name for item in _items(folder)] + sorted(left_out)
    pickles = [name for name in names if name.lower().endswith(_PICKLES)]
    if pickles:
        raise UserError(
            f"{folder.name} has its weights only as {', '.join(pickles[:5])}: a format that can "
            "run code when it is opened, so Litmesh never opens it.",
            "Ask the model's makers for model.safetensors, or convert a copy that you trust.",
        )
    if "adapter_model.safetensors" in names:
        raise UserError(
            f"{folder.name} holds an adapter and not a whole model.",
            "Merge it into its base model first, and save that as safetensors.",
        )
    if f"{WEIGHTS}.index.json" in names:
        raise UserError(
            f"{folder.name} has its weights in several files.", "Save them as one file first."
        )
    raise UserError(f"{folder.name} holds no {WEIGHTS}: it is not a model.", _SUPPORTED)


def _check_config(path: Path) -> None:
    try:
        if path.stat().st_size > _LARGEST_CONFIG:
            raise UserError(f"{path} is too large to be a model's settings.")
        config = json.loads(path.read_bytes())
    except OSError as error:
        raise UserError(f"{path} cannot be read ({error.strerror}).", _SUPPORTED) from error
    except (ValueError, RecursionError) as error:
        raise UserError(f"{path} is not valid JSON ({error}).", _SUPPORTED) from error
    family = config.get("model_type") if isinstance(config, dict) else None
    if family not in FAMILIES:
        raise UserError(f"The architecture {family!r:.60} is not supported.", _SUPPORTED)
    if "auto_map" in config:
        raise UserError("The model brings code of its own, which Litmesh never runs.", _SUPPORTED)


def _name(folder: Path) -> str:
    """The folder's name; in a model hub's cache, `models--owner--NAME/snapshots/COMMIT`."""
    if folder.parent.name == "snapshots":
        return folder.parent.parent.name.rpartition("--")[2]
    return folder.resolve().name
