"""Earlier trainings: go on with one that was stopped, read a result again, delete."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QHBoxLayout,
    QMessageBox,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop_app.gui.widgets.parts import add_row, button, confirm, label, local_time, table
from desktop_app.tasks.training.run import Stage, TrainingRun

_ROLE = Qt.ItemDataRole.UserRole


class RunsList(QWidget):
    """Hidden while there is none."""

    resume_wanted = Signal(object)  # TrainingRun
    result_wanted = Signal(object)
    delete_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        columns = ("Started", "Learnt from", "Started from", "State")
        self.list = table("Earlier trainings", columns, self, wide=3)
        self.list.setMinimumHeight(110)
        self.list.setSizeAdjustPolicy(QAbstractScrollArea.SizeAdjustPolicy.AdjustToContents)
        self.list.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.resume = button("&Resume", self)
        self.result = button("Show &result", self)
        self.delete = button("&Delete", self)
        row = QHBoxLayout()
        for part in (self.resume, self.result, self.delete):
            row.addWidget(part)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(label("Earlier trainings", "section", self))
        column.addWidget(self.list, 1)
        column.addLayout(row)
        self._runs: list[TrainingRun] = []
        self.question: QMessageBox | None = None
        self.list.itemSelectionChanged.connect(self._follow)
        self.list.itemActivated.connect(self._open)
        self.resume.clicked.connect(self._resume)
        self.result.clicked.connect(self._show)
        self.delete.clicked.connect(self._delete)
        self._follow()
        self.hide()

    def show_runs(self, runs: Sequence[TrainingRun]) -> None:
        """Show these, the newest first, which is selected."""
        self._runs = list(runs)
        self.list.clear()
        for number, run in enumerate(self._runs):
            about = run.about
            started = local_time(about.created)
            item = add_row(self.list, (started, about.recipe, about.base, state_words(run)), 9)
            item.setData(0, _ROLE, number)
        first = self.list.topLevelItem(0)
        if first is not None:
            self.list.setCurrentItem(first)
        self.setVisible(bool(self._runs))
        self._follow()

    @property
    def selected(self) -> TrainingRun | None:
        """The run that is selected."""
        items = self.list.selectedItems()
        return self._runs[items[0].data(0, _ROLE)] if items else None

    @Slot()
    def _follow(self) -> None:
        run = self.selected
        judged = run is not None and run.evaluation() is not None
        self.resume.setEnabled(run is not None and run.stage is not Stage.DONE)
        self.result.setEnabled(judged and run is not None and run.stage is Stage.DONE)
        self.delete.setEnabled(run is not None)

    @Slot()
    def _open(self) -> None:
        (self.resume if self.resume.isEnabled() else self.result).click()

    @Slot()
    def _resume(self) -> None:
        self.resume_wanted.emit(self.selected)

    @Slot()
    def _show(self) -> None:
        self.result_wanted.emit(self.selected)

    @Slot()
    def _delete(self) -> None:
        if (run := self.selected) is not None:
            ask = f"Delete the training of {local_time(run.about.created)}?"
            words = "Its weights, curves and result go; an encoder that is in use stays."
            delete = partial(self.delete_wanted.emit, run)
            self.question = confirm(self, ask, words, "Delete", delete)


def state_words(run: TrainingRun) -> str:
    """How far a run went, in a few words."""
    state, evaluation = run.state(), run.evaluation()
    if evaluation is not None:
        gain = evaluation["verdict"]["gain"]
        figure = f" ({gain['mean']:+.3f} nDCG@10)" if gain else ""
        return run.outcome + figure
    if state.get("status") == "finished":
        return "trained, not judged yet"
    step = state.get("step")
    return f"stopped at step {step:,}" if isinstance(step, int) and step else "not begun"
