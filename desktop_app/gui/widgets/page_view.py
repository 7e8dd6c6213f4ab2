"""A picture of a page, as wide as there is room, or a line that says why there is none."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import QLabel, QScrollArea, QWidget

_MARGIN = 24  # px on both sides together
_NARROWEST = 120


class PageView(QScrollArea):
    """Scrolls when the page is taller than the pane."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self._page = QLabel()
        self._page.setTextFormat(Qt.TextFormat.PlainText)
        self._page.setWordWrap(True)
        self._page.setMargin(_MARGIN // 2)
        self._page.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._page.setProperty("role", "muted")
        self.setWidget(self._page)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("First page")

    def show_page(self, image: QImage, instead: str = "") -> None:
        """Show a page from its top; without one the words `instead`."""
        self._image = image
        if image.isNull():
            self._page.setPixmap(QPixmap())
            self._page.setText(instead)
        self._fit()
        self.verticalScrollBar().setValue(0)

    @property
    def has_page(self) -> bool:
        """Whether a page is shown."""
        return not self._image.isNull()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if self._image.isNull():
            return
        ratio = self.devicePixelRatioF()
        bar = self.verticalScrollBar().sizeHint().width()  # also without one: no to and fro
        width = max(_NARROWEST, self.width() - bar - _MARGIN)
        smooth = Qt.TransformationMode.SmoothTransformation
        pixmap = QPixmap.fromImage(self._image.scaledToWidth(round(width * ratio), smooth))
        pixmap.setDevicePixelRatio(ratio)
        self._page.setPixmap(pixmap)
