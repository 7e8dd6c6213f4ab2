"""The one search box: what it looks like, and the keys that lead out of it."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QToolButton, QWidget

from desktop_app.gui.icons import set_icon


class SearchBox(QLineEdit):
    """A line with a magnifier and a clear button. Esc clears, Down leaves for the results."""

    left_downwards = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("searchBox")
        self.setAcceptDrops(False)  # or a dropped file would become text
        self.setMaxLength(2000)
        self.setPlaceholderText("Ask a question, or type words:  TNF inhibitors in Crohn disease")
        self.setAccessibleName("Search")
        self.setAccessibleDescription("Type a question or words. Down arrow goes to the results.")
        magnifier = QAction("Search", self)
        set_icon(magnifier, "search", self.palette())
        self.addAction(magnifier, QLineEdit.ActionPosition.LeadingPosition)
        self._clear = QAction("Clear the search", self)
        self._clear.setToolTip("Clear the search (Esc)")
        set_icon(self._clear, "close", self.palette())
        self._clear.triggered.connect(self.clear)
        self._clear.setVisible(False)
        self.addAction(self._clear, QLineEdit.ActionPosition.TrailingPosition)
        self.textChanged.connect(self._offer_clear)
        for button in self.findChildren(QToolButton):
            button.setAccessibleName(button.text() or "Search")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() == Qt.Key.Key_Down:
            self.left_downwards.emit()
        else:
            super().keyPressEvent(event)

    @Slot()
    def _offer_clear(self) -> None:
        self._clear.setVisible(bool(self.text()))
