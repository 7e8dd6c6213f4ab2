"""Three ways to rank, side by side: by both, by meaning, by words."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QWidget,
)

from desktop_app.gui.icons import set_icon
from desktop_app.search.request import Mode

_BUTTONS = (
    (Mode.HYBRID, "Hybrid", "hybrid", "Rank by meaning and by words together (Ctrl+1)"),
    (Mode.SEMANTIC, "Meaning", "meaning", "Rank by meaning alone (Ctrl+2)"),
    (Mode.KEYWORD, "Words", "words", "Rank by matching words alone (Ctrl+3)"),
)


class ModeSwitch(QFrame):
    """A segmented control; `mode_chosen` is emitted when the user presses a segment."""

    mode_chosen = Signal(object)  # Mode

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("modeSwitch")
        self.setAccessibleName("Ranking")
        self._group = QButtonGroup(self)
        self._buttons: dict[Mode, QPushButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(3, 3, 3, 3)
        row.setSpacing(0)
        for mode, text, icon, tip in _BUTTONS:
            button = QPushButton(self)
            button.setText(text)
            button.setToolTip(tip)
            button.setAccessibleName(tip)
            button.setCheckable(True)
            button.setIconSize(QSize(16, 16))
            set_icon(button, icon, self.palette(), "accent")
            self._group.addButton(button)
            self._buttons[mode] = button
            row.addWidget(button)
        self._group.buttonClicked.connect(self._choose)
        self.set_mode(Mode.HYBRID)

    def set_mode(self, mode: Mode) -> None:
        """Press the segment of `mode`."""
        self._buttons[mode].setChecked(True)

    def button(self, mode: Mode) -> QPushButton:
        """The segment of a mode."""
        return self._buttons[mode]

    def _choose(self, pressed: QAbstractButton) -> None:
        for mode, button in self._buttons.items():
            if button is pressed:
                self.mode_chosen.emit(mode)
