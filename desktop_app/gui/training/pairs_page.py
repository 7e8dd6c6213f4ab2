"""The mined pairs before training: what a title must find, what it must not; any can be struck."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QTableView, QVBoxLayout, QWidget

from desktop_app.gui.text import plain_tip
from desktop_app.gui.widgets.parts import button, label
from desktop_app.tasks.training.pairs import MinedPair
from desktop_app.tasks.training.run import TrainingRun

_COLUMNS = ("Query", "Must find", "Must not find")
_ABOUT = (
    "Each title is to find its own abstract, and not those of articles near it in citations. "
    "Strike a pair where the article on the right would be a good answer as well."
)
_Index = QModelIndex | QPersistentModelIndex


class PairTable(QAbstractTableModel):
    """The pairs; struck ones are crossed out and say so."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pairs: Sequence[MinedPair] = ()
        self.struck: set[int] = set()

    def show_pairs(self, pairs: Sequence[MinedPair]) -> None:
        """Show these."""
        self.beginResetModel()
        self._pairs = pairs
        self.struck = {pair.line for pair in pairs if pair.struck}
        self.endResetModel()

    def toggle(self, rows: Sequence[int]) -> None:
        """Strike rows, or take that back."""
        for row in rows:
            self.struck ^= {self._pairs[row].line}
            self.dataChanged.emit(self.index(row, 0), self.index(row, len(_COLUMNS) - 1))

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._pairs)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(_COLUMNS)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        shown = role == Qt.ItemDataRole.DisplayRole and orientation is Qt.Orientation.Horizontal
        return _COLUMNS[section] if shown else None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        pair = self._pairs[index.row()]
        struck = pair.line in self.struck
        text = (pair.query, pair.positive, " · ".join(pair.negatives) or "—")[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return text
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(text.replace(" · ", "\n"))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"struck: {text}" if struck else text
        if role == Qt.ItemDataRole.FontRole and struck:
            font = QFont()
            font.setStrikeOut(True)
            return font
        return None


class PairsPage(QWidget):
    """Delete strikes what is selected; `train_wanted` carries the struck lines."""

    train_wanted = Signal(object, object)  # TrainingRun, set of line numbers
    back_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading = label("The pairs that it will learn from", "big", self)
        self.state = label("", "muted", self)
        self.model = PairTable(self)
        self.view = QTableView(self)
        self.strike = button("&Strike (Delete)", self)
        self.train = button("&Train on these", self, "primary")
        self.back = button("&Back", self)
        self.run: TrainingRun | None = None
        self._build()
        self.strike.clicked.connect(self._strike)
        self.train.clicked.connect(self._train)
        self.back.clicked.connect(self.back_wanted)

    def _build(self) -> None:
        self.view.setAccessibleName("Mined pairs")
        self.view.setObjectName("table")
        self.view.setModel(self.model)
        self.view.setShowGrid(False)
        self.view.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.view.verticalHeader().hide()
        header = self.view.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        self.view.setTabKeyNavigation(False)
        row = QHBoxLayout()
        for part in (self.train, self.strike, self.back):
            row.addWidget(part)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.heading)
        column.addWidget(label(_ABOUT, "muted", self))
        column.addWidget(self.state)
        column.addWidget(self.view, 1)
        column.addLayout(row)

    def show_pairs(self, run: TrainingRun, pairs: Sequence[MinedPair]) -> None:
        """Show the pairs of a run that has not begun."""
        self.run = run
        self.model.show_pairs(pairs)
        if pairs:
            self.view.selectRow(0)
        self.view.setFocus()
        self._say()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.view.hasFocus():
            self._strike()
        else:
            super().keyPressEvent(event)

    @Slot()
    def _strike(self) -> None:
        rows = [index.row() for index in self.view.selectionModel().selectedRows()]
        self.model.toggle(rows)
        self._say()

    @Slot()
    def _train(self) -> None:
        if self.run is not None:
            self.train_wanted.emit(self.run, set(self.model.struck))

    def _say(self) -> None:
        pairs, struck = self.model.rowCount(), len(self.model.struck)
        self.state.setText(
            f"{pairs - struck:,} of {pairs:,} pairs will be used; {struck:,} struck."
        )
