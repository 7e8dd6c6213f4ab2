"""A piece of the query as it was read, with the menu that changes it."""

from functools import partial

from PySide6.QtCore import QPoint, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QWidget

from desktop_app.gui.icons import paint_icon
from desktop_app.gui.theme import colours_of
from desktop_app.gui.widgets.chip import Chip as ChipButton
from desktop_app.search.query.chips import Adjustment, Change, Chip, ChipKind

_CROSS = 10  # px
_ZONE = 24  # px at the right end that switch the chip off or on
_LONGEST = 72  # characters
_ICONS = {ChipKind.MESH: "concept"}


class QueryChip(ChipButton):
    """Click or Space opens the menu; its right end, and Delete, switch the chip off and on."""

    adjusted = Signal(str, object, str)  # key, Change or None, text
    replacement_wanted = Signal(object)  # Chip
    heading_wanted = Signal(str, str)  # UI, name
    place_wanted = Signal(int, int)  # start, stop in the query

    def __init__(
        self, chip: Chip, adjustment: Adjustment | None, exact: bool, parent: QWidget | None = None
    ) -> None:
        self._words = chip_words(chip, exact)
        kind = ("" if chip.kind is ChipKind.MESH else "plain") if chip.on else "off"
        tip = chip_tip(chip, exact)
        super().__init__(self._words, _ICONS.get(chip.kind, "words"), tip, kind, parent, _LONGEST)
        self.setProperty("closable", True)
        self.chip = chip
        self._adjustment = adjustment
        self._exact = exact
        font = self.font()
        font.setStrikeOut(not chip.on)
        self.setFont(font)
        self.clicked.connect(self.open_menu)

    def make_menu(self) -> QMenu:
        """The menu of what can be done to the chip; it deletes itself."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(
            "Switch off" if self.chip.on else "Switch on", "Del"
        ).triggered.connect(self.switch)  # fmt: skip
        if self.chip.on:
            self._offer_changes(menu)
        if self._adjustment is not None and self._adjustment.change is Change.REPLACED:
            self._add(menu, f"Back to “{self.chip.words}”", partial(self._adjust, None))
        menu.addSeparator()
        if self.chip.ui:
            under = partial(self.heading_wanted.emit, self.chip.ui, self.chip.name)
            self._add(menu, "Filter by this heading", under)
        place = self.chip.place
        show = partial(self.place_wanted.emit, place.start, place.stop)
        self._add(menu, "Show in the query", show)
        return menu

    @Slot()
    def open_menu(self) -> None:
        """Show the menu beneath the chip."""
        self.make_menu().popup(self.mapToGlobal(QPoint(0, self.height() + 2)))

    @Slot()
    def switch(self) -> None:
        """Off when it is on, else on."""
        self._adjust(Change.OFF if self.chip.on else None)

    def cross_place(self) -> QRect:
        """Where a click switches the chip."""
        return QRect(self.width() - _ZONE, 0, _ZONE, self.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.switch()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.isDown() and self.cross_place().contains(event.position().toPoint()):
            self.setDown(False)
            self.switch()
        else:
            super().mouseReleaseEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        middle = self.cross_place().center()
        box = QRectF(middle.x() - _CROSS / 2 - 1, middle.y() - _CROSS / 2 + 1, _CROSS, _CROSS)
        sign = "close" if self.chip.on else "plus"
        paint_icon(painter, box, sign, colours_of(self.palette()).muted)
        painter.end()

    def _offer_changes(self, menu: QMenu) -> None:
        chip, change = self.chip, self._adjustment.change if self._adjustment else None
        if self._exact and chip.exploded and chip.narrower:
            text = f"Leave out the {chip.narrower:,} narrower headings"
            self._add(menu, text, partial(self._adjust, Change.NOT_EXPLODED))
        if change is Change.NOT_EXPLODED:
            self._add(menu, "Narrower headings too", partial(self._adjust, None))
        self._add(menu, "Replace…", partial(self.replacement_wanted.emit, chip))

    def _adjust(self, change: Change | None) -> None:
        self.adjusted.emit(self.chip.key, change, "")

    @staticmethod
    def _add(menu: QMenu, text: str, do: "partial[None]") -> None:
        menu.addAction(text.replace("&", "&&")).triggered.connect(partial(_call, do))


def chip_words(chip: Chip, exact: bool) -> str:
    """`heart attack → Myocardial Infarction, exploded, 4 narrower · 128`."""
    if chip.kind in (ChipKind.WORDS, ChipKind.PHRASE) and chip.name == "":
        text = f"“{chip.words}”" if chip.kind is ChipKind.PHRASE else chip.words
        shown = chip.label if _other_words(chip) else text
    elif chip.name:
        same = chip.words.strip('"').casefold() == chip.name.casefold()
        shown = chip.name if same else f"{chip.words} → {chip.name}"
        if chip.exploded and chip.narrower:
            shown += f" + {chip.narrower:,} narrower"
        elif chip.narrower:
            shown += ", not exploded"
    else:
        shown = chip.label or chip.words
    if exact and chip.hits is not None:
        shown += f" · {chip.hits:,}"
    return shown


def chip_tip(chip: Chip, exact: bool) -> str:
    """What a chip means, in full."""
    parts = [f"“{chip.words}” is read as {chip.label}"]
    if chip.exploded and chip.narrower:
        parts.append(f"exploded: with {chip.narrower:,} narrower headings")
    if exact and chip.hits is not None:
        parts.append(f"{chip.hits:,} articles by itself")
    if not chip.on:
        parts.append("switched off")
    return ", ".join(parts) + ". Press for what can be changed."


def _other_words(chip: Chip) -> bool:
    """Whether the words searched are not those that were typed: the chip was replaced."""
    typed = {word.strip('",.').casefold() for word in chip.words.split()}
    searched = chip.label.replace("[all]", "").replace('"', "").casefold()
    return not all(word in searched for word in typed)


def _call(do: "partial[None]", _checked: bool = False) -> None:
    do()
