"""After a training: show what came of it, try it on past searches, use it or keep the old one."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from desktop_app.errors import Cancelled, UserError
from desktop_app.gui.encoder_change import EncoderChange
from desktop_app.gui.jobs import Jobs
from desktop_app.gui.messages import Messages
from desktop_app.gui.workspace import Workspace

if TYPE_CHECKING:  # brings SQLAlchemy and ONNX Runtime
    from desktop_app.gui.training.improve_dialog import ImproveDialog
    from desktop_app.tasks.adopt_encoder import Change
    from desktop_app.tasks.training.replay_searches import Replayed
    from desktop_app.tasks.training.run import TrainingRun


class Outcomes(QObject):
    """Works on the dialog's result page while a dialog is attached."""

    left = Signal()  # the user keeps the old encoder, or has read enough

    def __init__(
        self, workspace: Workspace, jobs: Jobs, messages: Messages, change: EncoderChange
    ) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._jobs = jobs
        self._messages = messages
        self._change = change
        self._run: TrainingRun | None = None
        self._dialog: ImproveDialog | None = None
        self._adopting = False  # the run that is shown
        change.changed.connect(self._take_change)
        change.refused.connect(self._take_refusal)

    def attach(self, dialog: "ImproveDialog | None") -> None:
        """Serve this dialog from now on; None: there is none any more."""
        self._dialog = dialog
        if dialog is not None:
            dialog.outcome.use_wanted.connect(self._adopt)
            dialog.outcome.keep_wanted.connect(self._keep)
            dialog.outcome.replay_wanted.connect(self._replay)

    def show(self, run: "TrainingRun") -> None:
        """Show what came of a run that is over."""
        session = self._workspace.session
        if session is not None:
            from desktop_app.tasks.training.outlook import titles_of

            self._run = run
            work = partial(titles_of, run, session.library)
            self._jobs.quick("training result", work, self._take_titles, self._refuse)

    @Slot(object)
    def _take_titles(self, titles: dict[int, str]) -> None:
        if self._dialog is not None and self._run is not None:
            self._dialog.say("")
            self._dialog.outcome.show_result(self._run, titles)
            self._dialog.show_page(self._dialog.outcome)

    @Slot(object)
    def _adopt(self, run: "TrainingRun") -> None:
        if self._dialog is not None:
            self._dialog.outcome.show_busy(True)
        self._adopting = True
        self._change.adopt(run)

    @Slot(object)
    def _take_change(self, change: "Change") -> None:
        own, self._adopting = self._adopting, False
        if self._dialog is not None:
            self._dialog.outcome.show_busy(False)
            if own and not change.cancelled and self._dialog.page is self._dialog.outcome:
                self._dialog.close()

    @Slot(object)
    def _take_refusal(self, error: Exception) -> None:
        self._adopting = False
        if self._dialog is not None:
            self._dialog.outcome.show_busy(False)
            self._dialog.say("" if isinstance(error, Cancelled) else str(error))

    @Slot()
    def _keep(self) -> None:
        if self._adopting:
            self._change.stop()
        session = self._workspace.session
        if session is not None and self._run is not None:
            from desktop_app.tasks.training.replay_searches import forget_trial

            work = partial(forget_trial, session, self._run)
            self._jobs.write(work, _ignore)
        self.left.emit()

    @Slot(object)
    def _replay(self, run: "TrainingRun") -> None:
        session = self._workspace.session
        if session is not None:
            from desktop_app.tasks.training.replay_searches import replay

            title = "Trying the new encoder on your last searches"
            work = partial(replay, session, run)
            self._jobs.long(title, "articles", work, self._show_replay, self._refuse)

    @Slot(object)
    def _show_replay(self, found: "list[Replayed]") -> None:
        if self._dialog is not None:
            self._dialog.outcome.show_replay(found)

    @Slot(object)
    def _refuse(self, error: Exception) -> None:
        if isinstance(error, UserError) and self._dialog is not None:
            self._dialog.say(str(error))
        else:
            self._messages.show_error(error)


def _ignore(_: None) -> None:
    """Nothing is to be said."""
