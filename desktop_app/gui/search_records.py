"""The search record: what was asked, of what, and what came, as a file that can be run again."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QFileDialog

from desktop_app.gui.dialogs.details_dialog import DetailsDialog
from desktop_app.gui.jobs import Jobs
from desktop_app.gui.main_window import MainWindow
from desktop_app.gui.messages import Messages
from desktop_app.gui.models.result_model import ResultModel
from desktop_app.gui.text import count
from desktop_app.gui.workspace import Workspace
from desktop_app.progress import Report
from desktop_app.search.request import SearchResult

if TYPE_CHECKING:  # bring SQLAlchemy
    from desktop_app.tasks.compare_results import Comparison
    from desktop_app.tasks.session import Session

_FILTER = "Litmesh search record (*.json)"


class SearchRecords(QObject):
    """Writes the record of what is shown; runs one again and tells what differs."""

    def __init__(
        self,
        window: MainWindow,
        workspace: Workspace,
        jobs: Jobs,
        messages: Messages,
        model: ResultModel,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._workspace = workspace
        self._jobs = jobs
        self._messages = messages
        self._model = model
        self.file_dialog: QFileDialog | None = None
        self.comparison: DetailsDialog | None = None
        window.menu.record_wanted.connect(self.ask_target)
        window.menu.rerun_wanted.connect(self.ask_record)

    @Slot()
    def ask_target(self) -> None:
        """Ask where to write the record of the result shown; it is fixed now."""
        result = self._model.result
        if self._workspace.session is None or result is None:
            self._messages.tell("There is no search to record yet.")
            return
        dialog = self._ask("Save the search record", QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.setDefaultSuffix("json")
        dialog.fileSelected.connect(partial(self.write, result))
        dialog.open()

    @Slot()
    def ask_record(self) -> None:
        """Ask which record to run again."""
        if self._workspace.session is None:
            self._messages.tell("No library is open yet.")
            return
        dialog = self._ask("Run a search record again", QFileDialog.AcceptMode.AcceptOpen)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.rerun)
        dialog.open()

    def write(self, result: SearchResult, target: str) -> None:
        """Write the record of a result."""
        session = self._workspace.session
        if session is not None:
            path = Path(target)
            work = partial(_write, session, result, path)
            self._jobs.quick(f"record {path}", work, self._tell_written)

    @Slot(str)
    def rerun(self, source: str) -> None:
        """Run a record again and show what differs."""
        session = self._workspace.session
        if session is not None:
            path = Path(source)
            title = f"Running {path.name} again"
            then = partial(self._show, path.name)
            self._jobs.long(
                title, "articles", partial(_rerun, session, path), then, self._messages.show_error
            )

    def _tell_written(self, path: Path) -> None:
        self._messages.tell(f"The search record was written to {path.name}.")

    def _show(self, name: str, comparison: "Comparison") -> None:
        verdict = "the same result" if comparison.identical else "another result"
        facts = [
            ("Record", name),
            ("Then", count(comparison.before, "article")),
            ("Now", count(comparison.now, "article")),
            ("In short", verdict),
        ]
        said = "\n".join(comparison.in_words())
        self.comparison = DetailsDialog("Search run again", facts, said, parent=self._window)
        self.comparison.finished.connect(self._forget_comparison)
        self.comparison.show()

    def _ask(self, title: str, mode: QFileDialog.AcceptMode) -> QFileDialog:
        dialog = QFileDialog(self._window, title)
        dialog.setAcceptMode(mode)
        dialog.setNameFilter(_FILTER)
        dialog.finished.connect(dialog.deleteLater)
        self.file_dialog = dialog
        return dialog

    @Slot()
    def _forget_comparison(self) -> None:
        self.comparison = None


def _write(session: "Session", result: SearchResult, path: Path) -> Path:
    from desktop_app.tasks.search_record import write_record

    write_record(session, result, path)
    return path


def _rerun(session: "Session", path: Path, report: Report) -> "Comparison":
    from desktop_app.tasks.search_record import rerun

    return rerun(session, path, report)
