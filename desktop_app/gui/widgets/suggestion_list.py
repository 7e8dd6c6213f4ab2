"""The suggestions beneath the search box. It never takes the keyboard: the box steers it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from desktop_app.gui.icons import icon
from desktop_app.gui.text import count
from desktop_app.gui.theme import colours_of

if TYPE_CHECKING:  # bring the query parser and SQLAlchemy, for which the first paint does not wait
    from desktop_app.gui.typed_prefix import Offer
    from desktop_app.search.suggestions import Suggestion

_KINDS = {  # by SuggestionKind
    "search": ("earlier search", "search"),
    "heading": ("MeSH heading", "concept"),
    "author": ("author", "words"),
    "journal": ("journal", "article"),
}
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_WIDEST = 640  # px


class SuggestionList(QTreeWidget):
    """Lies over the window; `accepted` carries the suggestion and the offer it belongs to."""

    accepted = Signal(object, object)  # Suggestion, Offer
    chosen_changed = Signal(bool)  # one is chosen

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self.setObjectName("suggestions")
        self.setAccessibleName("Suggestions")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHeaderHidden(True)
        self.setColumnCount(3)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.header().setStretchLastSection(False)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2):
            self.header().setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.itemClicked.connect(self._accept_item)
        self._offer: Offer | None = None
        self.hide()

    def show_offer(self, offer: "Offer", box: QWidget) -> None:
        """Show suggestions beneath the box, none of them chosen."""
        self._offer = offer
        colours = colours_of(self.palette())
        self.clear()
        for suggestion in offer.suggestions:
            kind, sign = _KINDS[suggestion.kind]
            shown = " ".join(suggestion.text.split())
            number = count(suggestion.count, "article") if suggestion.count else ""
            item = QTreeWidgetItem([shown, kind, number])
            item.setIcon(0, icon(sign, colours.accent))
            item.setTextAlignment(2, _RIGHT)
            self.addTopLevelItem(item)
        row = max(28, self.sizeHintForRow(0))
        width = min(_WIDEST, box.width())
        self.setGeometry(0, 0, width, row * len(offer.suggestions) + 12)
        self.move(box.mapTo(self._window, QPoint(0, box.height() + 4)))
        self.raise_()
        self.show()
        self.chosen_changed.emit(False)

    def suggestions(self) -> "tuple[Suggestion, ...]":
        """What is shown."""
        return self._offer.suggestions if self._offer is not None and self.isVisible() else ()

    @Slot(int)
    def step(self, by: int) -> None:
        """Choose the next or previous one; before the first: none."""
        there = min(self.currentIndex().row() + by, self.topLevelItemCount() - 1)
        self.setCurrentIndex(self.model().index(there, 0))  # none before the first
        self.chosen_changed.emit(there >= 0)

    @Slot()
    def accept(self) -> None:
        """Take the chosen one."""
        self._accept_item(self.currentItem())

    @Slot(QTreeWidgetItem)
    def _accept_item(self, item: QTreeWidgetItem | None) -> None:
        offer = self._offer
        if item is not None and offer is not None:
            self.hide()
            self.accepted.emit(offer.suggestions[self.indexOfTopLevelItem(item)], offer)
