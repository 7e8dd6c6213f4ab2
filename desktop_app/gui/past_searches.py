"""Earlier and saved searches: entered in the history when they have settled, used again, kept."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QInputDialog

from desktop_app.errors import UserError
from desktop_app.gui.dialogs.searches_dialog import PastRow, SavedRow, SearchesDialog
from desktop_app.gui.jobs import Jobs
from desktop_app.gui.main_window import MainWindow
from desktop_app.gui.messages import Messages
from desktop_app.gui.query_state import QueryState
from desktop_app.gui.search_words import filter_count, origin, request_words, shortened
from desktop_app.gui.widgets.parts import to_front
from desktop_app.gui.workspace import Workspace
from desktop_app.search.request import SearchRequest, SearchResult

if TYPE_CHECKING:  # bring SQLAlchemy
    from desktop_app.library.library import Library
    from desktop_app.tasks.session import Session

_SETTLED = 2_000  # ms on the screen until a search typed without Enter enters the history
_SHOWN = 300  # searches of the history


@dataclass(frozen=True, slots=True)
class _Lists:
    """What the dialog shows."""

    past: tuple[PastRow, ...]
    saved: tuple[SavedRow, ...]


class PastSearches(QObject):
    """A search enters the history at Enter, when a result is read, or after two seconds."""

    def __init__(
        self,
        window: MainWindow,
        workspace: Workspace,
        jobs: Jobs,
        messages: Messages,
        query: QueryState,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._workspace = workspace
        self._jobs = jobs
        self._messages = messages
        self._query = query
        self.dialog: SearchesDialog | None = None
        self.naming: QInputDialog | None = None
        self._result: SearchResult | None = None
        self._recorded: SearchRequest | None = None
        self._at_once = False
        self._pause = QTimer(self, singleShot=True, interval=_SETTLED)
        self._pause.timeout.connect(self._record)
        window.header.query_submitted.connect(self._settle)
        window.results.list.article_picked.connect(self._record)
        window.menu.searches_wanted.connect(self.open)
        window.menu.save_search_wanted.connect(self.ask_name)
        window.closing.connect(self._pause.stop)
        workspace.opened.connect(self._begin)

    @Slot(object)
    def note_result(self, result: SearchResult) -> None:
        """An answer is on the screen."""
        self._result = result
        if self._at_once:
            self._record()
        else:
            self._pause.start()

    @Slot()
    def open(self) -> None:
        """Show the history and the saved searches."""
        if self._workspace.session is None:
            self._messages.tell("No library is open yet.")
            return
        if self.dialog is None:
            self.dialog = dialog = SearchesDialog(self._window)
            dialog.search_wanted.connect(self._query.set_request)
            dialog.number_wanted.connect(self._insert_number)
            dialog.name_wanted.connect(self._save_past)
            dialog.seen_wanted.connect(self._mark_seen)
            dialog.deletion_wanted.connect(self._delete)
            dialog.clearing_wanted.connect(self._forget_history)
            dialog.finished.connect(self._forget_dialog)
        to_front(self.dialog)
        self._record()
        self._list()

    @Slot()
    def ask_name(self) -> None:
        """Ask for a name to keep the present search under."""
        if self._workspace.session is None or not _worth_keeping(self._query.request):
            self._messages.tell("There is no search to save yet: search for something.")
            return
        self._ask_name(self._query.request)

    def save(self, request: SearchRequest, name: str) -> None:
        """Keep a search under a name."""
        if name.strip():
            self._do(partial(_save, name, request))
            shown = shortened(" ".join(name.split()))
            self._messages.offer(f"The search “{shown}” is saved.", "Show", self.open)

    @Slot(str)
    def _settle(self, text: str) -> None:
        """Enter was pressed: the answer to this text is worth an entry."""
        result = self._result
        if result is not None and result.request.text == text == self._query.request.text:
            self._record()
        else:
            self._at_once = True

    @Slot()
    def _record(self) -> None:
        self._pause.stop()
        self._at_once = False
        session, result = self._workspace.session, self._result
        if session is None or result is None or result.request == self._recorded:
            return
        if _worth_keeping(result.request):
            self._recorded = result.request
            self._do(partial(_record, result.request, len(result)))

    def _do(self, work: "partial[None]") -> None:
        session = self._workspace.session
        if session is not None:
            self._jobs.write(partial(work, session.library), self._list)

    @Slot()
    def _list(self, _: object = None) -> None:
        session = self._workspace.session
        if session is not None and self.dialog is not None:
            self._jobs.quick("searches", partial(_lists, session.library), self._show)

    def _show(self, lists: _Lists) -> None:
        session = self._workspace.session
        if self.dialog is None or session is None:
            return
        self.dialog.show_past(lists.past)
        self.dialog.show_saved(lists.saved)
        for row in lists.saved:
            if row.request is not None:
                work = partial(_new_since, session, row.name, row.request)
                self._jobs.quick(f"new in {row.name}", work, partial(self._tell_new, row.name))

    def _tell_new(self, name: str, new: int) -> None:
        if self.dialog is not None:
            self.dialog.show_new(name, new)

    @Slot(int)
    def _insert_number(self, number: int) -> None:
        box = self._window.header.box
        before = box.text().rstrip()
        box.replace(0, len(box.text()), f"{before} AND #{number}" if before else f"#{number}")
        box.setFocus()

    @Slot(object)
    def _save_past(self, request: SearchRequest) -> None:
        self._ask_name(request)

    def _ask_name(self, request: SearchRequest) -> None:
        dialog = QInputDialog(self.dialog or self._window)
        dialog.setWindowTitle("Save the search")
        dialog.setLabelText("Name. A saved search of the same name is replaced.")
        dialog.setTextValue(shortened(request_words(request)))
        dialog.resize(460, dialog.sizeHint().height())
        dialog.textValueSelected.connect(partial(self.save, request))
        dialog.finished.connect(self._forget_naming)
        self.naming = dialog
        dialog.open()

    @Slot(str)
    def _mark_seen(self, name: str) -> None:
        self._do(partial(_seen, name))

    @Slot(str)
    def _delete(self, name: str) -> None:
        self._do(partial(_delete, name))

    @Slot()
    def _forget_history(self) -> None:
        self._recorded = None
        self._do(partial(_forget))

    @Slot(object)
    def _begin(self, _: object) -> None:
        self._result = self._recorded = None
        self._list()

    @Slot()
    def _forget_dialog(self) -> None:
        self.dialog = None

    @Slot()
    def _forget_naming(self) -> None:
        dialog, self.naming = self.naming, None
        if dialog is not None:
            dialog.deleteLater()


def _worth_keeping(request: SearchRequest) -> bool:
    narrowed = request.similar_to is not None or request.within is not None
    return bool(request.text) or narrowed or filter_count(request.filters) > 0


def _record(request: SearchRequest, hits: int, library: "Library") -> None:
    from desktop_app.search.request_json import request_to_json

    library.searches.record(request_to_json(request), hits)


def _save(name: str, request: SearchRequest, library: "Library") -> None:
    from desktop_app.search.request_json import request_to_json

    library.searches.save(name, request_to_json(request))


def _seen(name: str, library: "Library") -> None:
    library.searches.mark_seen(name)


def _delete(name: str, library: "Library") -> None:
    library.searches.delete(name)


def _forget(library: "Library") -> None:
    library.searches.forget()


def _lists(library: "Library") -> _Lists:
    past = []
    for search in library.searches.history(_SHOWN):
        request, words = _understood(library, search.request)
        past.append(PastRow(search.number, words, search.hits, search.at, request))
    saved = []
    for kept in library.searches.saved():
        request, words = _understood(library, kept.request)
        saved.append(SavedRow(kept.name, words, kept.at, request))
    return _Lists(tuple(past), tuple(saved))


def _understood(library: "Library", text: str) -> tuple[SearchRequest | None, str]:
    """A kept request and its words; None and what is wrong with it when it is damaged."""
    from desktop_app.search.request_json import request_from_json

    try:
        request = request_from_json(text)
    except UserError as error:
        return None, f"{error.message} {error.hint}"
    title = ""
    start = origin(request)
    if start is not None:
        summary = library.summaries([start]).get(start)
        title = summary.title if summary else ""
    return request, request_words(request, title)


def _new_since(session: "Session", name: str, request: SearchRequest) -> int:
    ids = session.engine.search(request).ids
    return len(session.library.searches.new_since(name, ids))
