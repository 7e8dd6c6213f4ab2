"""The middle pane: how many were found, the active filters, the ranked list."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop_app.gui.models.result_model import ResultModel
from desktop_app.gui.widgets.empty_state import EmptyState
from desktop_app.gui.widgets.filter_bar import FilterBar
from desktop_app.gui.widgets.floor_stepper import FloorStepper
from desktop_app.gui.widgets.result_list import ResultList

_CORNER = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight
_WIDE = 560  # px from which the floor stands beside the headline, else beneath it


class ResultPane(QFrame):
    """Setters for what is said; the parts emit their own requests."""

    article_chosen = Signal(int)

    def __init__(self, model: ResultModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pane")
        self.setMinimumWidth(300)
        self.heading = QLabel(self)
        self.heading.setTextFormat(Qt.TextFormat.PlainText)
        self.heading.setProperty("role", "small")
        self.heading.setContentsMargins(16, 10, 12, 8)
        self.heading.setWordWrap(True)
        self.floor = FloorStepper(self)
        self.halt = QPushButton("Cancel", self)  # of a second reading
        self.halt.setProperty("role", "flat")
        self.halt.setAccessibleName("Stop reading the best results again")
        self.halt.hide()
        self.filters = FilterBar(self)
        self.list = ResultList(model, self)
        self.empty = EmptyState(self)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.empty)
        rule = QFrame(self)
        rule.setProperty("role", "rule")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._top = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._top.setSpacing(0)
        self._top.addWidget(self.heading, 1)
        self._top.addWidget(self.halt, 0, _CORNER)
        self._top.addWidget(self.floor, 0, _CORNER)
        column.addLayout(self._top)
        for part in (self.filters, rule):
            column.addWidget(part)
        column.addWidget(self._stack, 1)
        self.list.article_chosen.connect(self.article_chosen)
        self.show_list("")

    def show_list(self, heading: str) -> None:
        """Show the list under a line that says what it is."""
        self.heading.setText(heading)
        self.heading.setVisible(bool(heading))
        self._stack.setCurrentWidget(self.list)

    def show_empty(self, heading: str = "") -> None:
        """Show `empty`, which the caller has filled, instead of the list."""
        self.heading.setText(heading)
        self.heading.setVisible(bool(heading))
        self._stack.setCurrentWidget(self.empty)

    @property
    def empty_shown(self) -> bool:
        """True while there is no list to show."""
        return self._stack.currentWidget() is self.empty

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        side = QBoxLayout.Direction.LeftToRight
        beneath = QBoxLayout.Direction.TopToBottom
        wide = self.width() >= _WIDE
        self._top.setDirection(side if wide else beneath)
        self._top.setAlignment(self.floor, _CORNER if wide else Qt.AlignmentFlag.AlignLeft)

    def focus_list(self) -> None:
        """Give the keyboard to the list, on its first row when none is chosen."""
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self.list.currentIndex().isValid():
            self.list.choose_row(0)
