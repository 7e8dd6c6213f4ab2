"""The environment that freezes the program: the locks alone, hnswlib compiled for any processor."""

import os
import sys
from pathlib import Path

from installer.checkout.commands import BIN, DEV, LOCKS, LOGS, logged, must
from installer.checkout.packages import install, pip
from installer.checkout.steps import step

ENVIRONMENT = DEV / "build-venv"
_LOCKS = ("app", "build")


def build_python(home: Path = ENVIRONMENT) -> Path:
    """The Python to build with; its environment is made when its locks have changed."""
    python = home / BIN / "python"
    whole = home / "whole"

    def make() -> None:
        must("build-venv", sys.executable, "-m", "venv", "--clear", home)
        for lock in _LOCKS:
            must("build-venv", *install(python, lock))
        _compile_hnswlib(python)
        must("build-venv", *pip(python), "check")
        whole.touch()

    locks = [LOCKS / f"{lock}.txt" for lock in (*_LOCKS, "hnswlib")]
    name = "build-venv" if home == ENVIRONMENT else f"build-venv-{home.name}"
    step(name, "the building environment", [*locks, sys.version, str(home)], whole, make)
    return python


def _compile_hnswlib(python: Path) -> None:
    """By default hnswlib is compiled for the processor at hand and dies on another.

    Without pip's cache: it could hand over such a build. Without debugging data, which names
    pip's temporary folder, and without a build id, which is made from it.
    """
    portable = {
        "HNSWLIB_NO_NATIVE": "1",
        "CFLAGS": "-g0",
        "LDFLAGS": "-Wl,--build-id=none" if sys.platform.startswith("linux") else "",
        "PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}",
    }
    options = ["--no-cache-dir", "--no-build-isolation", "--force-reinstall"]
    if not logged("build-venv", *install(python, "hnswlib"), *options, **portable):
        sys.exit(f"hnswlib was not compiled; the whole output: {LOGS / 'build-venv.log'}")
