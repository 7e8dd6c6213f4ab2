"""The archive for one user: the bundle, what the desktop must know, the script that installs."""

import shutil
from pathlib import Path

from installer.archive import write_tar
from installer.checkout.commands import say
from installer.contents import version
from installer.environment import build_python
from installer.freeze import epoch
from installer.linux.deb import architecture
from installer.linux.desktop import FILES, write_share

SCRIPT = FILES / "install-user.sh"


def make_tarball(bundle: Path, work: Path, output: Path) -> Path:
    """Pack `bundle` as `<output>/litmesh-<version>-linux-<architecture>.tar.gz`."""
    say("  archive …")
    folder = work / "tar"
    shutil.rmtree(folder, ignore_errors=True)
    lay_out(bundle, folder, build_python())
    name = f"litmesh-{version()}-linux-{architecture()}"
    target = output / f"{name}.tar.gz"
    write_tar(folder, target, name, epoch())
    shutil.rmtree(folder)
    return target


def lay_out(bundle: Path, folder: Path, python: Path) -> None:
    """Put together what the archive holds; `python` has PySide6, for the icons."""
    folder.mkdir(parents=True)
    shutil.copytree(bundle, folder / "litmesh", symlinks=True)
    write_share(folder / "share", python)
    shutil.copyfile(SCRIPT, folder / "install-user.sh")
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink() and folder / "litmesh" not in path.parents:
            path.chmod(0o644)
    (folder / "install-user.sh").chmod(0o755)
