"""How a run is asked to stop and save: its stdin is closed, or it gets SIGTERM or SIGINT."""

import contextlib
import os
import signal
import stat
import sys
import threading
from types import FrameType


class StopRequested(Exception):
    """The run was asked to stop; the weights are those of the last whole step."""


class StopFlag:
    """Set once; read between groups of texts and between steps."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def set(self) -> None:
        """Ask for the stop."""
        self._event.set()

    def __bool__(self) -> bool:
        return self._event.is_set()


def listen(flag: StopFlag) -> None:
    """Set the flag at SIGTERM, SIGINT, or when a pipe at stdin is closed.

    A terminal or /dev/null at stdin asks for nothing: so the run also works under nohup and cron.
    """

    def stop(number: int, frame: FrameType | None) -> None:
        flag.set()

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, stop)
    if _stdin_is_pipe():
        threading.Thread(target=_wait_for_end, args=(flag,), daemon=True, name="stdin").start()


def _stdin_is_pipe() -> bool:
    try:
        mode = os.fstat(sys.stdin.fileno()).st_mode
    except (OSError, ValueError, AttributeError):
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


def _wait_for_end(flag: StopFlag) -> None:
    with contextlib.suppress(OSError):
        while os.read(sys.stdin.fileno(), 4096):
            pass
    flag.set()
