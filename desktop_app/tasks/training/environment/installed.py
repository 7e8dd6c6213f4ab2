"""Which environment is in use: `current.json`, written as one step; what is left over goes."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from desktop_app import files, paths
from desktop_app.errors import UserError

CURRENT = "current.json"
CACHE = "cache"


@dataclass(frozen=True, slots=True)
class Installed:
    """The environment that trainings use."""

    environment: str  # name of its folder
    backend: str
    digest: str  # of the locks it was made from
    torch: str  # version
    device: str  # on which forward and backward were computed
    bytes: int  # on the disk
    python: str = ""  # version of ours that it was made for; older ones did not note it

    @property
    def folder(self) -> Path:
        """Where it is."""
        return paths.trainer_home() / self.environment


def installed() -> Installed | None:
    """The environment in use; None when there is none or its Python is gone or another one."""
    try:
        said = json.loads((paths.trainer_home() / CURRENT).read_text(encoding="utf-8"))
        found = Installed(**said)
    except (OSError, ValueError, TypeError):
        return None
    return found if paths.runs_here(found.folder, found.python) else None


def use(found: Installed) -> None:
    """Make an environment the one that trainings use. Raises OSError."""
    files.write_text(paths.trainer_home() / CURRENT, json.dumps(asdict(found), indent=2) + "\n")


@contextmanager
def alone() -> Iterator[Path]:
    """Hold the folder of environments against other windows. Raises UserError when it is held."""
    home = paths.trainer_home()
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock = FileLock(home / ".lock")
        lock.acquire(timeout=0)
    except Timeout as error:
        raise UserError(
            "The training runtime is being installed or removed already.",
            "Wait until the other window of Litmesh is done.",
        ) from error
    except OSError as error:
        raise UserError(f"{home} cannot be written: {error.strerror}.") from error
    try:
        yield home
    finally:
        lock.release()


def tidy(home: Path) -> None:
    """Delete environments that are not in use: what interrupted installations left."""
    found = installed()
    for folder in home.glob("env-*"):
        if found is None or folder.name != found.environment:
            drop(folder)


def drop_cache(home: Path) -> None:
    """Delete what was downloaded."""
    drop(home / CACHE)


def drop(folder: Path) -> None:
    """Delete a folder as far as it can be deleted."""
    with suppress(OSError):
        files.remove_folder(folder)
    shutil.rmtree(folder, ignore_errors=True)


def remove() -> bool:
    """Delete the environment in use and all that was downloaded; whether there was anything.

    Raises UserError while another window installs, or when a file is in use.
    """
    home = paths.trainer_home()
    if not home.exists():
        return False
    with alone():
        was = (home / CURRENT).exists() or any(home.glob("env-*"))
        (home / CURRENT).unlink(missing_ok=True)  # first: nothing is in use from here on
        tidy(home)
        drop_cache(home)
        left = list(home.glob("env-*"))
    if left:
        raise UserError(
            f"{left[0]} could not be deleted whole.", "End trainings that run, then try again."
        )
    drop(home)
    return was


def size_of(folder: Path) -> int:
    """Bytes of the files below a folder; files that come and go meanwhile do not matter."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += os.lstat(os.path.join(place, name)).st_size
    return total
