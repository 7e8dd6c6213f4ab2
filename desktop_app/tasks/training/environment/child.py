"""Starting programs from the installed application: a clean environment, a group ended whole."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_BUNDLE = ("_PYI", "_MEI")
_FOREIGN = ("UV_", "PIP_", "PYTHON", "__PYVENV", "CONDA", "_CONDA", "VIRTUAL_ENV", "LD_PRELOAD")
_LIBRARIES = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LIBPATH")
RETRIES = "5"  # attempts after one that failed, with growing pauses
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
    """
    kept = {name: value for name, value in environ.items() if not name.startswith(_BUNDLE)}
    bundle = str(getattr(sys, "_MEIPASS", ""))
    for name in _LIBRARIES:
        value = kept.pop(name, "")
        folders = kept.pop(f"{name}_ORIG", value).split(os.pathsep)
        others = [folder for folder in folders if folder and folder.rstrip(os.sep) != bundle]
        if others:
            kept[name] = os.pathsep.join(others)
    return kept


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
    if sys.platform == "win32":
        apart = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
        session = False
    else:
        apart, session = 0, True
    return subprocess.Popen(
        words,
        env=dict(environment),
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=streams[0],
        stderr=streams[1],
        creationflags=apart,
        start_new_session=session,
    )


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a program with all that it started."""
    if sys.platform == "win32":
        tree = ["taskkill", "/T", "/F", "/PID", str(process.pid)]
        subprocess.run(tree, capture_output=True, check=False)
        process.wait(_GRACE)
        return
    try:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        pass
    except ProcessLookupError:
        return
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)  # what is left of the group
    process.wait(_GRACE)


def _text(path: Path) -> str:
    with open(path, "rb") as file:
        file.seek(max(0, path.stat().st_size - _KEPT))
        return file.read().decode("utf-8", "replace")
