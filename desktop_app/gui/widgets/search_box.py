"""The one search box: a line that grows with a long query, and the keys that lead out of it."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QMimeData, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QToolButton, QWidget

from desktop_app.gui.icons import set_icon
from desktop_app.gui.theme import colour, colours_of
from desktop_app.search.query.tree import Message, Severity

LONGEST = 100_000  # characters; published strategies have up to 20,000
_MOST_LINES = 9  # shown; more scroll
_FEWEST_LINES = 2  # that a long query gets in the lowest window
_SIDE = 34  # px left for the magnifier, right for the clear button
_AIR = 8  # px above and below the text
_SPARE = 4  # px more there, for the frame
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class SearchBox(QPlainTextEdit):
    """Enter searches, Shift+Enter breaks the line, Ctrl+Shift+Enter gives room, Esc clears."""

    edited = Signal()  # by the user
    emptied = Signal()
    submitted = Signal()
    left_downwards = Signal()
    step_wanted = Signal(int)  # through suggestions, while `steering`
    acceptance_wanted = Signal()  # of the suggestion chosen, while `choosing`
    dismissal_wanted = Signal()  # of the suggestions

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.steering = False  # suggestions are shown: Up and Down go through them
        self.choosing = False  # one of them is chosen: Enter takes it
        self._quiet = False
        self._tall = False
        self._room = (LONGEST, LONGEST)  # px
        self.setObjectName("searchBox")
        self.setAcceptDrops(False)  # or a dropped file would become text
        self.setTabChangesFocus(True)
        self.setPlaceholderText("Ask a question, or write a query:  TNF inhibitors AND crohn[mh]")
        self.setAccessibleName("Search")
        self.setAccessibleDescription(
            "Type a question, words or a query. Down arrow goes to suggestions or results."
        )
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(1)
        self.setViewportMargins(_SIDE, _AIR, _SIDE, _AIR)
        self._magnifier = self._button("search", "Search", self.submitted)
        self._clear = self._button("close", "Clear the search (Esc)", self.clear)
        self._clear.hide()
        self.textChanged.connect(self._follow)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self._fit()

    def text(self) -> str:
        """The text as typed."""
        return self.toPlainText()

    def set_text(self, text: str) -> None:
        """Show a text without telling that it was edited; the cursor stands at its end."""
        self._quiet = True
        self.setPlainText(text[:LONGEST])
        self.moveCursor(QTextCursor.MoveOperation.End)
        self._quiet = False

    def replace(self, start: int, stop: int, text: str) -> None:
        """Put another text in the place of characters, as if the user had typed it."""
        self._select(start, stop)
        self.insertPlainText(text)

    def cursor_place(self) -> int:
        """How many characters stand before the cursor."""
        units = self.textCursor().position() * 2
        return len(self.text().encode("utf-16-le")[:units].decode("utf-16-le", "ignore"))

    def show_place(self, start: int, stop: int) -> None:
        """Select characters of the query, which has no space before it, and take the keyboard."""
        before = self._space_before()
        self._select(start + before, stop + before)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def mark(self, messages: Sequence[Message]) -> None:
        """Underline what messages are about."""
        colours, before = colours_of(self.palette()), self._space_before()
        marks = []
        for message in messages:
            form = QTextCharFormat()
            form.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
            name = colours.danger if message.severity is Severity.REPAIRED else colours.warn
            form.setUnderlineColor(colour(name))
            mark = QTextEdit.ExtraSelection()
            mark.format = form
            cursor = self._cursor(message.place.start + before, message.place.stop + before)
            mark.cursor = cursor
            marks.append(mark)
        self.setExtraSelections(marks)

    def set_room(self, usual: int, tall: int) -> None:
        """Be at most `usual` px high, `tall` px where the user gave room."""
        if self._room != (usual, tall):
            self._room = (usual, tall)
            self._fit()

    def sizeHint(self) -> QSize:
        return QSize(400, self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, held = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key in _ENTER:
            self._enter(held)
        elif key == Qt.Key.Key_Escape:
            self._escape(event)
        elif key == Qt.Key.Key_Down and not held and (self.steering or self._on_last_line()):
            if self.steering:
                self.step_wanted.emit(1)
            else:
                self.left_downwards.emit()
        elif key == Qt.Key.Key_Up and not held and self.steering and self.choosing:
            self.step_wanted.emit(-1)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.dismissal_wanted.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()  # another width breaks the lines elsewhere
        top = (line_height(self) + _SPARE + 2 * _AIR - self._clear.sizeHint().height()) // 2 + 1
        self._magnifier.move(6, top)
        self._clear.move(self.width() - self._clear.sizeHint().width() - 8, top)

    def insertFromMimeData(self, source: QMimeData) -> None:
        room = LONGEST - len(self.text())
        self.insertPlainText(source.text()[: max(0, room)])

    def _enter(self, held: Qt.KeyboardModifier) -> None:
        control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
        if held == control | shift:
            self._tall = not self._tall
            self._fit()
        elif held == shift:
            self.insertPlainText("\n")
        elif self.steering and self.choosing:
            self.acceptance_wanted.emit()
        else:
            self.submitted.emit()

    def _escape(self, event: QKeyEvent) -> None:
        if self.steering:
            self.dismissal_wanted.emit()
        elif self.text():
            self.clear()
        else:
            event.ignore()

    def _on_last_line(self) -> bool:
        cursor = self.textCursor()
        return not cursor.movePosition(QTextCursor.MoveOperation.Down)

    @Slot()
    def _follow(self) -> None:
        self._fit()
        self._clear.setVisible(not self.document().isEmpty())
        if self.extraSelections():
            self.setExtraSelections([])
        if self.document().isEmpty():
            self._tall = False
            self._fit()
            self.emptied.emit()
        if self._quiet:
            self.dismissal_wanted.emit()
        else:
            self.edited.emit()

    @Slot()
    def _fit(self) -> None:
        """As high as the text, up to a limit."""
        lines = max(1, int(self.document().size().height()))
        most = self._most_lines()
        shown = most if self._tall else min(lines, most)
        policy = Qt.ScrollBarPolicy
        scrolls = lines > shown
        self.setVerticalScrollBarPolicy(
            policy.ScrollBarAsNeeded if scrolls else policy.ScrollBarAlwaysOff
        )
        # Or a strip of the next line would show beneath the last one.
        self.setViewportMargins(_SIDE, _AIR, _SIDE, _AIR + (_SPARE // 2 if scrolls else 0))
        self.setFixedHeight(self._height_of(shown))

    def _most_lines(self) -> int:
        """How many lines there is room for."""
        room = self._room[1] if self._tall else self._room[0]
        lines = (room - self._height_of(0)) // line_height(self)
        return min(_MOST_LINES, max(_FEWEST_LINES, lines))

    def _height_of(self, lines: int) -> int:
        return lines * line_height(self) + 2 * (_AIR + _SPARE)

    def _select(self, start: int, stop: int) -> None:
        self.setTextCursor(self._cursor(start, stop))

    def _cursor(self, start: int, stop: int) -> QTextCursor:
        """Characters as Qt counts them: in UTF-16 units."""
        text = self.text()
        cursor = QTextCursor(self.document())
        cursor.setPosition(_units(text[:start]))
        cursor.setPosition(_units(text[:stop]), QTextCursor.MoveMode.KeepAnchor)
        return cursor

    def _space_before(self) -> int:
        text = self.text()
        return len(text) - len(text.lstrip())

    def _button(self, icon: str, tip: str, press: object) -> QToolButton:
        button = QToolButton(self)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setIconSize(QSize(16, 16))
        button.setCursor(Qt.CursorShape.ArrowCursor)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        set_icon(button, icon, self.palette())
        button.clicked.connect(press)
        return button


def line_height(editor: QPlainTextEdit) -> int:
    """How high a line of text is: whole pixels, where the metrics of a font round."""
    return math.ceil(QFontMetricsF(editor.font()).lineSpacing())


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
