"""The window of watched folders: which there are, what was seen in them, and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop_app.gui.widgets.parts import label, table

_ABOUT = (
    "New PDFs and exports in these folders and the folders inside are imported while this window "
    "is open. Nothing in them is moved or changed."
)
_PATH_ROLE = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class FolderLine:
    """What is shown of one folder."""

    path: Path
    files: int  # seen in it
    there: bool


class WatchedDialog(QDialog):
    """Not modal. Asks by signals, is told by setters."""

    add_wanted = Signal(object)  # Path
    remove_wanted = Signal(object)  # Path
    look_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Watched folders")
        self.resize(760, 400)
        self.list = table("Watched folders", ("Folder", "Files seen", "State"), self)
        self.looked = QLabel(self)
        self.add = QPushButton("&Add folder…", self)
        self.remove = QPushButton("&Remove", self)
        self.look = QPushButton("&Look now", self)
        self.leave = QPushButton("&Close", self)
        self._build()
        self.add.clicked.connect(self._ask_folder)
        self.remove.clicked.connect(self._remove)
        self.look.clicked.connect(self.look_wanted)
        self.leave.clicked.connect(self.close)
        self.list.itemSelectionChanged.connect(self._follow)
        self._follow()

    def _build(self) -> None:
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.looked.setProperty("role", "small")
        self.looked.setTextFormat(Qt.TextFormat.PlainText)
        foot = QHBoxLayout()
        for button in (self.add, self.remove, self.look):
            foot.addWidget(button)
        foot.addWidget(self.looked, 1)
        foot.addWidget(self.leave)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 14)
        column.setSpacing(12)
        column.addWidget(label(_ABOUT, "muted", self))
        column.addWidget(self.list, 1)
        column.addLayout(foot)

    def show_folders(self, folders: Sequence[FolderLine]) -> None:
        """Show these folders; the selection stays."""
        chosen = self.selected
        self.list.clear()
        for folder in folders:
            state = "watched" if folder.there else "not there at present"
            item = QTreeWidgetItem([str(folder.path), f"{folder.files:,}", state])
            item.setData(0, _PATH_ROLE, str(folder.path))
            item.setToolTip(2, "" if folder.there else "Unplugged or renamed? It stays watched.")
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.list.addTopLevelItem(item)
            item.setSelected(folder.path == chosen)
        self.look.setEnabled(bool(folders))
        self._follow()

    def show_look(self, at: datetime | None, unsettled: int = 0) -> None:
        """Say when the folders were looked at, and how many files are still being written."""
        text = f"Last look {at:%H:%M:%S}" if at else "Not looked at yet"
        self.looked.setText(text + (f" · {unsettled:,} still being written" if unsettled else ""))

    @property
    def selected(self) -> Path | None:
        """The folder that is selected."""
        items = self.list.selectedItems()
        return Path(items[0].data(0, _PATH_ROLE)) if items else None

    @Slot()
    def _follow(self) -> None:
        self.remove.setEnabled(bool(self.list.selectedItems()))

    @Slot()
    def _ask_folder(self) -> None:
        dialog = QFileDialog(self, "Watch a folder")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self._add)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(str)
    def _add(self, name: str) -> None:
        self.add_wanted.emit(Path(name))

    @Slot()
    def _remove(self) -> None:
        if self.selected is not None:
            self.remove_wanted.emit(self.selected)
