"""The commands of the window that concern itself: theme, text size, the windows of facts."""

from pathlib import Path

from PySide6.QtCore import QObject, Slot

from desktop_app.gui.dialogs.details_dialog import DetailsDialog
from desktop_app.gui.facts import KEYS, NO_ENCODER, PRIVACY, Facts, about_facts, encoder_facts
from desktop_app.gui.flow import Flow
from desktop_app.gui.theme import Theme
from desktop_app.search.request import Mode
from desktop_app.settings import Settings, keep

_STEP = 0.1


class WindowCommands(QObject):
    """Keeps the settings and writes them when the user chooses something."""

    def __init__(self, flow: Flow, theme: Theme, settings: Settings) -> None:
        super().__init__(flow.window)
        self._flow = flow
        self._theme = theme
        self.settings = settings
        menu = flow.window.menu
        menu.theme_wanted.connect(self.set_theme)
        menu.scale_wanted.connect(self.set_scale)
        menu.keys_wanted.connect(self.show_keys)
        menu.encoder_wanted.connect(self.show_encoder)
        menu.about_wanted.connect(self.show_about)
        flow.window.job_bar.encoder_pressed.connect(self.show_encoder)
        flow.window.header.modes.mode_chosen.connect(self.keep_mode)
        menu.mode_wanted.connect(self.keep_mode)
        flow.choice.library_chosen.connect(self.keep_library)
        theme.changed.connect(flow.window.dress)

    @Slot(str)
    def set_theme(self, choice: str) -> None:
        """Light, dark or like the system."""
        self._theme.choose(choice)
        self._keep(theme=choice)

    @Slot(int)
    def set_scale(self, step: int) -> None:
        """Larger, smaller, or the system's size (0)."""
        scale = 1.0 if step == 0 else self.settings.font_scale + step * _STEP
        scale = round(min(2.0, max(0.8, scale)), 2)
        self._theme.scale(scale)
        self._keep(font_scale=scale)

    @Slot(object)
    def keep_mode(self, mode: Mode) -> None:
        """Begin with this ranking next time."""
        self._keep(mode=mode.value)

    @Slot(object)
    def keep_library(self, folder: Path) -> None:
        """Open this library next time."""
        self._keep(library=str(folder))

    @Slot()
    def show_keys(self) -> None:
        """The window of keys."""
        self._show("Keyboard shortcuts", KEYS)

    @Slot()
    def show_encoder(self) -> None:
        """The window about the encoder in use."""
        session = self._flow.workspace.session
        note = "" if session is not None and session.encoder is not None else NO_ENCODER
        self._show("Encoder in use", encoder_facts(session), note)

    @Slot()
    def show_about(self) -> None:
        """The window about the program."""
        workspace = self._flow.workspace
        facts = about_facts(workspace.session, workspace.folder)
        self._show("Litmesh", facts, PRIVACY, mark=True)

    def _show(self, title: str, facts: Facts, note: str = "", mark: bool = False) -> None:
        DetailsDialog(title, facts, note, mark, self._flow.window).show()

    def _keep(self, **changes: object) -> None:
        self.settings = keep(**changes)
