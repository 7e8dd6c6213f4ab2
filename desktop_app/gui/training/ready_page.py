"""Before a training: what would be learnt from, on what, for how long; one button."""

from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from desktop_app.errors import UserError
from desktop_app.gui.text import amount, count, duration
from desktop_app.gui.training.options_form import OptionsForm
from desktop_app.gui.training.runs_list import RunsList
from desktop_app.gui.widgets.parts import button, label
from desktop_app.tasks.training.outlook import Outlook
from desktop_app.tasks.training.readiness import Check, Verdict
from desktop_app.tasks.training.train_encoder import Choice

_RECIPES = (
    ("combined", "MeSH headings and citations together"),
    ("biohicl", "MeSH headings alone (BioHiCL)"),
    ("bica", "Citations alone (BiCA)"),
)
_MARKS = {Verdict.GOOD: "● good", Verdict.THIN: "◐ thin", Verdict.NOT_YET: "○ not yet"}
_ABOUT = (
    "Litmesh can teach its encoder the language of your library. It learns on this computer, then "
    "takes an examination on articles that it has not seen. Only an encoder that passes is offered."
)


class ReadyPage(QWidget):
    """Emits what is wanted; `show_outlook` fills it."""

    start_wanted = Signal(object, bool)  # Choice; True: show the pairs first
    refused = Signal(object)  # UserError: an option cannot be
    completion_wanted = Signal()
    duplicates_wanted = Signal()
    runtime_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading = label("Improve search on my library", "big", self)
        self.state = label("", "muted", self)
        self.recipe = QComboBox(self)
        self.base = QComboBox(self)
        self.machine = label("", "", self)
        self.options = OptionsForm(self)
        self.improve = button("&Improve search", self, "primary")
        self.look = button("Look at the &pairs first…", self)
        self.runtime = button("&Training runtime…", self, "flat")
        self.runs = RunsList(self)
        self._checks = QGridLayout()
        self._outlook: Outlook | None = None
        self._build()
        self.recipe.currentIndexChanged.connect(self._follow)
        self.base.currentIndexChanged.connect(self._follow)
        self.improve.clicked.connect(partial(self._press, False))
        self.look.clicked.connect(partial(self._press, True))
        self.runtime.clicked.connect(self.runtime_wanted)
        self._follow()

    def _build(self) -> None:
        for value, words in _RECIPES:
            self.recipe.addItem(words, value)
        self.recipe.setAccessibleName("What it learns from")
        self.base.setAccessibleName("Encoder to start from")
        card = QFrame(self)
        card.setObjectName("tile")
        inner = QVBoxLayout(card)
        inner.setContentsMargins(18, 14, 18, 14)
        inner.setSpacing(10)
        inner.addWidget(self.state)
        self._checks.setColumnStretch(1, 1)
        self._checks.setHorizontalSpacing(14)
        self._checks.setVerticalSpacing(6)
        inner.addLayout(self._checks)
        chosen = QGridLayout()
        chosen.setColumnStretch(1, 1)
        chosen.setHorizontalSpacing(14)
        for row, (name, part) in enumerate(
            (("Learn from", self.recipe), ("Start from", self.base), ("Runs on", self.machine))
        ):
            chosen.addWidget(label(name, "muted", self), row, 0)
            chosen.addWidget(part, row, 1)
        press = QHBoxLayout()
        press.addWidget(self.improve)
        press.addWidget(self.look)
        press.addStretch(1)
        press.addWidget(self.runtime)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 12, 0)  # the scroll bar
        column.setSpacing(12)
        for part in (self.heading, label(_ABOUT, "muted", self), card):
            column.addWidget(part)
        column.addLayout(chosen)
        column.addLayout(press)
        column.addWidget(self.options)
        column.addWidget(self.runs)
        column.addStretch(1)

    def show_outlook(self, outlook: Outlook) -> None:
        """Show what was found."""
        self._outlook = outlook
        self._clear_checks()
        for row, check in enumerate(outlook.ready.checks):
            self._add_check(row, check)
        kept = self.base.currentData()
        self.base.clear()
        for base in outlook.bases:
            self.base.addItem(base.title, base.id)
        wanted = kept or (outlook.base.id if outlook.base is not None else "")
        self.base.setCurrentIndex(max(0, self.base.findData(wanted)))
        self.runs.show_runs(outlook.runs)
        self._follow()

    def show_looking(self, waits: bool) -> None:
        """The library is looked at, or will be when the work on it that runs now is done."""
        if not self.looked:
            words = "Waiting for the work on the library to end…"
            self.state.setText(words if waits else "Looking at the library…")

    def show_stopped(self) -> None:
        """The looking was stopped."""
        if not self.looked:
            self.state.setText("It was stopped. Choose Improve search again to look once more.")

    @property
    def looked(self) -> bool:
        """Whether it is known what can be learnt."""
        return self._outlook is not None

    def choice(self) -> Choice:
        """What is chosen now. Raises UserError for an option that cannot be."""
        return Choice(
            self.recipe.currentData(), self.base.currentData() or "", self.options.changes()
        )

    def _add_check(self, row: int, check: Check) -> None:
        mark = label(_MARKS[check.verdict], "small", self)
        mark.setProperty("verdict", check.verdict.name.lower())
        mark.setWordWrap(False)
        self._checks.addWidget(mark, row, 0, Qt.AlignmentFlag.AlignVCenter)
        words = label(check.words, "", self)
        self._checks.addWidget(words, row, 1, Qt.AlignmentFlag.AlignVCenter)
        if check.remedy.startswith("Complete"):
            fix = button("Complete from PubMed…", self, "flat")
            fix.clicked.connect(self.completion_wanted)
        elif "duplicates" in check.remedy:
            fix = button("Look at duplicates…", self, "flat")
            fix.clicked.connect(self.duplicates_wanted)
        else:
            self._checks.addWidget(label(check.remedy, "small", self), row, 2)
            return
        fix.setToolTip(check.remedy)
        fix.setAccessibleDescription(f"{check.words} {check.remedy}")
        self._checks.addWidget(fix, row, 2, Qt.AlignmentFlag.AlignLeft)

    def _clear_checks(self) -> None:
        while (item := self._checks.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    @Slot()
    def _follow(self) -> None:
        outlook = self._outlook
        recipe = str(self.recipe.currentData())
        reason = ""
        if outlook is not None:
            reason = outlook.problem or outlook.ready.recipes.get(recipe, "")
            self.state.setText(reason or _summary(outlook))
            base = self.base.currentData() or ""
            self.machine.setText(_machine(outlook, recipe, base))
        able = outlook is not None and not reason
        self.improve.setEnabled(able)
        self.look.setEnabled(able and recipe == "bica")
        self.look.setToolTip("" if recipe == "bica" else "This recipe uses no pairs")

    def _press(self, pairs_first: bool) -> None:
        try:
            self.start_wanted.emit(self.choice(), pairs_first)
        except UserError as error:
            self.refused.emit(error)


def _summary(outlook: Outlook) -> str:
    ready = {check.name: check.have for check in outlook.ready.checks}
    parts = [
        f"{count(ready['MeSH'], 'article')} with MeSH headings",
        f"{count(ready['citations'], 'chain')} of citations",
        count(outlook.judged, "judged search", "judged searches"),
    ]
    return f"It can learn from {', '.join(parts)}."


def _machine(outlook: Outlook, recipe: str, base: str) -> str:
    machine = outlook.machine
    if machine is None:
        return "not known"
    kinds = {"cpu": "the processor", "cuda": "NVIDIA GPU", "mps": "Apple GPU"}
    parts = [f"{kinds.get(machine.device, machine.device)} ({machine.name})"]
    if outlook.base is None or base != outlook.base.id:
        parts.append("how long is measured at the start")
    elif recipe in outlook.seconds:
        parts.append(f"about {duration(outlook.seconds[recipe])} (measured again at the start)")
    if base in outlook.disk:
        parts.append(f"up to {amount(outlook.disk[base], 'bytes')} of disk")
    free = amount(machine.free, "bytes")
    needed = outlook.memory.get(base, {}).get(recipe)
    memory = f"up to {amount(needed, 'bytes')} of memory" if needed else "memory"
    parts.append(f"{memory} ({free} are free)")
    lines = " · ".join(parts)
    return "\n".join((lines, *machine.problems))
