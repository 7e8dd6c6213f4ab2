"""What stands in a pane with nothing to show: a sign, what is the matter, what to do about it."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop_app.gui.icons import paint_icon
from desktop_app.gui.text import plain_tip
from desktop_app.gui.theme import colour, colours_of

Action = tuple[str, Callable[[], object]]  # words on a button, what it does

_EDGE = 24  # px around everything
_WORDS = "words"  # property of a button: what it says where there is room
_NARROW, _SMALL_EDGE = 360, 8  # px wide where there is less beside it


class EmptyState(QScrollArea):
    """A centred message with buttons, the first one to be pressed; scrolls in a low pane."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("empty")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._body = QWidget(self)
        self._body.setObjectName("emptyBody")
        self._icon = ""
        self._sign = _Sign(self._body)
        self._title = _label("big", self._body)
        self._text = _label("muted", self._body)
        self._buttons = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._buttons.setSpacing(8)
        self._note = _label("small", self._body)
        self._column = column = QVBoxLayout(self._body)
        column.setContentsMargins(_EDGE, _EDGE, _EDGE, _EDGE)
        column.setSpacing(10)
        column.addStretch(2)
        column.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignHCenter)
        for label in (self._title, self._text):
            column.addWidget(label)
        column.addSpacing(4)
        column.addLayout(self._buttons)
        column.addSpacing(4)
        column.addWidget(self._note)
        column.addStretch(3)
        self.setWidget(self._body)

    def show_state(
        self, icon: str, title: str, text: str, actions: Sequence[Action] = (), note: str = ""
    ) -> None:
        """Show a message; `note` stands small beneath the buttons."""
        self._icon = icon
        self._sign.show_icon(icon)
        for label, words in ((self._title, title), (self._text, text), (self._note, note)):
            label.setText(words)
            label.setVisible(bool(words))
        while self._buttons.count():
            item = self._buttons.takeAt(0)
            widget = item.widget() if item else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._buttons.addStretch(1)
        for number, (words, press) in enumerate(actions):
            button = QPushButton(words, self._body)
            button.setProperty("role", "primary" if number == 0 else "")
            button.setProperty(_WORDS, words)
            button.clicked.connect(press)
            self._buttons.addWidget(button)
            button.show()  # a layout shows it only with the next events, too late to be arranged
        self._buttons.addStretch(1)
        self._arrange()
        self.setAccessibleName(f"{title} {text}")

    @property
    def title(self) -> str:
        """What the message says first."""
        return self._title.text()

    def buttons(self) -> list[QPushButton]:
        """The buttons shown."""
        return [b for b in self.findChildren(QPushButton) if not b.isHidden()]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Buttons side by side, beneath each other where they would be cut; a sign if it fits."""
        side = _EDGE if self.width() >= _NARROW else _SMALL_EDGE
        self._column.setContentsMargins(side, _EDGE, side, _EDGE)
        room = self.width() - 2 * side - self.verticalScrollBar().sizeHint().width()
        for button in self.buttons():
            _fit_words(button, room)
        needed = sum(b.sizeHint().width() + self._buttons.spacing() for b in self.buttons())
        fits = needed <= room
        sideways, downwards = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._buttons.setDirection(sideways if fits else downwards)
        self._sign.setVisible(bool(self._icon))
        if self._column.heightForWidth(self.width()) > self.height():
            self._sign.hide()


class _Sign(QWidget):
    """A large quiet icon on a disc."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._icon = "info"
        self.setFixedSize(QSize(72, 72))

    def show_icon(self, name: str) -> None:
        self._icon = name
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = colours_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(colours.tint))
        painter.drawEllipse(self.rect())
        paint_icon(painter, QRectF(20, 20, 32, 32), self._icon, colours.accent)
        painter.end()


def _fit_words(button: QPushButton, room: int) -> None:
    """Say all that a button does, or what there is room for and the rest in its tool tip."""
    words = button.property(_WORDS)
    button.setText(words)
    over = button.sizeHint().width() - room
    button.setToolTip(plain_tip(words) if over > 0 else "")
    button.setAccessibleName(words.replace("&", "") if over > 0 else "")
    if over > 0:
        metrics = button.fontMetrics()
        least = metrics.horizontalAdvance(words) - over
        button.setText(metrics.elidedText(words, Qt.TextElideMode.ElideRight, least))


def _label(role: str, parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", role)
    label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    label.setWordWrap(True)
    return label
