"""Paints a doubtful pair: the title, and beneath it what tells the two records apart."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from desktop_app.gui.theme import colour, colours_of, sized
from desktop_app.gui.widgets.result_delegate import paint_ground

_Index = QModelIndex | QPersistentModelIndex
_MARGIN, _GAP = 12, 2
_LINES = 3


class PairDelegate(QStyledItemDelegate):
    """Three lines a row, each cut to the width."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        title, small = QFontMetrics(option.font), QFontMetrics(sized(option.font, 0.9))
        lines = title.height() + (_LINES - 1) * (small.height() + _GAP)
        return QSize(0, lines + 2 * _MARGIN)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        colours = colours_of(option.palette)
        painter.save()
        paint_ground(painter, option, colours)
        box = option.rect.adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        top = box.top()
        for number, line in enumerate(str(index.data()).split("\n")):
            font = sized(option.font, 0.9) if number else option.font
            metrics = QFontMetrics(font)
            text = metrics.elidedText(line, Qt.TextElideMode.ElideRight, box.width())
            painter.setFont(font)
            painter.setPen(colour(colours.muted if number else colours.text))
            painter.drawText(box.left(), top + metrics.ascent(), text)
            top += metrics.height() + _GAP
        painter.restore()
