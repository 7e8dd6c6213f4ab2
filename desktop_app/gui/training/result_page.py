"""After a training: old against new, in one sentence, in figures, and question by question."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QTabWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop_app.gui.widgets.parts import add_row, button, label, table
from desktop_app.tasks.training.replay_searches import Replayed
from desktop_app.tasks.training.run import Outcome, TrainingRun

_PRIMARY, _RECALL = "nDCG@10", "R@100"
_HEADINGS = {
    Outcome.BETTER: "The new encoder finds more",
    Outcome.MIXED: "Better in one thing, worse in another: your encoder stays",
    Outcome.SAME: "No improvement: your encoder stays",
}
_MORE = "More articles with MeSH headings and references give a training more to learn from."
_HONEST = {
    Outcome.BETTER: "",
    Outcome.MIXED: f"An encoder is offered only when it loses nowhere by more than 0.01. {_MORE}",
    Outcome.SAME: "That is a good result too: the examination kept one that is no better away from "
    f"your searches. {_MORE}",
}

_READING = "The library is being read with the new encoder; searching goes on meanwhile."


class ResultPage(QWidget):
    """`use_wanted` only ever comes for an encoder that passed."""

    use_wanted = Signal(object)  # TrainingRun
    keep_wanted = Signal()
    replay_wanted = Signal(object)  # TrainingRun

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading = label("", "big", self)
        self.words = label("", "", self)
        self.honest = label("", "muted", self)
        self.figure = label("", "title", self)
        self.progress = label(_READING, "muted", self)
        self.progress.hide()
        self.tabs = QTabWidget(self)
        self.tabs.setDocumentMode(True)
        signals = ("Question", "Asked", "Before", "After", "Change", "95 % interval")
        self.signals = table("Old and new by kind of question", signals, self)
        branches = ("Branch of MeSH", "Asked", "Before", "After", "Change", "95 % interval")
        self.branches = table("Old and new by branch of MeSH", branches, self)
        self.questions = table("Best and worst questions", ("", "Before", "After"), self)
        self.replayed = table("Your last searches", ("", "Before", "After"), self)
        self.use = button("&Use it", self, "primary")
        self.keep = button("&Keep mine", self)
        self.replay = button("Try it on my last &searches", self)
        self.run: TrainingRun | None = None
        self._build()
        self.use.clicked.connect(self._use)
        self.keep.clicked.connect(self.keep_wanted)
        self.replay.clicked.connect(self._replay)

    def _build(self) -> None:
        for view in (self.questions, self.replayed):
            view.setRootIsDecorated(True)
            view.header().setStretchLastSection(False)
        for name, view in (
            ("Report card", self.signals),
            ("By branch of MeSH", self.branches),
            ("Best and worst questions", self.questions),
            ("My last searches", self.replayed),
        ):
            self.tabs.addTab(view, name)
        row = QHBoxLayout()
        for part in (self.use, self.keep, self.replay):
            row.addWidget(part)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        for words in (self.heading, self.figure, self.words, self.honest):
            column.addWidget(words)
        column.addWidget(self.tabs, 1)
        column.addWidget(self.progress)
        column.addLayout(row)

    def show_result(self, run: TrainingRun, titles: Mapping[int, str]) -> None:
        """Show what came of a run; `titles` of the articles that its questions found."""
        evaluation = run.evaluation() or {}
        verdict = evaluation["verdict"]
        self.run = run
        self.heading.setText(_HEADINGS[run.outcome])
        self.honest.setText(_HONEST[run.outcome])
        gain = verdict["gain"]
        self.figure.setText(f"nDCG@10 {_change(gain)}" if gain else "")
        self.figure.setVisible(gain is not None)
        self.words.setText(verdict["words"])
        self.honest.setVisible(not run.offered)
        self.use.setVisible(run.offered)
        self.use.setEnabled(run.offered)
        self.replay.setVisible(run.offered)
        self.replay.setEnabled(run.offered)
        self.keep.setText("&Keep mine" if run.offered else "&Close")
        self._fill_signals(evaluation["signals"])
        self._fill_branches(evaluation.get("branches", ()))
        self._fill_questions(evaluation, titles)
        self.replayed.clear()
        self.tabs.setTabVisible(3, run.offered)
        self.tabs.setCurrentIndex(0)

    def show_replay(self, found: Sequence[Replayed]) -> None:
        """Show the last searches with both encoders; ▲▼ mark what moved, + − what came and went."""
        self.replayed.clear()
        for one in found:
            flips = f"{one.flips} of {len(one.after)} changed" if one.flips else "the same"
            item = add_row(self.replayed, (f"{one.query}   ({flips})",), 9, one.query)
            item.setFirstColumnSpanned(True)
            for before, after in _beside(one.before, one.after):
                item.addChild(QTreeWidgetItem(["", before, after]))
            item.setExpanded(bool(one.flips))
        if not found:
            item = add_row(self.replayed, ("No searches are in the history yet.",), 9)
            item.setFirstColumnSpanned(True)
        _wide(self.replayed)
        self.tabs.setCurrentWidget(self.replayed)

    def show_busy(self, busy: bool) -> None:
        """While the encoder is being changed; “Keep mine” gives the change up."""
        self.progress.setVisible(busy)
        for part in (self.use, self.replay):
            part.setEnabled(not busy and self.run is not None and self.run.offered)

    def _fill_signals(self, signals: Mapping[str, Mapping[str, Any]]) -> None:
        self.signals.clear()
        for name, one in signals.items():
            for measure in (_PRIMARY, _RECALL):
                text = f"{name}, {measure}" + (
                    " (circular: training saw MeSH)" if one["circular"] else ""
                )
                change = one["change"][measure]
                before, after = one["before"][measure], one["after"][measure]
                add_row(
                    self.signals, (text, f"{one['questions']:,}", *_figures(before, after, change))
                )

    def _fill_branches(self, branches: Sequence[Mapping[str, Any]]) -> None:
        self.branches.clear()
        for one in branches:
            name = f"{one['branch']} {one['name']}".strip()
            figures = _figures(one["before"], one["after"], one)
            add_row(self.branches, (name, f"{one['questions']:,}", *figures))

    def _fill_questions(self, evaluation: Mapping[str, Any], titles: Mapping[int, str]) -> None:
        self.questions.clear()
        for side, sign in (("best", "▲"), ("worst", "▼")):
            for one in evaluation.get(side, ()):
                if (one["after"] - one["before"]) * (1 if side == "best" else -1) <= 0:
                    continue
                figures = f"{one['before']:.2f} → {one['after']:.2f}"
                text = f"{sign} {figures}   {one['question']}"
                item = add_row(self.questions, (text,), 9, one["question"])
                item.setFirstColumnSpanned(True)
                pairs = zip(one["hits_before"], one["hits_after"], strict=False)
                for hits in pairs:
                    shown = [_hit(i, titles, one["relevant"]) for i in hits]
                    item.addChild(QTreeWidgetItem(["", *shown]))
        self.questions.expandAll()
        _wide(self.questions)

    def _use(self) -> None:
        if self.run is not None and self.run.offered:
            self.use_wanted.emit(self.run)

    def _replay(self) -> None:
        if self.run is not None:
            self.replay_wanted.emit(self.run)


def _wide(view: QTreeWidget) -> None:
    """A narrow first column, which the lines above the hits reach over."""
    header = view.header()
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
    header.resizeSection(0, 48)
    for column in (1, 2):
        header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)


def _hit(article: int, titles: Mapping[int, str], relevant: Mapping[str, int]) -> str:
    mark = "✓ " if relevant.get(str(article), 0) > 0 else ""
    return mark + titles.get(article, f"article {article}")


def _beside(before: Sequence[str], after: Sequence[str]) -> list[tuple[str, str]]:
    rows = []
    for place in range(max(len(before), len(after))):
        old = before[place] if place < len(before) else ""
        new = after[place] if place < len(after) else ""
        gone = f"− {old}" if old and old not in after else old
        if new and new not in before:
            new = f"+ {new}"
        elif new and before.index(new) != place:
            new = f"{'▲' if before.index(new) > place else '▼'} {new}"
        rows.append((gone, new))
    return rows


def _figures(before: float, after: float, change: Mapping[str, float]) -> tuple[str, str, str, str]:
    interval = f"{change['low']:+.3f} to {change['high']:+.3f}"
    return f"{before:.3f}", f"{after:.3f}", f"{change['mean']:+.3f}", interval


def _change(gain: Mapping[str, float]) -> str:
    return f"{gain['mean']:+.3f}   (95 % interval {gain['low']:+.3f} to {gain['high']:+.3f})"
