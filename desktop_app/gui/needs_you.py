"""Leads the user through the files that wait: reads them, stores decisions, takes them back."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QImage

from desktop_app.errors import UserError
from desktop_app.gui.dialogs.needs_you_dialog import NeedsYouDialog, ReadFile
from desktop_app.gui.file_opener import FileOpener
from desktop_app.gui.jobs import Jobs
from desktop_app.gui.main_window import MainWindow
from desktop_app.gui.messages import Messages
from desktop_app.gui.questions import Questions
from desktop_app.gui.widgets.parts import to_front
from desktop_app.gui.workspace import Workspace

if TYPE_CHECKING:  # brings SQLAlchemy
    from desktop_app.library.library import Library
    from desktop_app.tasks.needs_you import Decision, WaitingFile

_Decided = tuple["Decision", "list[WaitingFile]"]


class NeedsYou(QObject):
    """Opens the window of waiting files and does what is pressed in it, on the quick lane."""

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
        self._opener = opener
        self._decisions: list[Decision] = []
        self._changed = False
        self._questions = Questions(workspace, jobs, self._fail)
        self.dialog: NeedsYouDialog | None = None
        window.menu.needs_you_wanted.connect(self.open)
        window.report.needs_you_pressed.connect(self.open)
        workspace.opened.connect(self._begin)
        workspace.imported.connect(self._look_again)

    @Slot()
    def open(self) -> None:
        """Show the window, or bring it to the front."""
        if self.dialog is not None:
            to_front(self.dialog)
        elif self._workspace.library is not None:
            dialog = NeedsYouDialog(self._window)
            dialog.file_chosen.connect(self._read)
            dialog.accept_wanted.connect(self._accept)
            dialog.attach_wanted.connect(self._attach)
            dialog.dismiss_wanted.connect(self._dismiss)
            dialog.undo_wanted.connect(self._undo)
            dialog.open_wanted.connect(self._open_file)
            dialog.finished.connect(self._end)
            self.dialog = dialog
            dialog.show()
            self._questions.ask(partial(_files, self._workspace.library), self._show_files)

    @Slot(int)
    def _end(self, _: int = 0) -> None:
        dialog, self.dialog = self.dialog, None
        if dialog is not None:
            dialog.deleteLater()
        self._jobs.forget("waiting file")
        self._decisions.clear()
        if self._changed:
            self._changed = False
            self._workspace.refresh()

    @Slot(object)
    def _begin(self, _: object) -> None:
        self._count()

    @Slot(object)
    def _look_again(self, _: object) -> None:
        self._count()
        if self.dialog is not None and self._workspace.library is not None:
            self._questions.ask(partial(_files, self._workspace.library), self._show_files)

    def _count(self) -> None:
        library = self._workspace.library
        if library is not None:
            self._jobs.quick("number of waiting files", library.waiting.count, self._show_number)

    def _show_number(self, number: int) -> None:
        self._window.menu.count_needs_you(number)

    def _show_files(self, files: "list[WaitingFile]", select: int = 0) -> None:
        self._show_number(len(files))
        dialog = self.dialog
        if dialog is not None:
            dialog.model.show_files(files)
            dialog.set_busy(True, bool(self._decisions))
            dialog.show_files(select)
            if not files:
                dialog.set_busy(False, bool(self._decisions))

    @Slot(int)
    def _read(self, waiting_id: int) -> None:
        library = self._workspace.library
        if library is not None:
            work = partial(_read_file, library, waiting_id)
            self._jobs.quick("waiting file", work, self._show_file, self._miss)

    def _show_file(self, read: ReadFile) -> None:
        if self.dialog is not None:
            self.dialog.show_file(read)
            self.dialog.set_busy(False, bool(self._decisions))

    def _miss(self, error: Exception) -> None:
        """It was decided upon elsewhere since the list was read, or the library is unusable."""
        library = self._workspace.library
        if isinstance(error, UserError) and library is not None:
            self._questions.ask(partial(_files, library), self._show_files)
        else:
            self._fail(error)

    @Slot()
    def _accept(self) -> None:
        if self.dialog is not None:
            self._decide(partial(_accepted, typed=self.dialog.form.values()))

    @Slot(int)
    def _attach(self, article_id: int) -> None:
        self._decide(partial(_attached, article_id=article_id))

    @Slot()
    def _dismiss(self) -> None:
        self._decide(_dismissed)

    def _decide(self, verb: "Callable[[Library, int], Decision]") -> None:
        library, dialog = self._workspace.library, self.dialog
        if library is not None and dialog is not None and dialog.read is not None:
            dialog.set_busy(True)
            work = partial(_decided, library, verb, dialog.read.file.id)
            self._questions.ask(work, self._take_decision)

    def _take_decision(self, decided: _Decided) -> None:
        decision, files = decided
        self._decisions.append(decision)
        self._changed = self._changed or bool(decision.article_id)
        self._show_files(files)

    @Slot()
    def _undo(self) -> None:
        library, dialog = self._workspace.library, self.dialog
        if library is not None and dialog is not None and self._decisions:
            dialog.set_busy(True)
            self._questions.ask(
                partial(_taken_back, library, self._decisions[-1]), self._take_undone
            )

    def _take_undone(self, files: "list[WaitingFile]") -> None:
        decision = self._decisions.pop()
        self._changed = self._changed or bool(decision.article_id)
        self._show_files(files, decision.waiting_id)

    @Slot()
    def _open_file(self) -> None:
        if self.dialog is not None and self.dialog.read is not None:
            self._opener.open(self.dialog.read.file.path)

    def _fail(self, error: Exception) -> None:
        dialog = self.dialog
        if dialog is None or not isinstance(error, UserError):
            self._messages.show_error(error)
        else:
            dialog.bar.show_message(f"{error.message} {error.hint}".strip(), "error")
        if dialog is not None:
            dialog.set_busy(False, bool(self._decisions))


def _files(library: "Library") -> "list[WaitingFile]":
    return library.waiting.files()


def _read_file(library: "Library", waiting_id: int) -> ReadFile:
    from desktop_app.tasks.needs_you import candidates

    file = library.waiting.file(waiting_id)
    page = QImage.fromData(library.waiting.page_image(waiting_id))
    return ReadFile(file, page, tuple(candidates(library, file)))


def _accepted(library: "Library", waiting_id: int, typed: dict[str, str]) -> "Decision":
    from desktop_app.tasks.needs_you import Fields, accept

    return accept(library, waiting_id, Fields(**typed))


def _attached(library: "Library", waiting_id: int, article_id: int) -> "Decision":
    from desktop_app.tasks.needs_you import attach

    return attach(library, waiting_id, article_id)


def _dismissed(library: "Library", waiting_id: int) -> "Decision":
    from desktop_app.tasks.needs_you import dismiss

    return dismiss(library, waiting_id)


def _decided(
    library: "Library", verb: "Callable[[Library, int], Decision]", waiting_id: int
) -> _Decided:
    return verb(library, waiting_id), library.waiting.files()


def _taken_back(library: "Library", decision: "Decision") -> "list[WaitingFile]":
    from desktop_app.tasks.needs_you import undo

    undo(library, decision)
    return library.waiting.files()
