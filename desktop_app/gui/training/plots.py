"""The curves of a training while it runs: loss, validation, learning rate, memory or time."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop_app.gui.theme import colours_of
from trainer.protocol import Evaluated, Event, Step

if TYPE_CHECKING:
    from pyqtgraph import PlotWidget

_TITLES = {
    "loss": "Loss",
    "validation": "Validation, nDCG@10 (the line: before)",
    "rate": "Learning rate",
    "memory": "Memory in use, GB",
}


class Plots(QWidget):
    """`add` takes events as they come; steps that a resumed run did again replace the former."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        import pyqtgraph

        pyqtgraph.setConfigOptions(antialias=True)
        self._new_pen = pyqtgraph.mkPen
        self.points: dict[str, dict[int, float]] = {name: {} for name in _TITLES}
        self._steps = 1
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(8)
        self.views: dict[str, PlotWidget] = {}
        self._curves = {}
        for number, (name, title) in enumerate(_TITLES.items()):
            view = pyqtgraph.PlotWidget(self)
            view.setAccessibleName(title)
            view.setMinimumHeight(130)
            view.setMouseEnabled(False, False)
            view.hideButtons()
            view.setMenuEnabled(False)
            grid.addWidget(view, number // 2, number % 2)
            self.views[name] = view
            self._curves[name] = view.plot()
        self._before = pyqtgraph.InfiniteLine(angle=0)
        self.views["validation"].addItem(self._before)
        self._before.hide()
        self._dress()

    def clear(self) -> None:
        """Forget all points."""
        for points in self.points.values():
            points.clear()
        self._steps = 1
        self._before.hide()
        self._draw()

    def add(self, events: Sequence[Event]) -> None:
        """Take in events and draw."""
        for event in events:
            if isinstance(event, Step):
                self._steps = max(self._steps, event.steps)
                self.points["loss"][event.step] = event.loss
                self.points["rate"][event.step] = event.learning_rate
                if event.memory:
                    self.points["memory"][event.step] = event.memory / 1e9
            elif isinstance(event, Evaluated):
                self.points["validation"][event.step] = event.value
                self._before.setPos(event.base)
                self._before.show()
        self._draw()

    def _draw(self) -> None:
        for name, points in self.points.items():
            steps = sorted(points)
            values = [points[step] for step in steps]
            self._curves[name].setData(steps, values)
            self.views[name].setXRange(0, self._steps)
            last = f"; at step {steps[-1]:,}: {values[-1]:.4g}" if steps else ""
            self.views[name].setAccessibleDescription(f"{len(steps):,} points{last}")

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "_before"):
            self._dress()
        super().changeEvent(event)

    def _dress(self) -> None:
        colours = colours_of(self.palette())
        for name, view in self.views.items():
            view.setBackground(QColor(colours.surface))
            view.setTitle(_TITLES[name], color=colours.muted, size="9pt")
            view.showGrid(x=False, y=True, alpha=0.15)
            for side in ("left", "bottom"):
                axis = view.getAxis(side)
                axis.setPen(self._new_pen(colours.border))
                axis.setTextPen(self._new_pen(colours.muted))
            dots = {"symbol": "o", "symbolSize": 6} if name == "validation" else {}
            pen = self._new_pen(colours.accent, width=2)
            self._curves[name].setPen(pen)
            if dots:
                self._curves[name].setSymbol("o")
                self._curves[name].setSymbolSize(6)
                self._curves[name].setSymbolBrush(QColor(colours.accent))
                self._curves[name].setSymbolPen(None)
        self._before.setPen(self._new_pen(colours.muted, width=1))
