"""Making a frozen Linux folder small and movable: no orphaned libraries, symbols, absolute paths.

PyInstaller collects what every plugin needs; when a plugin is left out its libraries stay behind.
"""

import os
import subprocess
from pathlib import Path

from installer.elf import absolute_run_paths, elf_files, needed

# A wheel's own libraries are named by a hash and may be signed into it: stripping breaks OpenBLAS.
_LEFT_ALONE = {"numpy.libs"}


def prune(inner: Path, patchelf: Path) -> None:
    """Remove from `_internal` what nothing loads, then strip what remains."""
    while remove_orphans(inner):
        pass
    for link in inner.rglob("*"):
        if link.is_symlink() and not link.exists():
            link.unlink()
    for folder in sorted(inner.rglob("*"), reverse=True):
        if folder.is_dir() and not folder.is_symlink() and not any(folder.iterdir()):
            folder.rmdir()
    files = [path for path in elf_files(inner) if not _LEFT_ALONE & set(path.parts)]
    for path in absolute_run_paths(files):
        place = os.path.relpath(inner, path.parent)
        subprocess.run([patchelf, "--set-rpath", f"$ORIGIN/{place}", path], check=True)
    strip(files)


def remove_orphans(inner: Path) -> list[str]:
    """Remove shared libraries (not extensions, not plugins) that no other file needs."""
    files = [path for path in elf_files(inner) if "tools" not in path.relative_to(inner).parts[:1]]
    wanted = {name for names in needed([*files, *_programs(inner)]).values() for name in names}
    orphans = [path for path in files if _is_library(path, inner) and path.name not in wanted]
    for path in orphans:
        path.unlink()
    return [path.name for path in orphans]


def strip(files: list[Path]) -> None:
    """Take out symbol tables and debugging data; exported symbols stay."""
    for path in files:
        subprocess.run(["strip", "--strip-unneeded", str(path)], check=True)


def _programs(inner: Path) -> list[Path]:
    return [path for path in elf_files(inner.parent) if path.parent == inner.parent]


def _is_library(path: Path, inner: Path) -> bool:
    """Whether only the loader would open this file: `libx.so.1` where the loader looks."""
    folder = path.relative_to(inner).parent.as_posix()
    in_place = folder in {".", "PySide6/Qt/lib", "PySide6", "shiboken6"} or folder.endswith(".libs")
    opened_by_hand = path.name.startswith(("libpython", "libpdfium"))
    return in_place and path.name.startswith("lib") and not opened_by_hand
