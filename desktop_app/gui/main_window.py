"""The main window: header, three panes, job bar; it arranges them and leads the keyboard around."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QIcon, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFrame,
    QMainWindow,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop_app.gui.icons import pixmap, retint
from desktop_app.gui.main_menu import MainMenu
from desktop_app.gui.models.result_model import ResultModel
from desktop_app.gui.widgets.article_pane import ArticlePane
from desktop_app.gui.widgets.drop_target import DropTarget
from desktop_app.gui.widgets.empty_state import EmptyState
from desktop_app.gui.widgets.facet_pane import FacetPane
from desktop_app.gui.widgets.import_report_panel import ImportReportPanel
from desktop_app.gui.widgets.job_bar import JobBar
from desktop_app.gui.widgets.message_bar import MessageBar
from desktop_app.gui.widgets.result_pane import ResultPane
from desktop_app.gui.widgets.search_header import SearchHeader
from desktop_app.gui.window_place import restore_place, save_place

if TYPE_CHECKING:  # brings SQLAlchemy, for which the first paint does not wait
    from desktop_app.tasks.import_files import ImportReport


class MainWindow(QMainWindow):
    """All parts are public attributes; `closing` is emitted once, before the window goes."""

    closing = Signal()

    def __init__(self, model: ResultModel, theme: str = "system") -> None:
        super().__init__()
        self.setWindowTitle("Litmesh")
        self.setWindowIcon(QIcon(pixmap("litmesh", "#000000", 64)))
        self.setMinimumSize(900, 600)
        self.menu = MainMenu(self, theme)
        self.header = SearchHeader(self)
        self.message_bar = MessageBar(self)
        self.facets = FacetPane(self)
        self.results = ResultPane(model, self)
        self.article = ArticlePane(self)
        self.report = ImportReportPanel(self)
        self.page = EmptyState(self)
        self.job_bar = JobBar(self)
        self._right = QStackedWidget(self)
        self._stack = QStackedWidget(self)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._build()
        self.drop = DropTarget(self)
        self._connect()
        restore_place(self, self.splitter)
        self.header.box.setFocus()

    def _build(self) -> None:
        self._right.addWidget(self.article)
        self._right.addWidget(self.report)
        for pane, stretch in ((self.facets, 0), (self.results, 5), (self._right, 5)):
            self.splitter.addWidget(pane)
            self.splitter.setStretchFactor(self.splitter.count() - 1, stretch)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(1)
        self.splitter.setSizes([300, 552, 588])
        self._stack.addWidget(self.splitter)
        self._stack.addWidget(self.page)
        rule = QFrame(self)
        rule.setProperty("role", "rule")
        middle = QWidget(self)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.header, rule, self.message_bar):
            column.addWidget(part)
        column.addWidget(self._stack, 1)
        column.addWidget(self.job_bar)
        self.setCentralWidget(middle)

    def _connect(self) -> None:
        box, results = self.header.box, self.results.list
        box.left_downwards.connect(self.results.focus_list)
        results.left_upwards.connect(self.focus_search)
        results.article_opened.connect(self.focus_article)
        results.article_picked.connect(self.show_article_pane)
        self.report.closed.connect(self.show_article_pane)
        self.menu.search_focus_wanted.connect(self.focus_search)
        self.menu.pane_wanted.connect(self.cycle_pane)
        self.menu.report_wanted.connect(self.show_report_pane)
        self.menu.quit_wanted.connect(self.close)

    def show_panes(self) -> None:
        """Show facets, results and article."""
        self._stack.setCurrentWidget(self.splitter)

    def show_page(self) -> None:
        """Show `page`, which the caller has filled, instead of the panes."""
        self._stack.setCurrentWidget(self.page)

    @property
    def page_shown(self) -> bool:
        """True while a message stands in place of the panes."""
        return self._stack.currentWidget() is self.page

    def show_report(self, report: "ImportReport", to_front: bool = True) -> None:
        """Show what an import did; not `to_front`: when the user asks for it."""
        self.report.show_report(report)
        self.menu.allow_report()
        if to_front:
            self.show_report_pane()

    @Slot()
    def show_report_pane(self) -> None:
        """Bring the last import report to the right pane."""
        self._right.setCurrentWidget(self.report)

    @Slot()
    def show_article_pane(self) -> None:
        """Bring the article back to the right pane."""
        self._right.setCurrentWidget(self.article)

    @property
    def report_shown(self) -> bool:
        """True while the import report stands in the right pane."""
        return self._right.currentWidget() is self.report

    @Slot()
    def focus_search(self) -> None:
        """Give the keyboard to the search box."""
        self.header.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.header.box.selectAll()

    @Slot()
    def focus_article(self) -> None:
        """Give the keyboard to the article."""
        self.show_article_pane()
        self.article.view.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(int)
    def cycle_pane(self, step: int) -> None:
        """Give the keyboard to the next or previous pane."""
        panes: list[QWidget] = [self.header, self.facets, self.results, self._right]
        focused = QApplication.focusWidget()
        here = next((n for n, p in enumerate(panes) if focused and p.isAncestorOf(focused)), 0)
        there = panes[(here + step) % len(panes)] if not self.page_shown else self.header
        if there is self.header:
            self.focus_search()
        elif there is self.facets:
            self.facets.focus_first()
        elif there is self.results:
            self.results.focus_list()
        elif self.report_shown:
            self.report.files.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.focus_article()

    @Slot()
    def dress(self) -> None:
        """After the theme changed."""
        retint(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self.report_shown:
            self.show_article_pane()
        elif self.article.isAncestorOf(QApplication.focusWidget() or self):
            self.results.focus_list()
        else:
            self.focus_search()

    def closeEvent(self, event: QCloseEvent) -> None:
        save_place(self, self.splitter)
        self.closing.emit()
        self.close_dialogs()
        super().closeEvent(event)

    def close_dialogs(self) -> None:
        """Close what is open beside it: all of that is about the present library."""
        for dialog in self.findChildren(QDialog):
            dialog.close()
