"""The window about newer versions: what is known, what would be sent, the switch, the button."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.gui.widgets.parts import label

_SENT = (
    "{host} is asked over https, by the proxy of File > Network. Nothing but the request itself is "
    "sent, in the name of this program: not its version, nothing of you or your library. As with "
    "every web page, {host} sees your network address. Nothing is downloaded or installed."
)
_NOBODY = (
    "This build of Litmesh was made without an address to ask, so it asks nobody. Whoever gave it "
    "to you can say whether there is a newer one."
)


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """What the window shows."""

    present: str
    newest: str = ""  # "" = none is known
    asked: str = ""  # when, in words; "" = never
    page: str = ""
    host: str = ""  # who is asked; "" = nobody


class NewerVersionDialog(QDialog):
    """Not modal. Asks nothing itself."""

    ask_wanted = Signal()
    page_wanted = Signal(str)
    switched = Signal(bool)

    def __init__(self, daily: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Newer version")
        self.setMinimumWidth(560)
        self._page = ""
        self._column = QVBoxLayout(self)
        self.present, self.newest, self.asked = (self._line("") for _ in range(3))
        self.sent = label("", "muted", self)
        self.outcome = label("", parent=self)
        self.outcome.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.daily = QCheckBox("Ask once a &day when Litmesh starts", self)
        self.daily.setChecked(daily)
        self.ask = QPushButton("&Ask now", self)
        self.open_page = QPushButton("&Open the page", self)
        self.open_page.setEnabled(False)
        self._build()
        self.daily.toggled.connect(self.switched)
        self.ask.clicked.connect(self._press_ask)
        self.open_page.clicked.connect(self._press_page)

    def _build(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(20)
        rows = (
            ("This version", self.present),
            ("Newest known", self.newest),
            ("Last asked", self.asked),
        )
        for name, value in rows:
            caption = self._line(name)
            caption.setProperty("role", "muted")
            form.addRow(caption, value)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        for button in (self.ask, self.open_page):
            buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.close)
        column = self._column
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(12)
        column.addLayout(form)
        self.outcome.hide()
        for part in (self.outcome, self.daily, self.sent):
            column.addWidget(part)
        column.addStretch()
        column.addWidget(buttons)

    def show_facts(self, facts: VersionFacts) -> None:
        """Show what is known now."""
        self._page = facts.page
        self.present.setText(facts.present)
        self.newest.setText(facts.newest or "not known")
        self.asked.setText(facts.asked or "never")
        self.sent.setText(_SENT.format(host=facts.host) if facts.host else _NOBODY)
        self.ask.setEnabled(bool(facts.host))
        self.daily.setEnabled(bool(facts.host))
        self.open_page.setEnabled(bool(facts.page))
        self._fit()

    def show_asking(self) -> None:
        """The answer is awaited."""
        self.ask.setEnabled(False)
        self.show_outcome("Asking…")

    def show_outcome(self, text: str) -> None:
        """What came of asking."""
        self.outcome.setText(text)
        self.outcome.show()
        self._fit()

    @Slot()
    def _press_ask(self) -> None:
        self.ask_wanted.emit()

    @Slot()
    def _press_page(self) -> None:
        self.page_wanted.emit(self._page)

    def _line(self, text: str) -> QLabel:
        """One line that can be copied; it never gives up height to what wraps."""
        made = label(text, parent=self)
        made.setWordWrap(False)
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return made

    def _fit(self) -> None:
        """As high as its texts are now; wrapped ones do not tell before they have a width."""
        self._column.activate()
        self.resize(self.width(), self._column.totalHeightForWidth(self.width()))
