"""Beneath the search box: how the query was understood, piece by piece, and what is wrong in it."""

from collections.abc import Iterator
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QInputDialog, QLabel, QPushButton, QSizePolicy, QWidget

from desktop_app.gui.icons import set_icon
from desktop_app.gui.search_words import request_words, shortened
from desktop_app.gui.text import plain_tip
from desktop_app.gui.widgets.chip import Chip as ChipButton
from desktop_app.gui.widgets.flow_layout import FlowLayout
from desktop_app.gui.widgets.query_chip import QueryChip
from desktop_app.search.query.chips import Change, Chip
from desktop_app.search.query.tree import Message, Severity
from desktop_app.search.request import Interpretation, SearchRequest

_MOST = 10  # chips; the details list them all
_MOST_MESSAGES = 3
_LONGEST_MESSAGE = 110  # characters
_LONGEST_FRAME = 72
_TEACH = (
    "Ask a question, or write a query with AND, OR, NOT and tags such as [mh]; "
    "Ctrl+Shift+Enter opens room for a long one."
)


class InterpretationStrip(QWidget):
    """Chips for every piece of the query, then messages, ignored words and notes."""

    concept_chosen = Signal(str, str)  # UI, name
    adjusted = Signal(str, object, str)  # chip key, Change or None, text
    place_wanted = Signal(int, int)  # start, stop in the query
    inside_left = Signal()
    similar_left = Signal()
    details_toggled = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("How the search was understood")
        self._flow = FlowLayout(self, gap=6)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.replacing: QInputDialog | None = None
        self._details = False
        self._shown: tuple[SearchRequest, Interpretation, bool, str] | None = None
        self.show_reading(SearchRequest(), Interpretation(), False)

    def show_reading(
        self, request: SearchRequest, understood: Interpretation, exact: bool, title: str = ""
    ) -> None:
        """Show how a search was read; `title` is of the article whose like is looked for."""
        if self._shown == (request, understood, exact, title):
            return
        self._shown = (request, understood, exact, title)
        self._flow.clear()
        self._show_frame(request, title)
        if not request.text and request.similar_to is None and request.within is None:
            self._say(_TEACH)
        if request.text:
            self._show_chips(request, understood, exact)
        for message in understood.messages[:_MOST_MESSAGES]:
            self._warn(message)
        if understood.ignored:
            self._say("Ignored: " + ", ".join(understood.ignored[:12]))
        if understood.nowhere:
            self._say("In no article: " + ", ".join(understood.nowhere[:12]))
        for note in understood.notes:
            self._say(note)
        self.updateGeometry()

    def chips(self) -> list[QueryChip]:
        """The chips of the query, in order."""
        return [widget for widget in self._widgets() if isinstance(widget, QueryChip)]

    def frames(self) -> list[ChipButton]:
        """The chips that say inside what, or like what, is searched."""
        chips = (widget for widget in self._widgets() if isinstance(widget, ChipButton))
        return [chip for chip in chips if not isinstance(chip, QueryChip)]

    def warnings(self) -> list[QPushButton]:
        """The messages about the query; one that is pressed shows its place."""
        buttons = (widget for widget in self._widgets() if isinstance(widget, QPushButton))
        return [button for button in buttons if button.property("role") == "warning"]

    @Slot(bool)
    def mark_details(self, shown: bool) -> None:
        """Say whether the details are open."""
        self._details = shown

    def _widgets(self) -> Iterator[QWidget]:
        for number in range(self._flow.count()):
            item = self._flow.itemAt(number)
            widget = item.widget() if item else None
            if widget is not None:
                yield widget

    def _show_frame(self, request: SearchRequest, title: str) -> None:
        if request.similar_to is not None:
            words = f"similar to: {title or 'an article'}"
            self._frame(words, "Search the whole library again", self.similar_left.emit)
        if request.within is not None:
            origin = title if request.similar_to is None else ""
            words = f"inside: {shortened(request_words(request.within, origin), 48)}"
            self._frame(words, "Search the whole library again", self.inside_left.emit)

    def _show_chips(self, request: SearchRequest, understood: Interpretation, exact: bool) -> None:
        changes = {adjustment.key: adjustment for adjustment in request.adjustments}
        for chip in understood.chips[:_MOST]:
            button = QueryChip(chip, changes.get(chip.key), exact, self)
            button.adjusted.connect(self.adjusted)
            button.heading_wanted.connect(self.concept_chosen)
            button.place_wanted.connect(self.place_wanted)
            button.replacement_wanted.connect(self._ask_replacement)
            self._add(button)
        if not understood.chips and understood.words:
            self._say("Looking for: " + ", ".join(understood.words[:12]))
        hidden = len(understood.chips) - _MOST
        text = f"Details, {hidden:,} more…" if hidden > 0 else "Details"
        more = self._button(text, "link", "Show what was searched, with the count of every term")
        more.setCheckable(True)
        more.setChecked(self._details)
        more.toggled.connect(self.details_toggled)

    def _frame(self, text: str, tip: str, leave: object) -> None:
        chip = ChipButton(text, "close", tip, parent=self, longest=_LONGEST_FRAME)
        chip.clicked.connect(leave)
        self._add(chip)

    def _warn(self, message: Message) -> None:
        button = self._button(shortened(message.text, _LONGEST_MESSAGE), "warning", message.text)
        colour = "warn" if message.severity is Severity.REPAIRED else "muted"
        set_icon(button, "warning" if colour == "warn" else "info", self.palette(), colour)
        button.setProperty("kind", message.severity.value)
        place = message.place
        button.clicked.connect(partial(self.place_wanted.emit, place.start, place.stop))

    def _button(self, text: str, role: str, tip: str) -> QPushButton:
        button = QPushButton(text.replace("&", "&&"), self)
        button.setProperty("role", role)
        button.setToolTip(plain_tip(tip))
        button.setAccessibleName(tip)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        self._add(button)
        return button

    def _say(self, text: str) -> None:
        label = QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setText(text)
        label.setToolTip(plain_tip(text))
        label.setProperty("role", "small")
        label.setMinimumHeight(24)
        self._add(label)

    def _add(self, widget: QWidget) -> None:
        self._flow.addWidget(widget)
        widget.show()

    @Slot(object)
    def _ask_replacement(self, chip: Chip) -> None:
        dialog = QInputDialog(self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle("Replace a part of the search")
        dialog.setLabelText(f"Search, in place of “{shortened(chip.words)}”:")
        dialog.setTextValue(chip.label)
        dialog.resize(520, dialog.sizeHint().height())
        dialog.textValueSelected.connect(partial(self._replace, chip.key))
        dialog.finished.connect(self._forget_dialog)
        self.replacing = dialog
        dialog.open()

    def _replace(self, key: str, text: str) -> None:
        if text.strip():
            self.adjusted.emit(key, Change.REPLACED, text.strip())

    @Slot()
    def _forget_dialog(self) -> None:
        self.replacing = None
