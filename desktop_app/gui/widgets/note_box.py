"""The user's note on the article that is shown, below its actions."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QVBoxLayout, QWidget

_PAUSE = 800  # ms without a key until what was written is kept
_LINES = 5
_COMES_BACK = (  # a menu to paste from, another program
    Qt.FocusReason.PopupFocusReason,
    Qt.FocusReason.MenuBarFocusReason,
    Qt.FocusReason.ActiveWindowFocusReason,
)


class NoteBox(QFrame):
    """Hidden while there is no note and none is wanted. What is written is kept by itself."""

    written = Signal(int, str)  # article id, text

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.article_id = 0
        self.edit = QPlainTextEdit(self)
        self.edit.setPlaceholderText("Your note on this article. It stays on this computer.")
        self.edit.setAccessibleName("Note on this article")
        self.edit.setTabChangesFocus(True)
        self.edit.setFixedHeight(self.edit.fontMetrics().lineSpacing() * _LINES + 16)
        self.edit.installEventFilter(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 2, 16, 6)
        column.addWidget(self.edit)
        self._kept = ""
        self._timer = QTimer(self, singleShot=True, interval=_PAUSE)
        self._timer.timeout.connect(self.keep)
        self.edit.textChanged.connect(self._timer.start)
        self.hide()

    def show_note(self, article_id: int, text: str) -> None:
        """Show the note of an article; an empty one is hidden. What is being written stays."""
        if article_id == self.article_id and self.edit.toPlainText() != self._kept:
            return
        self.keep()
        self.article_id, self._kept = article_id, text
        if self.edit.toPlainText() != text:
            self.edit.setPlainText(text)
        self._timer.stop()
        self.setVisible(bool(text) or (self.edit.hasFocus() and article_id != 0))

    def show_nothing(self) -> None:
        """No article is shown."""
        self.show_note(0, "")
        self.hide()

    def write(self) -> None:
        """Let the user write."""
        self.show()
        self.edit.setFocus()

    @Slot()
    def keep(self) -> None:
        """Hand on what was written, if anything was."""
        self._timer.stop()
        text = self.edit.toPlainText()
        if self.article_id and text != self._kept:
            self._kept = text
            self.written.emit(self.article_id, text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QFocusEvent) and event.lostFocus():
            self.keep()
            if event.reason() not in _COMES_BACK:
                self.setVisible(bool(self.edit.toPlainText().strip()))
        return super().eventFilter(watched, event)
