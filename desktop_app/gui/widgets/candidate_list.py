"""Articles of the library that a waiting file may be, each with a button to say so."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

if TYPE_CHECKING:  # brings SQLAlchemy
    from desktop_app.tasks.needs_you import Candidate

_LONGEST = 220  # characters of a title


class CandidateList(QWidget):
    """The likeliest first: that is the one the key T takes."""

    chosen = Signal(int)  # article id

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._parts: list[QWidget] = []
        self.buttons: list[QPushButton] = []

    def show_candidates(self, candidates: "Sequence[Candidate]") -> None:
        """Show these, or that there is none."""
        for part in self._parts:
            part.hide()
            part.deleteLater()
        self.buttons = []
        self._parts = [self._card(number, c) for number, c in enumerate(candidates)]
        if not candidates:
            self._parts = [_line("No article here looks like it.", "muted", self)]
        for part in self._parts:
            self._column.addWidget(part)
            part.show()

    def take_first(self) -> None:
        """Say that it is the likeliest one."""
        if self.buttons:
            self.buttons[0].click()

    def allow(self, ready: bool) -> None:
        """Whether one may be chosen."""
        for button in self.buttons:
            button.setEnabled(ready)

    def _card(self, number: int, candidate: "Candidate") -> QFrame:
        card = QFrame(self)
        card.setObjectName("tile")
        title = " ".join(candidate.title.split())[:_LONGEST] or "Untitled"
        lines = QVBoxLayout()
        lines.setSpacing(2)
        lines.addWidget(_line(title, "", card))
        about = " · ".join(part for part in (candidate.source, candidate.reason) if part)
        lines.addWidget(_line(about, "small", card))
        button = QPushButton("It is this one", card)
        button.setAutoDefault(False)
        button.setToolTip("Attach the file to this article" + (" (T)" if number == 0 else ""))
        button.setAccessibleName(f"It is this one: {title}")
        button.clicked.connect(partial(self.chosen.emit, candidate.article_id))
        self.buttons.append(button)
        row = QHBoxLayout(card)
        row.setContentsMargins(12, 8, 10, 8)
        row.setSpacing(12)
        row.addLayout(lines, 1)
        row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        return card


def _line(text: str, role: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setMinimumWidth(1)  # whatever a title holds, it does not widen the pane
    label.setProperty("role", role)
    return label
