"""The right pane: the chosen article with what one can do with it, or a hint."""

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from desktop_app.gui.icons import set_icon
from desktop_app.gui.widgets.article_view import ArticleView
from desktop_app.gui.widgets.empty_state import EmptyState
from desktop_app.gui.widgets.note_box import NoteBox
from desktop_app.gui.widgets.record_strip import RecordStrip
from desktop_app.gui.widgets.why_panel import WhyPanel
from desktop_app.records import Article


class ArticlePane(QFrame):
    """Article text under a slim row of actions."""

    heading_pressed = Signal(str, str)  # UI, name
    address_pressed = Signal(str)
    noting_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pane")
        self.setMinimumWidth(280)
        self.view = ArticleView(self)
        self.strip = RecordStrip(self)
        self.note = NoteBox(self)
        self._where = QLabel(self)
        self._where.setTextFormat(Qt.TextFormat.PlainText)
        self._where.setProperty("role", "small")
        self._pubmed = self._button("PubMed", "link", "Open in PubMed", self._open_pubmed)
        self._doi = self._button("DOI", "link", "Open the DOI", self._open_doi)
        self._copy = self._button("Copy", "copy", "Copy the citation", self._copy_citation)
        self._noting = self._button("Note", "note", "Write a note on this article", self._ask_note)
        self.why = self._button("Why?", "info", "Why this article is a result", self._tick)
        self.why.setCheckable(True)
        self.reasons = WhyPanel(self)
        self.reasons.hide()
        row = QHBoxLayout()
        row.setContentsMargins(14, 8, 12, 6)
        row.setSpacing(4)
        for button in (self._pubmed, self._doi, self._copy, self._noting, self.why):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self._where)
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.strip)
        column.addWidget(self.note)
        beside = QHBoxLayout()
        beside.setContentsMargins(16, 2, 16, 6)
        beside.addWidget(self.reasons)
        column.addLayout(beside)
        column.addWidget(self.view, 1)
        hint = EmptyState(self)
        hint.show_state("", "", "Choose an article to read it here.")
        self._stack = QStackedLayout(self)
        self._stack.addWidget(hint)
        self._stack.addWidget(page)
        self.view.heading_pressed.connect(self.heading_pressed)
        self.view.address_pressed.connect(self.address_pressed)
        self.view.host_hovered.connect(self._where.setText)

    def show_article(self, article: Article, words: tuple[str, ...]) -> None:
        """Show a record with `words` marked."""
        self._pubmed.setVisible(article.pmid is not None)
        self._doi.setVisible(bool(article.doi))
        self._where.clear()
        self.strip.show_nothing()  # the links of this one come a moment later
        self.view.show_article(article, words)
        self._stack.setCurrentIndex(1)

    @property
    def words(self) -> tuple[str, ...]:
        """The words marked in the article."""
        return self.view.words

    def say(self, text: str) -> None:
        """Say something short in the corner."""
        self._where.setText(text)

    def show_nothing(self) -> None:
        """Show the hint."""
        self.view.show_nothing()
        self.strip.show_nothing()
        self.note.show_nothing()
        self._stack.setCurrentIndex(0)

    def _button(self, text: str, icon: str, tip: str, press: object) -> QPushButton:
        button = QPushButton(self)
        button.setText(text)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setProperty("role", "flat")
        button.setIconSize(QSize(16, 16))
        set_icon(button, icon, self.palette())
        button.clicked.connect(press)
        return button

    @Slot()
    def _tick(self) -> None:
        """The toggled button says it all."""

    @Slot()
    def _ask_note(self) -> None:
        self.noting_wanted.emit()

    @Slot()
    def _open_pubmed(self) -> None:
        article = self.view.article
        if article is not None and article.pmid:
            self.address_pressed.emit(f"https://pubmed.ncbi.nlm.nih.gov/{article.pmid}/")

    @Slot()
    def _open_doi(self) -> None:
        article = self.view.article
        if article is not None and article.doi:
            self.address_pressed.emit(f"https://doi.org/{article.doi}")

    @Slot()
    def _copy_citation(self) -> None:
        article = self.view.article
        if article is not None:
            QGuiApplication.clipboard().setText(citation(article))
            self._where.setText("Citation copied")


def citation(article: Article) -> str:
    """A plain-text citation in the manner of NLM."""
    names = [a.collective or f"{a.last} {a.initials}".strip() for a in article.authors[:6]]
    authors = ", ".join(names) + (", et al" if len(article.authors) > 6 else "")
    place = article.volume + (f"({article.issue})" if article.issue else "")
    place += f":{article.pages}" if article.pages else ""
    when = str(article.year or "") + (f";{place}" if place else "")
    journal = article.journal.abbreviation or article.journal.title
    title = article.title.rstrip(".")
    ids = [
        f"doi: {article.doi}" if article.doi else "",
        f"PMID: {article.pmid}" if article.pmid else "",
    ]
    parts = [authors, title, journal, when, *ids]
    return " ".join(f"{part}." for part in parts if part)
