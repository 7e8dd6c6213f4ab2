"""Why an article is a hit, in full: one line a reason."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QWidget

from desktop_app.gui.models.result_model import floor_words

if TYPE_CHECKING:  # brings the search package
    from desktop_app.search.explain import Reasons


class WhyPanel(QFrame):
    """A small table of reasons; hidden until it is asked for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("tile")
        self.setAccessibleName("Why this article")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(14, 10, 14, 10)
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        self.lines: tuple[tuple[str, str], ...] = ()

    def show_reasons(self, reasons: "Reasons", floor: float | None) -> None:
        """Show reasons; `floor` is the least similarity of a hit, when there is one."""
        self.lines = reason_lines(reasons, floor)
        while self._grid.count():
            item = self._grid.takeAt(0)
            widget = item.widget() if item else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for row, (head, text) in enumerate(self.lines):
            self._grid.addWidget(self._label(head, "section"), row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(self._label(text, ""), row, 1)

    def _label(self, text: str, role: str) -> QLabel:
        label = QLabel(text, self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setWordWrap(not role)
        label.setProperty("role", role)
        return label


def reason_lines(reasons: "Reasons", floor: float | None) -> tuple[tuple[str, str], ...]:
    """What there is to say, each with a word for the kind of reason."""
    lines = []
    if reasons.shared:
        lines.append(("Same headings", ", ".join(reasons.shared)))
    if reasons.related:
        lines.append(("Related", "\n".join(map(str, reasons.related))))
    if reasons.words:
        lines.append(("Words", ", ".join(reasons.words)))
    if reasons.similarity is not None:
        text = f"cosine {reasons.similarity:.2f}"
        lines.append(("Meaning", text + (f", floor {floor_words(floor)}" if floor else "")))
    if reasons.citation:
        lines.append(("Citation", reasons.citation))
    return tuple(lines) or (("Filters", "It passes the filters; there is no query to match."),)
