"""The only threading code of the window: quick answers (newest wins), long tasks in turn."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from desktop_app.errors import Cancelled, UserError
from desktop_app.progress import Report

_POLL = 50  # ms between two looks at a running task: 20 a second
_PATIENCE = 0.5  # s a task may run before its progress is shown

Answer = TypeVar("Answer")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class JobProgress:
    """How far the running long task is. `total` is 0 while it is not known."""

    title: str
    unit: str  # what is counted, in the plural: articles, bytes
    done: int
    total: int
    seconds: float
    waiting: int  # tasks queued behind it
    cancelling: bool

    @property
    def rate(self) -> float:
        """Units a second so far."""
        return self.done / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Expected remaining time, None when it cannot be told."""
        if not (self.total and self.done and self.rate):
            return None
        return max(0.0, (self.total - self.done) / self.rate)


class _Meter:
    """What a task calls as `report(done, total)`: keeps the figures, carries the wish to stop."""

    def __init__(self) -> None:
        self.done = 0
        self.total = 0
        self.stop = threading.Event()

    def __call__(self, done: int, total: int) -> None:
        self.done, self.total = done, total
        if self.stop.is_set():
            raise Cancelled


@dataclass(slots=True)
class _Task:
    """One piece of work; `then` and `failed` are called on the window's thread only."""

    work: Callable[[], Any]
    then: Callable[[Any], None]
    failed: Callable[[Exception], None] | None
    channel: str = ""  # quick lane: a newer task of the same channel replaces this one
    ticket: int = 0
    write: bool = False  # done also when the lane ends before its turn
    title: str = ""
    unit: str = ""
    meter: _Meter = field(default_factory=_Meter)
    started: float = 0.0
    value: Any = None
    error: Exception | None = None


class _Mailbox:
    """Carries finished tasks home. Once shut it drops them: a late worker touches no QObject."""

    def __init__(self, ring: Callable[[], None]) -> None:
        self._lock = threading.Lock()
        self._ring: Callable[[], None] | None = ring
        self._tasks: deque[_Task] = deque()

    def put(self, task: _Task) -> None:
        with self._lock:
            if self._ring is not None:
                self._tasks.append(task)
                self._ring()

    def take(self) -> _Task | None:
        with self._lock:
            return self._tasks.popleft() if self._tasks else None

    def shut(self) -> None:
        with self._lock:
            self._ring = None
            self._tasks.clear()


class _Lane(threading.Thread):
    """One worker thread. It knows its queue and the mailbox, nothing of Qt."""

    def __init__(self, name: str, mailbox: _Mailbox) -> None:
        super().__init__(name=name, daemon=True)
        self._mailbox = mailbox
        self._wake = threading.Condition()
        self._queue: deque[_Task] = deque()
        self._ending = False
        self.start()

    def put(self, task: _Task) -> None:
        """Queue a task; one of the same non-empty channel that has not begun is dropped."""
        with self._wake:
            if task.channel:
                kept = [t for t in self._queue if t.channel != task.channel]
                self._queue = deque(kept)
            self._queue.append(task)
            self._wake.notify()

    def end(self, last: Callable[[], None] | None = None) -> None:
        """Begin nothing more but what writes and `last`; the running task stops by itself."""
        with self._wake:
            self._ending = True
            self._queue = deque(task for task in self._queue if task.write)
            if last is not None:
                self._queue.append(_Task(last, _ignore, None))
            self._wake.notify()

    def run(self) -> None:
        while (task := self._next()) is not None:
            try:
                task.value = task.work()
            except Exception as error:  # noqa: BLE001 - carried to the window, which shows it
                task.error = error
            self._mailbox.put(task)
            del task  # or the last result would live until the next task

    def _next(self) -> _Task | None:
        with self._wake:
            self._wake.wait_for(lambda: self._queue or self._ending)
            return self._queue.popleft() if self._queue else None


