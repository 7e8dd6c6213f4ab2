"""Before a training: its folder is written, which takes a while and can be stopped."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from desktop_app.errors import Cancelled
from desktop_app.gui.jobs import Jobs
from desktop_app.gui.workspace import Workspace

if TYPE_CHECKING:  # brings SQLAlchemy
    from desktop_app.tasks.training.run import TrainingRun
    from desktop_app.tasks.training.train_encoder import Choice


class Preparing(QObject):
    """One run at a time. Of one that is stopped nothing is left, however late the stop comes."""

    prepared = Signal(object)  # TrainingRun
    failed = Signal(object)  # Exception; Cancelled: it was stopped

    def __init__(self, workspace: Workspace, jobs: Jobs) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._jobs = jobs
        self._stop: Callable[[], None] | None = None  # while a run is being written
        self._unwanted = False

    @property
    def busy(self) -> bool:
        """Whether a run is being written."""
        return self._stop is not None

    def start(self, choice: "Choice") -> None:
        """Write the run of a choice for the open library."""
        session = self._workspace.session
        if session is None or self.busy:
            return
        from desktop_app.tasks.library_encoder import encoder_of
        from desktop_app.tasks.training.train_encoder import prepare_run

        in_use = encoder_of(session.library.folder)
        work = partial(prepare_run, session.library, session.vocabulary, choice, in_use)
        title = "Writing the training set"
        self._unwanted = False
        self._stop = self._jobs.long(title, "articles", work, self._take, self._fail)

    def stop(self) -> None:
        """Give it up."""
        if self._stop is not None:
            self._unwanted = True
            self._stop()

    @Slot(object)
    def _take(self, run: "TrainingRun") -> None:
        self._stop = None
        if not self._unwanted:
            self.prepared.emit(run)
            return
        self._stop = _nothing  # it was too late to stop the writing
        title = "Deleting a training"
        self._jobs.long(title, "", lambda _report: run.delete(), self._take_deleted, self._fail)

    @Slot(object)
    def _take_deleted(self, answer: None) -> None:
        self._fail(Cancelled())

    @Slot(object)
    def _fail(self, error: Exception) -> None:
        self._stop = None
        self.failed.emit(error)


def _nothing() -> None:
    """What deletes cannot be stopped."""
