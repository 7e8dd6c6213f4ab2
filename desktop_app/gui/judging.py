"""Judging hits for the present search: what the examination of Improve search asks for first."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QMenu

from desktop_app.gui.jobs import Jobs
from desktop_app.gui.main_window import MainWindow
from desktop_app.gui.messages import Messages
from desktop_app.gui.models.result_model import ResultModel
from desktop_app.gui.query_state import QueryState
from desktop_app.gui.workspace import Workspace

if TYPE_CHECKING:  # bring SQLAlchemy
    from desktop_app.library.library import Library
    from desktop_app.library.marks import Marks


class Judging(QObject):
    """Stores that the selected articles are relevant to the search or not, and shows it."""

    def __init__(
        self,
        window: MainWindow,
        workspace: Workspace,
        jobs: Jobs,
        messages: Messages,
        query: QueryState,
        model: ResultModel,
    ) -> None:
        super().__init__(window)
        self._list = window.results.list
        self._workspace = workspace
        self._jobs = jobs
        self._messages = messages
        self._query = query
        self._model = model
        self._list.judgement_wanted.connect(self.judge)
        self._list.menu_wanted.connect(self._fill)

    @Slot(object)
    def judge(self, relevant: bool | None) -> None:
        """Judge the selected articles (None: take it back); the same once more takes it back."""
        text, ids = self._text(), self._list.selected_ids()
        if not text:
            self._messages.tell("Search for something first: an article is judged for a search.")
        elif ids:
            judged = self._model.judged
            if all(judged.get(article_id) is relevant for article_id in ids):
                relevant = None
            self._ask(text, partial(_judge, text, ids, relevant))

    @Slot()
    def look(self) -> None:
        """Show how the hits of the search that is shown were judged."""
        if self._text():
            self._ask(self._text(), _leave)
        else:
            self._model.set_judged({})

    def _text(self) -> str:
        """The words that are asked for; a search for like articles has none."""
        request = self._query.request
        return "" if request.similar_to is not None else " ".join(request.text.split())

    def _ask(self, text: str, change: "Callable[[Marks], None]") -> None:
        session = self._workspace.session
        if session is not None:
            work = partial(_judged, session.library, text, change)
            self._jobs.write(work, partial(self._show, text))

    def _show(self, text: str, judged: Mapping[int, bool]) -> None:
        if text == self._text():
            self._model.set_judged(judged)

    @Slot(object)
    def _fill(self, menu: QMenu) -> None:
        if self._text():
            judge = menu.addMenu("Judge for this search")
            judge.addAction("Relevant", "+").triggered.connect(partial(self._press, True))
            judge.addAction("Not relevant", "-").triggered.connect(partial(self._press, False))
            judge.addAction("No judgement").triggered.connect(partial(self._press, None))

    def _press(self, relevant: bool | None, _checked: bool = False) -> None:
        self.judge(relevant)


def _judge(text: str, ids: list[int], relevant: bool | None, marks: "Marks") -> None:
    marks.judge(text, ids, relevant)


def _leave(marks: "Marks") -> None:
    """Nothing is changed."""


def _judged(library: "Library", text: str, change: "Callable[[Marks], None]") -> Mapping[int, bool]:
    change(library.marks)
    return library.marks.judged(text)
