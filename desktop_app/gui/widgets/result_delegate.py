"""Paints one hit: title, authors and journal, why it was found, how similar it is."""

from collections.abc import Iterator

from PySide6.QtCore import (
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen, QTextLayout, QTextOption
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop_app.gui.icons import paint_icon
from desktop_app.gui.models.result_model import JUDGED_ROLE, METER_ROLE, ROW_ROLE, STAR_ROLE
from desktop_app.gui.theme import Colours, colour, colours_of, sized, title_weight
from desktop_app.search.request import ResultRow

_Index = QModelIndex | QPersistentModelIndex
_EDGE = 16  # px left and right
_AIR = 10  # px above and below
_METER = 48  # px long
_MARK = 15  # px
RETRACTED = "Retracted"


class ResultDelegate(QStyledItemDelegate):
    """Every row is equally high, two lines of title: lists of 100,000 need no measuring."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._height = 0
        self._measured = ""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        key = option.font.key()
        if key != self._measured:
            title = QFontMetrics(_title_font(option.font))
            small = QFontMetrics(_small_font(option.font))
            self._height = 2 * title.lineSpacing() + 2 * small.lineSpacing() + 8 + 2 * _AIR
            self._measured = key
        return QSize(280, self._height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        colours = colours_of(option.palette)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_ground(painter, option, colours)
        row: ResultRow | None = index.data(ROW_ROLE)
        inner = option.rect.adjusted(_EDGE, _AIR, -_EDGE, -_AIR)
        if row is None:
            _paint_skeleton(painter, inner, colours)
        else:
            for icon, shade in _marks(index, colours):
                _paint_mark(painter, inner, icon, shade)
                inner.setRight(inner.right() - _MARK - 6)
            self._paint_row(painter, option, inner, row, index.data(METER_ROLE))
        painter.restore()

    def _paint_row(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        rect: QRect,
        row: ResultRow,
        meter: float | None,
    ) -> None:
        colours = colours_of(option.palette)
        title_font, small_font = _title_font(option.font), _small_font(option.font)
        lines = title_lines(row.title or "[No title]", title_font, rect.width())
        line, small = QFontMetrics(title_font).lineSpacing(), QFontMetrics(small_font).lineSpacing()
        used = len(lines) * line + (2 if reason(row) else 1) * small + 6
        y = rect.top() + max(0, (rect.height() - used) // 2)
        painter.setFont(title_font)
        painter.setPen(colour(colours.text))
        for text in lines:
            painter.drawText(QRect(rect.left(), y, rect.width(), line), _LEFT, text)
            y += line
        y += 3
        painter.setFont(small_font)
        painter.setPen(colour(colours.muted))
        right = rect.width()
        if meter is not None and row.similarity is not None:
            place = QRect(rect.left(), y, rect.width(), small)
            right -= _paint_meter(painter, place, colours, meter, row.similarity) + 12
        left = _paint_badge(painter, QRect(rect.left(), y, right, small), colours, row)
        about = _about(row, painter.fontMetrics(), right - left)
        painter.drawText(QRect(rect.left() + left, y, right - left, small), _LEFT, about)
        y += small + 3
        if reason(row):
            _paint_why(painter, QRect(rect.left(), y, rect.width(), small), colours, row)


_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def title_lines(title: str, font: QFont, width: int) -> list[str]:
    """A title broken into at most two lines, the second elided."""
    layout = QTextLayout(title, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    first = layout.createLine()
    first.setLineWidth(max(1, width))
    end = first.textLength()
    layout.endLayout()
    if end >= len(title):
        return [title]
    rest = title[end:].strip()
    metrics = QFontMetrics(font)
    return [title[:end].rstrip(), metrics.elidedText(rest, Qt.TextElideMode.ElideRight, width)]


def reason(row: ResultRow) -> str:
    """The why line without the similarity, which the meter shows; "" when nothing is left."""
    parts = [part for part in row.why.split(" · ") if not part.startswith("similarity ")]
    kept = " · ".join(part for part in parts if part)
    return kept or ("close in meaning" if row.similarity is not None else "")


def _about(row: ResultRow, metrics: QFontMetrics, width: int) -> str:
    """Authors give way before journal and year, which tell hits apart."""
    source = " · ".join(part for part in (row.journal, str(row.year or "")) if part)
    room = width - metrics.horizontalAdvance(f" · {source}")
    if not row.authors or room < 60:
        return metrics.elidedText(source or row.authors, Qt.TextElideMode.ElideRight, width)
    authors = row.authors
    if metrics.horizontalAdvance(authors) > room:
        first, comma, _ = authors.partition(", ")
        authors = f"{first} et al." if comma else authors
    authors = metrics.elidedText(authors, Qt.TextElideMode.ElideRight, room)
    return f"{authors} · {source}" if source else authors


def _title_font(font: QFont) -> QFont:
    title = sized(font, 1.04)
    title.setWeight(title_weight(font.family()))
    return title


def _small_font(font: QFont) -> QFont:
    return sized(font, 0.9)


def paint_ground(painter: QPainter, option: QStyleOptionViewItem, colours: Colours) -> None:
    """Draw what shows that a row is selected, hovered or has the keyboard, and a line below it."""
    rect = option.rect
    selected = bool(option.state & QStyle.StateFlag.State_Selected)
    hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
    if selected or hovered:
        painter.fillRect(rect, colour(colours.tint if selected else colours.hover))
    painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), colour(colours.border))
    if selected:
        painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), colour(colours.accent))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(colour(colours.accent), 1))
            painter.drawRect(QRectF(rect).adjusted(0.5, 0.5, -1.5, -1.5))


def _paint_meter(
    painter: QPainter, rect: QRect, colours: Colours, meter: float, similarity: float
) -> int:
    """Draw the bar with its cosine at the right end of a line; return the width used."""
    text = f"{similarity:.2f}"
    wide = painter.fontMetrics().horizontalAdvance("0.00")
    painter.drawText(rect, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
    track = QRectF(rect.right() - wide - 8 - _METER, rect.center().y() - 1, _METER, 4)
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(colours.border))
    painter.drawRoundedRect(track, 2, 2)
    painter.setBrush(colour(colours.accent))
    painter.drawRoundedRect(QRectF(track.topLeft(), track.size()).adjusted(
        0, 0, -track.width() * (1 - meter), 0), 2, 2)  # fmt: skip
    painter.restore()
    return wide + 8 + _METER


def _paint_badge(painter: QPainter, rect: QRect, colours: Colours, row: ResultRow) -> int:
    """Draw "Retracted" at the left end of a line where it is so; return the width used."""
    if not row.retracted:
        return 0
    width = painter.fontMetrics().horizontalAdvance(RETRACTED) + 12
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(colours.danger_tint))
    painter.drawRoundedRect(QRectF(rect.left(), rect.top(), width, rect.height()), 4, 4)
    painter.setPen(colour(colours.danger))
    place = QRect(rect.left(), rect.top(), width, rect.height())
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, RETRACTED)
    painter.restore()
    return width + 8


def _paint_why(painter: QPainter, rect: QRect, colours: Colours, row: ResultRow) -> None:
    side = min(14, rect.height())
    place = QRectF(
        QPointF(rect.left(), rect.center().y() - side / 2 + 0.5), QRectF(0, 0, side, side).size()
    )
    name = "concept" if "MeSH" in row.why else "words" if "words" in row.why else "meaning"
    paint_icon(painter, place, name, colours.accent)
    text = painter.fontMetrics().elidedText(
        reason(row), Qt.TextElideMode.ElideRight, rect.width() - side - 6
    )
    painter.setPen(colour(colours.link))
    painter.drawText(rect.adjusted(side + 6, 0, 0, 0), _LEFT, text)


def _marks(index: _Index, colours: Colours) -> Iterator[tuple[str, str]]:
    """The user's marks on an article, from the right: icon and colour."""
    if index.data(STAR_ROLE):
        yield "star", colours.warn
    relevant = index.data(JUDGED_ROLE)
    if relevant is not None:
        yield ("done", colours.good) if relevant else ("close", colours.muted)


def _paint_mark(painter: QPainter, rect: QRect, icon: str, shade: str) -> None:
    place = QRectF(rect.right() - _MARK + 5, rect.top(), _MARK, _MARK)
    paint_icon(painter, place, icon, shade)


def _paint_skeleton(painter: QPainter, rect: QRect, colours: Colours) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(colours.well))
    for top, share in ((2, 0.85), (24, 0.6), (48, 0.4)):
        painter.drawRoundedRect(
            QRectF(rect.left(), rect.top() + top, rect.width() * share, 10), 4, 4
        )
