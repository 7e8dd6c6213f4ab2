"""The trainer's processes, one after another; the only code of the window that starts programs.

A process speaks one JSON object a line on stdout (trainer/protocol.py); what is not that is its
log. Closing its stdin asks it to save and stop; after a grace time it is killed. One that ends
without a final event has failed.
"""

import json
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QIODevice, QObject, QProcess, QProcessEnvironment, QTimer, Signal, Slot

from desktop_app.errors import UserError
from desktop_app.tasks.training.environment.child import libraries_hidden
from desktop_app.tasks.training.run import Stage, TrainingRun
from desktop_app.tasks.training.train_encoder import Command, command
from desktop_app.tasks.training.trainer_words import LOG, end_of, ending, size_of
from trainer.protocol import LAST, Event, Failed, Finished, Stopped, parse

GRACE = 60_000  # ms that a process has to save and stop
_AT_CLOSE = 10_000  # ms of that when the window closes; the last checkpoint is never older than 5'


class TrainingProcess(QObject):
    """Does what is left of a run; `ended` is emitted once a start."""

    began = Signal(object)  # Stage
    said = Signal(object)  # Event
    ended = Signal(object)  # Event: Stopped or Failed; None: the run is done

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.run: TrainingRun | None = None
        self.stage = Stage.DONE
        self._only: Stage | None = None
        self._last: Event | None = None
        self._logged = 0  # bytes of the log before this process
        self._stopping = False
        self._grace = QTimer(self, singleShot=True, interval=GRACE)
        self._process = QProcess(self)
        self._grace.timeout.connect(self._process.kill)
        self._process.readyReadStandardOutput.connect(self._read)
        self._process.finished.connect(self._take_end)
        self._process.errorOccurred.connect(self._take_error)

    @property
    def running(self) -> bool:
        """Whether a process is under way, or between two of them."""
        return self.run is not None

    @property
    def stopping(self) -> bool:
        """Whether it was asked to stop."""
        return self._stopping

    def set_grace(self, milliseconds: int) -> None:
        """How long a process may take to save and stop."""
        self._grace.setInterval(milliseconds)

    def start(self, run: TrainingRun, only: Stage | None = None) -> None:
        """Go on with a run until nothing is left, or do one stage of it."""
        assert not self.running
        self.run, self._only, self._stopping = run, only, False
        self._next()

    def stop(self) -> None:
        """Ask the process to save and stop; stages that save nothing end at once."""
        if self.running and not self._stopping:
            self._stopping = True
            if self.stage is Stage.TRAIN:
                self._process.closeWriteChannel()
                self._grace.start()
            else:
                self._process.kill()

    def discard(self) -> None:
        """End the process at once: its run is not wanted any more."""
        if self.running:
            self._stopping = True
            self._process.kill()

    def close(self) -> None:
        """As `stop`, and wait for the end: the window goes."""
        if self.running:
            self.stop()
            if not self._process.waitForFinished(_AT_CLOSE):
                self._process.kill()
                self._process.waitForFinished()

    def _next(self) -> None:
        assert self.run is not None
        try:
            due = command(self.run, self._only)
        except UserError as error:
            self._end(Failed(error.message, error.hint))
            return
        if due is None:
            self._end(None)
            return
        self.stage, self._last = due.stage, None
        self._logged = size_of(self.run.path / LOG)
        self.began.emit(due.stage)
        self._launch(due, self.run.path / LOG)

    def _launch(self, due: Command, log: Path) -> None:
        environment = QProcessEnvironment()
        for name, value in due.environment.items():
            environment.insert(name, value)
        process = self._process
        process.setProcessEnvironment(environment)
        process.setWorkingDirectory(str(due.folder))
        process.setStandardErrorFile(str(log), QIODevice.OpenModeFlag.Append)
        with libraries_hidden():
            process.start(due.words[0], list(due.words[1:]))

    @Slot()
    def _read(self) -> None:
        while self._process.canReadLine():
            self._take_line(bytes(self._process.readLine().data()))

    def _take_line(self, line: bytes) -> None:
        event = parse(line.decode("utf-8", "replace"))
        if event is None:
            self._keep(line)
            return
        if isinstance(event, LAST):
            self._last = event
        self.said.emit(event)

    def _keep(self, line: bytes) -> None:
        if self.run is not None and line.strip() and not _is_event(line):
            with suppress(OSError), open(self.run.path / LOG, "ab") as log:
                log.write(line.rstrip(b"\n") + b"\n")

    @Slot(int, QProcess.ExitStatus)
    def _take_end(self, status: int, how: QProcess.ExitStatus) -> None:
        if self.run is None:
            return
        self._read()
        rest = bytes(self._process.readAllStandardOutput().data())
        if rest:
            self._take_line(rest)
        self._grace.stop()
        crashed = how is QProcess.ExitStatus.CrashExit
        complaint = end_of(self.run.path / LOG, self._logged)
        end = ending(self.stage, self._last, status or int(crashed), complaint)
        wordless = isinstance(end, Failed) and self._last is None
        if self._stopping and (end is None or wordless or isinstance(end, Finished)):
            end = Stopped(0)  # what was done is kept, the next stage is not begun
        if isinstance(end, Failed | Stopped):
            self._end(end)
        elif self._only is not None:
            self._end(None)
        elif self.stage is not Stage.BASE and self.run.stage is self.stage:
            self._end(Failed(f"The stage “{self.stage}” ended but left nothing behind."))
        else:
            self._next()

    @Slot(QProcess.ProcessError)
    def _take_error(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart and self.run is not None:
            self._end(Failed(f"The trainer cannot be started: {self._process.errorString()}."))

    def _end(self, end: Event | None) -> None:
        self.run, self._only = None, None
        self.ended.emit(end)


def _is_event(line: bytes) -> bool:
    """Whether a line is an event, perhaps one that a newer trainer sends."""
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(said, dict) and "event" in said
