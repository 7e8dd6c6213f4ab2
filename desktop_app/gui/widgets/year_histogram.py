"""Articles per year as bars; drag over them, or use the arrow keys, to choose a range of years."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from desktop_app.gui.text import count
from desktop_app.gui.theme import colour, colours_of, sized

_GRIP = 6  # px around an edge of the range within which a press takes hold of it
_Range = tuple[int, int]


class YearHistogram(QWidget):
    """`range_chosen` carries (first, last) year, or None for all years."""

    range_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts: dict[int, int] = {}
        self._first, self._last = 0, -1
        self._chosen: _Range | None = None
        self._anchor: int | None = None  # the year that stays while dragging
        self._hover: int | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Years")
        self._describe()

    def show_years(self, counts: dict[int, int], chosen: _Range | None) -> None:
        """Show articles per year and the range that filters them."""
        years = [*counts, *(chosen or ())]
        self._counts = counts
        self._first, self._last = (min(years), max(years)) if years else (0, -1)
        if self._anchor is None:
            self._chosen = chosen
        self._describe()
        self.update()

    def has_years(self) -> bool:
        """True when there is something to draw."""
        return bool(self._counts or self._chosen)

    @property
    def chosen(self) -> _Range | None:
        """The range as it is drawn now, also while dragging."""
        return self._chosen

    def sizeHint(self) -> QSize:
        return QSize(200, 56 + self.fontMetrics().height())

    def year_rect(self, year: int) -> QRectF:
        """The column of a year, as high as the plot."""
        plot = self._plot()
        step = plot.width() / max(1, self._last - self._first + 1)
        return QRectF(plot.left() + (year - self._first) * step, plot.top(), step, plot.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = colours_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        plot = self._plot()
        painter.setPen(QPen(colour(colours.border), 1))
        painter.drawLine(plot.bottomLeft(), plot.bottomRight())
        if self._chosen and self._counts:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(colours.tint))
            painter.drawRoundedRect(self._span(), 3, 3)
        self._paint_bars(painter)
        self._paint_labels(painter)
        if self._chosen and self._counts:
            self._paint_handles(painter)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour(colours.accent), 1))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        painter.end()

    def _paint_bars(self, painter: QPainter) -> None:
        colours = colours_of(self.palette())
        most = max(self._counts.values(), default=1)
        painter.setPen(Qt.PenStyle.NoPen)
        for year, number in self._counts.items():
            column = self.year_rect(year)
            gap = 1.0 if column.width() > 4 else 0.0
            height = max(2.0, (column.height() - 4) * number / most)
            inside = self._chosen is None or self._chosen[0] <= year <= self._chosen[1]
            name = colours.accent if inside else colours.scroll
            painter.setBrush(colour(colours.accent_hover if year == self._hover else name))
            wide = min(column.width() - gap, 28.0)
            left = column.center().x() - wide / 2
            painter.drawRoundedRect(QRectF(left, column.bottom() - height, wide, height), 1.5, 1.5)

    def _paint_labels(self, painter: QPainter) -> None:
        if not self._counts:
            return
        painter.setFont(sized(self.font(), 0.85))
        painter.setPen(colour(colours_of(self.palette()).muted))
        plot = self._plot()
        line = QRectF(
            plot.left(), plot.bottom() + 3, plot.width(), self.height() - plot.bottom() - 3
        )
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft, str(self._first))
        if self._last != self._first:
            painter.drawText(line, Qt.AlignmentFlag.AlignRight, str(self._last))
        if self._chosen:
            painter.setPen(colour(colours_of(self.palette()).link))
            painter.drawText(line, Qt.AlignmentFlag.AlignHCenter, _words(self._chosen))

    def _paint_handles(self, painter: QPainter) -> None:
        colours = colours_of(self.palette())
        span = self._span()
        for x in (span.left(), span.right()):
            grip = QRectF(x - 3, span.center().y() - 9, 6, 18)
            painter.setPen(QPen(colour(colours.accent), 1.5))
            painter.drawLine(QPointF(x, span.top()), QPointF(x, span.bottom()))
            painter.setBrush(colour(colours.surface))
            painter.drawRoundedRect(grip, 3, 3)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or not self._counts:
            return
        x = event.position().x()
        if self._chosen and abs(x - self._span().left()) <= _GRIP:
            self._anchor = self._chosen[1]
        elif self._chosen and abs(x - self._span().right()) <= _GRIP:
            self._anchor = self._chosen[0]
        else:
            self._anchor = self._year_at(x)
        self._stretch(x)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if self._anchor is not None:
            self._stretch(x)
        elif self._counts:
            self._hover = self._year_at(x)
            near = self._chosen and any(
                abs(x - edge) <= _GRIP for edge in (self._span().left(), self._span().right())
            )
            self.setCursor(Qt.CursorShape.SizeHorCursor if near else Qt.CursorShape.ArrowCursor)
            number = self._counts.get(self._hover, 0)
            text = f"{self._hover}: {count(number, 'article')}"
            QToolTip.showText(event.globalPosition().toPoint(), text, self)
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._anchor is not None:
            self._anchor = None
            self._announce()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._anchor = None
        self._set(None)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = None
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Escape, Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self._chosen:
            self._set(None)
        elif key in steps and self._counts:
            first, last = self._chosen or (self._first, self._last)
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                last = max(first, min(self._last, last + steps[key]))
            else:
                first = min(last, max(self._first, first + steps[key]))
            self._set((first, last))
        else:
            super().keyPressEvent(event)

    def _set(self, chosen: _Range | None) -> None:
        if chosen != self._chosen:
            self._chosen = chosen
            self._announce()

    def _announce(self) -> None:
        if self._chosen == (self._first, self._last):
            self._chosen = None
        self._describe()
        self.update()
        self.range_chosen.emit(self._chosen)

    def _stretch(self, x: float) -> None:
        year = self._year_at(x)
        anchor = year if self._anchor is None else self._anchor
        self._chosen = (min(year, anchor), max(year, anchor))
        self.update()

    def _plot(self) -> QRectF:
        label = self.fontMetrics().height() + 4
        return QRectF(4, 4, max(1, self.width() - 8), max(1, self.height() - 8 - label))

    def _span(self) -> QRectF:
        first, last = self._chosen or (self._first, self._last)
        return self.year_rect(first).united(self.year_rect(last))

    def _year_at(self, x: float) -> int:
        step = self._plot().width() / max(1, self._last - self._first + 1)
        year = self._first + int((x - self._plot().left()) // step)
        return max(self._first, min(self._last, year))

    def _describe(self) -> None:
        total = sum(self._counts.values())
        whole = f"{count(total, 'article')} from {self._first} to {self._last}. " if total else ""
        chosen = f"Chosen: {_words(self._chosen)}. " if self._chosen else ""
        self.setAccessibleDescription(
            f"{whole}{chosen}Left and right move the first year, with Shift the last; Esc clears."
        )


def _words(chosen: _Range) -> str:
    first, last = chosen
    return str(first) if first == last else f"{first}–{last}"
