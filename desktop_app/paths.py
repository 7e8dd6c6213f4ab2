"""Where things are on this machine; every folder can be moved by an environment variable."""

import os
from pathlib import Path

import platformdirs

_APP = "Litmesh"


def data_dir() -> Path:
    """The user's data: libraries and installed encoders (`LITMESH_DATA_DIR` moves it)."""
    return _moved("LITMESH_DATA_DIR", platformdirs.user_data_path(_APP, appauthor=False))


def config_dir() -> Path:
    """Settings (`LITMESH_CONFIG_DIR` moves it)."""
    return _moved("LITMESH_CONFIG_DIR", platformdirs.user_config_path(_APP, appauthor=False))


def log_dir() -> Path:
    """Log files (`LITMESH_LOG_DIR` moves it)."""
    return _moved("LITMESH_LOG_DIR", platformdirs.user_log_path(_APP, appauthor=False))


def default_library() -> Path:
    """The library that opens when none is named."""
    return data_dir() / "library"


def encoder_roots() -> tuple[Path, ...]:
    """Folders that hold one encoder folder each: the user's own first, then what we ship."""
    return (data_dir() / "encoders", resources_dir() / "encoders")


def reranker_roots() -> tuple[Path, ...]:
    """Folders that hold one reranker folder each: the user's own first, then what we ship."""
    return (data_dir() / "rerankers", resources_dir() / "rerankers")


def bases_dir() -> Path:
    """Trainable forms of encoders: folders with `model.safetensors`, one each."""
    return data_dir() / "bases"


def trainer_root() -> Path:
    """The folder in which the package `trainer` lies."""
    return Path(__file__).resolve().parent.parent


def trainer_python() -> Path | None:
    """The Python that has PyTorch; None when there is none.

    `LITMESH_TRAINER_PYTHON`, else `.venv-trainer` beside a checkout, else the one in the user's
    data. A variable that names no file counts as none: what was asked for is not replaced.
    """
    named = os.environ.get("LITMESH_TRAINER_PYTHON")
    inner = Path("Scripts", "python.exe") if os.name == "nt" else Path("bin", "python")
    beside = trainer_root() / ".venv-trainer"
    places = [Path(named)] if named else [beside / inner, data_dir() / "trainer-env" / inner]
    return next((place for place in places if place.is_file()), None)


def resources_dir() -> Path:
    """What the program ships with: icons, the MeSH table, the default encoder."""
    return Path(__file__).resolve().parent.parent / "resources"


def _moved(variable: str, default: Path) -> Path:
    value = os.environ.get(variable)
    return Path(value) if value else default
