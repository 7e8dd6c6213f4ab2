"""The top: search box and ranking switch, beneath them how the query was understood."""

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.gui.widgets.interpretation_strip import InterpretationStrip
from desktop_app.gui.widgets.mode_switch import ModeSwitch
from desktop_app.gui.widgets.search_box import SearchBox

_DEBOUNCE = 150  # ms without a key until a search starts by itself


class SearchHeader(QFrame):
    """`query_typed` comes after a pause in typing, `query_submitted` at Enter."""

    query_typed = Signal(str)
    query_submitted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("header")
        self.box = SearchBox(self)
        self.modes = ModeSwitch(self)
        self.strip = InterpretationStrip(self)
        self._pause = QTimer(self, singleShot=True, interval=_DEBOUNCE)
        self._pause.timeout.connect(self._announce)
        self._last = ""
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.box, 1)
        row.addWidget(self.modes)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 16, 8)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self.strip)
        self.box.textEdited.connect(self._pause.start)
        self.box.textChanged.connect(self._notice_clear)
        self.box.returnPressed.connect(self._submit)

    def set_query(self, text: str) -> None:
        """Show a query without announcing it."""
        self._last = text.strip()
        if self.box.text().strip() != self._last:
            self.box.setText(text)
        self._pause.stop()

    @Slot(str)
    def _notice_clear(self, text: str) -> None:
        if not text and self._last:  # by Esc or the clear button: nothing to wait for
            self._announce()

    @Slot()
    def _announce(self) -> None:
        self._pause.stop()
        text = self.box.text().strip()
        if text != self._last:
            self._last = text
            self.query_typed.emit(text)

    @Slot()
    def _submit(self) -> None:
        self._pause.stop()
        self._last = self.box.text().strip()
        self.query_submitted.emit(self._last)
