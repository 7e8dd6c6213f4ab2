"""The installer for Windows from a bundle frozen there: writes the list of files, runs makensis.

makensis runs on Windows and on Linux; the bundle can be frozen on Windows only.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from installer.icon_files import draw

SCRIPT = Path(__file__).with_name("litmesh.nsi")
ENTRIES = frozenset({"litmesh.exe", "litmesh-window.exe", "_internal"})  # RemoveProgram's names
# Windows allows 259 characters where long paths are not switched on; 100 are left for the folder
# that the user chooses and for the folder `new` below it.
LONGEST = 159
_NOT_IN_NAMES = frozenset('*?[]{}"`')
_PROGRAM_FILES = ("ProgramFiles(x86)", "ProgramFiles")


def build(bundle: Path, output: Path, version: str) -> Path:
    """Make `litmesh-<version>-windows-x64-setup.exe` in the folder `output`; its path.

    Ends the program with a sentence when makensis is missing, the bundle is not what the script
    expects, or the script does not compile.
    """
    check_bundle(bundle)
    installer = output.resolve() / f"litmesh-{version}-windows-x64-setup.exe"
    installer.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        icon, files = Path(scratch, "litmesh.ico"), Path(scratch, "files.nsh")
        draw("ico", icon)
        files.write_text(file_list(bundle.resolve()), encoding="utf-8")
        defines = {
            "VERSION": version,
            "VERSION4": four_numbers(version),
            "SIZE_KB": str(_size_in_kb(bundle)),
            "ICON": str(icon),
            "FILES": str(files),
            "OUTPUT": str(installer),
        }
        _compile(_makensis(), defines)
    return installer


def check_bundle(bundle: Path) -> None:
    """End the program when the bundle holds what the script would not install or remove."""
    there = {path.name for path in bundle.iterdir()} if bundle.is_dir() else set()
    if there != ENTRIES:
        sys.exit(
            f"{bundle} must hold exactly {', '.join(sorted(ENTRIES))}; it holds "
            f"{', '.join(sorted(there)) or 'nothing'}. Freeze on Windows first: build.ps1."
        )
    odd = [name for name in _files(bundle) if set(name) & _NOT_IN_NAMES]
    if odd:
        sys.exit(f"{odd[0]} has a character in its name that makensis takes for something else.")
    long = [name for name in _files(bundle) if len(name) > LONGEST]
    if long:
        sys.exit(f"{long[0]} has a path too long for Windows: {len(long[0])} > {LONGEST}.")


def file_list(bundle: Path) -> str:
    """The macro `ExtractFiles`: every file by name, in one order whatever the disk says."""
    lines = ["!macro ExtractFiles FOLDER"]
    for folder, names in groupby(_files(bundle), key=lambda name: name.rpartition("/")[0]):
        inner = [part.replace("$", "$$") for part in folder.split("/") if part]
        target = "\\".join(["${FOLDER}", *inner])
        lines.append(f'  SetOutPath "{target}"')
        lines += [f'  File "{bundle / name}"' for name in names]  # read when it is compiled
    return "\n".join([*lines, "!macroend", ""])


def four_numbers(version: str) -> str:
    """`1.2.3` or `1.2.3rc1` as `1.2.3.0`, the form of Windows' version resources."""
    numbers = re.match(r"(\d+)\.(\d+)\.(\d+)", version)
    if numbers is None:
        sys.exit(f"{version!r} is no version: three numbers with dots are needed.")
    return f"{numbers[0]}.0"


def _files(bundle: Path) -> Iterator[str]:
    """Paths below the bundle with forward slashes, folder by folder."""
    found = (p.relative_to(bundle) for p in bundle.rglob("*") if p.is_file())
    for path in sorted(found, key=lambda p: (p.parent.as_posix(), p.name)):
        yield path.as_posix()


def _size_in_kb(bundle: Path) -> int:
    return sum((bundle / name).stat().st_size for name in _files(bundle)) // 1024


def _makensis() -> str:
    places = [Path(os.environ[name], "NSIS") for name in _PROGRAM_FILES if name in os.environ]
    path = os.pathsep.join([os.environ.get("PATH", ""), *map(str, places)])
    found = shutil.which("makensis", path=path)
    if found is None:
        sys.exit("makensis is missing. Debian: apt-get install nsis. Windows: install NSIS 3.08+.")
    return found


def _compile(makensis: str, defines: dict[str, str]) -> None:
    words: Sequence[str] = [f"-D{name}={value}" for name, value in defines.items()]
    command = [makensis, "-V2", "-WX", "-INPUTCHARSET", "UTF8", "-NOCD"]
    # Without a UTF-8 locale makensis reads names of files wrongly on Linux; the stub that 64-bit
    # Windows needs no 32-bit subsystem for is not the default.
    target = ["-XTarget amd64-unicode"]
    run = subprocess.run(
        [*command, *words, *target, str(SCRIPT)],
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if run.returncode:
        sys.exit(f"makensis failed:\n{run.stdout[-3000:]}{run.stderr[-3000:]}")
