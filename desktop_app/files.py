"""Writing files so that a crash or a full disk leaves the old one or the new one, never half."""

import errno
import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path, PurePath

_WINDOWS = os.name == "nt"
_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 3.2)  # s: most scanners are done long before


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; move it over `path` when the block succeeds.

    The content is flushed to the disk before the move, the folder after it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield temporary
        with open(temporary, "rb+") as written:
            os.fsync(written.fileno())
        move(temporary, path)
        _sync_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def write_bytes(path: Path, content: bytes) -> None:
    """Write `content` to `path` as one step."""
    with replacing(path) as temporary:
        temporary.write_bytes(content)


def write_text(path: Path, content: str, *, private: bool = False) -> None:
    """Write `content` to `path` in UTF-8 as one step; `private`: nobody else may read it."""
    with replacing(path) as temporary:
        if private:
            temporary.touch(mode=0o600)
        temporary.write_bytes(content.encode("utf-8"))


def move(source: Path, target: Path) -> None:
    """Give a file or folder another name as one step; a file replaces one that has the name.

    On Windows a virus scanner may hold what was just written: it is tried again for ten seconds.
    Raises OSError.
    """
    if _WINDOWS and target.is_dir():  # would be waited for in vain
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
    _patiently(partial(os.replace, source, target))


def remove_folder(folder: Path) -> None:
    """Delete a folder with all that is in it, if it is there. Raises OSError.

    On Windows what is still held is waited for, as in `move`, and no path in it is too long.
    """
    if folder.exists():
        place = long_form(Path(os.path.abspath(folder))) if _WINDOWS else folder
        _patiently(partial(shutil.rmtree, place))


def long_form(path: PurePath) -> PurePath:
    """An absolute path of Windows in the form that may have more than 259 characters."""
    text = str(path)
    if not path.drive or text.startswith("\\\\?\\"):
        return path
    share = text.startswith("\\\\")
    return type(path)("\\\\?\\UNC\\" + text[2:] if share else "\\\\?\\" + text)


def shown(path: Path) -> str:
    """A path as text to show and to store: a byte of its name that is no UTF-8 as `\\xe9`."""
    return str(path).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def sha256(path: Path) -> str:
    """The SHA-256 of a file in lower-case hexadecimal."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync_folder(folder: Path) -> None:
    if _WINDOWS:
        return  # Windows cannot open a folder; the rename is journalled there
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _patiently(step: Callable[[], None]) -> None:
    """Do it; what another program still holds, as happens on Windows, is waited for."""
    for pause in _PAUSES if _WINDOWS else ():
        try:
            step()
            return
        except PermissionError:
            time.sleep(pause)
    step()
