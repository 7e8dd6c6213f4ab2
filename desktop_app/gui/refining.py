"""A second, slower model reads the best results again: asked for, under way, done, or stopped."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from desktop_app.errors import Cancelled, UserError
from desktop_app.gui.jobs import Jobs
from desktop_app.gui.main_window import MainWindow
from desktop_app.gui.messages import Messages
from desktop_app.gui.models.result_model import PAGE, ResultModel
from desktop_app.gui.query_state import QueryState
from desktop_app.gui.result_presenter import ResultPresenter, headline
from desktop_app.gui.workspace import Workspace
from desktop_app.search.request import ResultRow, SearchResult

if TYPE_CHECKING:  # brings SQLAlchemy
    from desktop_app.tasks.session import Session

_LOOK = 100  # ms between two looks at how far it is
_Refined = tuple[SearchResult, list[ResultRow]]


class _Reading:
    """How far one reading is, and whether it shall stop; the worker calls it as its report."""

    def __init__(self) -> None:
        self.done = self.total = 0
        self.stopped = False

    def __call__(self, done: int, total: int) -> None:
        self.done, self.total = done, total
        if self.stopped:
            raise Cancelled


class Refining(QObject):
    """Reads on the quick lane; another search, or Cancel, stops it at the next article."""

    def __init__(
        self,
        presenter: ResultPresenter,
        window: MainWindow,
        workspace: Workspace,
        jobs: Jobs,
        messages: Messages,
        query: QueryState,
        model: ResultModel,
    ) -> None:
        super().__init__(window)
        self._presenter = presenter
        self._pane = window.results
        self._button = window.header.popover.again
        self._workspace = workspace
        self._jobs = jobs
        self._messages = messages
        self._model = model
        self._reading: _Reading | None = None
        self._ready: Session | None = None  # the one that has the model loaded
        self._timer = QTimer(self, interval=_LOOK)
        self._timer.timeout.connect(self._tell_progress)
        window.header.popover.refinement_wanted.connect(self.refine)
        window.menu.refinement_wanted.connect(self.refine)
        window.closing.connect(self.stop)
        self._pane.halt.clicked.connect(self.stop)
        query.changed.connect(self.stop)

    @property
    def busy(self) -> bool:
        """True while results are being read."""
        return self._reading is not None

    @Slot(object)
    def note_result(self, result: SearchResult) -> None:
        """An answer is on the screen: can it be read again?"""
        self._button.setEnabled(bool(result.request.text) and not result.refined)

    @Slot()
    def refine(self) -> None:
        """Read the best of the results again."""
        session, result = self._workspace.session, self._model.result
        if session is None or result is None or self._reading is not None or result.refined:
            return
        if not result.request.text or len(result) < 2:
            self._messages.tell("There is no ranked list to read again: search for something.")
            return
        self._reading = _Reading()
        self._pane.heading.setText("Reading the best results again…")
        self._pane.halt.show()
        self._timer.start()
        work = partial(_refine, session, result, self._reading, self._ready is session)
        self._jobs.quick("second reading", work, partial(self._show, result), self._fail)

    @Slot()
    def stop(self) -> None:
        """Leave the results as they are."""
        if self._reading is not None:
            self._reading.stopped = True

    def _show(self, before: SearchResult, refined: _Refined) -> None:
        self._end()
        session, (result, rows) = self._workspace.session, refined
        self._ready = session
        if session is not None and self._model.result is before:
            self._presenter.show_result(session.engine, result, rows)
            self.note_result(result)

    def _fail(self, error: Exception) -> None:
        self._end()
        self._messages.show_error(error)

    def _end(self) -> None:
        self._reading = None
        self._timer.stop()
        self._pane.halt.hide()
        result = self._model.result
        if result is not None and not self._pane.empty_shown:
            self._pane.heading.setText(headline(result))

    @Slot()
    def _tell_progress(self) -> None:
        reading = self._reading
        if reading is not None and reading.total and not reading.stopped:
            text = f"Reading the best results again: {reading.done} of {reading.total}"
            self._pane.heading.setText(text)


def _refine(session: "Session", result: SearchResult, reading: _Reading, ready: bool) -> _Refined:
    reading(0, 0)  # it may have been stopped before it began
    if not ready and not session.load_reranker():
        raise UserError("No second-stage model is installed.", "Install Litmesh again.")
    refined = session.engine.refine(result, reading)
    return refined, session.engine.rows(refined, 0, min(PAGE, len(refined)))
