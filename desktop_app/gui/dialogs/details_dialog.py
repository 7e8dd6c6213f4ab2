"""A small window of facts, name beside value: the program, the encoder, the keys."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop_app.gui.icons import pixmap

_WIDTH = 680  # px
_SIDE = 24  # px beside the facts
_OF_SCREEN = 0.9  # the highest that it opens


class DetailsDialog(QDialog):
    """Facts that can be copied; `note` is a sentence beneath them. On a low screen they scroll."""

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
        self._body = QWidget(self)
        self._fill(title, note, mark)
        self._area = QScrollArea(self)
        self._area.setWidget(self._body)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setAccessibleName(title)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        copy = QPushButton("Copy", self)
        copy.clicked.connect(self._copy)
        self._buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        self._buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 16)
        column.setSpacing(14)
        column.addWidget(self._area, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(_SIDE, 0, _SIDE, 0)
        foot.addWidget(self._buttons)
        column.addLayout(foot)
        self.setMinimumWidth(_WIDTH)

    @property
    def text(self) -> str:
        """All facts, one a line."""
        return "\n".join(f"{name}: {value}" for name, value in self._facts)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous():
            self._fit()

    def _fit(self) -> None:
        """Open as high as the facts are at this width."""
        width = max(_WIDTH, self.width())
        foot = self.sizeHint().height() - self._area.sizeHint().height()
        most = int(self.screen().availableGeometry().height() * _OF_SCREEN)
        self.resize(width, min(most, self._body.heightForWidth(width) + foot))

    def _fill(self, title: str, note: str, mark: bool) -> None:
        column = QVBoxLayout(self._body)
        column.setContentsMargins(_SIDE, 20, _SIDE, 0)
        column.setSpacing(14)
        if mark:
            sign = QLabel(self)
            sign.setPixmap(pixmap("litmesh", "#000000", 56, self.devicePixelRatioF()))
            column.addWidget(sign)
        column.addWidget(self._label(title, "title"))
        column.addLayout(self._table())
        if note:
            column.addWidget(self._label(note, "muted"))
        column.addStretch(1)

    def _table(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(20)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for row, (name, value) in enumerate(self._facts):
            grid.addWidget(self._label(name, "muted"), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(self._label(value, ""), row, 1, Qt.AlignmentFlag.AlignTop)
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
