"""Two ways to read a query: exactly what it means, or what resembles it most."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QWidget,
)

from desktop_app.search.request import Reading

_BUTTONS = (
    (Reading.BOOLEAN, "Exact", "Find exactly the articles that the query means (Boolean)"),
    (Reading.RANKED, "Ranked", "Find what resembles the query most"),
)


class ReadingSwitch(QFrame):
    """Shows how the query was read; a press pins the other way, or gives the choice back."""

    reading_chosen = Signal(object)  # Reading

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("modeSwitch")
        self.setAccessibleName("How the query is read")
        self._text = ""
        self._group = QButtonGroup(self)
        self._buttons: dict[Reading, QPushButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(3, 3, 3, 3)
        row.setSpacing(0)
        for reading, text, tip in _BUTTONS:
            button = QPushButton(text, self)
            button.setToolTip(tip)
            button.setAccessibleName(tip)
            button.setCheckable(True)
            self._group.addButton(button)
            self._buttons[reading] = button
            row.addWidget(button)
        self._group.buttonClicked.connect(self._choose)
        self.show_reading("", Reading.AUTO, exact=False)

    def show_reading(self, text: str, asked: Reading, exact: bool) -> None:
        """Show how `text` was read, and whether that was chosen by itself."""
        self._text = text
        taken = Reading.BOOLEAN if exact else Reading.RANKED
        self._buttons[taken].setChecked(True)
        for reading, words, tip in _BUTTONS:
            alone = reading is taken and asked is Reading.AUTO and bool(text)
            button = self._buttons[reading]
            button.setText(f"{words} · auto" if alone else words)
            why = _why(exact) if alone else ""
            button.setToolTip(tip + why)
            button.setAccessibleName(tip + why)

    def button(self, reading: Reading) -> QPushButton:
        """The segment of a reading."""
        return self._buttons[reading]

    @Slot(QAbstractButton)
    def _choose(self, pressed: QAbstractButton) -> None:
        from desktop_app.search.query.parse import is_boolean  # brings the parser

        alone = Reading.BOOLEAN if is_boolean(self._text) else Reading.RANKED
        wanted = next(r for r, button in self._buttons.items() if button is pressed)
        self.reading_chosen.emit(Reading.AUTO if wanted is alone else wanted)


def _why(exact: bool) -> str:
    if exact:
        return ". Chosen by itself: the query has a tag, a key: or AND, OR, NOT."
    return ". Chosen by itself: the query has no tag and no operator."
