"""What happens when: it connects the window's requests to search, library and tasks, and back."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop_app.errors import UserError
from desktop_app.gui.facts import NO_ENCODER, encoder_words
from desktop_app.gui.features import Features, Surroundings
from desktop_app.gui.file_choice import FileChoice
from desktop_app.gui.formats import IMPORT_WORDS
from desktop_app.gui.jobs import Jobs
from desktop_app.gui.links import LinkOpener
from desktop_app.gui.main_window import MainWindow
from desktop_app.gui.messages import Messages
from desktop_app.gui.models.result_model import ResultModel
from desktop_app.gui.query_state import QueryState
from desktop_app.gui.record_links import RecordLinker, RecordLinks
from desktop_app.gui.result_presenter import ResultPresenter
from desktop_app.gui.searcher import Searcher
from desktop_app.gui.text import count
from desktop_app.gui.workspace import Workspace
from desktop_app.records import Article
from desktop_app.search.request import Mode, ResultRow, SearchRequest, SearchResult

if TYPE_CHECKING:  # brings SQLAlchemy, for which the first paint does not wait
    from desktop_app.tasks.import_files import ImportReport
    from desktop_app.tasks.session import Session

_SLOW = 400  # ms after which a search says that it is under way


class Flow(QObject):
    """Built once beside the window; `answered` tells that a result is on the screen."""

    answered = Signal(object)  # SearchResult

    def __init__(
        self,
        window: MainWindow,
        model: ResultModel,
        jobs: Jobs,
        mode: Mode = Mode.HYBRID,
        dialogs: bool = True,
    ) -> None:
        super().__init__(window)
        self.window = window
        self.jobs = jobs
        self.model = model
        self.messages = Messages(window.message_bar, window, dialogs)
        self.query = QueryState(mode, self)
        self.searcher = Searcher(jobs, self)
        self.workspace = Workspace(jobs, self)
        self.links = LinkOpener(self)
        self.choice = FileChoice(window)
        self.presenter = ResultPresenter(
            self.query, model, window.header.strip, window.facets, window.results
        )
        self.features = Features(
            Surroundings(window, self.workspace, jobs, self.messages, self.links, self.query)
        )
        self.linker = RecordLinker(self.workspace, jobs, self.messages, self)
        self._first_files: tuple[Path, ...] = ()
        self._slow = QTimer(self, singleShot=True, interval=_SLOW)
        self._slow.timeout.connect(self._say_searching)
        window.header.modes.set_mode(mode)
        self._connect_search()
        self._connect_library()
        self._connect_article()

    def open_library(self, folder: Path, files: Sequence[Path] = ()) -> None:
        """Open a library; `files` are imported into it at once."""
        self._first_files = tuple(files)
        if self.workspace.session is not None:  # what was asked of the other library ends with it
            self.query.restart()
        self.searcher.set_session(None)
        self.model.clear()
        self.window.article.show_nothing()
        self.window.show_article_pane()
        self.window.job_bar.show_library("")
        self.window.results.empty.show_state("library", "Opening the library…", str(folder))
        self.window.results.show_empty()
        self.window.show_panes()
        self.workspace.open(folder)

    def _connect_search(self) -> None:
        window, query = self.window, self.query
        window.header.query_typed.connect(query.type_text)
        window.header.query_submitted.connect(query.submit_text)
        window.header.modes.mode_chosen.connect(query.set_mode)
        window.header.strip.concept_chosen.connect(self._filter_heading)
        window.results.filters.filters_changed.connect(query.set_filters)
        facets = window.facets
        facets.include_toggled.connect(query.toggle_include)
        facets.exclude_toggled.connect(query.toggle_exclude)
        facets.years_chosen.connect(query.set_years)
        facets.type_toggled.connect(query.toggle_type)
        facets.journal_toggled.connect(query.toggle_journal)
        window.menu.mode_wanted.connect(query.set_mode)
        window.menu.back_wanted.connect(query.go_back)
        window.menu.forward_wanted.connect(query.go_forward)
        window.menu.clear_filters_wanted.connect(query.clear_filters)
        query.history_moved.connect(window.menu.allow_history)
        query.changed.connect(self._search)
        self.searcher.found.connect(self._show_result)
        self.searcher.failed.connect(self._show_search_error)

    def _connect_library(self) -> None:
        window, workspace = self.window, self.workspace
        workspace.opened.connect(self._begin)
        workspace.refused.connect(self._show_refusal)
        workspace.encoder_ready.connect(self._show_encoder)
        workspace.content_changed.connect(self._search_again)
        workspace.imported.connect(self._show_report)
        workspace.failed.connect(self.messages.show_error)
        self.jobs.failed.connect(self.messages.show_error)
        self.jobs.progressed.connect(window.job_bar.show_progress)
        self.jobs.rested.connect(window.job_bar.show_rest)
        window.job_bar.cancel_pressed.connect(self.jobs.cancel)
        window.drop.files_dropped.connect(self.import_paths)
        self.choice.paths_chosen.connect(self.import_paths)
        self.choice.library_chosen.connect(self.open_library)
        window.menu.import_files_wanted.connect(self.choice.ask_files)
        window.menu.import_folder_wanted.connect(self.choice.ask_folder)
        window.menu.open_library_wanted.connect(self.choice.ask_library)
        window.menu.new_library_wanted.connect(self.choice.ask_new_library)
        window.closing.connect(self.workspace.close)

    def _connect_article(self) -> None:
        window = self.window
        window.results.article_chosen.connect(self._read_article)
        window.results.article_chosen.connect(self.linker.read_links)
        window.article.strip.version_pressed.connect(self._read_version)
        window.article.strip.separation_wanted.connect(self.linker.separate)
        self.linker.read.connect(self._show_links)
        window.article.heading_pressed.connect(self._filter_heading)
        window.article.address_pressed.connect(self.links.open)
        self.searcher.article_read.connect(self._show_article)
        self.searcher.article_missed.connect(self._show_missing)
        self.links.opened.connect(self._say_opened)
        self.links.refused.connect(self._say_refused)

    @Slot(list)
    def import_paths(self, paths: Sequence[Path]) -> None:
        """Import files and folders into the open library."""
        if self.workspace.session is None:
            self.messages.tell("No library is open yet: drop the files again in a moment.")
        else:
            self.workspace.import_paths(paths)

    @Slot(object)
    def _search(self, request: SearchRequest) -> None:
        self.window.header.set_query(request.text)
        self.window.header.modes.set_mode(request.mode)
        self._slow.start()
        self.searcher.search(request)

    @Slot()
    def _search_again(self) -> None:
        self._search(self.query.request)

    @Slot(object, list)
    def _show_result(self, result: SearchResult, rows: list[ResultRow]) -> None:
        self._slow.stop()
        session = self.workspace.session
        if session is None:
            return
        current = self.presenter.show_result(session.engine, result, rows)
        if not current:
            self.window.article.show_nothing()
        self._show_counts(result)
        if result.articles or self.jobs.busy:
            self.window.show_panes()
        if not result.articles:
            self._show_empty_library()
        self.answered.emit(result)
        if not self.workspace.encoder_known and not self.workspace.loading:
            self.workspace.load_encoder()  # after the first answer, which it would only delay
            if self._first_files:
                files, self._first_files = self._first_files, ()
                self.workspace.import_paths(files)

    @Slot(object)
    def _show_search_error(self, error: Exception) -> None:
        self._slow.stop()
        self.messages.show_error(error)

    @Slot(object)
    def _begin(self, session: "Session") -> None:
        self.searcher.set_session(session)
        self.presenter.set_vocabulary(session.vocabulary)
        self.window.setWindowTitle(f"{session.library.folder.name} – Litmesh")
        if self.query.request.text or self.query.request.filters:
            self._search_again()
        else:
            self.query.restart()

    @Slot(object, object)
    def _show_refusal(self, folder: Path, error: UserError) -> None:
        actions = (
            ("Try again", self._retry),
            ("Open another library…", self.choice.ask_library),
            ("New library…", self.choice.ask_new_library),
        )
        self.window.page.show_state("warning", error.message, error.hint, actions, str(folder))
        self.window.show_page()

    @Slot()
    def _retry(self) -> None:
        self.open_library(self.workspace.folder)

    def _show_empty_library(self) -> None:
        actions = (
            ("Import files…", self.choice.ask_files),
            ("Import folder…", self.choice.ask_folder),
        )
        self.window.page.show_state(
            "import",
            "Drop your literature here",
            "This library is empty. Drop files or folders anywhere on this window, or choose them. "
            "They are read on this computer and never leave it.",
            actions,
            f"{IMPORT_WORDS} Files are known by what is in them, not by their names.",
        )
        self.window.show_page()

    @Slot()
    def _show_encoder(self) -> None:
        session = self.workspace.session
        self.window.job_bar.show_encoder(encoder_words(session))
        if session is not None and session.encoder is not None:
            self._search_again()
        else:
            self.messages.tell(NO_ENCODER, "warning")

    @Slot(object)
    def _show_report(self, report: "ImportReport") -> None:
        self.window.show_panes()
        self.window.show_report(report, to_front=report.kind != "watched")

    @Slot(int)
    def _read_article(self, article_id: int) -> None:
        self.searcher.read(article_id, self.model.result)

    @Slot(int, object, tuple)
    def _show_article(self, article_id: int, article: Article, words: tuple[str, ...]) -> None:
        shown = self.window.article.view.article
        if shown is not article and not (shown == article and self.window.article.words == words):
            self.window.article.show_article(article, words)

    @Slot(object)
    def _show_links(self, links: RecordLinks) -> None:
        if self.window.article.view.article is not None:
            self.window.article.strip.show_links(links)

    @Slot(int)
    def _read_version(self, article_id: int) -> None:
        row = self.model.row_of(article_id)
        if row >= 0:
            self.window.results.list.choose_row(row)
        else:  # not among these results
            self._read_article(article_id)
            self.linker.read_links(article_id)

    @Slot(int)
    def _show_missing(self, article_id: int) -> None:
        self.window.article.show_nothing()

    @Slot(str, str)
    def _filter_heading(self, ui: str, name: str) -> None:
        number = self.presenter.tree_number(ui, name)
        if not number:
            self.messages.tell(f"{name} has no place in the MeSH tree of this year.")
        elif number not in self.query.request.filters.include:
            self.query.toggle_include(number)

    @Slot()
    def _say_searching(self) -> None:
        if not self.window.results.empty_shown:
            self.window.results.heading.setText("Searching…")

    @Slot(str)
    def _say_opened(self, host: str) -> None:
        self.window.article.say(f"Opened {host} in your browser")

    @Slot(str)
    def _say_refused(self, address: str) -> None:
        self.messages.tell(f"Not a web address that can be opened: {address[:200]}", "warning")

    def _show_counts(self, result: SearchResult) -> None:
        text = count(result.articles, "article")
        if result.embedded:
            text += f" · {result.embedded:,} indexed by meaning"
        self.window.job_bar.show_library(text)
