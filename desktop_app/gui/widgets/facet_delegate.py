"""Paints one facet row: a box that includes, the name over a bar, a minus that excludes."""

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetrics, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop_app.gui.icons import paint_icon
from desktop_app.gui.models.facet_roles import COUNT_ROLE, MARK_ROLE, SHARE_ROLE, Mark
from desktop_app.gui.theme import Colours, colour, colours_of, sized

_Index = QModelIndex | QPersistentModelIndex
_BOX = 14
_ZONE = 24  # px of a row's left end that count as the box, of its right end as the minus


class FacetDelegate(QStyledItemDelegate):
    """`include_pressed` and `exclude_pressed` carry the index of the row."""

    include_pressed = Signal(QModelIndex)
    exclude_pressed = Signal(QModelIndex)

    def __init__(self, excludes: bool, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._excludes = excludes

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(120, max(26, option.fontMetrics.height() + 10))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        colours = colours_of(option.palette)
        mark = Mark(index.data(MARK_ROLE) or 0)
        current = bool(option.state & QStyle.StateFlag.State_Selected)
        focused = current and bool(option.state & QStyle.StateFlag.State_HasFocus)
        lively = focused or bool(option.state & QStyle.StateFlag.State_MouseOver)
        rect = QRect(option.rect)
        count = index.data(COUNT_ROLE)
        has_box = count is not None and count >= 0
        body = rect.adjusted(_ZONE if has_box else 0, 2, -2, -2)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_bar(painter, body, colours, float(index.data(SHARE_ROLE) or 0.0), lively)
        if has_box:
            _paint_box(painter, rect, colours, mark)
        minus = self._excludes and has_box and lively and mark != Mark.EXCLUDED
        if minus:
            paint_icon(painter, QRectF(exclude_place(rect)), "minus", colours.danger)
        end = body.right() - (_ZONE - 4 if minus else 6)
        if has_box:
            end -= _paint_count(painter, option, body, end, f"{count:,}") + 8
        name = QRect(body.left() + 6, body.top(), end - body.left() - 6, body.height())
        _paint_name(painter, option, name, str(index.data() or ""), mark)
        if focused:
            painter.setPen(QPen(colour(colours.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(rect).adjusted(1, 1.5, -1.5, -1.5), 5, 5)
        painter.restore()

    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: _Index,
    ) -> bool:
        if (
            event.type() != QEvent.Type.MouseButtonRelease
            or not isinstance(event, QMouseEvent)
            or event.button() != Qt.MouseButton.LeftButton
            or (index.data(COUNT_ROLE) or 0) < 0
        ):
            return False
        place = event.position().toPoint()
        plain = model.index(index.row(), index.column(), index.parent())
        if place.x() < option.rect.left() + _ZONE:
            self.include_pressed.emit(plain)
            return True
        if self._excludes and place.x() >= option.rect.right() - _ZONE:
            self.exclude_pressed.emit(plain)
            return True
        return False


def include_place(rect: QRect) -> QRect:
    """Where the box is in a row's rectangle."""
    return QRect(rect.left() + 4, rect.center().y() - _BOX // 2 + 1, _BOX, _BOX)


def exclude_place(rect: QRect) -> QRect:
    """Where the minus is in a row's rectangle."""
    return QRect(rect.right() - _ZONE + 5, rect.center().y() - 7, 15, 15)


def _paint_box(painter: QPainter, rect: QRect, colours: Colours, mark: Mark) -> None:
    box = QRectF(include_place(rect)).adjusted(0.5, 0.5, -0.5, -0.5)
    fill = {
        Mark.NONE: colours.surface,
        Mark.INCLUDED: colours.accent,
        Mark.EXCLUDED: colours.danger,
    }
    painter.setBrush(colour(fill[mark]))
    painter.setPen(QPen(colour(colours.field if mark == Mark.NONE else fill[mark]), 1))
    painter.drawRoundedRect(box, 3.5, 3.5)
    if mark != Mark.NONE:
        sign = "check" if mark == Mark.INCLUDED else "minus"
        paint_icon(painter, box.adjusted(1, 1, -1, -1), sign, colours.surface)


def _paint_bar(
    painter: QPainter, rect: QRect, colours: Colours, share: float, lively: bool
) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    if lively:
        painter.setBrush(colour(colours.hover))
        painter.drawRoundedRect(rect, 4, 4)
    if share > 0:
        painter.setBrush(colour(colours.bar))
        width = max(4, round(rect.width() * min(1.0, share)))
        painter.drawRoundedRect(QRect(rect.left(), rect.top(), width, rect.height()), 4, 4)


def _paint_count(
    painter: QPainter, option: QStyleOptionViewItem, rect: QRect, end: int, text: str
) -> int:
    """Paint the count up to `end`; return its width."""
    painter.setFont(sized(option.font, 0.9))
    painter.setPen(colour(colours_of(option.palette).muted))
    line = QRect(rect.left(), rect.top(), end - rect.left(), rect.height())
    painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
    return painter.fontMetrics().horizontalAdvance(text)


def _paint_name(
    painter: QPainter, option: QStyleOptionViewItem, rect: QRect, name: str, mark: Mark
) -> None:
    colours = colours_of(option.palette)
    font = QFont(option.font)
    font.setStrikeOut(mark == Mark.EXCLUDED)
    if mark == Mark.INCLUDED:
        font.setWeight(QFont.Weight.DemiBold)
    painter.setFont(font)
    painter.setPen(colour(colours.danger if mark == Mark.EXCLUDED else colours.text))
    text = fitting(name, painter.fontMetrics(), rect.width())
    painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)


def fitting(name: str, metrics: QFontMetrics, width: int) -> str:
    """A name as wide as there is room; of a chain `A › B › C` the last heading is kept longest."""
    if metrics.horizontalAdvance(name) <= width:
        return name
    above, _, last = name.rpartition(" › ")
    room = width - metrics.horizontalAdvance(f" › {last}")
    if above and room > metrics.horizontalAdvance("Xxxxx…"):
        top = above.split(" › ")[0]
        return f"{metrics.elidedText(top, Qt.TextElideMode.ElideRight, room)} › {last}"
    if above and room > metrics.horizontalAdvance("…"):
        return f"… › {last}"
    return metrics.elidedText(last, Qt.TextElideMode.ElideRight, width)
