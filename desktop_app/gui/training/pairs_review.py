"""The mined pairs before a training: show them, let some be struck, store what is struck."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from desktop_app.gui.jobs import Jobs
from desktop_app.gui.workspace import Workspace

if TYPE_CHECKING:  # brings SQLAlchemy
    from desktop_app.gui.training.improve_dialog import ImproveDialog
    from desktop_app.tasks.training.pairs import MinedPair
    from desktop_app.tasks.training.run import TrainingRun


class PairsReview(QObject):
    """Works on the dialog's page of pairs while a dialog is attached."""

    accepted = Signal(object)  # TrainingRun: what is struck is stored, it may begin
    left = Signal(object, bool)  # TrainingRun; whether there is something of it to keep
    refused = Signal(object)  # Exception

    def __init__(self, workspace: Workspace, jobs: Jobs) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._jobs = jobs
        self._dialog: ImproveDialog | None = None
        self._fresh = False  # the run was made for this look
        self._stored_struck: set[int] = set()

    def attach(self, dialog: "ImproveDialog | None") -> None:
        """Serve this dialog from now on; None: there is none any more."""
        self.keep()
        self._dialog = dialog
        if dialog is not None:
            dialog.pairs.train_wanted.connect(self._accept)
            dialog.pairs.back_wanted.connect(self._leave)

    def show(self, run: "TrainingRun", fresh: bool) -> None:
        """Show the pairs of a run that has not begun; a `fresh` one was made for this look."""
        self._fresh = fresh
        session = self._workspace.session
        if session is not None:
            from desktop_app.tasks.training.pairs import read_pairs

            work = partial(read_pairs, run.pairs, session.library)
            self._jobs.quick("pairs", work, partial(self._take, run), self.refused.emit)

    def keep(self) -> bool:
        """Store what is struck while the page is shown; False: a fresh run, nothing struck."""
        dialog = self._dialog
        if dialog is None or dialog.page is not dialog.pairs or dialog.pairs.run is None:
            return False
        struck = set(dialog.pairs.model.struck)
        if struck != self._stored_struck:
            self._stored_struck = struck
            self._store(dialog.pairs.run, struck)
        return bool(struck) or not self._fresh

    def _store(self, run: "TrainingRun", struck: set[int], begin: bool = False) -> None:
        from desktop_app.tasks.training.pairs import strike

        then = partial(self._stored, run if begin else None)
        self._jobs.write(partial(strike, run.pairs, struck), then, self.refused.emit)

    def _stored(self, begin: "TrainingRun | None", _: None) -> None:
        if begin is not None:
            self.accepted.emit(begin)

    def _take(self, run: "TrainingRun", pairs: "list[MinedPair]") -> None:
        if self._dialog is not None:
            self._dialog.pairs.show_pairs(run, pairs)
            self._stored_struck = {pair.line for pair in pairs if pair.struck}
            self._dialog.show_page(self._dialog.pairs)

    @Slot(object, object)
    def _accept(self, run: "TrainingRun", struck: set[int]) -> None:
        self._store(run, struck, begin=True)

    @Slot()
    def _leave(self) -> None:
        if self._dialog is not None:
            self.left.emit(self._dialog.pairs.run, self.keep())
