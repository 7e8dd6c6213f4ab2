"""Moves the relevance floor of the results, or takes it away."""

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from desktop_app.gui.icons import set_icon
from desktop_app.gui.models.result_model import floor_words
from desktop_app.search.request import SearchResult

_STEP = 0.02


class FloorStepper(QFrame):
    """Shown only where similarity decides what is a hit."""

    floor_chosen = Signal(object)  # float, or None for the encoder's own
    everything_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Relevance floor")
        self._floor = 0.0
        self.sink = self._button("minus", "Lower the relevance floor: more articles", self._sink)
        self.rise = self._button("plus", "Raise the relevance floor: fewer articles", self._rise)
        self._label = QLabel(self)
        self._label.setProperty("role", "small")
        self._label.setToolTip("The least similarity of an article that is shown")
        self.all = self._link("Everything", "Rank also what falls below the floor")
        self.all.clicked.connect(self.everything_wanted)
        self.usual = self._link("Reset", "The relevance floor of the encoder in use")
        self.usual.clicked.connect(self._reset)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 4, 8, 4)
        row.setSpacing(2)
        for part in (self.sink, self._label, self.rise, self.all, self.usual):
            row.addWidget(part)
        self.hide()

    def show_result(self, result: SearchResult) -> None:
        """Show the floor of a result."""
        request = result.request
        self.setVisible(result.floor is not None and not result.exact)
        if result.floor is None:
            return
        self._floor = result.floor
        self._label.setText(f"floor {'none' if request.everything else floor_words(self._floor)}")
        self.all.setVisible(not request.everything)
        self.usual.setVisible(request.everything or request.floor is not None)
        self.sink.setEnabled(not request.everything and self._floor > 0)
        self.rise.setEnabled(self._floor < 1)

    @Slot()
    def _sink(self) -> None:
        self.floor_chosen.emit(max(0.0, round(self._floor - _STEP, 2)))

    @Slot()
    def _rise(self) -> None:
        self.floor_chosen.emit(min(1.0, round(self._floor + _STEP, 2)))

    @Slot()
    def _reset(self) -> None:
        self.floor_chosen.emit(None)

    def _button(self, icon: str, tip: str, press: object) -> QToolButton:
        button = QToolButton(self)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setIconSize(QSize(14, 14))
        set_icon(button, icon, self.palette())
        button.clicked.connect(press)
        return button

    def _link(self, text: str, tip: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setProperty("role", "flat")
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        return button
