"""Installing encoders in the window: from a folder, a zip, or the hub when the user allows it."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QFileDialog

from desktop_app.errors import Cancelled, UserError
from desktop_app.gui.dialogs.install_dialog import InstallDialog, KnownLine
from desktop_app.gui.encoder_change import EncoderChange
from desktop_app.gui.encoder_list import EncoderList
from desktop_app.gui.jobs import JobProgress, Jobs
from desktop_app.gui.main_window import MainWindow
from desktop_app.gui.messages import Messages
from desktop_app.gui.widgets.parts import to_front
from desktop_app.progress import Report

if TYPE_CHECKING:  # brings SQLAlchemy and the network
    from desktop_app.encoders.catalogue import Catalogue, CatalogueEntry
    from desktop_app.encoders.hub import Hub
    from desktop_app.encoders.installed import EncoderInfo

_TITLE = "Installing an encoder"


class EncoderInstall(QObject):
    """Opens the dialog, installs on the long lane, offers to use what was installed.

    `catalogue` and `hub` are the program's own unless somebody sets others.
    """

    def __init__(
        self,
        window: MainWindow,
        jobs: Jobs,
        messages: Messages,
        encoders: EncoderList,
        change: EncoderChange,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._jobs = jobs
        self._messages = messages
        self._encoders = encoders
        self._change = change
        self._installed: EncoderInfo | None = None
        self.dialog: InstallDialog | None = None
        self.catalogue: Catalogue | None = None
        self.hub: Hub | None = None
        encoders.allow_install()
        encoders.install_wanted.connect(self.ask)
        jobs.progressed.connect(self._show_progress)

    @Slot()
    def ask(self) -> None:
        """Show the window; everything else is up to the user."""
        if self.dialog is None:
            dialog = self.dialog = InstallDialog(self._window)
            dialog.download_wanted.connect(self._download)
            dialog.folder_wanted.connect(self._ask_folder)
            dialog.zip_wanted.connect(self._ask_zip)
            dialog.cancel_wanted.connect(self._jobs.cancel)
            dialog.finished.connect(self._forget)
        to_front(self.dialog)
        self._look()

    @Slot(str)
    def take_folder(self, name: str) -> None:
        """Install the model in a folder, as the encoder that is selected."""
        self._begin_local(Path(name), zipped=False)

    @Slot(str)
    def take_zip(self, name: str) -> None:
        """Install the model in a zip archive, as the encoder that is selected."""
        self._begin_local(Path(name), zipped=True)

    @Slot(str)
    def _download(self, encoder_id: str) -> None:
        self._begin(partial(_from_hub, encoder_id, self.catalogue, self.hub))

    @Slot()
    def _ask_folder(self) -> None:
        dialog = QFileDialog(self.dialog, "The folder with the model")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self.take_folder)
        dialog.open()

    @Slot()
    def _ask_zip(self) -> None:
        dialog = QFileDialog(self.dialog, "The zip archive with the model")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter("Zip archives (*.zip);;All files (*)")
        dialog.fileSelected.connect(self.take_zip)
        dialog.open()

    def _begin_local(self, path: Path, zipped: bool) -> None:
        if self.dialog is not None:
            name, pooling = self.dialog.selected, self.dialog.chosen_pooling
            self._begin(partial(_from_disk, path, zipped, name, pooling))

    def _begin(self, work: "partial[EncoderInfo]") -> None:
        if self.dialog is not None:
            self.dialog.show_busy("It begins as soon as what runs now is done.", may_stop=False)
        self._jobs.long(_TITLE, "bytes", work, self._take, self._refuse)

    @Slot(object)
    def _show_progress(self, progress: JobProgress) -> None:
        if self.dialog is not None and progress.title == _TITLE:
            known = bool(progress.total)
            words = "Copying and checking…" if known else "Converting and checking…"
            words = "Stopping…" if progress.cancelling else words
            self.dialog.show_busy(words, progress.done, progress.total)

    def _take(self, info: "EncoderInfo") -> None:
        self._installed = info
        text = f"{info.name} is installed. It is used when you choose it."
        self._rest(text)
        self._messages.offer(text, "Use it", self._use)
        self._encoders.look()
        self._look()

    def _refuse(self, error: Exception) -> None:
        if isinstance(error, Cancelled):
            self._rest("Stopped. Nothing was installed; what was downloaded is kept.")
            return
        self._rest(str(error) if isinstance(error, UserError) else "Nothing was installed.")
        self._messages.show_error(error)

    def _rest(self, words: str) -> None:
        if self.dialog is not None:
            self.dialog.show_rest(words)

    @Slot()
    def _use(self) -> None:
        if self._installed is not None:
            self._change.use(self._installed)

    def _look(self) -> None:
        self._jobs.quick("install", partial(_known, self.catalogue), self._show)

    def _show(self, lines: list[KnownLine]) -> None:
        if self.dialog is not None:
            self.dialog.show_known(lines)

    @Slot()
    def _forget(self) -> None:
        self.dialog = None


def _known(catalogue: "Catalogue | None") -> list[KnownLine]:
    from desktop_app.encoders.catalogue import load_catalogue
    from desktop_app.encoders.installed import installed_encoders

    names = {info.name for info in installed_encoders()}
    return [_line(entry, names) for entry in (catalogue or load_catalogue()).entries]


def _line(entry: "CatalogueEntry", installed: set[str]) -> KnownLine:
    from desktop_app.encoders.hub import megabytes, not_pinned, what_is_sent

    hub = entry.hub
    pinned = hub is not None and hub.pinned
    size = megabytes(hub.size) if hub and pinned else f"about {megabytes(4 * entry.parameters)}"
    state = "can be downloaded" if pinned else "not pinned"
    said = what_is_sent(hub) if hub and pinned else str(not_pinned(hub.repo if hub else entry.name))
    return KnownLine(
        id=entry.id,
        about=entry.about,
        dimension=entry.dimension,
        size=size,
        licence=entry.licence if entry.licence != "unknown" else "see its card",
        state="installed" if entry.name in installed else state,
        pinned=pinned,
        said=said,
    )


def _from_hub(
    encoder_id: str, catalogue: "Catalogue | None", hub: "Hub | None", report: Report
) -> "EncoderInfo":
    from desktop_app.encoders.catalogue import load_catalogue
    from desktop_app.tasks.install_encoder import install_from_hub

    entry = (catalogue or load_catalogue()).entry(encoder_id)
    if entry is None:
        raise UserError(f"{encoder_id} is not in the catalogue.")
    return install_from_hub(entry, report, hub)


def _from_disk(path: Path, zipped: bool, name: str, pooling: str, report: Report) -> "EncoderInfo":
    from desktop_app.tasks.install_encoder import Naming, install_from_folder, install_from_zip

    install = install_from_zip if zipped else install_from_folder
    return install(path, report, Naming(name, pooling))
