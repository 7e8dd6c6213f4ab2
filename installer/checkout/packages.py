"""Python packages: environments from the locks, wheels that are only read, hnswlib compiled."""

import platform
import re
import shutil
import sys
import zipfile
from pathlib import Path

from installer.checkout.commands import DEV, LOCKS, PYTHON, ROOT, logged, must, say
from installer.checkout.steps import step, whole
from installer.checkout.system import has_header


def make_environment(python: Path, name: str, title: str) -> None:
    """Install a lock into an environment of this Python, again when either has changed."""
    home, locks = python.parent.parent, sorted(LOCKS.glob("torch-*.txt"))
    settings = home / "pyvenv.cfg"

    def make() -> None:
        same = settings.exists() and f"= {platform.python_version()}\n" in settings.read_text()
        must(name, sys.executable, "-m", "venv", *([] if same else ["--clear"]), home)
        must(name, *install(python, name))
        # without CUDA where PIP_FIND_LINKS offers that build, else as the registry has it
        if name == "trainer" and not logged(name, *install(python, "torch-cpu")):
            must(name, *install(python, "torch-default"))
        must(name, *pip(python), "check")

    inputs = [LOCKS / f"{name}.txt", *(locks if name == "trainer" else []), sys.version, str(home)]
    step(name, title, inputs, python, make)


def pip(python: Path) -> list[object]:
    """The start of a pip command in an environment."""
    return [python, "-m", "pip", "--disable-pip-version-check", "--no-input"]


def install(python: Path, lock: str) -> list[object]:
    """The pip command that installs a lock: whole, hence no dependencies beside it."""
    options = ["--require-hashes", "--no-deps", "-r", LOCKS / f"{lock}.txt"]
    return [*pip(python), "install", *options]


def make_hnswlib() -> None:
    """Compile the approximate index for this processor; where that fails search stays exact."""
    tried = ROOT / ".venv" / "hnswlib-tried"
    # pip's cache could hand over a build for another machine's processor, which would crash here
    command = [*install(PYTHON, "hnswlib"), "--no-cache-dir", "--force-reinstall"]

    def make() -> None:
        if not logged("hnswlib", *command):
            say("  hnswlib was not compiled (see .dev/logs/hnswlib.log; it needs g++ and Python's")
            say("  headers). Search stays exact: as right, but slower past 200,000 articles.")
        tried.touch()

    inputs = [LOCKS / "hnswlib.txt", sys.version, shutil.which("g++"), has_header()]
    step("hnswlib", "compiling hnswlib", inputs, tried, make)


def fetch(name: str) -> Path:
    """Download one wheel of `requirements/wheels.txt`, its hash checked by pip."""
    blocks = re.split(r"\n(?=\S)", (LOCKS / "wheels.txt").read_text(encoding="utf-8"))
    pin = next(block for block in blocks if block.startswith(f"{name}=="))
    folder, lock = DEV / "wheels", DEV / "wheels" / f"{name}.txt"
    options = [
        "--no-deps",
        "--require-hashes",
        "--only-binary",
        ":all:",
        "--dest",
        folder,
        "-r",
        lock,
    ]

    def make() -> None:
        folder.mkdir(parents=True, exist_ok=True)
        lock.write_text(f"{pin}\n", encoding="utf-8")
        must(f"wheel-{name}", *pip(PYTHON), "download", *options)

    step(f"wheel-{name}", f"download {name}", [pin], lock, make)
    version = pin.split()[0].partition("==")[2]
    return next(folder.glob(f"{name.replace('-', '_')}-{version}-*.whl"))


def unpack(step_name: str, title: str, archive: Path, inside: str, folder: Path) -> None:
    """Copy the files below the folder `inside` of a wheel to `folder`."""

    def make() -> None:
        with whole(folder) as made, zipfile.ZipFile(archive) as wheel:
            for name in wheel.namelist():
                target = (made / name.removeprefix(inside)).resolve()
                if name.startswith(inside) and not name.endswith("/") and made in target.parents:
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(wheel.read(name))

    step(step_name, title, [archive.name], folder, make)
