"""Makes a whole window take dropped files and folders, and says so while they hover over it."""

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QDragMoveEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QWidget

from desktop_app.gui.icons import paint_icon
from desktop_app.gui.text import count
from desktop_app.gui.theme import colour, colours_of, sized

_DRAGS = (
    QEvent.Type.DragEnter,
    QEvent.Type.DragMove,
    QEvent.Type.DragLeave,
    QEvent.Type.Drop,
)


class DropTarget(QWidget):
    """An overlay over `window`. It watches the application, for a drag may enter by any child."""

    files_dropped = Signal(list)  # Path

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._text = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName("Drop files to import them")
        self.hide()
        window.setAcceptDrops(True)
        app = QApplication.instance()
        assert app is not None
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind not in _DRAGS or not isinstance(watched, QWidget):
            return False
        window = self.window()
        if watched is not window and watched.window() is not window:
            return False
        if kind == QEvent.Type.DragLeave:
            self.hide()
            return False
        assert isinstance(event, QDropEvent | QDragMoveEvent)
        dropped = dropped_files(event.mimeData())
        if not dropped:
            return False
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        if kind == QEvent.Type.Drop:
            self.hide()
            self.files_dropped.emit(dropped)
        elif kind == QEvent.Type.DragEnter or self.isHidden():
            self._offer(dropped)
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = colours_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = colour(colours.window).toRgb()
        veil.setAlpha(245)
        painter.fillRect(self.rect(), veil)
        frame = QRectF(self.rect()).adjusted(24, 24, -24, -24)
        painter.setPen(QPen(colour(colours.accent), 2, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(frame, 16, 16)
        middle = frame.center()
        paint_icon(
            painter, QRectF(middle.x() - 28, middle.y() - 64, 56, 56), "import", colours.accent
        )
        painter.setFont(sized(self.font(), 1.55, bold=True))
        painter.setPen(colour(colours.text))
        line = QRectF(frame.left(), middle.y() + 4, frame.width(), 48)
        painter.drawText(
            line, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, self._text
        )
        painter.end()

    @property
    def text(self) -> str:
        """What the overlay says."""
        return self._text

    def _offer(self, dropped: list[Path]) -> None:
        self._text = f"Drop to import: {_what(dropped)}"
        self.setGeometry(self.window().rect())
        self.raise_()
        self.show()
        self.update()


def dropped_files(mime: QMimeData) -> list[Path]:
    """The local files and folders in dragged data; web addresses and text are none."""
    if not mime.hasUrls():
        return []
    return [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]


def _what(dropped: list[Path]) -> str:
    folders = sum(1 for path in dropped if path.is_dir())
    parts = []
    if len(dropped) - folders:
        parts.append(count(len(dropped) - folders, "file"))
    if folders:
        parts.append(count(folders, "folder"))
    return " and ".join(parts)
