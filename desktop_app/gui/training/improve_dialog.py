"""The window “Improve search on my library”: its pages, one at a time."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from desktop_app.gui.training.pairs_page import PairsPage
from desktop_app.gui.training.ready_page import ReadyPage
from desktop_app.gui.training.result_page import ResultPage
from desktop_app.gui.training.running_page import RunningPage
from desktop_app.gui.training.runtime_page import RuntimePage
from desktop_app.gui.widgets.parts import label


class ImproveDialog(QDialog):
    """Not modal: searching goes on meanwhile."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Improve search on my library")
        self.resize(960, 780)
        self.trouble = label("", "", self)
        self.trouble.setObjectName("trouble")
        self.trouble.hide()
        self.runtime = RuntimePage(self)
        self.ready = ReadyPage(self)
        self.pairs = PairsPage(self)
        self.running = RunningPage(self)
        self.outcome = ResultPage(self)
        self.pages = QStackedWidget(self)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setObjectName("facets")
        self.ready.setObjectName("facetsBody")
        scroll.setWidget(self.ready)
        self._places: dict[QWidget, QWidget] = {
            self.ready: scroll,
            self.pairs: self.pairs,
            self.running: self.running,
            self.outcome: self.outcome,
            self.runtime: self.runtime,
        }
        for place in self._places.values():
            self.pages.addWidget(place)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 18, 24, 18)
        column.addWidget(self.trouble)
        column.addWidget(self.pages, 1)

    def show_page(self, page: QWidget) -> None:
        """Bring one of the pages to the front."""
        self.pages.setCurrentWidget(self._places[page])

    @property
    def page(self) -> QWidget:
        """The page that is shown."""
        shown = self.pages.currentWidget()
        return next(page for page, place in self._places.items() if place is shown)

    def say(self, words: str) -> None:
        """Show what went wrong above the page; "" nothing did."""
        self.trouble.setText(words)
        self.trouble.setVisible(bool(words))
