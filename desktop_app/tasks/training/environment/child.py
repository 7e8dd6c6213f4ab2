"""Starting programs from the installed application: a clean environment, a group ended whole."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_WINDOWS = os.name == "nt"
NO_WINDOW = 0x08000000 if _WINDOWS else 0  # CREATE_NO_WINDOW
_NEW_GROUP = 0x200 if _WINDOWS else 0  # CREATE_NEW_PROCESS_GROUP
_BUNDLE = ("_PYI", "_MEI")
_FOREIGN = ("UV_", "PIP_", "PYTHON", "__PYVENV", "CONDA", "_CONDA", "VIRTUAL_ENV", "LD_PRELOAD")
_LIBRARIES = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LIBPATH")
RETRIES = "5"  # attempts after one that failed, with growing pauses
_ALONE = threading.Lock()
_TICK = 0.2  # s between two looks at a program: how soon a cancel is heard
_GRACE = 5.0  # s that a program has to end by itself
_KEPT = 1 << 20  # bytes of its output that are read

Tick = Callable[[], None]  # called while a program runs; may raise Cancelled


@dataclass(frozen=True, slots=True)
class Ended:
    """A program that ran to its end."""

    status: int
    output: str  # stdout
    log: str  # stderr


def without_bundle(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables without what a frozen program sets for itself.

    Its libraries are not for other programs: the bootloader keeps the user's own value of
    `LD_LIBRARY_PATH` as `LD_LIBRARY_PATH_ORIG`, and where there was none only its own folder is in.
    On Windows they are found by `PATH`, which Qt's part of the bundle is put before.
    """
    kept = {name: value for name, value in environ.items() if not name.startswith(_BUNDLE)}
    bundle = str(getattr(sys, "_MEIPASS", ""))
    for name in _LIBRARIES:
        value = kept.pop(name, "")
        folders = kept.pop(f"{name}_ORIG", value).split(os.pathsep)
        others = [folder for folder in folders if folder and folder.rstrip(os.sep) != bundle]
        if others:
            kept[name] = os.pathsep.join(others)
    if bundle and "PATH" in kept:
        folders = kept["PATH"].split(os.pathsep)
        kept["PATH"] = os.pathsep.join(one for one in folders if not _is_in(one, bundle))
    return kept


def _is_in(folder: str, bundle: str) -> bool:
    return Path(os.path.normpath(folder)).is_relative_to(bundle)


@contextmanager
def libraries_hidden() -> Iterator[None]:
    """Start other programs in this block: on Windows they would look for libraries in the bundle.

    The bootloader names its folder to the system, and whatever is started inherits that.
    """
    bundle = getattr(sys, "_MEIPASS", None)
    if not _WINDOWS or bundle is None:
        yield
        return
    name_folder = ctypes.CDLL("kernel32").SetDllDirectoryW
    with _ALONE:  # it is one folder for all threads
        name_folder(None)
        try:
            yield
        finally:
            name_folder(ctypes.c_wchar_p(str(bundle)))  # our own libraries are loaded when needed


def scrubbed(environ: Mapping[str, str], more: Mapping[str, str]) -> dict[str, str]:
    """For uv and the new Python: nothing of another Python or of uv's and pip's own settings.

    Proxies and `SSL_CERT_*` stay; `more` is laid over.
    """
    kept = without_bundle(environ)
    return {name: value for name, value in kept.items() if not name.startswith(_FOREIGN)} | {
        "UV_SYSTEM_CERTS": "1",  # a network that inspects connections is trusted by the system only
        "UV_NATIVE_TLS": "1",  # the same, for older versions of uv
        "UV_HTTP_TIMEOUT": "300",
        "UV_HTTP_RETRIES": RETRIES,
        "UV_NO_CONFIG": "1",
        "UV_NO_PROGRESS": "1",
        "UV_NO_WRAP": "1",  # what went wrong is one line, however wide the terminal is
        "UV_PYTHON_DOWNLOADS": "never",
        "PYTHONUTF8": "1",
        "PYTHONNOUSERSITE": "1",
        **more,
    }


def run(words: Sequence[object], environment: Mapping[str, str], log: Path, tick: Tick) -> Ended:
    """Run a program to its end; its output lies in `log` and `log` + `.out` meanwhile.

    `tick` is called five times a second; when it raises, the program and all that it started are
    ended before the exception goes on. Raises OSError when it cannot be started.
    """
    out = log.with_name(f"{log.name}.out")
    with open(out, "wb") as output, open(log, "wb") as said:
        process = _start([str(word) for word in words], environment, log.parent, (output, said))
        try:
            while True:
                try:
                    status = process.wait(_TICK)
                    break
                except subprocess.TimeoutExpired:
                    tick()
        except BaseException:
            _end(process)
            raise
    return Ended(status, _text(out), _text(log))


def _start(
    words: list[str],
    environment: Mapping[str, str],
    folder: Path,
    streams: tuple[IO[bytes], IO[bytes]],
) -> "subprocess.Popen[bytes]":
    with libraries_hidden():
        return subprocess.Popen(
            words,
            env=dict(environment),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=streams[0],
            stderr=streams[1],
            creationflags=_NEW_GROUP | NO_WINDOW,
            start_new_session=not _WINDOWS,
        )


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a program with all that it started."""
    with suppress(subprocess.TimeoutExpired):  # why it is ended matters more
        if _WINDOWS:
            _end_tree(process)
        else:
            _end_group(process)
        process.wait(_GRACE)


def _end_tree(process: "subprocess.Popen[bytes]") -> None:
    tree = ["taskkill", "/T", "/F", "/PID", str(process.pid)]
    try:
        subprocess.run(
            tree, capture_output=True, timeout=_GRACE, check=False, creationflags=NO_WINDOW
        )
    except (OSError, subprocess.TimeoutExpired):
        process.kill()  # itself at least


def _end_group(process: "subprocess.Popen[bytes]") -> None:
    try:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        pass
    except ProcessLookupError:
        return
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)  # what is left of the group


def _text(path: Path) -> str:
    with open(path, "rb") as file:
        file.seek(max(0, path.stat().st_size - _KEPT))
        return file.read().decode("utf-8", "replace")
