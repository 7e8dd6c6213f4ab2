"""A line under the header that tells of an error or an event, until it is closed."""

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from desktop_app.gui.icons import set_icon

_ICONS = {"info": ("info", "accent"), "warning": ("warning", "warn"), "error": ("error", "danger")}


class MessageBar(QFrame):
    """One message at a time; `action_pressed` is emitted when its button is pressed."""

    action_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("messageBar")
        self._sign = QToolButton(self)
        self._sign.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._sign.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._sign.setIconSize(QSize(18, 18))
        self._sign.setAccessibleName("Kind of message")
        self.label = QLabel(self)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setWordWrap(True)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.action = QPushButton(self)
        self.action.setAccessibleName("Do what the message offers")
        self.action.clicked.connect(self.action_pressed)
        self.dismiss = QToolButton(self)
        self.dismiss.setToolTip("Close this message")
        self.dismiss.setAccessibleName("Close this message")
        set_icon(self.dismiss, "close", self.palette())
        self.dismiss.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 8, 6)
        row.setSpacing(8)
        for part in (self._sign, self.label, self.action, self.dismiss):
            row.addWidget(part)
        self.hide()

    @Slot(str)
    def show_message(self, text: str, kind: str = "info", action: str = "") -> None:
        """Show a message of kind info, warning or error, with a button if `action` names one."""
        icon, colour = _ICONS[kind]
        set_icon(self._sign, icon, self.palette(), colour)
        self.label.setText(text)
        self.setAccessibleName(f"{kind}: {text}")
        self.action.setText(action)
        self.action.setVisible(bool(action))
        self.setProperty("kind", kind)
        self.style().unpolish(self)
        self.style().polish(self)
        self.show()
