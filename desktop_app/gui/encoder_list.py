"""The list of encoders in the window: use one, go back, remove one."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from desktop_app.gui.dialogs.encoders_dialog import EncoderLine, EncodersDialog
from desktop_app.gui.encoder_change import EncoderChange
from desktop_app.gui.jobs import Jobs
from desktop_app.gui.main_window import MainWindow
from desktop_app.gui.messages import Messages
from desktop_app.gui.widgets.parts import to_front
from desktop_app.gui.workspace import Workspace
from desktop_app.progress import Report

if TYPE_CHECKING:  # brings SQLAlchemy and ONNX Runtime
    from desktop_app.encoders.installed import EncoderInfo
    from desktop_app.tasks.session import Session


@dataclass(frozen=True, slots=True)
class _Found:
    """What is installed, and where one step back leads."""

    lines: tuple[EncoderLine, ...]
    back: str
    missing: str


class EncoderList(QObject):
    """`install_wanted` is for whoever can install encoders; `allow_install` shows its button."""

    install_wanted = Signal()

    def __init__(
        self,
        window: MainWindow,
        workspace: Workspace,
        jobs: Jobs,
        messages: Messages,
        change: EncoderChange,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._workspace = workspace
        self._jobs = jobs
        self._messages = messages
        self._change = change
        self._installs = False
        self.dialog: EncodersDialog | None = None
        window.menu.encoders_wanted.connect(self.ask)
        change.changed.connect(self.look)
        change.refused.connect(self.look)
        workspace.encoder_ready.connect(self._look_for_choice)

    def allow_install(self) -> None:
        """Offer “Install…”."""
        self._installs = True

    @Slot()
    def ask(self) -> None:
        """Show the window."""
        if self._workspace.session is None:
            self._messages.tell("No library is open yet.")
            return
        if self.dialog is None:
            dialog = self.dialog = EncodersDialog(self._window)
            dialog.install.setVisible(self._installs)
            dialog.use_wanted.connect(self._use)
            dialog.back_wanted.connect(self._back)
            dialog.remove_wanted.connect(self._remove)
            dialog.install_wanted.connect(self.install_wanted)
            dialog.finished.connect(self._forget)
        to_front(self.dialog)
        self.look()

    @Slot()
    def look(self) -> None:
        """See what is installed now."""
        session = self._workspace.session
        if session is not None and self.dialog is not None:
            self._jobs.quick("encoders", partial(_find, session), self._show)

    @Slot()
    def _look_for_choice(self) -> None:
        """Say it when the library's own encoder is gone: the default one answers for it."""
        if (library := self._workspace.library) is not None:
            self._jobs.quick("own encoder", partial(_missing, library.folder), self._tell_missing)

    @Slot(object)
    def _tell_missing(self, missing: str) -> None:
        if missing:
            words = "this library's own encoder, is not installed: the default one is used."
            self._messages.tell(f"{missing}, {words}", "warning")

    @Slot(object)
    def _show(self, found: _Found) -> None:
        if self.dialog is not None:
            self.dialog.show_encoders(found.lines, found.back, found.missing)

    @Slot(str)
    def _use(self, encoder_id: str) -> None:
        from desktop_app.encoders.installed import default_encoder

        info = default_encoder(encoder_id)
        if info is not None and self.dialog is not None:
            self.dialog.show_busy(True)
            self._change.use(info)

    @Slot()
    def _back(self) -> None:
        if self.dialog is not None:
            self.dialog.show_busy(True)
            self._change.go_back()

    @Slot(str)
    def _remove(self, encoder_id: str) -> None:
        session = self._workspace.session
        if session is not None:
            work = partial(_remove, session, encoder_id)
            title = "Removing an encoder"
            self._jobs.long(title, "", work, self._removed, self._messages.show_error)

    @Slot(object)
    def _removed(self, name: str) -> None:
        self._messages.tell(f"{name} was removed, with its vectors in this library.")
        self.look()

    @Slot()
    def _forget(self) -> None:
        self.dialog = None


def _missing(folder: Path) -> str:
    from desktop_app.tasks.library_encoder import missing_choice

    return missing_choice(folder)


def _find(session: "Session") -> _Found:
    from desktop_app.encoders.trainable import title
    from desktop_app.tasks import library_encoder
    from desktop_app.tasks.adopt_encoder import known_encoders

    folder = session.library.folder
    used, past = library_encoder.encoder_of(folder), library_encoder.earlier(folder)
    lines = [_line(session, info, used) for info in known_encoders()]
    back = title(past) if past is not None else ""
    return _Found(tuple(lines), back, library_encoder.missing_choice(folder))


def _line(session: "Session", info: "EncoderInfo", used: "EncoderInfo | None") -> EncoderLine:
    from desktop_app.encoders.trainable import created, title, training_facts
    from desktop_app.tasks.adopt_encoder import why_it_stays

    facts = training_facts(info.folder)
    gain = facts.gain if facts is not None else None
    shown = f"{gain[0]:+.3f} ({gain[1]:+.3f} to {gain[2]:+.3f})" if gain else ""
    embedded = session.library.vectors.count(info.id)
    return EncoderLine(
        id=info.id,
        title=title(info),
        created=created(info),
        dimension=info.dimension,
        embedded=embedded,
        articles=embedded + len(session.library.vectors.missing(info.id)),
        gain=shown,
        in_use=used is not None and used.id == info.id,
        why_it_stays=why_it_stays(session, info),
    )


def _remove(session: "Session", encoder_id: str, report: Report) -> str:
    from desktop_app.encoders.installed import default_encoder
    from desktop_app.encoders.trainable import title
    from desktop_app.errors import UserError
    from desktop_app.tasks.adopt_encoder import remove_encoder

    info = default_encoder(encoder_id)
    if info is None:
        raise UserError(f"{encoder_id} is not installed.")
    name = title(info)
    remove_encoder(session, info)
    return name
