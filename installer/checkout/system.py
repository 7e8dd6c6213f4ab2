"""The system's own packages: what Qt's wheels, hnswlib's compilation and Python's venv need."""

import ctypes
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from installer.checkout.commands import LOGS, logged, say

# What Qt's wheels expect of the system, read off their platform plugins with ldd.
QT_LIBRARIES = (
    "libEGL.so.1 libGL.so.1 libglib-2.0.so.0 libxkbcommon.so.0 libfontconfig.so.1 "
    "libfreetype.so.6 libdbus-1.so.3 libX11.so.6 libX11-xcb.so.1 libxkbcommon-x11.so.0 "
    "libxcb-cursor.so.0 libxcb-icccm.so.4 libxcb-image.so.0 libxcb-keysyms.so.1 "
    "libxcb-randr.so.0 libxcb-render-util.so.0 libxcb-shape.so.0 libxcb-shm.so.0 "
    "libxcb-sync.so.1 libxcb-util.so.1 libxcb-xfixes.so.0 libxcb-xkb.so.1 libwayland-cursor.so.0"
)
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")


def debian_package(library: str) -> str:
    """The package of a shared library by Debian's naming rule: libX11.so.6 is in libx11-6."""
    name, _, number = library.lower().partition(".so.")
    name = name.replace("glib-2.0", "glib2.0")  # the one exception; libglib2.0-0t64 provides it too
    return f"{name}-{number}" if name[-1].isdigit() else name + number


def loads(library: str) -> bool:
    """Whether the dynamic loader finds a shared library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def has_ensurepip() -> bool:
    """Whether this Python can make environments (Debian takes ensurepip out)."""
    probe = [sys.executable, "-I", "-c", "import ensurepip, venv"]
    return subprocess.run(probe, stderr=subprocess.DEVNULL, check=False).returncode == 0


def has_header() -> bool:
    """Whether Python's C headers are there, for hnswlib."""
    return Path(sysconfig.get_path("include"), "Python.h").exists()


def missing_packages() -> list[str]:
    """Debian packages this machine lacks, as the loader and the file system tell (not apt)."""
    fonts = (
        path for folder in FONT_FOLDERS for path in Path(folder).expanduser().rglob("*.[to]tf")
    )
    python = f"python{sys.version_info.major}.{sys.version_info.minor}"
    packaged = Path(sys.base_prefix) == Path(
        "/usr"
    )  # else another Python, which no package completes
    wanted = {debian_package(library): loads(library) for library in QT_LIBRARIES.split()}
    wanted["fonts-dejavu-core"] = next(fonts, None) is not None
    wanted["g++"] = shutil.which("g++") is not None
    wanted[f"{python}-venv"] = has_ensurepip() or not packaged
    wanted[f"{python}-dev"] = has_header() or not packaged
    return [package for package, there in wanted.items() if not there]


def set_up_system() -> None:
    """Install what the system lacks when we may, else say which line does it."""
    missing = missing_packages() if sys.platform.startswith("linux") else []
    names, apt = " ".join(missing), shutil.which("apt-get")
    if missing and apt and os.geteuid() == 0:
        say(f"  system packages: {names} …")
        (LOGS / "system.log").unlink(missing_ok=True)
        install = [apt, "install", "-y", "--no-install-recommends", *missing]
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        if not (logged("system", apt, "update", **quiet) and logged("system", *install, **quiet)):
            say("  apt-get failed (.dev/logs/system.log); going on without")
    elif missing:
        say("  This system lacks some packages. On Debian or Ubuntu:")
        say(f"    sudo apt-get install -y {names}")
    if not has_ensurepip():
        sys.exit("Nothing can be installed: Python's own venv or ensurepip is missing.")
