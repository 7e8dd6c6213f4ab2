"""Export from the window: the selected results, or all of the search, to a file of any format."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtWidgets import QFileDialog

from desktop_app.errors import Cancelled
from desktop_app.gui.jobs import Jobs
from desktop_app.gui.links import LinkOpener
from desktop_app.gui.main_window import MainWindow
from desktop_app.gui.messages import Messages
from desktop_app.gui.text import count
from desktop_app.gui.workspace import Workspace
from desktop_app.progress import Report

if TYPE_CHECKING:  # brings SQLAlchemy
    from desktop_app.exporters.registry import Exporter
    from desktop_app.library.library import Library


class Exporting(QObject):
    """Asks where and in which format, writes on the long lane, says what came of it."""

    def __init__(
        self,
        window: MainWindow,
        workspace: Workspace,
        jobs: Jobs,
        messages: Messages,
        links: LinkOpener,
    ) -> None:
        super().__init__(window)
        self._results = window.results.list
        self._workspace = workspace
        self._jobs = jobs
        self._messages = messages
        self._links = links
        self.dialog: QFileDialog | None = None
        window.menu.export_wanted.connect(self.ask)

    @Slot()
    def ask(self) -> None:
        """Ask for a file; what is exported is fixed now, whatever is searched meanwhile."""
        session = self._workspace.session
        ids = self.wanted()
        if session is None or not ids:
            self._messages.tell("There is nothing to export: this search has no results.")
            return
        from desktop_app.exporters.registry import EXPORTERS

        filters = {f"{e.name} (*{e.suffix})": name for name, e in EXPORTERS.items()}
        dialog = QFileDialog(self._results.window(), f"Export {count(len(ids), 'article')}")
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(list(filters))
        dialog.filterSelected.connect(partial(_follow_filter, dialog, filters, EXPORTERS))
        _follow_filter(dialog, filters, EXPORTERS, dialog.selectedNameFilter())
        dialog.fileSelected.connect(partial(self._export, session.library, ids, dialog, filters))
        dialog.finished.connect(dialog.deleteLater)
        self.dialog = dialog
        dialog.open()

    def wanted(self) -> list[int]:
        """The selected articles when there are several, else all results, best first."""
        selected = self._results.selected_ids()
        return selected if len(selected) > 1 else self._results.all_ids()

    def _export(
        self,
        library: "Library",
        ids: Sequence[int],
        dialog: QFileDialog,
        filters: dict[str, str],
        target: str,
    ) -> None:
        path = Path(target)
        work = partial(_write, library, ids, filters[dialog.selectedNameFilter()], path)
        then = partial(self._tell_done, path, len(ids))
        self._jobs.long(f"Exporting to {path.name}", "articles", work, then, self._tell_failed)

    def _tell_done(self, path: Path, wanted: int, written: int) -> None:
        text = f"{count(written, 'article')} written to {path.name}."
        if written < wanted:
            text += f" {wanted - written:,} left out: this format cannot hold them."
        self._messages.offer(text, "Show folder", partial(self._show_folder, path.parent))

    def _tell_failed(self, error: Exception) -> None:
        if isinstance(error, Cancelled):
            self._messages.tell("Export cancelled: no file was written.")
        else:
            self._messages.show_error(error)

    def _show_folder(self, folder: Path) -> None:
        self._links.launch(QUrl.fromLocalFile(str(folder)))


def _follow_filter(
    dialog: QFileDialog, filters: dict[str, str], exporters: "dict[str, Exporter]", chosen: str
) -> None:
    """A name typed without an ending gets that of the chosen format."""
    dialog.setDefaultSuffix(exporters[filters[chosen]].suffix)


def _write(
    library: "Library", ids: Sequence[int], format_name: str, path: Path, report: Report
) -> int:
    from desktop_app.tasks.export_articles import export_articles

    return export_articles(library, ids, format_name, path, report)
