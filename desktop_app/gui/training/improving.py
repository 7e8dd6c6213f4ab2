"""“Improve search on my library”: from the menu to an encoder that searches better, or does not.

Slow steps go through the jobs' long lane; only what passed the examination can be adopted.
"""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from desktop_app.errors import Cancelled, UserError
from desktop_app.gui.encoder_change import EncoderChange
from desktop_app.gui.jobs import Jobs
from desktop_app.gui.main_window import MainWindow
from desktop_app.gui.messages import Messages
from desktop_app.gui.training.outcomes import Outcomes
from desktop_app.gui.training.pairs_review import PairsReview
from desktop_app.gui.training.preparing import Preparing
from desktop_app.gui.widgets.parts import to_front
from desktop_app.gui.workspace import Workspace

if TYPE_CHECKING:  # brings SQLAlchemy and ONNX Runtime
    from desktop_app.gui.training.improve_dialog import ImproveDialog
    from desktop_app.gui.training.process import TrainingProcess
    from desktop_app.tasks.training.outlook import Outlook
    from desktop_app.tasks.training.run import Stage, TrainingRun
    from desktop_app.tasks.training.train_encoder import Choice
    from trainer.protocol import Event


class Improving(QObject):
    """One dialog, one training at a time."""

    opened = Signal(object)  # ImproveDialog
    finished = Signal(object)  # TrainingRun: it has a result

    def __init__(
        self,
        window: MainWindow,
        workspace: Workspace,
        jobs: Jobs,
        messages: Messages,
        change: EncoderChange,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._workspace = workspace
        self._jobs = jobs
        self._messages = messages
        self._pairs_first = False
        self._run: TrainingRun | None = None  # that is prepared or under way
        self._discard = False
        self._pairs = PairsReview(workspace, jobs)
        self._pairs.accepted.connect(self._begin)
        self._pairs.left.connect(self._leave_pairs)
        self._pairs.refused.connect(self._refuse)
        self._preparing = Preparing(workspace, jobs)
        self._preparing.prepared.connect(self._take_prepared)
        self._preparing.failed.connect(self._fail_prepared)
        self.dialog: ImproveDialog | None = None
        self.process: TrainingProcess | None = None
        window.menu.improve_wanted.connect(self.ask)
        window.closing.connect(self._close)
        self._outcomes = Outcomes(workspace, jobs, messages, change)
        self._outcomes.left.connect(self.show_ready)
        workspace.content_changed.connect(self._look_again)

    @Slot()
    def ask(self) -> None:
        """Show the window; what can be learnt is looked at meanwhile."""
        if self._workspace.session is None:
            self._messages.tell("No library is open yet.")
        elif self.dialog is None:
            self._open_dialog()
            if self.busy:  # it was asked to stop when its window was closed
                self._show_stopping()
            else:
                self._look()
        else:
            to_front(self.dialog)
            if self.dialog.page is self.dialog.ready and not self.dialog.ready.looked:
                self._look()

    def _open_dialog(self) -> None:
        from desktop_app.gui.training.improve_dialog import ImproveDialog

        dialog = self.dialog = ImproveDialog(self._window)
        dialog.ready.heading.setText(f"Improve search on {self._workspace.folder.name}")
        dialog.ready.start_wanted.connect(self._start)
        dialog.ready.refused.connect(self._refuse)
        dialog.ready.completion_wanted.connect(self._window.menu.completion_wanted)
        dialog.ready.duplicates_wanted.connect(self._window.menu.duplicates_wanted)
        dialog.ready.runs.resume_wanted.connect(self.resume)
        dialog.ready.runs.result_wanted.connect(self._show_result)
        dialog.ready.runs.delete_wanted.connect(self._delete)
        dialog.running.stop_wanted.connect(self.stop)
        dialog.running.cancel_wanted.connect(self.discard)
        self._outcomes.attach(dialog)
        self._pairs.attach(dialog)
        dialog.finished.connect(self._forget_dialog)  # also for Escape
        self.opened.emit(dialog)
        dialog.show()

    def _look(self) -> None:
        session = self._workspace.session
        if session is not None:
            from desktop_app.tasks.training.outlook import outlook

            work = partial(outlook, session)
            title = "Looking at what can be learnt"
            if self.dialog is not None:
                self.dialog.ready.show_looking(self._jobs.busy)
            self._jobs.long(title, "articles", work, self._show_outlook, self._refuse)

    @Slot()
    def _look_again(self) -> None:
        if self.dialog is not None and self.dialog.page is self.dialog.ready:
            self._look()

    @Slot(object)
    def _show_outlook(self, outlook: "Outlook") -> None:
        if self.dialog is not None:
            self.dialog.ready.show_outlook(outlook)

    @Slot(object, bool)
    def _start(self, choice: "Choice", pairs_first: bool) -> None:
        dialog = self.dialog
        if self._workspace.session is None or dialog is None or self.busy:
            return
        dialog.say("")
        dialog.running.begin("", [])
        dialog.running.show_preparing("Writing the training set")
        dialog.show_page(dialog.running)
        self._pairs_first = pairs_first
        self._preparing.start(choice)

    @Slot(object)
    def _take_prepared(self, run: "TrainingRun") -> None:
        if self._pairs_first:
            self._mine(run)
        else:
            self.resume(run)

    @Slot(object)
    def _fail_prepared(self, error: Exception) -> None:
        self.show_ready()
        self._refuse(error)

    def _mine(self, run: "TrainingRun") -> None:
        """Look for the pairs, then show them."""
        from desktop_app.tasks.training.run import Stage

        self._go_on(run, Stage.BASE if run.missing_base else Stage.MINE)

    @Slot(object)
    def _begin(self, run: "TrainingRun") -> None:
        """The pairs were looked at: train on what is left of them."""
        self._go_on(run, None)

    @Slot(object, bool)
    def _leave_pairs(self, run: "TrainingRun", keep: bool) -> None:
        """Back to the first page; a run that is kept can be resumed."""
        if not keep:
            self._delete(run)
        self.show_ready()

    @property
    def busy(self) -> bool:
        """Whether a training is prepared or under way."""
        running = self.process is not None and self.process.running
        return running or self._preparing.busy

    @Slot(object)
    def resume(self, run: "TrainingRun") -> None:
        """Go on with a run: look at its pairs, train, compare, export, whatever is left."""
        self._pairs_first = False
        if run.pairs.is_file() and not run.state() and not self.busy:
            self._pairs.show(run, fresh=False)
        else:
            self._go_on(run, None)

    def _go_on(self, run: "TrainingRun", only: "Stage | None") -> None:
        if self.busy or self._workspace.session is None:
            return
        from desktop_app.gui.training.process import TrainingProcess

        if self.process is None:
            self.process = TrainingProcess(self)
            self.process.began.connect(self._show_stage)
            self.process.said.connect(self._show_event)
            self.process.ended.connect(self._take_end)
        self._run, self._discard = run, False
        if self.dialog is not None:
            self.dialog.say("")
            self.dialog.running.begin(run.about.title, run.events())
            self.dialog.show_page(self.dialog.running)
        self.process.start(run, only)

    @Slot(object)
    def _show_stage(self, stage: "Stage") -> None:
        if self.dialog is not None:
            self.dialog.running.show_stage(stage)

    @Slot(object)
    def _show_event(self, event: "Event") -> None:
        if self.dialog is not None:
            self.dialog.running.show_event(event)

    @Slot()
    def stop(self) -> None:
        """Ask the training to save and stop; of one that is being prepared nothing is left."""
        if self._preparing.busy:
            self._preparing.stop()
        elif self.process is not None:
            self.process.stop()
        self._show_stopping()

    @Slot()
    def discard(self) -> None:
        """Stop the training and delete its folder."""
        if self._preparing.busy:
            self.stop()
        elif self.process is not None:
            self._discard = True
            self.process.discard()
            self._show_stopping()

    def _show_stopping(self) -> None:
        if self.busy and self.dialog is not None:
            self.dialog.running.show_stopping(True)
            self.dialog.show_page(self.dialog.running)

    @Slot(object)
    def _take_end(self, end: "Event | None") -> None:
        from trainer.protocol import Failed

        if (run := self._run) is None:
            return
        if self._discard:
            self._delete(run)
            self.show_ready()
        elif isinstance(end, Failed):
            self.show_ready(f"{end.reason} {end.remedy}".strip())
        elif end is not None:
            self.show_ready("Saved and stopped. Resume goes on from there.")
        elif self._pairs_first and not run.pairs.is_file():
            self._mine(run)
        elif self._pairs_first:
            self._pairs_first = False
            self._pairs.show(run, fresh=True)
        else:
            self.finished.emit(run)
            self._show_result(run)

    @Slot()
    def show_ready(self, words: str = "") -> None:
        """Show what can be learnt, and above it what happened."""
        self._pairs_first = False
        if self.dialog is not None:
            self.dialog.say(words)
            self.dialog.show_page(self.dialog.ready)
            self._look()
        elif words:
            self._messages.tell(words, "warning")

    @Slot(object)
    def _show_result(self, run: "TrainingRun") -> None:
        if self.dialog is None or not self._is_here(run):
            text = f"Training has ended: {run.outcome}."
            self._messages.offer(text, "Show result", partial(self._show_again, run))
            return
        self._run = run
        self._outcomes.show(run)

    def _show_again(self, run: "TrainingRun") -> None:
        if self._is_here(run):
            self.ask()
            self._show_result(run)
        else:
            library = run.path.parent.parent.name
            self._messages.tell(f"It is a training of the library {library}: open that one first.")

    def _is_here(self, run: "TrainingRun") -> bool:
        """Whether a run is one of the open library's."""
        library = self._workspace.library
        return library is not None and run.path.is_relative_to(library.folder)

    @Slot(object)
    def _delete(self, run: "TrainingRun") -> None:
        title = "Deleting a training"
        self._jobs.long(title, "", lambda _report: run.delete(), _nothing, self._refuse)
        self._run = None
        self._look_again()

    @Slot(object)
    def _refuse(self, error: Exception) -> None:
        if isinstance(error, UserError) and self.dialog is not None:
            if self.dialog.page is self.dialog.running and not self.busy:
                self.dialog.show_page(self.dialog.ready)
            self.dialog.say(f"{error.message} {error.hint}".strip())
        elif not isinstance(error, Cancelled):
            self._messages.show_error(error)
        elif self.dialog is not None:
            self.dialog.ready.show_stopped()
            self.dialog.show_page(self.dialog.ready)

    @Slot()
    def _forget_dialog(self) -> None:
        """The window of the training is closed: it saves and stops."""
        self.dialog = None
        self._outcomes.attach(None)
        self._pairs.attach(None)
        self.stop()

    @Slot()
    def _close(self) -> None:
        self._pairs.keep()
        if self.process is not None:
            self.process.close()


def _nothing(answer: None) -> None:
    """It is gone; the list is read anew by the look that follows."""
