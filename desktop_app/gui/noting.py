"""Notes on articles: read when an article is shown, kept when the user pauses or goes on."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from desktop_app.gui.jobs import Jobs
from desktop_app.gui.main_window import MainWindow
from desktop_app.gui.messages import Messages
from desktop_app.gui.searcher import Searcher
from desktop_app.gui.workspace import Workspace

if TYPE_CHECKING:  # brings SQLAlchemy
    from desktop_app.library.library import Library


class Noting(QObject):
    """Fills the note box of the article pane and stores what is written there."""

    def __init__(
        self,
        window: MainWindow,
        workspace: Workspace,
        jobs: Jobs,
        messages: Messages,
        searcher: Searcher,
    ) -> None:
        super().__init__(window)
        self._box = window.article.note
        self._workspace = workspace
        self._jobs = jobs
        self._messages = messages
        searcher.article_read.connect(self._look)
        self._box.written.connect(self._keep)
        window.article.noting_wanted.connect(self._box.write)
        window.menu.note_wanted.connect(self._write)

    @Slot()
    def _write(self) -> None:
        if self._box.article_id:
            self._box.write()
        else:
            self._messages.tell("Choose an article first: a note belongs to an article.")

    @Slot(int, object, tuple)
    def _look(self, article_id: int, _article: object, _words: object) -> None:
        library = self._workspace.library
        if library is not None:
            work = partial(_note, library, article_id)
            self._jobs.quick("note", work, partial(self._show, library, article_id))

    def _show(self, library: "Library", article_id: int, text: str) -> None:
        if library is self._workspace.library:  # another one may have been opened meanwhile
            self._box.show_note(article_id, text)

    @Slot(int, str)
    def _keep(self, article_id: int, text: str) -> None:
        library = self._workspace.library
        if library is not None:
            work = partial(_set_note, library, article_id, text)
            self._jobs.write(work, _kept, self._messages.show_error)


def _note(library: "Library", article_id: int) -> str:
    return library.marks.note(article_id)


def _set_note(library: "Library", article_id: int, text: str) -> None:
    library.marks.set_note(article_id, text)


def _kept(_: None) -> None:
    """It is kept; nothing changes on the screen."""
