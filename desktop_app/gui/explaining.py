"""The reasons of the chosen article, beneath its actions, when the user asks why it is there."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from desktop_app.gui.jobs import Jobs
from desktop_app.gui.main_window import MainWindow
from desktop_app.gui.models.result_model import ResultModel
from desktop_app.gui.workspace import Workspace
from desktop_app.search.request import SearchResult

if TYPE_CHECKING:  # bring SQLAlchemy
    from desktop_app.search.engine import SearchEngine
    from desktop_app.search.explain import Reasons

_CHANNEL = "reasons"


class Explaining(QObject):
    """Fetches reasons while the panel is open."""

    def __init__(
        self, window: MainWindow, workspace: Workspace, jobs: Jobs, model: ResultModel
    ) -> None:
        super().__init__(window)
        self._pane = window.article
        self._list = window.results.list
        self._workspace = workspace
        self._jobs = jobs
        self._model = model
        self._list.article_chosen.connect(self._follow)
        self._pane.why.toggled.connect(self._toggle)
        window.menu.why_wanted.connect(self._pane.why.toggle)

    @Slot(bool)
    def _toggle(self, wanted: bool) -> None:
        self._jobs.forget(_CHANNEL)
        if wanted:
            self._follow(self._list.current_id())
        else:
            self._pane.reasons.hide()

    @Slot(int)
    def _follow(self, article_id: int) -> None:
        session, result = self._workspace.session, self._model.result
        row = self._model.row_of(article_id)
        if session is None or result is None or row < 0 or not self._pane.why.isChecked():
            return
        work = partial(_reasons, session.engine, result, row, article_id)
        self._jobs.quick(_CHANNEL, work, partial(self._show, result))

    def _show(self, result: SearchResult, reasons: "Reasons | None") -> None:
        if reasons is not None and result is self._model.result:
            self._pane.reasons.show_reasons(reasons, result.floor)
            self._pane.reasons.show()


def _reasons(
    engine: "SearchEngine", result: SearchResult, row: int, article_id: int
) -> "Reasons | None":
    return engine.reasons(result, row, row + 1).get(article_id)
