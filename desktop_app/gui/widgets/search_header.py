"""The top: search box, how it is read and ranked, beneath them how the query was understood."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLayoutItem,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop_app.gui.icons import set_icon
from desktop_app.gui.widgets.interpretation_strip import InterpretationStrip
from desktop_app.gui.widgets.ranking_popover import RankingPopover
from desktop_app.gui.widgets.reading_switch import ReadingSwitch
from desktop_app.gui.widgets.search_box import SearchBox
from desktop_app.gui.widgets.search_details import SearchDetails
from desktop_app.search.request import Mode, SearchRequest, SearchResult

_DEBOUNCE = 150  # ms without a key until a search starts by itself
_SIDE, _EDGE = 16, 8  # px beside the header, above and below it
_GAP = 8  # px between its parts
_ROW_GAP = 6  # px between rows of chips
_MODES = {Mode.HYBRID: "Hybrid", Mode.SEMANTIC: "Meaning", Mode.KEYWORD: "Words"}


@dataclass(frozen=True, slots=True)
class _Shares:
    """Parts of the window's height, so that results have room however long the query is."""

    header: float
    box: float
    tall_box: float  # where the user gave room


_SHUT = _Shares(0.47, 0.21, 0.34)
_OPEN = _Shares(0.58, 0.15, 0.22)  # with the details


class SearchHeader(QFrame):
    """`query_typed` comes after a pause in typing, `query_submitted` at Enter."""

    query_typed = Signal(str)
    query_submitted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("header")
        self.box = SearchBox(self)
        self.reading = ReadingSwitch(self)
        self.ranking = QPushButton(self)
        self.popover = RankingPopover(self)
        self.modes = self.popover.modes
        self.strip = InterpretationStrip(self)
        self.details = SearchDetails(self)
        self._chips = QScrollArea(self)
        self._row = QHBoxLayout()
        self._pause = QTimer(self, singleShot=True, interval=_DEBOUNCE)
        self._pause.timeout.connect(self._announce)
        self._last = ""
        self._build()
        self._connect()
        self.show_ranking(SearchRequest())

    def _build(self) -> None:
        self.ranking.setToolTip("What decides the order")
        self.ranking.setProperty("role", "tall")
        set_icon(self.ranking, "chevron-down", self.palette())
        self.ranking.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the arrow at the end
        shrinking = self.strip.sizePolicy()
        shrinking.setVerticalPolicy(QSizePolicy.Policy.Preferred)
        self._row.setSpacing(10)
        top = Qt.AlignmentFlag.AlignTop
        self._row.addWidget(self.box, 1, top)
        self._row.addWidget(self.reading, 0, top)
        self._row.addWidget(self.ranking, 0, top)
        self.strip.setSizePolicy(shrinking)
        self._chips.setWidget(self.strip)
        self._chips.setWidgetResizable(True)
        self._chips.setFrameShape(QFrame.Shape.NoFrame)
        self._chips.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._chips.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(_SIDE, _EDGE, _SIDE, _EDGE)
        column.setSpacing(_GAP)
        column.addLayout(self._row)
        column.addWidget(self._chips)
        column.addWidget(self.details)
        self.strip.installEventFilter(self)

    def _connect(self) -> None:
        self.box.edited.connect(self._pause.start)
        self.box.emptied.connect(self._notice_clear)
        self.box.submitted.connect(self.submit)
        self.ranking.clicked.connect(self._open_popover)
        self.strip.place_wanted.connect(self.box.show_place)
        self.strip.details_toggled.connect(self.details.show_details)
        self.strip.details_toggled.connect(self.strip.mark_details)
        self.details.term_activated.connect(self.box.show_place)

    def set_query(self, text: str) -> None:
        """Show a query without announcing it."""
        self._last = text.strip()
        if self.box.text().strip() != self._last:
            self.box.set_text(text)
        self._pause.stop()

    def show_ranking(self, request: SearchRequest) -> None:
        """Show how a request ranks."""
        self.popover.show_ranking(request.mode, request.mesh_weight)
        self.ranking.setText(f"{_MODES[request.mode]} ")
        self.ranking.setAccessibleName(f"Ranking: {_MODES[request.mode]}")

    def show_result(self, result: SearchResult) -> None:
        """Show how the text of a result was read, and mark what is wrong with it."""
        request = result.request
        self.reading.show_reading(request.text, request.reading, result.exact)
        self.details.show_result(result)
        if self.box.text().strip() == request.text:  # else more was typed meanwhile
            self.box.mark(result.interpretation.messages)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        around = self.parentWidget()
        if around is not None:
            around.installEventFilter(self)  # the same again is no second one
        self._share_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._share_room()
        return done

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The chips, the window's height and what else it shows change what a part may take."""
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            self._share_room()
        return False

    @Slot()
    def submit(self) -> None:
        """Search for what stands in the box."""
        self._pause.stop()
        self._last = self.box.text().strip()
        self.query_submitted.emit(self._last)

    @Slot()
    def _notice_clear(self) -> None:
        if self._last:  # by Esc or the clear button: nothing to wait for
            self._announce()

    @Slot()
    def _announce(self) -> None:
        self._pause.stop()
        text = self.box.text().strip()
        if text != self._last:
            self._last = text
            self.query_typed.emit(text)

    def _share_room(self) -> None:
        """Part the height among box, chips and details; each scrolls what does not fit."""
        around, opened = self.parentWidget(), not self.details.isHidden()
        if around is None:
            return
        height, shares = around.height(), _OPEN if opened else _SHUT
        self.box.set_room(int(height * shares.box), int(height * shares.tall_box))
        room = min(int(height * shares.header), height - self._height_of_others(around))
        room -= 2 * _EDGE + self._row.sizeHint().height() + _GAP
        row = self.strip.minimumSizeHint().height() + _ROW_GAP
        rows = max(1, min(2, room // 4 // row) if opened else (room + _ROW_GAP) // row)
        chips = self.strip.heightForWidth(self.width() - 2 * _SIDE)
        self._chips.setFixedHeight(min(chips, rows * row - _ROW_GAP))
        if opened:
            self.details.set_room(room - self._chips.height() - _GAP)
            self._show_toggle()

    def _height_of_others(self, around: QWidget) -> int:
        """The least that everything beneath the header needs."""
        layout, width = around.layout(), around.width()
        if layout is None:
            return 0
        items = [layout.itemAt(number) for number in range(layout.count())]
        return sum(_least(i, width) for i in items if i is not None and i.widget() is not self)

    def _show_toggle(self) -> None:
        """Scroll to the button that shuts the details."""
        for button in self.strip.findChildren(QPushButton):
            if button.isChecked() and not button.isHidden():
                self._chips.ensureWidgetVisible(button, 0, 0)

    @Slot()
    def _open_popover(self) -> None:
        self.popover.open_below(self.ranking)


def _least(item: QLayoutItem, width: int) -> int:
    """The least height of an item; words wrap."""
    if item.hasHeightForWidth():
        return item.minimumHeightForWidth(width)
    return item.minimumSize().height()
