"""Icons drawn from our own SVG files in the colour that the present theme needs."""

import functools

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QColor, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QPushButton, QWidget

from desktop_app import paths
from desktop_app.gui.theme import colours_of

_NAME = "iconName"
_COLOUR = "iconColour"
_GAP = 4  # px


def set_icon(
    target: QAbstractButton | QAction, name: str, palette: QPalette, colour: str = "muted"
) -> None:
    """Give a button or action an icon; `colour` is a field of `theme.Colours`."""
    target.setProperty(_NAME, name)
    target.setProperty(_COLOUR, colour)
    gap = 0
    if isinstance(target, QPushButton):  # its text would stand too close
        gap, side = _GAP, target.iconSize().height()
        target.setIconSize(QSize(side + gap, side))
    target.setIcon(icon(name, getattr(colours_of(palette), colour), gap))


def retint(root: QWidget) -> None:
    """Redraw every icon below `root` after the theme changed."""
    targets: list[QAbstractButton | QAction] = [
        *root.findChildren(QAbstractButton),
        *root.findChildren(QAction),
    ]
    for target in targets:
        name = target.property(_NAME)
        if name:
            set_icon(target, name, root.palette(), target.property(_COLOUR))


@functools.lru_cache(maxsize=256)
def icon(name: str, colour: str, gap: int = 0) -> QIcon:
    """An icon in one colour, sharp at the usual scalings; `gap` pixels stay free at its right."""
    made = QIcon()
    for side in (14, 16, 18, 20, 24, 32, 48, 64):
        made.addPixmap(pixmap(name, colour, side, 1.0, gap))
    for side in (14, 16, 18):
        made.addPixmap(pixmap(name, colour, side, 2.0, gap))
    return made


@functools.lru_cache(maxsize=512)
def pixmap(name: str, colour: str, side: int, ratio: float = 1.0, gap: int = 0) -> QPixmap:
    """A picture `side` logical pixels high, and wide but for the gap."""
    picture = QPixmap(QSize(side + gap, side) * ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    _renderer(name, colour).render(painter, QRectF(0, 0, side * ratio, side * ratio))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


def paint_icon(painter: QPainter, rect: QRectF, name: str, colour: QColor | str) -> None:
    """Draw an icon as vectors into a rectangle."""
    text = colour if isinstance(colour, str) else colour.name()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _renderer(name, text).render(painter, rect)
    painter.restore()


@functools.lru_cache(maxsize=256)
def _renderer(name: str, colour: str) -> QSvgRenderer:
    source = (paths.resources_dir() / "icons" / f"{name}.svg").read_bytes()
    return QSvgRenderer(QByteArray(source.replace(b"currentColor", colour.encode())))
