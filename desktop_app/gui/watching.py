"""Watching folders while the window is open: what is new in them is imported.

The system tells of changes where it can; a slow poll sees those on network drives. Nothing is
looked at while another long task runs, so no file is imported twice at once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Slot

from desktop_app.gui.dialogs.watched_dialog import FolderLine, WatchedDialog
from desktop_app.gui.jobs import Jobs
from desktop_app.gui.main_window import MainWindow
from desktop_app.gui.messages import Messages
from desktop_app.gui.text import count
from desktop_app.gui.widgets.parts import to_front
from desktop_app.gui.workspace import Workspace
from desktop_app.progress import Report

if TYPE_CHECKING:  # brings SQLAlchemy
    from desktop_app.library.library import Library
    from desktop_app.tasks.import_files import ImportReport
    from desktop_app.tasks.watch_folders import View

POLL = 60_000  # ms between two looks without a sign
_SETTLE = 2_000  # ms after a sign: copying makes many
_AGAIN = 6_000  # ms until what was being written is looked at again; more than `STABLE`
_MOST_FOLDERS = 500  # told to the system; in what lies deeper the poll sees changes


@dataclass(frozen=True, slots=True)
class _Look:
    """What one look found."""

    view: "View"
    lines: tuple[FolderLine, ...]
    inside: tuple[str, ...]  # folders of which the system is to tell changes


class Watching(QObject):
    """Looks, imports what is new through the workspace, and has the window of folders."""

    def __init__(
        self, window: MainWindow, workspace: Workspace, jobs: Jobs, messages: Messages
    ) -> None:
        super().__init__(window)
        self._window = window
        self._workspace = workspace
        self._jobs = jobs
        self._messages = messages
        self._last: _Look | None = None
        self._looked_at: datetime | None = None
        self._wanted = False
        self._looking = False
        self._missing: frozenset[Path] = frozenset()
        self.dialog: WatchedDialog | None = None
        self.watcher = QFileSystemWatcher(self)
        self.watcher.directoryChanged.connect(self._notice)
        self._soon = QTimer(self, singleShot=True, interval=_SETTLE)
        self._soon.timeout.connect(self.look)
        self._poll = QTimer(self, interval=POLL)
        self._poll.timeout.connect(self.look)
        window.menu.watched_wanted.connect(self.open)
        window.closing.connect(self._poll.stop)
        window.closing.connect(self._soon.stop)
        workspace.opened.connect(self._begin)
        workspace.imported.connect(self._tell)
        jobs.rested.connect(self._catch_up)

    @Slot()
    def open(self) -> None:
        """Show the window of folders."""
        if self._workspace.library is None:
            self._messages.tell("No library is open yet.")
            return
        if self.dialog is None:
            self.dialog = WatchedDialog(self._window)
            self.dialog.add_wanted.connect(self.add)
            self.dialog.remove_wanted.connect(self.remove)
            self.dialog.look_wanted.connect(self.look)
            self.dialog.finished.connect(self._forget_dialog)
        to_front(self.dialog)
        self._refresh()

    @Slot(object)
    def add(self, folder: Path) -> None:
        """Watch a folder."""
        self._change(folder, _add)

    @Slot(object)
    def remove(self, folder: Path) -> None:
        """Watch a folder no longer."""
        self._change(folder, _remove)

    @Slot()
    def look(self) -> None:
        """Look at the folders now, or as soon as nothing else runs."""
        library = self._workspace.library
        if library is None or self._looking:
            return
        if self._jobs.busy:
            self._wanted = True
            return
        self._wanted, self._looking = False, True
        last = self._last.view if self._last else None
        work = partial(_look, library, last)
        self._jobs.long("Looking at watched folders", "", work, self._take, self._fail)

    @Slot(object)
    def _begin(self, session: object) -> None:
        self._last, self._looked_at, self._missing = None, None, frozenset()
        self._poll.stop()
        library = self._workspace.library
        if library is not None:
            self._jobs.quick("any watched", partial(_any_folder, library), self._start)

    @Slot(object)
    def _start(self, any_folder: bool) -> None:
        if any_folder:
            self._poll.start()
            self.look()  # as a rule after the encoder and the first index

    @Slot(str)
    def _notice(self, folder: str) -> None:
        self._soon.start(_SETTLE)

    @Slot()
    def _catch_up(self) -> None:
        if self._wanted:
            self._soon.start(0)

    @Slot(object)
    def _take(self, look: _Look) -> None:
        self._looking = False
        self._last, self._looked_at = look, datetime.now()
        if look.lines:
            self._poll.start()
        else:
            self._poll.stop()
        self._watch(look.inside)
        self._show_lines(look.lines)
        gone = frozenset(look.view.missing)
        if gone - self._missing:
            names = ", ".join(sorted(str(folder) for folder in gone - self._missing))
            self._messages.tell(f"Watched, but not there at present: {names}.", "warning")
        self._missing = gone
        if look.view.unsettled:
            self._soon.start(_AGAIN)
        if look.view.new:
            self._workspace.import_watched(look.view)

    @Slot(object)
    def _fail(self, error: Exception) -> None:
        self._looking = False
        self._messages.show_error(error)

    @Slot(object)
    def _tell(self, report: "ImportReport") -> None:
        if report.kind == "watched":
            self._refresh()
            new = count(report.added + report.updated + report.merged, "record")
            text = f"{new} from {count(len(report.files), 'file')} in watched folders."
            if report.problems:
                text += f" {count(len(report.problems), 'problem')}."
            self._messages.offer(text, "Show report", self._window.show_report_pane)

    def _watch(self, folders: tuple[str, ...]) -> None:
        present = set(self.watcher.directories())
        if gone := present - set(folders):
            self.watcher.removePaths(sorted(gone))
        if new := set(folders) - present:
            self.watcher.addPaths(sorted(new))

    def _change(self, folder: Path, change: Callable[["Library", Path], None]) -> None:
        library = self._workspace.library
        if library is not None:
            work = partial(_changed, library, folder, change)
            self._jobs.write(work, self._take_change)

    @Slot(object)
    def _take_change(self, lines: tuple[FolderLine, ...]) -> None:
        self._show_lines(lines)
        self.look()

    def _refresh(self) -> None:
        library = self._workspace.library
        if library is not None and self.dialog is not None:
            self._jobs.quick("watched folders", partial(_lines, library), self._show_lines)

    @Slot(object)
    def _show_lines(self, lines: tuple[FolderLine, ...]) -> None:
        if self.dialog is not None:
            self.dialog.show_folders(lines)
            waiting = len(self._last.view.unsettled) if self._last else 0
            self.dialog.show_look(self._looked_at, waiting)

    @Slot()
    def _forget_dialog(self) -> None:
        self.dialog = None


def _look(library: "Library", last: "View | None", report: Report) -> _Look:
    from desktop_app.tasks.watch_folders import look

    view = look(library, last)
    library.watched.remember(view.ignored)
    lines = _lines(library)
    inside = [str(line.path) for line in lines if line.there]
    for line in lines:
        if line.there:
            inside += _folders_in(line.path, _MOST_FOLDERS - len(inside))
    return _Look(view, lines, tuple(inside[:_MOST_FOLDERS]))


def _folders_in(folder: Path, most: int) -> list[str]:
    """The folders just inside of one, hidden ones left out."""
    try:
        found = [str(f) for f in folder.iterdir() if f.is_dir() and not f.name.startswith(".")]
    except OSError:
        return []
    return sorted(found)[: max(0, most)]


def _any_folder(library: "Library") -> bool:
    return bool(library.watched.folders())


def _lines(library: "Library") -> tuple[FolderLine, ...]:
    folders = library.watched.folders()
    return tuple(FolderLine(f.path, f.files, f.path.is_dir()) for f in folders)


def _changed(
    library: "Library", folder: Path, change: Callable[["Library", Path], None]
) -> tuple[FolderLine, ...]:
    change(library, folder)
    return _lines(library)


def _add(library: "Library", folder: Path) -> None:
    library.watched.add(folder)


def _remove(library: "Library", folder: Path) -> None:
    library.watched.remove(folder)
