"""Installing the training runtime from the window of training; then training can go on."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QFileDialog

from desktop_app import paths
from desktop_app.errors import Cancelled, UserError
from desktop_app.gui.jobs import JobProgress, Jobs
from desktop_app.gui.messages import Messages
from desktop_app.gui.network_settings import NetworkSettings
from desktop_app.gui.text import amount, duration
from desktop_app.gui.training.improving import Improving
from desktop_app.progress import Report

if TYPE_CHECKING:
    from desktop_app.gui.training.improve_dialog import ImproveDialog
    from desktop_app.tasks.training.environment.installed import Installed
    from desktop_app.tasks.training.environment.machine import Backend
    from desktop_app.tasks.training.environment.plan import Plan

_INSTALL = "Installing the training runtime"
_SAVE = "Saving files for another computer"
_WAIT = "It begins as soon as what runs now is done."


class Runtime(QObject):
    """Serves the page of the runtime while the dialog is open."""

    def __init__(
        self, improving: Improving, jobs: Jobs, messages: Messages, network: NetworkSettings
    ) -> None:
        super().__init__(improving)
        self._improving = improving
        self._jobs = jobs
        self._messages = messages
        self._network = network
        self._saving: tuple[str, Backend] | None = None
        improving.opened.connect(self._attach)
        jobs.progressed.connect(self._show_progress)

    @property
    def _dialog(self) -> "ImproveDialog | None":
        return self._improving.dialog

    @Slot(object)
    def _attach(self, dialog: "ImproveDialog") -> None:
        page = dialog.runtime
        page.install_wanted.connect(self._install)
        page.backend_chosen.connect(self._plan)
        page.folder_wanted.connect(self._ask_folder)
        page.save_wanted.connect(self._ask_target)
        page.remove_wanted.connect(self._remove)
        page.cancel_wanted.connect(self._jobs.cancel)
        page.back_wanted.connect(self._leave)
        page.network_wanted.connect(self._network.ask)
        dialog.ready.runtime_wanted.connect(self._show)
        # a Python named by the user is not replaced: its absence is told on the page for training
        if paths.trainer_python() is None and not os.environ.get("LITMESH_TRAINER_PYTHON"):
            self._show()

    @Slot()
    def _show(self) -> None:
        if self._dialog is not None and not self._improving.busy:
            self._dialog.say("")
            self._dialog.show_page(self._dialog.runtime)
            self._plan(None)

    @Slot(object)
    def _plan(self, backend: "Backend | None") -> None:
        self._jobs.quick("runtime", partial(_look, backend), self._show_plan, self._show_unable)

    @Slot(object)
    def _show_plan(self, found: "tuple[Plan, Installed | None]") -> None:
        if self._dialog is not None:
            self._dialog.runtime.show_plan(*found, paths.trainer_python())

    @Slot(object)
    def _show_unable(self, error: Exception) -> None:
        if not isinstance(error, UserError):
            self._messages.show_error(error)
        elif self._dialog is not None:
            self._dialog.runtime.show_unable(str(error), paths.trainer_python())

    @Slot(object)
    def _install(self, backend: "Backend") -> None:
        self._begin(_INSTALL, partial(_from_index, backend))

    @Slot()
    def _ask_folder(self) -> None:
        self._choose("The folder with the files", self.take_folder)

    @Slot(str, object)
    def _ask_target(self, system: str, backend: "Backend") -> None:
        self._saving = system, backend
        self._choose("The folder to save the files in", self.take_target)

    def _choose(self, title: str, take: Callable[[str], None]) -> None:
        dialog = QFileDialog(self._dialog, title)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(take)
        dialog.open()

    @Slot(str)
    def take_folder(self, name: str) -> None:
        """Install from a folder of files."""
        self._begin(_INSTALL, partial(_from_folder, Path(name)))

    @Slot(str)
    def take_target(self, name: str) -> None:
        """Save the files for another computer, as was chosen, in a folder."""
        if self._saving is not None:
            system, backend = self._saving
            self._begin(_SAVE, partial(_save, system, backend, Path(name)))

    def _begin(self, title: str, work: Callable[[Report], Path | None]) -> None:
        if self._dialog is not None:
            self._dialog.say("")
            self._dialog.runtime.show_busy(_WAIT, may_stop=False)
        self._jobs.long(title, "bytes", work, self._take, self._refuse)

    @Slot(object)
    def _show_progress(self, progress: JobProgress) -> None:
        if self._dialog is not None and progress.title in (_INSTALL, _SAVE):
            words = "Stopping…" if progress.cancelling else _words(progress)
            self._dialog.runtime.show_busy(words, progress.done, progress.total)

    @Slot(object)
    def _take(self, saved: Path | None) -> None:
        """The runtime is there, or files were saved in a folder."""
        if self._dialog is not None:
            self._dialog.runtime.show_rest()
        if saved is None:
            self._leave("The training runtime is installed.")
            return
        text = f"The files are in {saved}. There, choose “Install from a folder…”."
        if self._dialog is not None:
            self._dialog.say(text)
        else:
            self._messages.tell(text)

    @Slot(object)
    def _refuse(self, error: Exception) -> None:
        dialog = self._dialog
        if dialog is not None:
            dialog.runtime.show_rest()
        if isinstance(error, Cancelled):
            text = "Cancelled. Nothing was changed."
        elif isinstance(error, UserError):
            text = str(error)
        else:
            self._messages.show_error(error)
            return
        if dialog is not None:
            dialog.say(text)
        else:
            self._messages.tell(text, "warning")

    @Slot()
    def _remove(self) -> None:
        if self._dialog is not None:
            self._dialog.runtime.show_busy("Removing…", may_stop=False)
        title = "Removing the training runtime"  # gigabytes: too long for the quick lane
        self._jobs.long(title, "", _remove, self._take_removal, self._refuse)

    @Slot(object)
    def _take_removal(self, _: bool) -> None:
        if self._dialog is not None:
            self._dialog.runtime.show_rest()
        self._plan(None)

    @Slot()
    def _leave(self, words: str = "") -> None:
        if self._dialog is None or self._dialog.page is self._dialog.runtime:
            self._improving.show_ready()
        if words:
            self._messages.tell(words)


def _words(progress: JobProgress) -> str:
    if not progress.total:
        return "Asking for the list of files…" if progress.title == _SAVE else "Starting…"
    if progress.done >= progress.total:
        return "Nearly done: trying it out." if progress.title == _INSTALL else "Nearly done."
    done, total = amount(progress.done, "bytes"), amount(progress.total, "bytes")
    about = "about " if progress.title == _INSTALL else ""
    words = f"{done} of {about}{total}"
    left = progress.seconds_left
    return words if left is None else f"{words} · {duration(left)} left"


def _look(backend: "Backend | None") -> "tuple[Plan, Installed | None]":
    from desktop_app.tasks.training.environment.installed import installed
    from desktop_app.tasks.training.environment.plan import find_tools, make_plan

    find_tools()
    return make_plan(backend), installed()


def _from_index(backend: "Backend", report: Report) -> None:
    from desktop_app.tasks.training.environment.install import install
    from desktop_app.tasks.training.environment.plan import make_plan

    install(make_plan(backend), report)


def _from_folder(folder: Path, report: Report) -> None:
    from desktop_app.tasks.training.environment.install import install
    from desktop_app.tasks.training.environment.save_files import plan_for_folder

    install(plan_for_folder(folder), report, folder)


def _save(system: str, backend: "Backend", folder: Path, report: Report) -> Path:
    from desktop_app.tasks.training.environment.save_files import plan_for_system, save_files

    save_files(plan_for_system(system, backend), folder, report)
    return folder


def _remove(report: Report) -> bool:
    from desktop_app.tasks.training.environment.installed import remove

    return remove()
