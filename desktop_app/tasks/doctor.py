"""The doctor: versions, encoder, library and what ails them, to paste into a bug report."""

import os
import platform
import sqlite3
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import desktop_app
from desktop_app import paths
from desktop_app.encoders.installed import broken_encoders, installed_encoders
from desktop_app.encoders.onnx_encoder import load_encoder
from desktop_app.errors import UserError
from desktop_app.library.library import Library
from desktop_app.mesh.vocabulary import load_vocabulary

_PACKAGES = (
    "PySide6-Essentials",
    "SQLAlchemy",
    "alembic",
    "onnxruntime",
    "tokenizers",
    "hnswlib",
    "numpy",
    "lxml",
)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What the doctor found; `problems` is empty when all is well."""

    litmesh: str
    python: str
    system: str
    cpus: int
    sqlite: str
    packages: dict[str, str]
    mesh_year: int
    mesh_descriptors: int
    encoders: dict[str, str]  # id -> execution provider in use
    library: str
    articles: int | None
    problems: tuple[str, ...]


def doctor(folder: Path) -> Diagnosis:
    """Look at everything; never raises for something that is merely ill."""
    problems = [str(problem) for problem in broken_encoders()]
    encoders = _encoders(problems)
    vocabulary = load_vocabulary()
    return Diagnosis(
        litmesh=desktop_app.__version__,
        python=sys.version.split()[0],
        system=f"{platform.system()} {platform.release()} {platform.machine()}",
        cpus=os.cpu_count() or 1,
        sqlite=sqlite3.sqlite_version,
        packages={name: _version(name) for name in _PACKAGES},
        mesh_year=vocabulary.year,
        mesh_descriptors=len(vocabulary),
        encoders=encoders,
        library=str(folder),
        articles=_articles(folder, problems),
        problems=tuple(problems),
    )


def _encoders(problems: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for info in installed_encoders():
        try:
            found[info.id] = load_encoder(info.folder).provider
        except UserError as error:
            problems.append(str(error))
    if not found:
        roots = " or ".join(str(root) for root in paths.encoder_roots())
        problems.append(f"No encoder works: search is by words only. Put one into {roots}.")
    return found


def _articles(folder: Path, problems: list[str]) -> int | None:
    if not (folder / "library.db").exists():
        return None
    try:
        with Library.open(folder, read_only=True) as library:
            problems.extend(library.check())
            return library.count()
    except UserError as error:
        problems.append(str(error))
        return None


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
