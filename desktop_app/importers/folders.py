"""The files of a folder that may be imported, and folders that have an owner: Zotero, Litmesh."""

import os
from collections.abc import Iterator
from pathlib import Path

_SQLITE = b"SQLite format 3\0"
_OURS = b"LTMH"  # PRAGMA application_id, bytes 68 to 71 (https://sqlite.org/fileformat.html, 1.3)
_DATABASE = "library.db"
_ZOTERO = "zotero.sqlite"


def files_in(path: Path) -> Iterator[Path]:
    """The files of a folder and of the folders in it, in order of their names; a file itself.

    Hidden files and folders are left out, a folder is entered once however many links lead to
    it. A folder that may not be opened is given itself, so that `read_file` can say so. Of
    Zotero's data folder its database is given alone, which names everything else in it; of a
    Litmesh library likewise.
    """
    if path.is_dir():
        yield from _files_below(path, set())
    else:
        yield path


def is_library(path: Path) -> bool:
    """True for a Litmesh library: its folder or its database. Raises nothing."""
    try:
        with open(path / _DATABASE if path.is_dir() else path, "rb") as file:
            head = file.read(100)
    except OSError:
        return False
    return head.startswith(_SQLITE) and head[68:72] == _OURS


def is_library_head(head: str) -> bool:
    """True for the first bytes, as Latin-1, of a Litmesh library's database."""
    return head.startswith(_SQLITE.decode("latin-1")) and head[68:72] == _OURS.decode("latin-1")


def _files_below(folder: Path, entered: set[tuple[int, int]]) -> Iterator[Path]:
    try:
        status = folder.stat()
        names = sorted(os.listdir(folder))
    except OSError:
        yield folder
        return
    if (status.st_dev, status.st_ino) in entered:
        return
    entered.add((status.st_dev, status.st_ino))
    if _ZOTERO in names and (folder / _ZOTERO).is_file():
        names = [_ZOTERO]
    elif _DATABASE in names and is_library(folder):
        names = [_DATABASE]
    for name in names:
        path = folder / name
        if name.startswith("."):
            continue
        if path.is_dir():
            yield from _files_below(path, entered)
        elif path.is_file():
            yield path
