"""The window to install an encoder: those known by name, or any model from a folder or zip."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop_app.gui.widgets.parts import label, table

_ABOUT = (
    "An encoder of Litmesh is taken as it is. Weights (model.safetensors) are converted on this "
    "machine by the training runtime; no code that comes with a model is ever run."
)
_OTHER = "Another model"
_OTHER_ABOUT = "Any BERT, MPNet, DistilBERT or RoBERTa model"
_OTHER_SAID = "It takes the name of its folder or archive. Nothing is sent."
_AS_CHOSEN = "A folder or zip that you choose now is installed under its name."
_POOLINGS = (("as its files say", ""), ("its first token (CLS)", "cls"), ("the mean", "mean"))
_COLUMNS = ("Encoder", "Good for", "Dimensions", "Size", "Licence", "State")
_ROLE = Qt.ItemDataRole.UserRole
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class KnownLine:
    """What is shown of an encoder known by name."""

    id: str
    about: str  # what it is good for
    dimension: int
    size: str
    licence: str
    state: str  # whether it is installed, or where it can be had from
    pinned: bool  # it can be downloaded
    said: str  # what a download sends, or why there is none


class InstallDialog(QDialog):
    """Not modal. Asks by signals; a download needs the switch, each time anew."""

    download_wanted = Signal(str)  # id
    folder_wanted = Signal()
    zip_wanted = Signal()
    cancel_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Install an encoder")
        self.resize(1180, 640)
        self.list = table("Encoders that can be installed", _COLUMNS, self, wide=1)
        self.said = label("", "small", self)
        self.allow = QCheckBox("&Allow this download", self)
        self.pooling = QComboBox(self)
        self.progress = QProgressBar(self)
        self.state = label("", "small", self)
        self.download = QPushButton("&Download and install", self)
        self.folder = QPushButton("From a &folder…", self)
        self.zip = QPushButton("From a &zip…", self)
        self.stop = QPushButton("&Stop", self)
        self.leave = QPushButton("&Close", self)
        self._lines: dict[str, KnownLine] = {}
        self._busy = False
        self._build()
        self._connect()
        self.show_known(())

    def _build(self) -> None:
        for words, value in _POOLINGS:
            self.pooling.addItem(words, value)
        self.progress.setAccessibleName("How much is installed")
        self.progress.setTextVisible(False)
        self.progress.hide()
        self.stop.hide()
        pooled = QHBoxLayout()
        pooled_by = QLabel("From a folder or zip, a text's vector &is made of", self)
        pooled_by.setBuddy(self.pooling)
        pooled.addWidget(pooled_by)
        pooled.addWidget(self.pooling)
        pooled.addStretch(1)
        foot = QHBoxLayout()
        for button in (self.download, self.folder, self.zip, self.stop):
            foot.addWidget(button)
        foot.addStretch(1)
        foot.addWidget(self.leave)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 14)
        column.setSpacing(10)
        column.addWidget(label(_ABOUT, "muted", self))
        column.addWidget(self.list, 1)
        column.addWidget(self.said)
        column.addWidget(self.allow)
        column.addLayout(pooled)
        column.addWidget(self.progress)
        column.addWidget(self.state)
        column.addLayout(foot)

    def _connect(self) -> None:
        self.list.itemSelectionChanged.connect(self._select)
        self.allow.toggled.connect(self._follow)
        self.download.clicked.connect(self._download)
        self.folder.clicked.connect(self.folder_wanted)
        self.zip.clicked.connect(self.zip_wanted)
        self.stop.clicked.connect(self.cancel_wanted)
        self.leave.clicked.connect(self.close)

    def show_known(self, lines: Sequence[KnownLine]) -> None:
        """Show these, and a line for any other model."""
        chosen = self.selected
        self._lines = {line.id: line for line in lines}
        self.list.clear()
        for line in lines:
            size = f"{line.dimension:,}"
            cells = [line.id, line.about, size, line.size, line.licence, line.state]
            self._add(line.id, cells, chosen)
        self._add("", [_OTHER, _OTHER_ABOUT, "", "", "", ""], chosen)

    def show_busy(self, words: str, done: int = 0, total: int = 0, may_stop: bool = True) -> None:
        """What is being done, and how far it is; a total of 0 is not known."""
        self._busy = True
        self.state.setText(words)
        self.progress.setRange(0, 1000 if total else 0)
        self.progress.setValue(1000 * done // total if total else 0)
        self.stop.setEnabled(may_stop)
        self._follow()

    def show_rest(self, words: str) -> None:
        """Nothing is being done any more; what came of it."""
        self._busy = False
        self.state.setText(words)
        self.allow.setChecked(False)
        self._follow()

    @property
    def selected(self) -> str:
        """The id of the encoder that is selected, "" for any other model."""
        items = self.list.selectedItems()
        return str(items[0].data(0, _ROLE)) if items else ""

    @property
    def chosen_pooling(self) -> str:
        """ "cls", "mean", or "" to believe the model."""
        return str(self.pooling.currentData())

    def _add(self, encoder_id: str, cells: list[str], chosen: str) -> None:
        item = QTreeWidgetItem(cells)
        item.setData(0, _ROLE, encoder_id)
        for column in (2, 3):
            item.setTextAlignment(column, _RIGHT)
        self.list.addTopLevelItem(item)
        item.setSelected(encoder_id == chosen)

    @Slot()
    def _select(self) -> None:
        self.allow.setChecked(False)  # it was given for another one
        self._follow()

    @Slot()
    def _follow(self) -> None:
        line = self._lines.get(self.selected)
        pinned = line is not None and line.pinned
        self.said.setText(f"{line.said} {_AS_CHOSEN}" if line is not None else _OTHER_SAID)
        self.allow.setVisible(pinned)
        self.allow.setEnabled(not self._busy)
        self.download.setEnabled(pinned and self.allow.isChecked() and not self._busy)
        self.folder.setEnabled(not self._busy)
        self.zip.setEnabled(not self._busy)
        self.progress.setVisible(self._busy)
        self.stop.setVisible(self._busy)

    @Slot()
    def _download(self) -> None:
        self.download_wanted.emit(self.selected)
