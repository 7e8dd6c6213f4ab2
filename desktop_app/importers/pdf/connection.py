"""The window's side of the worker process: start it, ask it, never wait for ever, end it."""

import contextlib
import json
import queue
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO, Any

import desktop_app
from desktop_app.progress import Report

ANSWER_BYTES = 128 * 1024 * 1024
_POLL_SECONDS = 0.05
_START_SECONDS = 60.0  # 0.2 s on an idle machine; a cold disk and a virus scanner take their time
_GOODBYE_SECONDS = 2.0
_ROOT = Path(desktop_app.__file__).resolve().parent.parent


class WorkerDied(Exception):
    """The worker ended or was ended before it answered. `exit_status` as in `subprocess`."""

    def __init__(self, exit_status: int, *, too_slow: bool = False, was_ready: bool = True) -> None:
        super().__init__(f"the PDF worker ended with {exit_status}")
        self.exit_status = exit_status
        self.was_ready = was_ready
        self.too_slow = too_slow or -exit_status == getattr(signal, "SIGXCPU", None)

    @property
    def signal_name(self) -> str:
        """SIGSEGV and the like, or "" when it ended otherwise."""
        try:
            return signal.Signals(-self.exit_status).name if self.exit_status < 0 else ""
        except ValueError:
            return f"signal {-self.exit_status}"


def worker_command() -> list[str]:
    """How the worker is started; the installed program is its own interpreter."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "pdf-worker"]
    return [sys.executable, "-m", "desktop_app.importers.pdf.worker"]


class Connection:
    """One worker process and the pipes to it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            worker_command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._stdin, self._stdout = self._process.stdin, self._process.stdout
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        # Windows cannot wait for a pipe with a time limit: a thread reads, the asker waits for it
        self._thread = threading.Thread(
            target=_forward, args=(self._stdout, self._lines), name="pdf answers", daemon=True
        )
        self._thread.start()
        self._ready = False

    @property
    def pid(self) -> int:
        """The worker's process id."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """False when the process has ended."""
        return self._process.poll() is None

    def ask(self, request: dict[str, Any], seconds: float, report: Report) -> dict[str, Any]:
        """The worker's answer. `report(0, 0)` is called while waiting.

        Raises WorkerDied, also after `seconds`, and what `report` raises; the process is gone then.
        """
        try:
            if not self._ready:
                started = self._next(time.monotonic() + _START_SECONDS, report)
                self._ready = started.get("ready") is True
            self._stdin.write(json.dumps(request).encode("ascii") + b"\n")
            self._stdin.flush()
            return self._next(time.monotonic() + seconds, report)
        except OSError:  # its end of the pipe is closed
            raise self._dead() from None
        except BaseException:
            self.kill()
            raise

    def close(self) -> None:
        """Let the worker end, and see that it does."""
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            self._stdin.close()
            self._process.wait(_GOODBYE_SECONDS)
        self.kill()

    def kill(self) -> None:
        """End the worker at once."""
        self._process.kill()
        self._process.wait()
        self._thread.join()
        self._stdout.close()
        with contextlib.suppress(OSError):  # a request that it did not read any more
            self._stdin.close()

    def _next(self, deadline: float, report: Report) -> dict[str, Any]:
        while True:
            try:
                line = self._lines.get(timeout=_POLL_SECONDS)
            except queue.Empty:
                if time.monotonic() > deadline:
                    raise self._dead(too_slow=True) from None
                report(0, 0)
                continue
            try:
                answer = json.loads(line)
            except ValueError:  # nothing: it ended; or not the whole of a line
                raise self._dead() from None
            if not isinstance(answer, dict):
                raise self._dead()
            return answer

    def _dead(self, too_slow: bool = False) -> WorkerDied:
        if not too_slow:  # the pipe may close a moment before the process ends
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_GOODBYE_SECONDS)
        self.kill()
        status = self._process.returncode
        return WorkerDied(status, too_slow=too_slow, was_ready=self._ready)


def _forward(stdout: IO[bytes], lines: "queue.SimpleQueue[bytes]") -> None:
    """Put each answer into the queue; an empty one at the end."""
    line = b"start"
    while line:
        line = stdout.readline(ANSWER_BYTES)
        lines.put(line)
