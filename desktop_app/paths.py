"""Where things are on this machine; every folder can be moved by an environment variable."""

import json
import os
from pathlib import Path

import platformdirs

_APP = "Litmesh"
# The version that every installer brings: files saved on one system are to fit on the others.
SHIPPED_PYTHON = "3.11"
OWN_PYTHON = "base"  # in an environment: a whole Python, where ours does not stay in its place


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


def program_root() -> Path:
    """The checkout, or the inner folder of the installed program."""
    return Path(__file__).resolve().parent.parent


def trainer_root() -> Path:
    """The folder in which the package `trainer` lies.

    In the installed program one of its own: it goes on the path of another Python, which must not
    find our compiled packages there.
    """
    apart = program_root() / "trainer-source"
    return apart if apart.is_dir() else program_root()


def trainer_python() -> Path | None:
    """The Python that has PyTorch; None when there is none.

    `LITMESH_TRAINER_PYTHON`, else `.venv-trainer` beside a checkout, else the one in the user's
    data. A variable that names no file counts as none: what was asked for is not replaced.
    """
    named = os.environ.get("LITMESH_TRAINER_PYTHON")
    places = [Path(named)] if named else [python_of(checkout_trainer()), _installed_trainer()]
    return next((place for place in places if place is not None and _is_file(place)), None)


def checkout_trainer() -> Path:
    """The environment with PyTorch that `dev.py` makes beside a checkout."""
    return program_root() / ".venv-trainer"


def trainer_home() -> Path:
    """Where the program installs environments with PyTorch; `current.json` names the one in use."""
    return data_dir() / "trainer"


def python_of(environment: Path) -> Path:
    """The Python of a virtual environment."""
    inner = Path("Scripts", "python.exe") if os.name == "nt" else Path("bin", "python")
    return environment / inner


def runs_here(environment: Path, python: str) -> bool:
    """Whether an installed environment runs with this Litmesh, and has a Python at all.

    It was made for the version `python` of ours, "" when it was not noted; another one finds its
    packages on Windows, where no folder is named by the version, and cannot load them. One with a
    whole Python of its own keeps that.
    """
    fits = python in ("", SHIPPED_PYTHON) or (environment / OWN_PYTHON).is_dir()
    return fits and _is_file(python_of(environment))


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # in a folder that this user may not look into
        return False


def _installed_trainer() -> Path | None:
    try:
        said = json.loads((trainer_home() / "current.json").read_text(encoding="utf-8"))
        name, python = said["environment"], said.get("python", "")
    except (OSError, ValueError, TypeError, KeyError):
        return None
    if not isinstance(name, str) or name != Path(name).name:
        return None
    folder = trainer_home() / name
    return python_of(folder) if runs_here(folder, python) else None


def tools_root() -> Path | None:
    """What the installed program brings to make environments: `uv` and `python`, a folder.

    `LITMESH_TOOLS` names another; None in a checkout, which brings none.
    """
    named = os.environ.get("LITMESH_TOOLS")
    folder = Path(named) if named else program_root() / "tools"
    return folder if folder.is_dir() else None


def requirements_dir() -> Path:
    """The locks of the environments."""
    return program_root() / "requirements"


def resources_dir() -> Path:
    """What the program ships with: icons, the MeSH table, the default encoder."""
    return program_root() / "resources"


def _moved(variable: str, default: Path) -> Path:
    value = os.environ.get(variable)
    return Path(value) if value else default
