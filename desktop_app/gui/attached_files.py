"""The files of the article that is shown: opening them, and finding one that was moved."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QFileDialog

from desktop_app.gui.file_opener import FileOpener
from desktop_app.gui.jobs import Jobs
from desktop_app.gui.main_window import MainWindow
from desktop_app.gui.messages import Messages
from desktop_app.gui.record_links import RecordLinker
from desktop_app.gui.workspace import Workspace
from desktop_app.progress import Report

if TYPE_CHECKING:  # brings SQLAlchemy
    from desktop_app.library.attachments import AttachedFile
    from desktop_app.library.library import Library


class AttachedFiles(QObject):
    """Does what is pressed beside the files of an article."""

    def __init__(
        self,
        window: MainWindow,
        workspace: Workspace,
        jobs: Jobs,
        messages: Messages,
        opener: FileOpener,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._workspace = workspace
        self._jobs = jobs
        self._messages = messages
        self.opener = opener
        self.dialog: QFileDialog | None = None
        # reads the links again, files included, after one was found
        self._linker = RecordLinker(workspace, jobs, messages, self)
        self._linker.read.connect(window.article.strip.show_links)
        window.article.strip.file_pressed.connect(self._open)
        window.article.strip.location_wanted.connect(self.ask)

    @Slot(object)
    def _open(self, file: "AttachedFile") -> None:
        self.opener.open(file.path)

    @Slot(object)
    def ask(self, file: "AttachedFile") -> None:
        """Ask where a missing file is."""
        dialog = QFileDialog(self._window, f"Where is {file.name}?")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([f"PDF (*{file.path.suffix})", "All files (*)"])
        dialog.fileSelected.connect(partial(self._locate, file))
        dialog.finished.connect(dialog.deleteLater)
        self.dialog = dialog
        dialog.open()

    def _locate(self, file: "AttachedFile", name: str) -> None:
        session = self._workspace.session
        if session is not None:
            work = partial(_located, session.library, file.id, Path(name))
            then = partial(self._tell_found, file)
            self._jobs.long(f"Copying {file.name}", "", work, then, self._messages.show_error)

    def _tell_found(self, file: "AttachedFile", _: None) -> None:
        self._messages.tell(f"{file.name} is in the library again.")
        if self._window.article.strip.article_id == file.article_id:
            self._linker.read_links(file.article_id)


def _located(library: "Library", attachment_id: int, path: Path, report: Report) -> None:
    library.attachments.locate(attachment_id, path)
