"""The window of earlier imports: when, what kind, what came of it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPushButton,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop_app.gui.widgets.parts import local_time, table

if TYPE_CHECKING:  # brings SQLAlchemy
    from desktop_app.library.journal import Run

_KINDS = {"": "Import", "watched": "Watched folders", "completion": "PubMed"}
_FIGURES = ("added", "updated", "merged", "unchanged", "deleted")
_RUN_ROLE = Qt.ItemDataRole.UserRole
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class HistoryDialog(QDialog):
    """Not modal; `run_chosen` is emitted for the import whose report is wanted."""

    run_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Import history")
        self.resize(1080, 480)
        figures = [name.capitalize() for name in _FIGURES]
        columns = ["When", "Kind", "Files", *figures, "Problems", "End"]
        self.list = table("Imports, newest first", columns, self, wide=len(columns) - 1)
        self.show_report = QPushButton("&Show report", self)
        self.leave = QPushButton("&Close", self)
        self._build()
        self.list.itemActivated.connect(self._choose)
        self.list.itemSelectionChanged.connect(self._follow)
        self.show_report.clicked.connect(self._choose)
        self.leave.clicked.connect(self.close)
        self._follow()

    def _build(self) -> None:
        self.show_report.setProperty("role", "primary")
        self.show_report.setDefault(True)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.leave)
        foot.addWidget(self.show_report)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 14)
        column.setSpacing(12)
        column.addWidget(self.list, 1)
        column.addLayout(foot)

    def show_runs(self, runs: "Sequence[Run]") -> None:
        """Show these imports, newest first; the first one is selected."""
        self.list.clear()
        for run in runs:
            figures = [getattr(run.counts, name) for name in _FIGURES]
            numbers = [f"{number:,}" if number else "–" for number in (*figures, run.problems)]
            kind = _KINDS.get(run.kind, run.kind)
            cells = [local_time(run.started_at), kind, f"{run.files:,}", *numbers, _end(run)]
            item = QTreeWidgetItem(cells)
            item.setData(0, _RUN_ROLE, run.id)
            for column in range(2, len(cells) - 1):
                item.setTextAlignment(column, _RIGHT)
            self.list.addTopLevelItem(item)
        newest = self.list.topLevelItem(0)
        if newest is not None:
            self.list.setCurrentItem(newest)
        self._follow()

    @Slot()
    def _follow(self) -> None:
        self.show_report.setEnabled(bool(self.list.selectedItems()))

    @Slot()
    def _choose(self) -> None:
        items = self.list.selectedItems()
        if items:
            self.run_chosen.emit(items[0].data(0, _RUN_ROLE))


def _end(run: "Run") -> str:
    if run.cancelled:
        return "cancelled"
    return "finished" if run.finished_at else "not finished"