class Jobs(QObject):
    """Runs work off the window's thread and brings the results back to it.

    Quick lane: tasks name a channel, only the newest of a channel is answered. Long lane: one
    task after another, with progress and cancel. `then(value)` and `failed(error)` are called on
    the window's thread; an error nobody asked for is emitted as `failed`.
    """

    progressed = Signal(object)  # JobProgress, at most 20 a second, after half a second
    rested = Signal()  # the long lane has nothing left to do
    failed = Signal(object)  # Exception
    _arrived = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._mailbox = _Mailbox(self._arrived.emit)
        self._quick = _Lane("litmesh-quick", self._mailbox)
        self._long = _Lane("litmesh-long", self._mailbox)
        self._newest: dict[str, int] = {}
        self._tickets = 0
        self._waiting: deque[_Task] = deque()
        self._closed = False
        self._timer = QTimer(self, interval=_POLL)
        self._timer.timeout.connect(self._show_progress)

    def quick(
        self,
        channel: str,
        work: Callable[[], Answer],
        then: Callable[[Answer], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Run `work` soon; an older task of the channel is not answered any more."""
        if not self._closed:
            self._put_quick(_Task(work, then, failed, channel))

    def write(
        self,
        work: Callable[[], Answer],
        then: Callable[[Answer], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Store something of the user's soon, in turn with the quick tasks.

        No other task takes its place, and it is done even when the window closes first.
        """
        if not self._closed:
            channel = f"write {self._tickets + 1}"
            self._put_quick(_Task(work, then, failed, channel, write=True))

    def _put_quick(self, task: _Task) -> None:
        self._tickets += 1
        task.ticket = self._newest[task.channel] = self._tickets
        self._quick.put(task)

    def long(
        self,
        title: str,
        unit: str,
        work: Callable[[Report], Answer],
        then: Callable[[Answer], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> Callable[[], None]:
        """Queue a slow task that reports its progress in `unit`s.

        What is returned asks this very task to stop, or not to begin.
        """
        if self._closed:
            return _nothing
        task = _Task(lambda: None, then, failed, title=title, unit=unit)
        task.work = _begin(task, work)
        self._waiting.append(task)
        self._long.put(task)
        self._timer.start()
        return task.meter.stop.set

    @property
    def busy(self) -> bool:
        """True while a long task runs or waits."""
        return bool(self._waiting)

    def forget(self, channel: str) -> None:
        """Do not answer what is under way on a quick channel."""
        self._newest.pop(channel, None)

    def cancel(self) -> None:
        """Ask the running long task to stop at its next batch."""
        if self._waiting:
            self._waiting[0].meter.stop.set()

    def cancel_all(self) -> None:
        """Ask the running long task to stop, and the waiting ones not to begin."""
        for task in self._waiting:
            task.meter.stop.set()

    def close(self, last: Callable[[], None] | None = None, patience: float = 5.0) -> bool:
        """Stop everything, wait up to `patience` seconds; True when both threads have ended.

        `last` is done in the end on the long lane: closing what was opened there.
        """
        self._closed = True
        self._timer.stop()
        self._mailbox.shut()
        self.cancel_all()
        self._waiting.clear()
        deadline = time.monotonic() + patience
        self._quick.end()  # first: a search must not meet a library that is being closed
        self._quick.join(patience)
        self._long.end(last)
        self._long.join(max(0.1, deadline - time.monotonic()))
        return not (self._quick.is_alive() or self._long.is_alive())

    @Slot()
    def _deliver(self) -> None:
        while (task := self._mailbox.take()) is not None:
            if task.channel:
                if self._newest.get(task.channel) == task.ticket:
                    self._answer(task)
                continue
            self._waiting.remove(task)
            self._answer(task)
            if not self._waiting:
                self._timer.stop()
                self.rested.emit()

    def _answer(self, task: _Task) -> None:
        if task.error is None:
            task.then(task.value)
        elif task.failed is not None:
            task.failed(task.error)
        elif not isinstance(task.error, Cancelled):
            if not isinstance(task.error, UserError):
                _log.error("a task failed", exc_info=task.error)
            self.failed.emit(task.error)

    @Slot()
    def _show_progress(self) -> None:
        task = self._waiting[0] if self._waiting else None
        if task is None or not task.started:
            return
        seconds = time.monotonic() - task.started
        if seconds >= _PATIENCE:
            meter = task.meter
            self.progressed.emit(
                JobProgress(
                    task.title,
                    task.unit,
                    meter.done,
                    meter.total,
                    seconds,
                    len(self._waiting) - 1,
                    meter.stop.is_set(),
                )
            )


def _ignore(value: object) -> None:
    """Nobody waits for the answer."""


def _nothing() -> None:
    """There is no task to stop."""


def _begin(task: _Task, work: Callable[[Report], Any]) -> Callable[[], Any]:
    def begin() -> Any:
        if task.meter.stop.is_set():
            raise Cancelled
        task.started = time.monotonic()
        return work(task.meter)

    return begin
