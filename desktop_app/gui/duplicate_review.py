"""Leads the user through the doubtful pairs: reads them, stores decisions, takes them back."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from desktop_app.gui.dialogs.duplicates_dialog import DuplicatesDialog
from desktop_app.gui.duplicate_pairs import (
    Decision,
    Pair,
    PairList,
    ReadPair,
    merge_pair,
    part_pair,
    read_pair,
    read_pairs,
    take_back,
)
from desktop_app.gui.jobs import Jobs
from desktop_app.gui.main_window import MainWindow
from desktop_app.gui.messages import Messages
from desktop_app.gui.questions import Questions
from desktop_app.gui.text import count
from desktop_app.gui.widgets.parts import to_front
from desktop_app.gui.workspace import Workspace

if TYPE_CHECKING:  # brings SQLAlchemy
    from desktop_app.library.library import Library

_Decided = tuple[Decision, PairList]
_TakenBack = tuple[Pair, PairList]


class DuplicateReview(QObject):
    """Opens the window of pairs and does what is pressed in it, on the quick lane."""

    def __init__(
        self, window: MainWindow, workspace: Workspace, jobs: Jobs, messages: Messages
    ) -> None:
        super().__init__(window)
        self._window = window
        self._workspace = workspace
        self._jobs = jobs
        self._messages = messages
        self._decisions: list[Decision] = []
        self._changed = False
        self._doubtful = 0
        self._questions = Questions(workspace, jobs, self._fail)
        self.dialog: DuplicatesDialog | None = None
        window.menu.duplicates_wanted.connect(self.open)
        workspace.opened.connect(self._begin)
        workspace.imported.connect(self._look_again)

    @Slot()
    def open(self) -> None:
        """Show the window, or bring it to the front."""
        if self.dialog is None and self._workspace.library is not None:
            dialog = DuplicatesDialog(self._window)
            dialog.pair_chosen.connect(self._read)
            dialog.merge_wanted.connect(self._merge)
            dialog.part_wanted.connect(self._part)
            dialog.undo_wanted.connect(self._undo)
            dialog.finished.connect(self._end)
            self.dialog = dialog
            dialog.show()
            self._questions.ask(partial(read_pairs, self._workspace.library, ()), self._show_pairs)
        elif self.dialog is not None:
            to_front(self.dialog)

    @Slot(int)
    def _end(self, _: int = 0) -> None:
        dialog, self.dialog = self.dialog, None
        if dialog is not None:
            dialog.deleteLater()
        self._jobs.forget("pair")
        self._decisions.clear()
        if self._changed:
            self._changed = False
            self._workspace.refresh()

    @Slot(object)
    def _begin(self, _: object) -> None:
        self._doubtful = 0
        self._count(self._show_number)

    @Slot(object)
    def _look_again(self, _: object) -> None:
        self._count(self._hint)
        if self.dialog is not None and self._workspace.library is not None:
            self._questions.ask(partial(read_pairs, self._workspace.library, ()), self._show_pairs)

    def _count(self, then: Callable[[int], None]) -> None:
        library = self._workspace.library
        if library is not None:
            work = partial(_number_of_pairs, library)
            self._jobs.quick("number of pairs", work, then)

    def _hint(self, number: int) -> None:
        more = number - self._doubtful
        self._show_number(number)
        if more > 0 and self.dialog is None:
            text = f"{count(more, 'new pair')} of records may be the same article."
            self._messages.offer(text, "Compare…", self.open)

    def _show_number(self, number: int) -> None:
        self._doubtful = number
        self._window.menu.count_duplicates(number)

    def _show_pairs(self, found: PairList, select: Pair | None = None) -> None:
        self._show_number(len(found.pairs))
        dialog = self.dialog
        if dialog is not None:
            dialog.model.show_pairs(found.pairs, found.lines)
            dialog.set_busy(True, bool(self._decisions))
            dialog.show_pairs(select)
            if not found.pairs:
                dialog.set_busy(False, bool(self._decisions))

    @Slot(tuple)
    def _read(self, pair: Pair) -> None:
        library = self._workspace.library
        if library is not None:
            work = partial(read_pair, library, pair)
            self._jobs.quick("pair", work, self._show_pair, self._miss)

    def _show_pair(self, read: ReadPair) -> None:
        if self.dialog is not None:
            self.dialog.show_pair(read)
            self.dialog.set_busy(False, bool(self._decisions))

    def _miss(self, error: Exception) -> None:
        """One of the two is gone since the list was read, or the library cannot be used."""
        library = self._workspace.library
        if isinstance(error, KeyError) and library is not None:
            self._questions.ask(partial(read_pairs, library, ()), self._show_pairs)
        else:
            self._fail(error)

    @Slot()
    def _merge(self) -> None:
        self._decide(merge_pair)

    @Slot()
    def _part(self) -> None:
        self._decide(part_pair)

    def _decide(self, verb: Callable[["Library", ReadPair], Decision]) -> None:
        library, dialog = self._workspace.library, self.dialog
        if library is not None and dialog is not None and dialog.read is not None:
            dialog.set_busy(True)
            known = set(dialog.model.lines) - set(dialog.read.pair)
            self._questions.ask(
                partial(_decided, library, verb, dialog.read, known), self._take_decision
            )

    def _take_decision(self, decided: _Decided) -> None:
        decision, found = decided
        self._decisions.append(decision)
        self._changed = self._changed or decision.merger is not None
        self._show_pairs(found)

    @Slot()
    def _undo(self) -> None:
        library, dialog = self._workspace.library, self.dialog
        if library is not None and dialog is not None and self._decisions:
            dialog.set_busy(True)
            work = partial(_taken_back, library, self._decisions[-1], set(dialog.model.lines))
            self._questions.ask(work, self._take_undone)

    def _take_undone(self, taken: _TakenBack) -> None:
        decision = self._decisions.pop()
        pair, found = taken
        merger = decision.merger
        if merger is not None:  # earlier decisions know the article by the id it had
            self._changed = True
            now = pair[0] if pair[1] == merger.kept else pair[1]
            self._decisions = [d.renamed(merger.gone, now) for d in self._decisions]
        self._show_pairs(found, pair)

    def _fail(self, error: Exception) -> None:
        self._messages.show_error(error)
        if self.dialog is not None:
            self.dialog.set_busy(False, bool(self._decisions))


def _number_of_pairs(library: "Library") -> int:
    return len(library.duplicates.pairs("doubtful"))


def _decided(
    library: "Library",
    verb: Callable[["Library", ReadPair], Decision],
    read: ReadPair,
    known: set[int],
) -> _Decided:
    decision = verb(library, read)
    return decision, read_pairs(library, known)


def _taken_back(library: "Library", decision: Decision, known: set[int]) -> _TakenBack:
    pair = take_back(library, decision)
    return pair, read_pairs(library, known - set(pair))
