"""Writes an encoder's folder, the contract with the program (ARCHITECTURE.md, section 6)."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from trainer.conversion.onnx_run import encode, open_tokenizer
from trainer.moves import move

SCHEMA = 1
MODEL_FILES = {"fp32": "model.onnx", "int8": "model.int8.onnx"}
# int8 kernels round differently on processors without VNNI; another model is below .9
_TOLERANCE = {"fp32": 0.001, "int8": 0.02}
_SENTENCES = (
    "Metformin lowers fasting glucose in adults with type 2 diabetes.",
    "Mitochondrial dysfunction in skeletal muscle precedes insulin resistance.",
)


class ConversionError(Exception):
    """A model that cannot be converted; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Encoder:
    """A finished encoder in memory, ready to be written."""

    name: str
    base: str
    dimension: int
    max_tokens: int
    pooling: str
    query_prefix: str
    licence: str
    precision: str  # the model file the program is to use: "int8" or "fp32"
    graphs: Mapping[str, bytes]  # precision -> ONNX file
    tokenizer: bytes  # tokenizer.json
    version: str = "1"
    similarity_floor: float | None = None
    origin: str = ""  # where the weights came from, for the card
    metrics: Mapping[str, Any] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)  # how it was trained, if it was
    extra: Mapping[str, bytes] = field(default_factory=dict)  # further files: weights, config
    card: str = ""  # README.md; by default one of a converted model


def write_folder(encoder: Encoder, destination: Path) -> None:
    """Write the folder whole or not at all; ConversionError when `destination` exists."""
    contents = _contents(encoder)
    write_files(contents, _manifest(encoder, contents), destination)


def write_files(
    contents: Mapping[str, bytes], manifest: Mapping[str, Any], destination: Path
) -> None:
    """Write these files and their `manifest.json` as one folder, whole or not at all.

    Raises ConversionError when `destination` exists.
    """
    if destination.exists():
        raise ConversionError(f"{destination} exists already; remove it or choose another folder.")
    destination.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{destination.name}.", dir=destination.parent))
    try:
        for name, content in contents.items():
            _write(temporary / name, content)
        text = json.dumps(manifest, indent=1, ensure_ascii=False)
        _write(temporary / "manifest.json", text.encode())
        temporary.chmod(0o755)
        move(temporary, destination)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _contents(encoder: Encoder) -> dict[str, bytes]:
    graphs = {MODEL_FILES[precision]: graph for precision, graph in encoder.graphs.items()}
    card = (encoder.card or _card(encoder)).encode()
    return {**graphs, "tokenizer.json": encoder.tokenizer, "README.md": card, **encoder.extra}


def _manifest(encoder: Encoder, contents: Mapping[str, bytes]) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "name": encoder.name,
        "version": encoder.version,
        "base": encoder.base,
        "dimension": encoder.dimension,
        "max_tokens": encoder.max_tokens,
        "query_prefix": encoder.query_prefix,
        "pooling": encoder.pooling,
        "precision": encoder.precision,
        "licence": encoder.licence,
        "similarity_floor": encoder.similarity_floor,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "files": file_records(contents),
        "check_vectors": {
            MODEL_FILES[precision]: _check_vectors(encoder, precision)
            for precision in encoder.graphs
        },
        "metrics": dict(encoder.metrics),
        **({"training": dict(encoder.training)} if encoder.training else {}),
    }


def file_records(contents: Mapping[str, bytes]) -> dict[str, dict[str, Any]]:
    """Hash and size of every file, as the manifest holds them."""
    return {
        name: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
        for name, content in contents.items()
    }


def _check_vectors(encoder: Encoder, precision: str) -> dict[str, Any]:
    tokenizer = open_tokenizer(encoder.tokenizer, encoder.max_tokens)
    vectors = encode(encoder.graphs[precision], tokenizer, _SENTENCES)
    if vectors.shape != (len(_SENTENCES), encoder.dimension):
        raise ConversionError(f"The graph gives vectors of shape {vectors.shape}.")
    return {
        "sentences": list(_SENTENCES),
        "tolerance": _TOLERANCE[precision],
        "vectors": [[round(float(x), 7) for x in vector] for vector in vectors],
    }


def _card(encoder: Encoder) -> str:
    prefix = f"`{encoder.query_prefix}` before queries" if encoder.query_prefix else "none"
    lines = [
        f"# {encoder.name}",
        "",
        "A sentence encoder for Litmesh: ONNX, pooling and L2 normalisation inside the graph.",
        "",
        f"- Weights: {encoder.origin or encoder.name} (base {encoder.base}), version "
        f"{encoder.version}",
        f"- Licence of the weights: {encoder.licence}",
        f"- {encoder.dimension} dimensions, {encoder.pooling} pooling, at most "
        f"{encoder.max_tokens} tokens, prefix: {prefix}",
        f"- Files: {', '.join(MODEL_FILES[p] for p in encoder.graphs)}; in use: "
        f"{MODEL_FILES[encoder.precision]}",
        *(f"- {key}: {value}" for key, value in encoder.metrics.items()),
        "",
    ]
    return "\n".join(lines)


def _write(path: Path, content: bytes) -> None:
    with open(path, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
