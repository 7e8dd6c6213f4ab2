"""The window of backups: which copies of the library there are, and what can be done with them."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QMessageBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.gui.text import amount, count
from desktop_app.gui.widgets.parts import add_row, confirm, label, local_time, table

if TYPE_CHECKING:  # brings SQLAlchemy
    from desktop_app.library.backups import Backup

_ABOUT = (
    "Once a day Litmesh copies this library and checks the copy. It keeps the latest copies and "
    "one of each of the weeks before. Attached files and encoders are not in it: they stay as they "
    "are."
)
_BACKUP_ROLE = Qt.ItemDataRole.UserRole


class BackupsDialog(QDialog):
    """Not modal. Asks by signals, is told by setters."""

    make_wanted = Signal()
    restore_wanted = Signal(object)  # Backup
    folder_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Backups")
        self.resize(760, 420)
        self.here: int | None = None  # articles of the library that is open
        self.question: QMessageBox | None = None
        self.list = table(
            "Backups, newest first", ("Made", "Articles", "Size", "Name"), self, wide=3
        )
        self.make = QPushButton("&Back up now", self)
        self.restore = QPushButton("&Put back…", self)
        self.folder = QPushButton("Show &folder", self)
        self.leave = QPushButton("&Close", self)
        self._build()
        self.make.clicked.connect(self.make_wanted)
        self.restore.clicked.connect(self._ask)
        self.folder.clicked.connect(self.folder_wanted)
        self.leave.clicked.connect(self.close)
        self.list.itemActivated.connect(self._ask)
        self.list.itemSelectionChanged.connect(self._follow)
        self._follow()

    def _build(self) -> None:
        foot = QHBoxLayout()
        for button in (self.make, self.restore, self.folder):
            foot.addWidget(button)
        foot.addStretch(1)
        foot.addWidget(self.leave)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 14)
        column.setSpacing(12)
        column.addWidget(label(_ABOUT, "muted", self))
        column.addWidget(self.list, 1)
        column.addLayout(foot)

    def show_backups(self, backups: "Sequence[Backup]", here: int | None) -> None:
        """Show these copies, the newest first; `here`: the articles of the library, if it opens."""
        self.here = here
        self.make.setEnabled(here is not None)
        self.list.clear()
        for backup in backups:
            number = "not counted" if backup.articles is None else f"{backup.articles:,}"
            articles = number if backup.whole else "unreadable"
            made = local_time(backup.made.isoformat())
            cells = (made, articles, amount(backup.size, "bytes"), backup.name)
            item = add_row(self.list, cells)
            item.setData(0, _BACKUP_ROLE, backup)
            item.setTextAlignment(3, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        newest = self.list.topLevelItem(0)
        if newest is not None:
            self.list.setCurrentItem(newest)
        self._follow()

    @property
    def selected(self) -> "Backup | None":
        """The copy that is selected."""
        items = self.list.selectedItems()
        return items[0].data(0, _BACKUP_ROLE) if items else None

    @Slot()
    def _follow(self) -> None:
        chosen = self.selected
        self.restore.setEnabled(chosen is not None and chosen.whole)

    @Slot()
    def _ask(self) -> None:
        chosen = self.selected
        if chosen is None or not chosen.whole:
            return
        made = local_time(chosen.made.isoformat())
        here = "cannot be opened" if self.here is None else f"has {count(self.here, 'article')}"
        ask = f"Put the backup of {made} in the place of the library?"
        words = (
            f"The backup has {_held(chosen)}, the library {here}. The library "
            f"as it is now is kept among the backups."
        )
        put = partial(self.restore_wanted.emit, chosen)
        self.question = confirm(self, ask, words, "Put back", put)


def _held(backup: "Backup") -> str:
    known = backup.articles is not None
    return count(backup.articles or 0, "article") if known else "articles that were not counted"
