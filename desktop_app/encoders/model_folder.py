"""Reads and verifies an encoder's folder: the contract between converter, trainer and program.

manifest.json   schema 1: see `Manifest`; hash and size of every other file
model.onnx      fp32 graph, and/or model.int8.onnx: int8 graph. Inputs input_ids, attention_mask,
                perhaps token_type_ids, all (batch, tokens) int64; one output sentence_embedding
                (batch, dimension) float32, pooled and L2-normalised inside the graph
tokenizer.json  for the `tokenizers` package
README.md       the model's card

Nothing in the folder is trusted: names are checked before they become paths, sizes before files
are read, hashes before contents are used.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from desktop_app.encoders.onnx_scan import RefusedModelError, check_self_contained
from desktop_app.errors import UserError

SCHEMA = 1
MODEL_FILES = {"fp32": "model.onnx", "int8": "model.int8.onnx"}

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_SUFFIXES = {".onnx", ".json", ".md", ".txt", ".safetensors"}  # no format that can hold code
_SHA256 = re.compile(r"[0-9a-f]{64}")
_LARGEST = 2 << 30  # bytes; protobuf itself ends there
_LARGEST_MANIFEST = 8 << 20
_REINSTALL = "Remove this encoder's folder and install the encoder again."


@dataclass(frozen=True, slots=True)
class FileRecord:
    """What the manifest says of one file."""

    sha256: str
    size: int  # bytes


@dataclass(frozen=True, slots=True)
class CheckVectors:
    """Two sentences and what the graph made of them where it was converted."""

    sentences: tuple[str, ...]  # encoded as they are, without prefix
    vectors: tuple[tuple[float, ...], ...]  # one a sentence, `dimension` numbers each
    tolerance: float  # the cosine must be at least 1 - tolerance


@dataclass(frozen=True, slots=True)
class Manifest:
    """The encoder as its manifest describes it."""

    name: str
    version: str
    base: str
    dimension: int
    max_tokens: int
    query_prefix: str
    precision: str  # which model file is used: "int8" or "fp32"
    licence: str
    created: str  # ISO 8601
    files: Mapping[str, FileRecord]
    check_vectors: Mapping[str, CheckVectors]  # by model file
    similarity_floor: float | None  # cosine that unrelated pairs seldom pass

    def model_file(self, precision: str = "") -> str:
        """The file of that precision (default: the manifest's own); UserError when absent."""
        name = MODEL_FILES.get(precision or self.precision, "")
        if name not in self.files or name not in self.check_vectors:
            raise UserError(
                f"The encoder {self.name} has no {precision or self.precision} model.",
                "Install it again, or choose another precision.",
            )
        return name

    def encoder_id(self, precision: str = "") -> str:
        """`<name>-<first 12 hexadecimal digits of the model file's SHA-256>`."""
        return f"{self.name}-{self.files[self.model_file(precision)].sha256[:12]}"


def read_manifest(folder: Path) -> Manifest:
    """Read `manifest.json` and check its form; no other file is opened. Raises UserError."""
    path = folder / "manifest.json"
    try:
        if path.is_symlink() or path.stat().st_size > _LARGEST_MANIFEST:
            raise ValueError("a link or too large")
        content = json.loads(path.read_text("utf-8"))
        if content["schema"] != SCHEMA:
            raise UserError(
                f"{path}: written for another version of the program "
                f"(schema {content['schema']!r}, this one reads {SCHEMA}).",
                "Update the program, or install the encoder again.",
            )
        manifest = _manifest(content)
        manifest.model_file()
        return manifest
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror}).", _REINSTALL) from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UserError(f"{path}: not a valid manifest ({error}).", _REINSTALL) from error


class Listing(Protocol):
    """A manifest, of an encoder or of a reranker: all that verifying files takes."""

    @property
    def files(self) -> Mapping[str, FileRecord]: ...


