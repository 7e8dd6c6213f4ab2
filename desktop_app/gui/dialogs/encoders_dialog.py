"""The window of encoders: which are installed, which one this library uses, one step back."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QMessageBox,
    QPushButton,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop_app.gui.widgets.parts import confirm, label, table

_ABOUT = (
    "An encoder turns text into meaning. Each keeps its own vectors, so changing back and forth "
    "costs nothing once the library has been read with both."
)
_COLUMNS = ("Encoder", "Made", "Dimensions", "Articles read", "Gain when trained", "State")
_ROLE = Qt.ItemDataRole.UserRole
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class EncoderLine:
    """What is shown of one encoder."""

    id: str
    title: str
    created: str
    dimension: int
    embedded: int  # articles of this library with a vector
    articles: int  # with text
    gain: str  # what its examination said, "" when it was not trained here
    in_use: bool
    why_it_stays: str  # why it cannot be removed, "" when it can


class EncodersDialog(QDialog):
    """Not modal. Asks by signals, is told by `show_encoders`."""

    use_wanted = Signal(str)  # id
    remove_wanted = Signal(str)
    back_wanted = Signal()
    install_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Encoders")
        self.resize(1040, 420)
        self.list = table("Installed encoders", _COLUMNS, self)
        self.state = label("", "small", self)
        self.use = QPushButton("&Use", self)
        self.back = QPushButton("Go &back", self)
        self.remove = QPushButton("&Remove", self)
        self.install = QPushButton("&Install…", self)
        self.leave = QPushButton("&Close", self)
        self.question: QMessageBox | None = None
        self._lines: dict[str, EncoderLine] = {}
        self._busy = False
        self._build()
        self.use.clicked.connect(self._use)
        self.back.clicked.connect(self.back_wanted)
        self.remove.clicked.connect(self._remove)
        self.install.clicked.connect(self.install_wanted)
        self.leave.clicked.connect(self.close)
        self.list.itemSelectionChanged.connect(self._follow)
        self.list.itemActivated.connect(self._use)
        self._follow()

    def _build(self) -> None:
        self.install.hide()  # shown by who can install
        foot = QHBoxLayout()
        for button in (self.use, self.back, self.remove, self.install):
            foot.addWidget(button)
        foot.addStretch(1)
        foot.addWidget(self.leave)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 14)
        column.setSpacing(12)
        column.addWidget(label(_ABOUT, "muted", self))
        column.addWidget(self.list, 1)
        column.addWidget(self.state)
        column.addLayout(foot)

    def show_encoders(self, lines: Sequence[EncoderLine], back: str, missing: str = "") -> None:
        """Show these; `back` is the title of the one used before, "" there is none.

        `missing` is the id of this library's own encoder when that is not installed.
        """
        chosen, self._busy = self.selected, False
        self._lines = {line.id: line for line in lines}
        self.list.clear()
        for line in lines:
            read = f"{line.embedded:,} of {line.articles:,}"
            state = "in use" if line.in_use else ""
            cells = [line.title, line.created, f"{line.dimension:,}", read, line.gain, state]
            item = QTreeWidgetItem(cells)
            item.setData(0, _ROLE, line.id)
            item.setToolTip(0, line.id)
            for column in (2, 3, 4):
                item.setTextAlignment(column, _RIGHT)
            self.list.addTopLevelItem(item)
            item.setSelected(line.id == chosen if chosen else line.in_use)
        self.back.setEnabled(bool(back))
        self.back.setToolTip(f"To {back}" if back else "No other encoder was used here before")
        gone = f"{missing}, this library's own, is not installed: the default one is used."
        self.state.setText(gone if missing else "")
        self._follow()

    def show_busy(self, busy: bool) -> None:
        """While the encoder is being changed, until `show_encoders`."""
        self._busy = busy
        if busy:
            self.state.setText("The library is being read with it; searching goes on meanwhile.")
            self.back.setEnabled(False)
        self._follow()

    @property
    def selected(self) -> str:
        """The id of the encoder that is selected, "" none is."""
        items = self.list.selectedItems()
        return str(items[0].data(0, _ROLE)) if items else ""

    @Slot()
    def _follow(self) -> None:
        line = self._lines.get(self.selected)
        self.use.setEnabled(line is not None and not line.in_use and not self._busy)
        self.remove.setEnabled(line is not None and not line.why_it_stays and not self._busy)
        stays = line.why_it_stays if line is not None else ""
        self.remove.setToolTip(f"It stays: {stays}" if stays else "")

    @Slot()
    def _use(self) -> None:
        if self.use.isEnabled():
            self.use_wanted.emit(self.selected)

    @Slot()
    def _remove(self) -> None:
        line = self._lines[self.selected]
        words = "Libraries that use it are searched with the default encoder then."
        remove = partial(self.remove_wanted.emit, line.id)
        self.question = confirm(self, f"Remove {line.title}?", words, "Remove", remove)
