"""A small window of facts, name beside value: the program, the encoder, the keys."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop_app.gui.icons import pixmap


class DetailsDialog(QDialog):
    """Facts that can be copied; `note` is a sentence beneath them."""

    def __init__(
        self,
        title: str,
        facts: Sequence[tuple[str, str]],
        note: str = "",
        mark: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self._facts = facts
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(14)
        sign = QLabel(self) if mark else None
        if sign is not None:
            sign.setPixmap(pixmap("litmesh", "#000000", 56, self.devicePixelRatioF()))
            column.addWidget(sign)
        head = self._label(title, "title")
        column.addWidget(head)
        column.addLayout(self._table())
        if note:
            column.addWidget(self._label(note, "muted"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        copy = QPushButton("Copy", self)
        copy.clicked.connect(self._copy)
        buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        for part in (head, *([sign] if sign else [])):  # or they would take what is left over
            part.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(580)

    @property
    def text(self) -> str:
        """All facts, one a line."""
        return "\n".join(f"{name}: {value}" for name, value in self._facts)

    def _table(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(20)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for row, (name, value) in enumerate(self._facts):
            grid.addWidget(self._label(name, "muted"), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(self._label(value, ""), row, 1)
        return grid

    def _label(self, text: str, role: str) -> QLabel:
        label = QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setText(text)
        label.setProperty("role", role)
        label.setWordWrap(role != "title" and (role != "muted" or len(text) > 60))
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text)
