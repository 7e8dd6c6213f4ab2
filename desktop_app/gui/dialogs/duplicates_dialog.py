"""The window for doubtful pairs: a list, two records field by field, and what merging makes."""

from functools import partial

from PySide6.QtCore import QEvent, QModelIndex, Qt, QUrl, Signal, SignalInstance, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QListView,
    QPushButton,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from desktop_app.gui.comparison_html import UNFOLD, comparison_html
from desktop_app.gui.duplicate_pairs import Pair, ReadPair
from desktop_app.gui.models.pair_model import PairModel
from desktop_app.gui.record_fields import compared_fields
from desktop_app.gui.text import count
from desktop_app.gui.theme import colours_of
from desktop_app.gui.widgets.article_view import ArticleView
from desktop_app.gui.widgets.empty_state import EmptyState
from desktop_app.gui.widgets.pair_delegate import PairDelegate
from desktop_app.gui.widgets.safe_browser import SafeBrowser


class DuplicatesDialog(QDialog):
    """Not modal. Asks by signals, is told by setters; ignores decisions while one is under way."""

    pair_chosen = Signal(tuple)  # Pair
    merge_wanted = Signal()
    part_wanted = Signal()
    undo_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Duplicates")
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.resize(1280, 760)
        self._read: ReadPair | None = None
        self._unfolded = False
        self._row = 0
        self.model = PairModel(self)
        self.heading = QLabel(self)
        self.heading.setProperty("role", "title")
        self.list = QListView(self)
        self.comparison = SafeBrowser(self)
        self.preview = ArticleView(self)
        self.empty = EmptyState(self)
        self.merge = self._button("&Merge", "M", "One article of the two (M)", self.merge_wanted)
        self.part = self._button("&Different", "D", "Two articles (D)", self.part_wanted)
        self.undo = self._button("&Undo", "U", "Take the last decision back (U)", self.undo_wanted)
        self.merge.setProperty("role", "primary")
        self._panes = QSplitter(Qt.Orientation.Horizontal, self)
        self._pages = QStackedLayout()
        self._build()
        for key, step in (("N", 1), ("J", 1), ("K", -1)):
            QShortcut(QKeySequence(key), self, partial(self.move_by, step))
        self.comparison.anchorClicked.connect(self._press)
        self.set_busy(True)

    def _build(self) -> None:
        self.list.setModel(self.model)
        self.list.setAccessibleName("Pairs that may be the same article")
        self.list.setUniformItemSizes(True)
        self.list.setItemDelegate(PairDelegate(self.list))
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.selectionModel().currentChanged.connect(self._choose)
        self.comparison.setAccessibleName("Both records, field by field")
        self.preview.setAccessibleName("The merged article")
        middle = _titled("Field by field", self.comparison)
        right = _titled("After merging", self.preview)
        for pane, stretch in ((self.list, 0), (middle, 3), (right, 2)):
            self._panes.addWidget(pane)
            self._panes.setStretchFactor(self._panes.count() - 1, stretch)
        self._panes.setChildrenCollapsible(False)
        self._panes.setHandleWidth(1)
        self._panes.setSizes([270, 620, 390])
        self._pages.addWidget(self._panes)
        self._pages.addWidget(self.empty)
        keys = QLabel("N, J next · K previous", self)
        keys.setProperty("role", "small")
        foot = QHBoxLayout()
        foot.addWidget(keys, 1)
        for button in (self.undo, self.part, self.merge):
            foot.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(12)
        column.addWidget(self.heading)
        column.addLayout(self._pages, 1)
        column.addLayout(foot)

    def show_pairs(self, select: Pair | None = None) -> None:
        """After `model` was filled: choose a pair, else the one in the place of the last."""
        total = self.model.rowCount()
        self.heading.setText(f"{count(total, 'pair')} may be the same article" if total else "")
        self.heading.setVisible(bool(total))
        if not total:
            self._read = None
            self.empty.show_state(
                "check",
                "No doubtful pairs",
                "Records that surely describe one article are merged when they are imported. "
                "Those that only may do so are shown here.",
            )
        self._pages.setCurrentIndex(0 if total else 1)
        row = self.model.row_of(select) if select else self._row
        self.list.setCurrentIndex(self.model.index(max(0, min(row, total - 1)), 0))
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_pair(self, read: ReadPair) -> None:
        """Show the pair that was asked for by `pair_chosen`."""
        self._read, self._unfolded = read, False
        self._render()
        self.comparison.verticalScrollBar().setValue(0)
        self.preview.show_article(read.merged, ())

    @property
    def read(self) -> ReadPair | None:
        """The pair on the screen."""
        return self._read

    def set_busy(self, busy: bool, undoable: bool = False) -> None:
        """While a pair is read or a decision stored, there is nothing to decide."""
        for button in (self.merge, self.part):
            button.setEnabled(not busy and self._read is not None)
        self.undo.setEnabled(not busy and undoable)

    @Slot(int)
    def move_by(self, step: int) -> None:
        """Choose the next or previous pair."""
        row = self.list.currentIndex().row() + step
        if 0 <= row < self.model.rowCount():
            self.list.setCurrentIndex(self.model.index(row, 0))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._render()

    def _render(self) -> None:
        read = getattr(self, "_read", None)  # Qt sends events before we are made
        if read is not None:
            rows = compared_fields(*read.articles)
            names = (read.origins[0] or "Record", read.origins[1] or "Record")
            size = self.font().pointSizeF()
            colours = colours_of(self.palette())
            self.comparison.setHtml(comparison_html(rows, names, colours, size, self._unfolded))

    @Slot(QModelIndex)
    def _choose(self, current: QModelIndex) -> None:
        pair = self.model.pair(current.row())
        if pair is not None:
            self._row = current.row()
            self._read = None
            self.set_busy(True)
            self.list.scrollTo(current)
            self.pair_chosen.emit(pair)

    @Slot(QUrl)
    def _press(self, url: QUrl) -> None:
        if url.toString() == UNFOLD:
            place = self.comparison.verticalScrollBar().value()
            self._unfolded = True
            self._render()
            self.comparison.verticalScrollBar().setValue(place)

    def _button(self, text: str, key: str, tip: str, wanted: SignalInstance) -> QPushButton:
        button = QPushButton(text, self)
        button.setAutoDefault(False)
        button.setToolTip(tip)
        button.clicked.connect(wanted)
        shortcut = QShortcut(QKeySequence(key), self, button.click)
        shortcut.setAutoRepeat(False)  # a key held down must not merge the whole list
        return button


def _titled(title: str, body: QWidget) -> QWidget:
    pane = QWidget()
    pane.setMinimumWidth(260)
    label = QLabel(title, pane)
    label.setProperty("role", "section")
    label.setContentsMargins(14, 8, 14, 4)
    column = QVBoxLayout(pane)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(label)
    column.addWidget(body, 1)
    return pane
