"""What happens when: it connects the window's requests to search, library and tasks, and back."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from desktop_app.errors import UserError
from desktop_app.gui.backing_up import put_back
from desktop_app.gui.facts import NO_ENCODER, encoder_words
from desktop_app.gui.features import Features, Surroundings
from desktop_app.gui.file_choice import FileChoice
from desktop_app.gui.formats import IMPORT_WORDS
from desktop_app.gui.jobs import Jobs
from desktop_app.gui.links import LinkOpener
from desktop_app.gui.main_window import MainWindow
from desktop_app.gui.messages import Messages
from desktop_app.gui.models.result_model import ResultModel
from desktop_app.gui.noting import Noting
from desktop_app.gui.query_state import QueryState
from desktop_app.gui.record_links import RecordLinker, RecordLinks
from desktop_app.gui.search_flow import SearchFlow
from desktop_app.gui.text import count
from desktop_app.gui.workspace import Workspace
from desktop_app.records import Article
from desktop_app.search.request import Mode, SearchResult

if TYPE_CHECKING:  # brings SQLAlchemy, for which the first paint does not wait
    from desktop_app.tasks.import_files import ImportReport
    from desktop_app.tasks.session import Session


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
        self.workspace = Workspace(jobs, self)
        self.links = LinkOpener(self)
        self.choice = FileChoice(window)
        self.search = SearchFlow(window, self.workspace, jobs, self.messages, self.query, model)
        self.searcher = self.search.searcher
        self.features = Features(
            Surroundings(window, self.workspace, jobs, self.messages, self.links, self.query)
        )
        self.linker = RecordLinker(self.workspace, jobs, self.messages, self)
        self.noting = Noting(window, self.workspace, jobs, self.messages, self.searcher)
        self._first_files: tuple[Path, ...] = ()
        window.header.modes.set_mode(mode)
        self.search.shown.connect(self._follow_answer)
        self._connect_library()
        self._connect_article()

    def open_library(
        self,
        folder: Path,
        files: Sequence[Path] = (),
        prepare: Callable[[], None] | None = None,
    ) -> None:
        """Open a library; `files`, and those that came before one was open, are imported then.

        `prepare`: see `Workspace.open`.
        """
        self._first_files += tuple(files)
        if self.workspace.session is not None:  # what was asked of the other library ends with it
            self.window.close_dialogs()
            self.query.restart()
        self.searcher.set_session(None)
        self.model.clear()
        self.window.article.show_nothing()
        self.window.show_article_pane()
        self.window.job_bar.show_library("")
        self.window.results.empty.show_state("library", "Opening the library…", str(folder))
        self.window.results.show_empty()
        self.window.show_panes()
        self.workspace.open(folder, prepare)

    def _connect_library(self) -> None:
        window, workspace = self.window, self.workspace
        workspace.opened.connect(self._begin)
        workspace.refused.connect(self._show_refusal)
        workspace.encoder_ready.connect(self._show_encoder)
        workspace.content_changed.connect(self.search.search_again)
        workspace.imported.connect(self._show_report)
        workspace.failed.connect(self.messages.show_error)
        self.jobs.failed.connect(self.messages.show_error)
        self.jobs.progressed.connect(window.job_bar.show_progress)
        self.jobs.rested.connect(window.job_bar.show_rest)
        window.job_bar.cancel_pressed.connect(self.jobs.cancel)
        window.drop.files_dropped.connect(self.import_paths)
        self.choice.paths_chosen.connect(self.import_paths)
        self.choice.library_chosen.connect(self.open_library)
        self.features.backups.restore_wanted.connect(self._restore)
        window.menu.import_files_wanted.connect(self.choice.ask_files)
        window.menu.import_folder_wanted.connect(self.choice.ask_folder)
        window.menu.open_library_wanted.connect(self.choice.ask_library)
        window.menu.new_library_wanted.connect(self.choice.ask_new_library)
        window.closing.connect(window.article.note.keep)
        window.closing.connect(self.workspace.close)

    def _connect_article(self) -> None:
        window = self.window
        window.results.article_chosen.connect(self._read_article)
        window.results.article_chosen.connect(self.linker.read_links)
        window.article.strip.version_pressed.connect(self._read_version)
        window.article.strip.separation_wanted.connect(self.linker.separate)
        self.linker.read.connect(self._show_links)
        window.article.heading_pressed.connect(self.search.filter_heading)
        window.article.address_pressed.connect(self.links.open)
        self.searcher.article_read.connect(self._show_article)
        self.searcher.article_missed.connect(self._show_missing)
        self.links.opened.connect(self._say_opened)
        self.links.refused.connect(self._say_refused)

    @Slot(list)
    def import_paths(self, paths: Sequence[Path]) -> None:
        """Import files and folders into the open library, or into the one that opens next."""
        if self.workspace.session is None:
            self._first_files += tuple(paths)
            self.messages.tell("The files are imported as soon as a library is open.")
        else:
            self.workspace.import_paths(paths)

    @Slot(object)
    def _follow_answer(self, result: SearchResult) -> None:
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
    def _begin(self, session: "Session") -> None:
        self.window.setWindowTitle(f"{session.library.folder.name} – Litmesh")
        self.search.begin(session)

    @Slot(object, object)
    def _show_refusal(self, folder: Path, error: UserError) -> None:
        actions = [
            ("Try again", self._retry),
            ("Open another library…", self.choice.ask_library),
            ("New library…", self.choice.ask_new_library),
        ]
        if self.features.backups.has_any(folder):
            actions.insert(1, ("Backups…", self.features.backups.open))
        self.window.page.show_state("warning", error.message, error.hint, actions, str(folder))
        self.window.show_page()

    @Slot(object, object)
    def _restore(self, folder: Path, backup: Path) -> None:
        self.open_library(folder, prepare=partial(put_back, folder, backup))

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
            self.search.search_again()
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