def read_file(folder: Path, manifest: Listing, name: str) -> bytes:
    """The verified content of one file of the folder. Raises UserError naming file and remedy."""
    path = folder / name
    record = manifest.files.get(name)
    if record is None:
        raise UserError(f"{path}: not named in manifest.json.", _REINSTALL)
    try:
        if path.is_symlink() or not path.is_file():
            raise UserError(f"{path}: missing, or not a plain file.", _REINSTALL)
        if path.stat().st_size != record.size:
            raise UserError(f"{path}: damaged (wrong size).", _REINSTALL)
        content = path.read_bytes()
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror}).", _REINSTALL) from error
    if hashlib.sha256(content).hexdigest() != record.sha256:
        raise UserError(f"{path}: damaged (its SHA-256 is not the manifest's).", _REINSTALL)
    if name.endswith(".onnx"):
        try:
            check_self_contained(content)
        except RefusedModelError as error:
            raise UserError(f"{path}: refused, {error}.", _REINSTALL) from error
    return content


def verify_folder(folder: Path) -> Manifest:
    """Check every file that the manifest names; raise UserError at the first that is wrong."""
    manifest = read_manifest(folder)
    for name in manifest.files:
        read_file(folder, manifest, name)
    return manifest


def _manifest(content: dict[str, Any]) -> Manifest:
    floor = content.get("similarity_floor")
    dimension = _between(content, "dimension", 1, 16_384)
    return Manifest(
        name=_matching(_NAME, content["name"]),
        version=_text(content, "version"),
        base=_text(content, "base"),
        dimension=dimension,
        max_tokens=_between(content, "max_tokens", 3, 32_768),
        query_prefix=_text(content, "query_prefix"),
        precision=_text(content, "precision"),
        licence=_text(content, "licence"),
        created=_text(content, "created"),
        files=file_records(content["files"]),
        check_vectors={
            _file_name(name): _check_vectors(entry, dimension)
            for name, entry in content["check_vectors"].items()
        },
        similarity_floor=None if floor is None else float(floor),
    )


def file_records(listed: dict[str, Any]) -> dict[str, FileRecord]:
    """The files that a manifest names. Raises ValueError, KeyError, AttributeError."""
    return {_file_name(name): _record(entry) for name, entry in listed.items()}


def _record(entry: dict[str, Any]) -> FileRecord:
    return FileRecord(_matching(_SHA256, entry["sha256"]), _between(entry, "bytes", 0, _LARGEST))


def _check_vectors(entry: dict[str, Any], dimension: int) -> CheckVectors:
    sentences = tuple(str(sentence) for sentence in entry["sentences"])
    vectors = tuple(tuple(float(x) for x in vector) for vector in entry["vectors"])
    if len(sentences) != 2 or [len(vector) for vector in vectors] != [dimension] * 2:
        raise ValueError("check_vectors must hold two sentences and two whole vectors")
    tolerance = float(entry["tolerance"])
    if not 0 < tolerance <= 0.05:
        raise ValueError("the tolerance of check_vectors must be above 0 and at most .05")
    return CheckVectors(sentences, vectors, tolerance)


def _file_name(name: object) -> str:
    checked = _matching(_NAME, name)
    if Path(checked).suffix not in _SUFFIXES or checked == "manifest.json":
        raise ValueError(f"a file of an unexpected kind: {checked}")
    return checked


def _matching(pattern: re.Pattern[str], value: object) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise ValueError(f"unexpected value {str(value)[:80]!r}")
    return value


def _text(content: dict[str, Any], key: str) -> str:
    value = content[key]
    if not isinstance(value, str) or len(value) > 1000:
        raise ValueError(f"{key} must be a text")
    return value


def _between(content: dict[str, Any], key: str, low: int, high: int) -> int:
    value = content[key]
    if type(value) is not int or not low <= value <= high:
        raise ValueError(f"{key} must be a whole number from {low} to {high}")
    return value
