"""While a training runs: how far, how long still, the curves, and the two ways to end it."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from desktop_app.gui.text import amount, duration
from desktop_app.gui.training.plots import Plots
from desktop_app.gui.widgets.parts import button, label
from desktop_app.tasks.training.run import Stage
from desktop_app.tasks.training.trainer_words import TITLES
from trainer.protocol import (
    Advanced,
    Checkpoint,
    Device,
    Estimate,
    Event,
    Mined,
    Readiness,
    Step,
    Warned,
)

_SAVED = "Closing this window saves and stops; the training can be resumed later."


class RunningPage(QWidget):
    """`stop_wanted`: save and stop; `cancel_wanted`: throw the run away."""

    stop_wanted = Signal()
    cancel_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading = label("", "big", self)
        self.state = label("", "", self)
        self.details = label("", "small", self)
        self.notes = label("", "small", self)
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress of the training")
        self.plots = Plots(self)
        self.stop = button("&Stop and save", self)
        self.cancel = button("&Cancel…", self)
        self.throw_away = button("&Throw this training away", self)
        self.go_on = button("&Go on training", self)
        self._saved = ""
        self._device = ""
        self._notes: list[str] = []
        row = QHBoxLayout()
        for press in (self.stop, self.cancel, self.throw_away, self.go_on):
            row.addWidget(press)
        row.addWidget(label(_SAVED, "small", self), 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        for part in (self.heading, self.state, self.bar, self.details, self.notes):
            column.addWidget(part)
        column.addWidget(self.plots, 1)
        column.addLayout(row)
        self.stop.clicked.connect(self.stop_wanted)
        self.cancel.clicked.connect(partial(self.ask, True))
        self.go_on.clicked.connect(partial(self.ask, False))
        self.throw_away.clicked.connect(self.cancel_wanted)
        self.ask(False)

    def begin(self, title: str, events: Sequence[Event]) -> None:
        """A run starts, or goes on after `events`."""
        self.state.setText(title)
        self._saved = self._device = ""
        self._notes = []
        self.notes.hide()
        self.plots.clear()
        self.plots.add(events)
        self.show_stopping(False)

    def show_preparing(self, words: str) -> None:
        """Something before the first process."""
        self.heading.setText(words)
        self.bar.setRange(0, 0)
        self.details.setText("")

    def show_stage(self, stage: Stage) -> None:
        """A process began."""
        self.heading.setText(TITLES[stage])
        self.bar.setRange(0, 0)
        saves = stage is Stage.TRAIN
        self.stop.setText("&Stop and save" if saves else "&Stop")
        self.details.setText("" if saves else "Stopped here, it is done again when resumed.")

    def show_event(self, event: Event) -> None:
        """Something was said."""
        match event:
            case Step():
                self.bar.setRange(0, max(event.steps, 1))
                self.bar.setValue(event.step)
                left = f"{duration(event.remaining)}, " if event.remaining > 0 else ""
                at = f"step {event.step:,} of {event.steps:,}"
                self.heading.setText(f"Training: {at} · {left}then the comparison")
                parts = [f"loss {event.loss:.4f}", f"{event.seconds:.2f} s a step"]
                parts += [f"{name} {value:.3f}" for name, value in event.parts.items()]
                self.details.setText(
                    " · ".join([*filter(None, (self._device, self._saved)), *parts])
                )
            case Advanced():
                self.bar.setRange(0, max(event.total, 1))
                self.bar.setValue(event.done)
                self.details.setText(f"{event.done:,} of {event.total:,} texts read")
            case Device():
                self._device = f"{event.name}, {event.precision}"
            case Estimate():
                self._note(
                    f"Measured on the longest texts: {duration(event.seconds)} for {event.steps:,} "
                    f"steps, {amount(event.memory, 'bytes')} in use, "
                    f"{amount(event.memory_free, 'bytes')} free."
                )
            case Readiness():
                for problem in event.problems:
                    self._note(problem)
            case Mined():
                self._note(
                    f"{event.negatives:,} hard negatives for {event.pairs:,} queries; citations "
                    f"reach {event.coverage:.0%} of the queries."
                )
            case Checkpoint():
                self._saved = f"saved at step {event.step:,}"
            case Warned():
                self._note(event.message)
            case _:
                pass
        self.plots.add([event])

    def show_stopping(self, stopping: bool) -> None:
        """It was asked to stop."""
        self.stop.setEnabled(not stopping)
        self.cancel.setEnabled(not stopping)
        self.ask(False)
        if stopping:
            self.heading.setText("Saving and stopping…")

    def ask(self, asking: bool) -> None:
        """Ask whether the training is to be thrown away, in place of the two buttons."""
        for part in (self.stop, self.cancel):
            part.setVisible(not asking)
        for part in (self.throw_away, self.go_on):
            part.setVisible(asking)
        if asking:
            self.go_on.setFocus()

    def _note(self, words: str) -> None:
        if words not in self._notes:
            self._notes.append(words)
            self.notes.setText("\n".join(self._notes[-4:]))
            self.notes.show()
