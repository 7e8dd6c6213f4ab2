"""What a file seems to be, to be corrected: under each field how sure it is and where it stood."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QGridLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from desktop_app.gui.theme import colours_of
from desktop_app.records import Guess, Guesses

_FIELDS = (  # name, label, placeholder, row and column of the grid below the title
    ("authors", "Authors", "Okonjo A; Silva, Bea", 0, 0, 2),
    ("year", "Year", "2024", 1, 0, 1),
    ("doi", "DOI", "10.1000/xyz123", 1, 1, 1),
    ("pmid", "PMID", "12345678", 2, 0, 1),
    ("pmcid", "PMCID", "PMC1234567", 2, 1, 1),
)
_SURE = {
    "sure": "sure",
    "likely": "likely, please check",
    "guess": "a guess",
    "none": "not found",
}
_TITLE_LINES = 3
_NARROWEST = 130  # px


class GuessForm(QWidget):
    """Six fields; `values` is what they hold, by the names of `tasks.needs_you.Fields`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = QPlainTextEdit(self)
        self.title.setTabChangesFocus(True)
        self.title.setAccessibleName("Title")
        height = self.title.fontMetrics().lineSpacing() * _TITLE_LINES
        self.title.setFixedHeight(height + 20)
        self.edits = {name: QLineEdit(self) for name, *_ in _FIELDS}
        self._notes = {name: _small(self) for name in ("title", *self.edits)}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for part in (_label("Title", self.title), self.title, self._notes["title"]):
            column.addWidget(part)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(1, 3)
        for column_number in (0, 1):
            grid.setColumnMinimumWidth(column_number, _NARROWEST)
        for name, label, example, row, place, span in _FIELDS:
            self.edits[name].setPlaceholderText(example)
            self.edits[name].setAccessibleName(label)
            grid.addLayout(self._cell(name, label), row, place, 1, span)
        column.addSpacing(4)
        column.addLayout(grid)

    def show_guesses(self, guesses: Guesses) -> None:
        """Fill the form."""
        found = {
            "title": guesses.title,
            "authors": guesses.author,
            "year": guesses.year,
            "doi": guesses.doi,
            "pmid": guesses.pmid,
            "pmcid": guesses.pmcid,
        }
        self.title.setPlainText(guesses.title.value)
        for name, edit in self.edits.items():
            edit.setText(found[name].value)
            edit.setCursorPosition(0)
        for name, guess in found.items():
            self._say(name, guess)

    def values(self) -> dict[str, str]:
        """What is typed."""
        typed = {name: edit.text() for name, edit in self.edits.items()}
        return {"title": self.title.toPlainText(), **typed}

    def notes(self) -> dict[str, str]:
        """How sure each field is, as it is said."""
        return {name: note.text() for name, note in self._notes.items()}

    def _cell(self, name: str, label: str) -> QVBoxLayout:
        cell = QVBoxLayout()
        cell.setSpacing(2)
        for part in (_label(label, self.edits[name]), self.edits[name], self._notes[name]):
            cell.addWidget(part)
        cell.addStretch(1)
        return cell

    def _say(self, name: str, guess: Guess) -> None:
        colours = colours_of(self.palette())
        kind = guess.confidence if guess.value else "none"
        colour = {"sure": colours.good, "none": colours.muted}.get(kind, colours.warn)
        where = f" · {guess.place}" if guess.value and guess.place else ""
        note = self._notes[name]
        note.setText(_SURE[kind] + where)
        note.setStyleSheet(f"color: {colour};")


def _label(text: str, buddy: QWidget) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "section")
    label.setBuddy(buddy)
    return label


def _small(parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", "small")
    label.setWordWrap(True)
    label.setMinimumWidth(1)  # a long place must not make the form wider than its pane
    return label
