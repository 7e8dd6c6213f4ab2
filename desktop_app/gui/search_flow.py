"""Searching in the window: requests go to the engine, answers to the panes."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop_app.gui.explaining import Explaining
from desktop_app.gui.jobs import Jobs
from desktop_app.gui.judging import Judging
from desktop_app.gui.main_window import MainWindow
from desktop_app.gui.marking import Marking
from desktop_app.gui.messages import Messages
from desktop_app.gui.models.result_model import ResultModel
from desktop_app.gui.past_searches import PastSearches
from desktop_app.gui.query_state import QueryState
from desktop_app.gui.refining import Refining
from desktop_app.gui.result_presenter import ResultPresenter
from desktop_app.gui.search_records import SearchRecords
from desktop_app.gui.searcher import Searcher
from desktop_app.gui.special_headings import SpecialHeadings
from desktop_app.gui.suggesting import Suggesting
from desktop_app.gui.workspace import Workspace
from desktop_app.search.request import ResultRow, SearchRequest, SearchResult

if TYPE_CHECKING:  # brings SQLAlchemy, for which the first paint does not wait
    from desktop_app.tasks.session import Session

_SLOW = 400  # ms after which a search says that it is under way


class SearchFlow(QObject):
    """Everything that searches; `shown` tells that an answer is on the screen."""

    shown = Signal(object)  # SearchResult

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
        self._window = window
        self._workspace = workspace
        self._messages = messages
        self.query = query
        self.searcher = Searcher(jobs, self)
        self.presenter = ResultPresenter(query, model, window.header, window.facets, window.results)
        self.suggesting = Suggesting(window.header, window, workspace, jobs)
        self.refining = Refining(self.presenter, window, workspace, jobs, messages, query, model)
        self.past = PastSearches(window, workspace, jobs, messages, query)
        self.marking = Marking(window, workspace, jobs, messages, query, model)
        self.judging = Judging(window, workspace, jobs, messages, query, model)
        self.shown.connect(self.judging.look)
        self.explaining = Explaining(window, workspace, jobs, model)
        self.special = SpecialHeadings(window.facets.mesh, jobs)
        self.records = SearchRecords(window, workspace, jobs, messages, model)
        self._slow = QTimer(self, singleShot=True, interval=_SLOW)
        self._slow.timeout.connect(self._say_searching)
        self._connect_query()
        self._connect_panes()
        self.shown.connect(self.past.note_result)
        self.shown.connect(self.special.show_result)
        self.shown.connect(self.refining.note_result)

    def _connect_query(self) -> None:
        window, query = self._window, self.query
        header = window.header
        header.query_typed.connect(query.type_text)
        header.query_submitted.connect(query.submit_text)
        header.modes.mode_chosen.connect(query.set_mode)
        header.reading.reading_chosen.connect(query.set_reading)
        header.popover.weight_chosen.connect(query.set_mesh_weight)
        header.strip.concept_chosen.connect(self.filter_heading)
        header.strip.adjusted.connect(query.adjust)
        header.strip.inside_left.connect(query.leave_inside)
        header.strip.similar_left.connect(query.leave_similar)
        window.menu.mode_wanted.connect(query.set_mode)
        window.menu.back_wanted.connect(query.go_back)
        window.menu.forward_wanted.connect(query.go_forward)
        window.menu.clear_filters_wanted.connect(query.clear_filters)
        query.history_moved.connect(window.menu.allow_history)
        query.changed.connect(self.search)
        self.searcher.found.connect(self._show_result)
        self.searcher.failed.connect(self._show_error)

    def _connect_panes(self) -> None:
        window, query = self._window, self.query
        facets, results = window.facets, window.results
        facets.include_toggled.connect(query.toggle_include)
        facets.exclude_toggled.connect(query.toggle_exclude)
        facets.major_only_chosen.connect(query.set_major_only)
        facets.years_chosen.connect(query.set_years)
        facets.value_toggled.connect(query.toggle_value)
        results.filters.filters_changed.connect(query.set_filters)
        results.floor.floor_chosen.connect(query.set_floor)
        results.floor.everything_wanted.connect(query.show_everything)
        results.list.similar_wanted.connect(query.find_similar)
        results.list.inside_wanted.connect(query.search_inside)
        window.menu.similar_wanted.connect(results.list.find_similar)
        window.menu.inside_wanted.connect(query.search_inside)
        self.marking.filed.connect(self.search_again)

    @Slot(object)
    def search(self, request: SearchRequest) -> None:
        """Ask for an answer to a request, and show at once what was asked."""
        self._window.header.set_query(request.text)
        self._window.header.show_ranking(request)
        self._slow.start()
        self.searcher.search(request)

    @Slot()
    def search_again(self) -> None:
        """Ask once more: the library has changed."""
        self.search(self.query.request)

    def begin(self, session: "Session") -> None:
        """Search in a library that has been opened."""
        self.searcher.set_session(session)
        self.presenter.set_vocabulary(session.vocabulary)
        if self.query.request.text or self.query.request.filters:
            self.search_again()
        else:
            self.query.restart()

    @Slot(str, str)
    def filter_heading(self, ui: str, name: str) -> None:
        """Show only articles under a heading."""
        number = self.presenter.tree_number(ui, name)
        if not number:
            self._messages.tell(f"{name} has no place in the MeSH tree of this year.")
        elif number not in self.query.request.filters.include:
            self.query.toggle_include(number)

    @Slot(object, list, str)
    def _show_result(self, result: SearchResult, rows: list[ResultRow], title: str) -> None:
        self._slow.stop()
        session = self._workspace.session
        if session is None:
            return
        if not self.presenter.show_result(session.engine, result, rows, title):
            self._window.article.show_nothing()
        self.shown.emit(result)

    @Slot(object)
    def _show_error(self, error: Exception) -> None:
        self._slow.stop()
        self._messages.show_error(error)

    @Slot()
    def _say_searching(self) -> None:
        if not self._window.results.empty_shown:
            self._window.results.heading.setText("Searching…")
