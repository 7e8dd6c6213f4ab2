"""Reports of earlier imports in the report panel, and any report as a file."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtWidgets import QFileDialog

from desktop_app.gui.dialogs.history_dialog import HistoryDialog
from desktop_app.gui.jobs import Jobs
from desktop_app.gui.links import LinkOpener
from desktop_app.gui.main_window import MainWindow
from desktop_app.gui.messages import Messages
from desktop_app.gui.widgets.parts import to_front
from desktop_app.gui.workspace import Workspace

if TYPE_CHECKING:  # brings SQLAlchemy
    from desktop_app.library.journal import Run
    from desktop_app.library.library import Library
    from desktop_app.tasks.import_files import ImportReport

_FILTERS = {"Table (*.csv)": "csv", "JSON (*.json)": "json"}


class ImportHistory(QObject):
    """Opens the list of imports; exports the report that the panel shows."""

    def __init__(
        self,
        window: MainWindow,
        workspace: Workspace,
        jobs: Jobs,
        messages: Messages,
        links: LinkOpener,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._workspace = workspace
        self._jobs = jobs
        self._messages = messages
        self._links = links
        self.dialog: HistoryDialog | None = None
        self.file_dialog: QFileDialog | None = None
        window.menu.history_wanted.connect(self.open)
        window.report.export_wanted.connect(self.ask_file)
        workspace.imported.connect(self._look_again)

    @Slot()
    def open(self) -> None:
        """Show the list of imports."""
        if self._workspace.session is None:
            self._messages.tell("No library is open yet.")
            return
        if self.dialog is None:
            self.dialog = HistoryDialog(self._window)
            self.dialog.run_chosen.connect(self.show_run)
            self.dialog.finished.connect(self._forget)
        to_front(self.dialog)
        self._look_again()

    @Slot(int)
    def show_run(self, run: int) -> None:
        """Show the report of one import in the panel."""
        session = self._workspace.session
        if session is not None:
            work = partial(_report, session.library, run)
            self._jobs.quick("import report", work, self._window.show_report)

    @Slot()
    def ask_file(self) -> None:
        """Ask where to write the report that is shown."""
        report = self._window.report.report
        if report is None:
            return
        dialog = QFileDialog(self._window, "Export the report")
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(list(_FILTERS))
        dialog.setDefaultSuffix("csv")
        dialog.filterSelected.connect(partial(_follow_filter, dialog))
        dialog.fileSelected.connect(partial(self.export, report))
        dialog.finished.connect(dialog.deleteLater)
        self.file_dialog = dialog
        dialog.open()

    def export(self, report: "ImportReport", target: str) -> None:
        """Write a report: JSON when the name ends so, else a table."""
        path = Path(target)
        self._jobs.quick("report file", partial(_write, report, path), self._tell_written)

    def _tell_written(self, path: Path) -> None:
        show = partial(self._links.launch, QUrl.fromLocalFile(str(path.parent)))
        self._messages.offer(f"The report was written to {path.name}.", "Show folder", show)

    @Slot()
    def _look_again(self) -> None:
        session = self._workspace.session
        if session is not None and self.dialog is not None:
            self._jobs.quick("imports", partial(_runs, session.library), self._show_runs)

    @Slot(object)
    def _show_runs(self, runs: "list[Run]") -> None:
        if self.dialog is not None:
            self.dialog.show_runs(runs)

    @Slot()
    def _forget(self) -> None:
        self.dialog = None


def _follow_filter(dialog: QFileDialog, chosen: str) -> None:
    dialog.setDefaultSuffix(_FILTERS.get(chosen, "csv"))


def _runs(library: "Library") -> "list[Run]":
    return library.imports.runs(1_000)


def _report(library: "Library", run: int) -> "ImportReport":
    from desktop_app.tasks.import_history import past_report

    return past_report(library, run)


def _write(report: "ImportReport", path: Path) -> Path:
    from desktop_app.tasks.import_history import write_report

    write_report(report, path)
    return path
