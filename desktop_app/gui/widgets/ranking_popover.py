"""The small window of what decides the order: signals, the weight of headings, a second reading."""

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from desktop_app.gui.widgets.mode_switch import ModeSwitch
from desktop_app.search.request import MESH_WEIGHT, Mode

_STEPS = 20  # of the weight's slider, from 0 to 1


class RankingPopover(QFrame):
    """Setters for what is chosen; `weight_chosen` comes when the slider is let go."""

    weight_chosen = Signal(float)
    refinement_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("popover")
        self.setAccessibleName("Ranking")
        self.modes = ModeSwitch(self)
        self.weight = QSlider(Qt.Orientation.Horizontal, self)
        self.weight.setRange(0, _STEPS)
        self.weight.setPageStep(4)
        self.weight.setAccessibleName("MeSH weight")
        self.weight.setTracking(False)
        self._figure = QLabel(self)
        self._figure.setMinimumWidth(self._figure.fontMetrics().horizontalAdvance("0.00 "))
        self._hint = _small(self)
        self.again = QPushButton("Read the best 30 again", self)
        self.again.setToolTip("A second model reads each of them with the query: 1 to 2 seconds")
        note = _small(self)
        note.setText("A second, slower model reads each of them together with the query.")
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.addWidget(QLabel("MeSH weight", self), 0, 0)
        grid.addWidget(self.weight, 0, 1)
        grid.addWidget(self._figure, 0, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        column.addWidget(_section("Rank by", self))
        column.addWidget(self.modes)
        column.addSpacing(4)
        column.addLayout(grid)
        column.addWidget(self._hint)
        column.addSpacing(4)
        column.addWidget(self.again)
        column.addWidget(note)
        self.weight.valueChanged.connect(self._choose)
        self.weight.sliderMoved.connect(self._show_figure)
        self.again.clicked.connect(self._refine)
        self.show_ranking(Mode.HYBRID, MESH_WEIGHT)

    def show_ranking(self, mode: Mode, weight: float) -> None:
        """Show what is chosen."""
        self.modes.set_mode(mode)
        blocked = self.weight.blockSignals(True)
        self.weight.setValue(round(weight * _STEPS))
        self.weight.blockSignals(blocked)
        self.weight.setEnabled(mode is Mode.HYBRID)
        self._show_figure(self.weight.value())
        hybrid = "How much the headings of an article count beside its words and meaning."
        self._hint.setText(hybrid if mode is Mode.HYBRID else "Headings count in Hybrid alone.")

    def open_below(self, button: QWidget) -> None:
        """Show it under a button, inside the window."""
        self.adjustSize()
        place = button.mapToGlobal(QPoint(button.width() - self.width(), button.height() + 4))
        self.move(place)
        self.show()
        self.modes.setFocus()

    @Slot(int)
    def _show_figure(self, step: int) -> None:
        self._figure.setText(f"{step / _STEPS:.2f}" if step else "off")

    @Slot(int)
    def _choose(self, step: int) -> None:
        self._show_figure(step)
        self.weight_chosen.emit(step / _STEPS)

    @Slot()
    def _refine(self) -> None:
        self.hide()
        self.refinement_wanted.emit()


def _small(parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", "small")
    label.setWordWrap(True)
    return label


def _section(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setProperty("role", "section")
    return label
