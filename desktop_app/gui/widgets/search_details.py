"""The search details: the whole query after mapping, and every term with its count."""

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFrame,
    QHeaderView,
    QLabel,
    QPlainTextEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop_app.gui.widgets.search_box import line_height
from desktop_app.search.query.chips import Adjustment
from desktop_app.search.request import SearchResult

_MOST_ROWS = 8
_FEW_ROWS = 3  # that the table has before the query takes more lines
_MOST_LINES = 3
_GAP, _EDGE = 6, 4  # px between the parts, above and below
_FRAME = 10  # px around the lines of the query
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_KEY = Qt.ItemDataRole.UserRole
_RANKED = (
    "Read as a question: articles are ranked by likeness, so single terms have no counts. "
    "Choose “Exact” for the set that the query means."
)


class SearchDetails(QFrame):
    """`term_activated` carries start and stop of a term in the query."""

    term_activated = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Search details")
        self.searched = QPlainTextEdit(self)
        self.searched.setReadOnly(True)
        self.searched.setTabChangesFocus(True)
        self.searched.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.searched.document().setDocumentMargin(0)  # or a strip of one line more would show
        self.searched.setAccessibleName("The query as it was searched")
        self.table = QTreeWidget(self)
        self.table.setObjectName("table")
        self.table.setAccessibleName("Terms of the query")
        self.table.setHeaderLabels(["As typed", "Searched as", "Articles"])
        self.table.headerItem().setTextAlignment(2, _RIGHT)
        self.table.setRootIsDecorated(False)
        self.table.setUniformRowHeights(True)
        self.table.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        self.table.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.table.header().setStretchLastSection(False)
        self.table.setColumnWidth(0, 220)
        self.table.itemActivated.connect(self._activate)
        self.note = QLabel(_RANKED, self)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setProperty("role", "small")
        self.note.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, _EDGE, 0, _EDGE)
        column.setSpacing(_GAP)
        for part in (self.note, self.searched, self.table):
            column.addWidget(part)
        self._result: SearchResult | None = None
        self._room = 0  # px
        self.hide()

    def show_result(self, result: SearchResult) -> None:
        """Show the reading of a result; drawn only while the details are open."""
        self._result = result
        if not result.request.text:
            self.hide()
        if self.isVisible():
            self._fill()

    @Slot(bool)
    def show_details(self, shown: bool) -> None:
        """Open or shut the details."""
        if shown:
            self._fill()
        self.setVisible(shown)

    def set_room(self, height: int) -> None:
        """Be about so many px high; query and table scroll."""
        if self._room != height:
            self._room = height
            self._fit()

    def _fill(self) -> None:
        result = self._result
        if result is None:
            return
        understood = result.interpretation
        self.searched.setPlainText(understood.searched)
        self.searched.setVisible(bool(understood.searched))
        self.note.setVisible(not result.exact)
        self.table.clear()
        changes: dict[str, Adjustment] = {a.key: a for a in result.request.adjustments}
        for chip in understood.chips:
            searched = chip.label + ("" if chip.on else " (off)")
            if chip.key in changes and chip.on:
                searched += f" ({changes[chip.key].change})"
            if chip.exploded and chip.narrower:
                searched += f", with {chip.narrower:,} narrower"
            hits = "" if chip.hits is None else f"{chip.hits:,}"
            item = QTreeWidgetItem([" ".join(chip.words.split()), searched, hits])
            item.setData(0, _KEY, QPoint(chip.place.start, chip.place.stop))
            item.setTextAlignment(2, _RIGHT)
            self.table.addTopLevelItem(item)
        self.table.setColumnHidden(2, not result.exact)
        self.table.setVisible(bool(understood.chips))
        self._fit()

    def _fit(self) -> None:
        """Part the room: a few rows for the table first, then lines for the query, then rows."""
        room = self._room - 2 * _EDGE
        if not self.note.isHidden():
            room -= self.note.heightForWidth(self.width()) + _GAP
        row = max(24, self.table.sizeHintForRow(0))
        head = self.table.header().sizeHint().height() + 4
        wanted = min(_MOST_ROWS, self.table.topLevelItemCount())
        least = head + min(_FEW_ROWS, wanted) * row + _GAP
        line = line_height(self.searched)
        lines = min(_MOST_LINES, max(1, (room - least - _FRAME) // line))
        self.searched.setFixedHeight(lines * line + _FRAME)
        rows = (room - self.searched.height() - _GAP - head) // row
        self.table.setFixedHeight(head + max(1, min(wanted, rows)) * row)

    @Slot(QTreeWidgetItem)
    def _activate(self, item: QTreeWidgetItem) -> None:
        place = item.data(0, _KEY)
        self.term_activated.emit(place.x(), place.y())
