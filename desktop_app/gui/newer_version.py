"""Is there a newer version? Asked when the user presses the button, or daily if that is allowed."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

import desktop_app
from desktop_app.errors import Cancelled, UserError
from desktop_app.gui.dialogs.newer_version_dialog import NewerVersionDialog, VersionFacts
from desktop_app.gui.jobs import Jobs
from desktop_app.gui.links import LinkOpener
from desktop_app.gui.main_window import MainWindow
from desktop_app.gui.messages import Messages
from desktop_app.gui.widgets.parts import to_front
from desktop_app.gui.workspace import Workspace
from desktop_app.progress import Report
from desktop_app.settings import Settings, keep

if TYPE_CHECKING:  # brings the network
    from desktop_app.tasks.newer_version import ReleaseSource
    from desktop_app.tasks.release_manifest import Release

_log = logging.getLogger(__name__)


class NewerVersion(QObject):
    """Opens the dialog, asks on the long lane, says what came."""

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
        self.dialog: NewerVersionDialog | None = None
        self.find_source = _release_source
        window.menu.newer_version_wanted.connect(self.show)
        jobs.rested.connect(self._begin_day)

    @Slot()
    def show(self) -> None:
        """Show what is known; nothing is asked by that."""
        if self.dialog is None:
            self.dialog = NewerVersionDialog(Settings.load().check_versions, self._window)
            self.dialog.ask_wanted.connect(self.ask)
            self.dialog.page_wanted.connect(self._links.open)
            self.dialog.switched.connect(self._switch)
            self.dialog.finished.connect(self._forget)
            self._refresh()
        to_front(self.dialog)

    @Slot()
    def ask(self) -> None:
        """Ask now: the user has pressed the button."""
        source = self.find_source()
        if source is None:
            return
        if self.dialog is not None:
            self.dialog.show_asking()
        self._start(source, self._show_answer, self._show_failure)

    @Slot()
    def _begin_day(self) -> None:
        """Ask when the user has allowed it and a day has gone by; once a start."""
        if not self._workspace.encoder_known:  # something more important is about to be done
            return
        self._jobs.rested.disconnect(self._begin_day)
        settings = Settings.load()
        if not settings.check_versions:
            return
        from desktop_app.tasks.newer_version import is_due

        source = self.find_source()
        if source is not None and is_due(settings.last_version_check, datetime.now(UTC)):
            self._start(source, self._tell_answer, self._tell_failure)

    def _start(
        self,
        source: "ReleaseSource",
        then: "Callable[[Release], None]",
        failed: Callable[[Exception], None],
    ) -> None:
        keep(last_version_check=datetime.now(UTC).isoformat(timespec="seconds"))
        work = partial(_ask, source)
        self._jobs.long("Asking for a newer version", "", work, then, failed)

    @Slot(object)
    def _show_answer(self, release: "Release") -> None:
        self._refresh()
        if self.dialog is not None:
            newer = release.is_newer_than(desktop_app.__version__)
            text = (
                f"Litmesh {release.version} is there." if newer else "You have the newest version."
            )
            self.dialog.show_outcome(text)

    @Slot(object)
    def _show_failure(self, error: Exception) -> None:
        self._refresh()
        if self.dialog is None:
            self._tell_failure(error)
        elif isinstance(error, UserError):
            self.dialog.show_outcome(f"{error.message} {error.hint}".strip())
        else:
            self.dialog.show_outcome("Not asked." if isinstance(error, Cancelled) else "")
            self._tell_failure(error)

    @Slot(object)
    def _tell_answer(self, release: "Release") -> None:
        self._refresh()
        if release.is_newer_than(desktop_app.__version__):
            self._messages.offer(f"Litmesh {release.version} is there.", "Show", self.show)

    @Slot(object)
    def _tell_failure(self, error: Exception) -> None:
        """Being offline is no news at a start; everything else is told."""
        from desktop_app.tasks.newer_version import NotReached

        self._refresh()
        if isinstance(error, NotReached):
            _log.info("no answer about newer versions: %s", error.message)
        else:
            self._messages.show_error(error)

    @Slot(bool)
    def _switch(self, daily: bool) -> None:
        keep(check_versions=daily)

    def _refresh(self) -> None:
        if self.dialog is not None:
            work = partial(_facts, self.find_source(), Settings.load().last_version_check)
            self._jobs.quick("newer version", work, self._show_facts)

    @Slot(object)
    def _show_facts(self, facts: VersionFacts) -> None:
        if self.dialog is not None:
            self.dialog.show_facts(facts)

    @Slot()
    def _forget(self) -> None:
        self.dialog = None


def _release_source() -> "ReleaseSource | None":
    from desktop_app.tasks.newer_version import release_source

    return release_source()


def _ask(source: "ReleaseSource", report: Report) -> "Release":
    from desktop_app.tasks.newer_version import ask

    return ask(source, report)


def _facts(source: "ReleaseSource | None", last: str) -> VersionFacts:
    from desktop_app.tasks.newer_version import newest_known

    present = desktop_app.__version__
    if source is None:
        return VersionFacts(present)
    release, asked = newest_known(source), _in_words(last)
    if release is None:
        return VersionFacts(present, asked=asked, host=source.host)
    newest = f"{release.version} (said on {release.issued.astimezone():%d %B %Y})"
    return VersionFacts(present, newest, asked, release.page, source.host)


def _in_words(moment: str) -> str:
    try:
        return f"{datetime.fromisoformat(moment).astimezone():%d %B %Y, %H:%M}"
    except ValueError:
        return ""
