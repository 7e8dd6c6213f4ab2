"""The window of earlier searches and of those that were saved."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPushButton,
    QTabWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop_app.gui.text import plain_tip
from desktop_app.gui.widgets.parts import local_time, table
from desktop_app.search.request import SearchRequest

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_NEW_COLUMN = 2


@dataclass(frozen=True, slots=True)
class PastRow:
    """A search of the history; `request` is None when it can no longer be read."""

    number: int
    words: str
    hits: int
    at: str  # ISO 8601
    request: SearchRequest | None


@dataclass(frozen=True, slots=True)
class SavedRow:
    """A search under a name."""

    name: str
    words: str
    at: str
    request: SearchRequest | None


class SearchesDialog(QDialog):
    """Not modal; every button is a signal with what it concerns."""

    search_wanted = Signal(object)  # SearchRequest
    number_wanted = Signal(int)  # of the history, as #n
    name_wanted = Signal(object)  # SearchRequest to be saved
    seen_wanted = Signal(str)  # name of a saved search
    deletion_wanted = Signal(str)
    clearing_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Searches")
        self.resize(820, 520)
        self._past: tuple[PastRow, ...] = ()
        self._saved: tuple[SavedRow, ...] = ()
        self.tabs = QTabWidget(self)
        self.past = table("Earlier searches", ("#", "Search", "Articles", "When"), self, wide=1)
        self.saved = table("Saved searches", ("Name", "Search", "New", "Seen"), self, wide=1)
        self.again = _button("Search &again", self._search, self)
        self.use = _button("&Use its number", self._use_number, self)
        self.save = _button("&Save…", self._save, self)
        self.clear = _button("Clear &history", self.clearing_wanted.emit, self)
        self.run = _button("Search &again", self._run, self)
        self.seen = _button("Mark as s&een", self._see, self)
        self.delete = _button("&Delete", self._delete, self)
        self.use.setToolTip("Put “AND #n” into the search box")
        self.seen.setToolTip("What is in the library now counts as seen")
        self._build()
        self.past.itemActivated.connect(self._search)
        self.saved.itemActivated.connect(self._run)
        for view in (self.past, self.saved):
            view.itemSelectionChanged.connect(self._follow)
        self._follow()

    def _build(self) -> None:
        history = (self.again, self.use, self.save, self.clear)
        saved = (self.run, self.seen, self.delete)
        self.tabs.addTab(_page(self.past, history), "History")
        self.tabs.addTab(_page(self.saved, saved), "Saved")
        for button in (self.again, self.run):
            button.setProperty("role", "primary")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.addWidget(self.tabs)

    def show_past(self, rows: Sequence[PastRow]) -> None:
        """Show the history, the last search first."""
        self._past = tuple(rows)
        cells = [(f"#{r.number}", r.words, f"{r.hits:,}", local_time(r.at)) for r in rows]
        _fill(self.past, cells, right=(2,))
        self._follow()

    def show_saved(self, rows: Sequence[SavedRow]) -> None:
        """Show the saved searches; what is new in them comes by `show_new`."""
        self._saved = tuple(rows)
        _fill(self.saved, [(r.name, r.words, "…", local_time(r.at)) for r in rows], right=(2,))
        self._follow()

    def show_new(self, name: str, new: int) -> None:
        """Say how many articles a saved search has found since it was last looked at."""
        for number, row in enumerate(self._saved):
            item = self.saved.topLevelItem(number)
            if row.name == name and item is not None:
                item.setText(_NEW_COLUMN, f"{new:,} new" if new else "none")

    @Slot()
    def _follow(self) -> None:
        past, saved = self._past_row(), self._saved_row()
        for button in (self.again, self.save):
            button.setEnabled(past is not None and past.request is not None)
        self.use.setEnabled(past is not None)
        self.clear.setEnabled(bool(self._past))
        self.run.setEnabled(saved is not None and saved.request is not None)
        for button in (self.seen, self.delete):
            button.setEnabled(saved is not None)

    @Slot()
    def _search(self) -> None:
        row = self._past_row()
        if row is not None and row.request is not None:
            self.search_wanted.emit(row.request)

    @Slot()
    def _run(self) -> None:
        row = self._saved_row()
        if row is not None and row.request is not None:
            self.search_wanted.emit(row.request)

    @Slot()
    def _use_number(self) -> None:
        row = self._past_row()
        if row is not None:
            self.number_wanted.emit(row.number)

    @Slot()
    def _save(self) -> None:
        row = self._past_row()
        if row is not None and row.request is not None:
            self.name_wanted.emit(row.request)

    @Slot()
    def _see(self) -> None:
        row = self._saved_row()
        if row is not None:
            self.seen_wanted.emit(row.name)

    @Slot()
    def _delete(self) -> None:
        row = self._saved_row()
        if row is not None:
            self.deletion_wanted.emit(row.name)

    def _past_row(self) -> PastRow | None:
        return self._past[place] if (place := _chosen(self.past)) >= 0 else None

    def _saved_row(self) -> SavedRow | None:
        return self._saved[place] if (place := _chosen(self.saved)) >= 0 else None


def _page(view: QTreeWidget, buttons: Sequence[QPushButton]) -> QWidget:
    page = QWidget()
    row = QHBoxLayout()
    for button in buttons:
        row.addWidget(button)
    row.addStretch(1)
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 10, 0, 0)
    column.setSpacing(10)
    column.addWidget(view, 1)
    column.addLayout(row)
    return page


def _button(text: str, press: object, parent: QWidget) -> QPushButton:
    button = QPushButton(text, parent)
    button.setAutoDefault(False)
    button.clicked.connect(press)
    return button


def _fill(view: QTreeWidget, rows: Sequence[tuple[str, ...]], right: tuple[int, ...]) -> None:
    """Show rows; the place of the chosen one stays."""
    chosen = _chosen(view)
    view.clear()
    for cells in rows:
        item = QTreeWidgetItem([" ".join(cell.split()) for cell in cells])
        item.setToolTip(1, plain_tip(cells[1]))
        for column in right:
            item.setTextAlignment(column, _RIGHT)
        view.addTopLevelItem(item)
    current = view.topLevelItem(min(max(chosen, 0), len(rows) - 1))
    if current is not None:
        view.setCurrentItem(current)


def _chosen(view: QTreeWidget) -> int:
    items = view.selectedItems()
    return view.indexOfTopLevelItem(items[0]) if items else -1
