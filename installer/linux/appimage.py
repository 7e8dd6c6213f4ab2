"""One file for any Linux, an AppImage. NOT RUN YET: it needs appimagetool, which is no package.

The .deb and the archive are what we recommend: an AppImage needs FUSE, and the menu entry and file
types are left to the user's desktop.
"""

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from installer.environment import build_python
from installer.freeze import epoch
from installer.linux.desktop import ICON, write_share

TOOL = "appimagetool"
RUNTIME = "LITMESH_APPIMAGE_RUNTIME"
_INNER = Path("usr", "lib", "litmesh")


def build(bundle: Path, output: Path, version: str) -> Path:
    """Make `litmesh-<version>-<architecture>.AppImage` in the folder `output`; its path.

    LITMESH_APPIMAGE_RUNTIME names the runtime's file; without it the tool downloads one. Ends the
    program with a sentence when the tool is missing or fails.
    """
    tool = shutil.which(TOOL)
    if tool is None:
        sys.exit(
            f"{TOOL} is missing. Take it from the releases of AppImage/appimagetool, check its "
            "sum, and put it on the PATH; or build the .deb or the archive, which need no tool."
        )
    image = output.resolve() / f"litmesh-{version}-{platform.machine()}.AppImage"
    image.parent.mkdir(parents=True, exist_ok=True)
    runtime = os.environ.get(RUNTIME, "")
    options = ["--runtime-file", runtime] if runtime else []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "Litmesh.AppDir")
        shutil.copytree(bundle, folder / _INNER, symlinks=True)
        write_share(folder / "usr" / "share", build_python())
        finish(folder)
        variables = {"VERSION": version, "SOURCE_DATE_EPOCH": str(epoch())}
        command = [tool, "--no-appstream", *options, str(folder), str(image)]
        if subprocess.run(command, env=os.environ | variables, check=False).returncode:
            sys.exit(f"{TOOL} failed: {' '.join(command)}")
    return image


def finish(folder: Path) -> None:
    """What an AppDir has at its top: the program, the menu entry, the icon."""
    (folder / "AppRun").symlink_to(_INNER / "litmesh")
    entry = folder / "usr" / "share" / "applications" / "litmesh.desktop"
    (folder / "litmesh.desktop").symlink_to(entry.relative_to(folder))
    shutil.copyfile(ICON, folder / "litmesh.svg")
    (folder / ".DirIcon").symlink_to("litmesh.svg")
