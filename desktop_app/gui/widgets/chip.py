"""A small rounded button that stands for one thing: a recognised concept, an active filter."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QPushButton, QWidget

from desktop_app.gui.icons import set_icon
from desktop_app.gui.text import plain_tip

_LONGEST = 44  # characters shown; the tool tip has the whole


class Chip(QPushButton):
    """A chip with an icon before its text; `clicked` says that the user wants what it offers."""

    def __init__(
        self,
        text: str,
        icon: str,
        tip: str,
        kind: str = "",
        parent: QWidget | None = None,
        longest: int = _LONGEST,
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "chip")
        self.setProperty("kind", kind)
        shown = text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
        self.setText(shown.replace("&", "&&"))
        self.setIconSize(QSize(14, 14))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(plain_tip(f"{text} — {tip}" if len(text) > longest else tip))
        self.setAccessibleName(f"{text}. {tip}")
        set_icon(self, icon, self.palette(), "danger" if kind == "exclude" else "accent")
