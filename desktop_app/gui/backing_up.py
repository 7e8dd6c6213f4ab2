"""Backups of the library: one a day unasked, any time when asked for, and putting one back."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QUrl, Signal, Slot

from desktop_app.gui.dialogs.backups_dialog import BackupsDialog
from desktop_app.gui.jobs import Jobs
from desktop_app.gui.links import LinkOpener
from desktop_app.gui.main_window import MainWindow
from desktop_app.gui.messages import Messages
from desktop_app.gui.text import count
from desktop_app.gui.widgets.parts import local_time, to_front
from desktop_app.gui.workspace import Workspace
from desktop_app.progress import Report

if TYPE_CHECKING:  # brings SQLAlchemy
    from desktop_app.library.backups import Backup
    from desktop_app.library.library import Library

_Make = Callable[["Library", Report], "Backup | None"]
_Listed = tuple["list[Backup]", int | None]  # the articles of the library, None: it is not open


class BackingUp(QObject):
    """Makes copies on the long lane; has the window of them, also for a library that won't open."""

    restore_wanted = Signal(object, object)  # the library's folder, Path of the backup

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
        self._restored = ""  # what to say when the library is open again
        self.dialog: BackupsDialog | None = None
        window.menu.backups_wanted.connect(self.open)
        workspace.encoder_ready.connect(self._make_daily)
        workspace.opened.connect(self._say_restored)
        workspace.content_changed.connect(self._list)
        workspace.refused.connect(self._forget_restored)

    @Slot()
    def open(self) -> None:
        """Show the window of backups."""
        if self.dialog is None:
            self.dialog = BackupsDialog(self._window)
            self.dialog.make_wanted.connect(self.make)
            self.dialog.restore_wanted.connect(self._restore)
            self.dialog.folder_wanted.connect(self._show_folder)
            self.dialog.finished.connect(self._forget)
        to_front(self.dialog)
        self._list()

    def has_any(self, folder: Path) -> bool:
        """Whether a library's folder holds a copy of it."""
        from desktop_app.library import backups

        return bool(backups.paths(folder))

    @Slot()
    def make(self) -> None:
        """Make a copy now."""
        self._copy(_make, self._take)

    @Slot()
    def _make_daily(self) -> None:
        self._copy(_make_if_due, self._take_daily)

    def _copy(self, make: _Make, then: Callable[[Any], None]) -> None:
        library = self._workspace.library
        if library is not None:
            title, work = "Backing up the library", partial(make, library)
            self._jobs.long(title, "", work, then, self._messages.show_error)

    @Slot(object)
    def _take(self, backup: "Backup") -> None:
        text = f"A backup of {count(backup.articles or 0, 'article')} was made and checked."
        self._messages.offer(text, "Show folder", self._show_folder)
        self._list()

    @Slot(object)
    def _take_daily(self, backup: "Backup | None") -> None:
        if backup is not None:
            self._list()

    @Slot(object)
    def _restore(self, backup: "Backup") -> None:
        made = local_time(backup.made.isoformat())
        self._restored = (
            f"The backup of {made} is in place. The library as it was before is kept among the "
            "backups."
        )
        if self.dialog is not None:
            self.dialog.close()
        self.restore_wanted.emit(self._workspace.folder, backup.path)

    @Slot()
    def _say_restored(self) -> None:
        if self._restored:
            self._messages.tell(self._restored)
            self._restored = ""

    @Slot()
    def _forget_restored(self) -> None:
        self._restored = ""

    @Slot()
    def _list(self) -> None:
        if self.dialog is not None:
            work = partial(_listed, self._workspace.folder, self._workspace.library)
            self._jobs.quick("backups", work, self._show)

    @Slot(object)
    def _show(self, listed: _Listed) -> None:
        if self.dialog is not None:
            self.dialog.show_backups(*listed)

    @Slot()
    def _show_folder(self) -> None:
        folder = self._workspace.folder / "backups"
        if folder.is_dir():
            self._links.launch(QUrl.fromLocalFile(str(folder)))
        else:
            self._messages.tell("There is no backup yet.")

    @Slot()
    def _forget(self) -> None:
        self.dialog = None


def _make(library: "Library", report: Report) -> "Backup":
    from desktop_app.library import backups

    return backups.make(library, datetime.now(UTC), report)


def _make_if_due(library: "Library", report: Report) -> "Backup | None":
    from desktop_app.library import backups

    return _make(library, report) if backups.is_due(library, datetime.now(UTC)) else None


def _listed(folder: Path, library: "Library | None") -> _Listed:
    from desktop_app.library import backups

    return backups.backups(folder), None if library is None else library.count()


def put_back(folder: Path, backup: Path) -> None:
    """Put a backup in the place of a closed library. Raises UserError."""
    from desktop_app.library import backups

    backups.restore(folder, backup, datetime.now(UTC))
