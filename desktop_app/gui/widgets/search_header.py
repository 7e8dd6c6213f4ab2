"""The top: search box, how it is read and ranked, beneath them how the query was understood."""

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop_app.gui.icons import set_icon
from desktop_app.gui.widgets.interpretation_strip import InterpretationStrip
from desktop_app.gui.widgets.ranking_popover import RankingPopover
from desktop_app.gui.widgets.reading_switch import ReadingSwitch
from desktop_app.gui.widgets.search_box import SearchBox
from desktop_app.gui.widgets.search_details import SearchDetails
from desktop_app.search.request import Mode, SearchRequest, SearchResult

_DEBOUNCE = 150  # ms without a key until a search starts by itself
_MODES = {Mode.HYBRID: "Hybrid", Mode.SEMANTIC: "Meaning", Mode.KEYWORD: "Words"}


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
        row = QHBoxLayout()
        row.setSpacing(10)
        top = Qt.AlignmentFlag.AlignTop
        row.addWidget(self.box, 1, top)
        row.addWidget(self.reading, 0, top)
        row.addWidget(self.ranking, 0, top)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 16, 8)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self.strip)
        column.addWidget(self.details)

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

    @Slot()
    def _open_popover(self) -> None:
        self.popover.open_below(self.ranking)
