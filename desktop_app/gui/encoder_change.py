"""Changing the encoder of the open library: on the long lane, with the old one in use meanwhile."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from desktop_app.errors import Cancelled
from desktop_app.gui.jobs import Jobs
from desktop_app.gui.messages import Messages
from desktop_app.gui.workspace import Workspace
from desktop_app.progress import Report

if TYPE_CHECKING:  # brings SQLAlchemy and ONNX Runtime
    from desktop_app.encoders.installed import EncoderInfo
    from desktop_app.tasks.adopt_encoder import Change
    from desktop_app.tasks.session import Session
    from desktop_app.tasks.training.run import TrainingRun

_TITLE = "Reading the library with the new encoder"


class EncoderChange(QObject):
    """`changed` also comes for a change that was cancelled: see `Change.cancelled`."""

    changed = Signal(object)  # Change
    refused = Signal(object)  # Exception

    def __init__(self, workspace: Workspace, jobs: Jobs, messages: Messages) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._jobs = jobs
        self._messages = messages
        self._stop: Callable[[], None] | None = None  # of the change under way

    def stop(self) -> None:
        """Give up the change under way, if there is one; `changed` tells when it is over."""
        if self._stop is not None:
            self._stop()

    def adopt(self, run: "TrainingRun") -> None:
        """Install the encoder of a training and use it."""
        if (session := self._workspace.session) is not None:
            self._begin(partial(_adopt, session, run))

    def use(self, info: "EncoderInfo") -> None:
        """Use an installed encoder."""
        if (session := self._workspace.session) is not None:
            self._begin(partial(_use, session, info))

    @Slot()
    def go_back(self) -> None:
        """Use the encoder that was used before."""
        if (session := self._workspace.session) is not None:
            self._begin(partial(_go_back, session))

    def _begin(self, work: "partial[Change]") -> None:
        self._stop = self._jobs.long(_TITLE, "articles", work, self._take, self._refuse)

    @Slot(object)
    def _take(self, change: "Change") -> None:
        self._stop = None
        if change.cancelled:
            self._messages.tell("The encoder was not changed; what was read is kept for next time.")
        else:
            self._workspace.encoder_ready.emit()
            text = "This library is searched with another encoder now."
            self._messages.offer(text, "Go back", self.go_back)
        self.changed.emit(change)

    @Slot(object)
    def _refuse(self, error: Exception) -> None:
        self._stop = None
        if not isinstance(error, Cancelled):
            self._messages.show_error(error)
        self.refused.emit(error)


def _adopt(session: "Session", run: "TrainingRun", report: Report) -> "Change":
    from desktop_app.tasks.adopt_encoder import adopt

    return adopt(session, run, report)


def _use(session: "Session", info: "EncoderInfo", report: Report) -> "Change":
    from desktop_app.tasks.adopt_encoder import use_encoder

    return use_encoder(session, info, report)


def _go_back(session: "Session", report: Report) -> "Change":
    from desktop_app.tasks.adopt_encoder import go_back

    return go_back(session, report)
