"""Reading PDFs from the window's process: every file gets an answer, whatever becomes of it."""

import base64
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from desktop_app.errors import UserError
from desktop_app.importers.pdf.connection import Connection, WorkerDied
from desktop_app.importers.pdf.reading import Confidence, Finding, PdfReading, State
from desktop_app.progress import Report, silent

WALL_SECONDS = 35.0
_POLL_SECONDS = 0.05
_GAVE_UP = ("SIGABRT", "SIGTRAP", "SIGILL")  # PDFium's ways to end when memory is refused
_SERVES = 200  # PDFs, then a new worker: what leaks in PDFium is gone
_PEAK_BYTES = 400 * 1024 * 1024  # the same after one that took this much


class PdfReader:
    """Reads PDFs one after another in a confined process, started when it is first needed.

    May be used from several threads; they wait for each other. To be closed.
    """

    def __init__(self, wall_seconds: float = WALL_SECONDS) -> None:
        self._wall_seconds = wall_seconds
        self._connection: Connection | None = None
        self._served = 0
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def worker_pid(self) -> int | None:
        """The process id of the worker, None when there is none."""
        connection = self._connection
        return connection.pid if connection is not None else None

    def read(self, path: Path, report: Report = silent, name: str = "") -> PdfReading:
        """What is in a PDF, or why it cannot be read.

        `name` is the file's own when `path` is a copy; identifiers are looked for in it too.
        `report(0, 0)` is called 20 times a second while waiting. Raises what it raises, and
        UserError when no worker can be started at all.
        """
        request = {"do": "read", "path": _absolute(path), "name": name or path.name}
        try:
            answer = self._ask(request, report)
        except WorkerDied as death:
            return PdfReading(path, *_explained(death))
        return _reading(path, answer)

    def first_page_image(self, path: Path, width: int, report: Report = silent) -> bytes:
        """The first page as PNG, `width` pixels wide (at most 2,000). Raises UserError."""
        request = {"do": "picture", "path": _absolute(path), "width": width}
        try:
            answer = self._ask(request, report)
        except WorkerDied as death:
            _, reason, remedy = _explained(death)
            raise UserError(f"The first page cannot be shown: {reason}", remedy) from None
        if "png" not in answer:
            raise UserError(f"The first page cannot be shown: {answer['reason']}")
        return base64.b64decode(answer["png"])

    def close(self) -> None:
        """End the worker; a later reading starts a new one."""
        with self._lock:
            self._end()

    def _ask(self, request: dict[str, Any], report: Report) -> dict[str, Any]:
        while not self._lock.acquire(timeout=_POLL_SECONDS):
            report(0, 0)
        try:
            connection = self._live_connection()
            try:
                answer = connection.ask(request, self._wall_seconds, report)
            except BaseException:
                self._connection = None  # it has ended the process
                raise
            self._served += 1
            if self._served >= _SERVES or answer.get("peak", 0) > _PEAK_BYTES:
                self._end()
            return answer
        finally:
            self._lock.release()

    def _live_connection(self) -> Connection:
        if self._connection is not None and not self._connection.is_alive:
            self._end()
        if self._connection is None:
            self._connection = Connection()
            self._served = 0
        return self._connection

    def _end(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _absolute(path: Path) -> str:
    return str(path.absolute())  # the worker stands in another folder


def _explained(death: WorkerDied) -> tuple[State, str, str]:
    """State, reason and remedy when the worker ended on a file. Raises UserError."""
    remedy = "The file is left as it is; save a new copy of it with a PDF program and import that."
    if not death.was_ready:
        raise UserError(
            f"The PDF reader does not start (exit status {death.exit_status}).",
            "Install Litmesh again; when that does not help, report it.",
        )
    if death.too_slow:
        return State.TIMED_OUT, "It takes longer than 30 seconds to read.", remedy
    how = death.signal_name or f"exit status {death.exit_status}"
    if how in _GAVE_UP:
        reason = f"The PDF reader gave up on it ({how}): it needs more than 1 GB, or is damaged."
        return State.TOO_BIG, reason, remedy
    return State.DAMAGED, f"The PDF reader ended on it ({how}): it is damaged.", remedy


def _reading(path: Path, answer: dict[str, Any]) -> PdfReading:
    return PdfReading(
        path,
        State(answer["state"]),
        answer["reason"],
        answer["remedy"],
        answer.get("sha256", ""),
        answer["pages"],
        _finding(answer.get("title")),
        _finding(answer.get("doi")),
        _finding(answer.get("pmid")),
        _finding(answer.get("pmcid")),
        answer.get("year"),
        answer.get("first_author", ""),
        tuple(answer.get("page_texts", ())),
        answer.get("is_complete", True),
    )


def _finding(parts: list[str] | None) -> Finding:
    return Finding(parts[0], Confidence(parts[1]), parts[2]) if parts else Finding()
