"""A text browser that never loads anything and never follows a link by itself."""

from typing import Any

from PySide6.QtCore import QByteArray, QUrl
from PySide6.QtGui import QImage, QTextDocument
from PySide6.QtWidgets import QTextBrowser, QWidget


class SafeBrowser(QTextBrowser):
    """Qt's own reads local files that a text names; this one answers with emptiness."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(False)
        self.viewport().setAcceptDrops(False)
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.document().setDocumentMargin(0)

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """Always empty: no picture, style sheet or page, from disk or network.

        Not None: the document would then open a local file itself (QTextDocument::loadResource),
        and for a picture the image handler as well.
        """
        if kind == QTextDocument.ResourceType.ImageResource.value:
            return QImage(1, 1, QImage.Format.Format_Alpha8)
        return QByteArray()
