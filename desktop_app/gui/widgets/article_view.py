"""The text of one article: what is pressed in it comes out as signals."""

from urllib.parse import unquote

from PySide6.QtCore import QEvent, QUrl, Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop_app.gui.article_html import ALL_AUTHORS, HEADING, article_html, style
from desktop_app.gui.links import web_host
from desktop_app.gui.theme import colours_of
from desktop_app.gui.widgets.safe_browser import SafeBrowser
from desktop_app.records import Article


class ArticleView(SafeBrowser):
    """Shows an article. Links come out as signals; nothing is ever followed from here."""

    heading_pressed = Signal(str, str)  # UI, name
    address_pressed = Signal(str)
    host_hovered = Signal(str)  # "" when the mouse leaves a link

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Article")
        self.setViewportMargins(20, 4, 16, 12)
        self._article: Article | None = None
        self.words: tuple[str, ...] = ()  # marked in the text
        self._everyone = False
        self.anchorClicked.connect(self._press)
        self.highlighted.connect(self._hover)

    def show_article(self, article: Article, words: tuple[str, ...]) -> None:
        """Show a record with `words` marked."""
        self._article, self.words, self._everyone = article, words, False
        self._render()
        self.verticalScrollBar().setValue(0)

    def show_nothing(self) -> None:
        """Empty the pane."""
        self._article = None
        self.clear()

    @property
    def article(self) -> Article | None:
        """The record shown."""
        return self._article

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._render()

    def _render(self) -> None:
        if getattr(self, "_article", None) is None:  # Qt sends events before we are made
            return
        article = self._article
        assert article is not None
        colours = colours_of(self.palette())
        self.document().setDefaultStyleSheet(style(colours, self.font().pointSizeF()))
        self.setHtml(article_html(article, self.words, colours, self._everyone))

    @Slot(QUrl)
    def _press(self, url: QUrl) -> None:
        address = url.toString(QUrl.ComponentFormattingOption.FullyEncoded)
        if address == ALL_AUTHORS:
            self._everyone = True
            self._render()
        elif address.startswith(HEADING):
            ui, _, name = address.removeprefix(HEADING).partition("/")
            self.heading_pressed.emit(unquote(ui), unquote(name))
        else:
            self.address_pressed.emit(address)

    @Slot(QUrl)
    def _hover(self, url: QUrl) -> None:
        address = url.toString(QUrl.ComponentFormattingOption.FullyEncoded)
        self.host_hovered.emit(web_host(address))
