"""Asks the engine off the window's thread: a search with its first page, one article to read."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from desktop_app.errors import UserError
from desktop_app.gui.jobs import Jobs
from desktop_app.gui.models.result_model import PAGE
from desktop_app.gui.search_words import origin
from desktop_app.records import Article
from desktop_app.search.request import ResultRow, SearchRequest, SearchResult

if TYPE_CHECKING:  # brings SQLAlchemy, for which the first paint does not wait
    from desktop_app.tasks.session import Session

_Found = tuple[SearchResult, list[ResultRow], str]
_Read = tuple[int, Article, tuple[str, ...]]


class Searcher(QObject):
    """Newest wins: an answer that has been overtaken is never emitted."""

    found = Signal(object, list, str)  # SearchResult, first page of ResultRow, see _search
    article_read = Signal(int, object, tuple)  # article id, Article, words to mark
    article_missed = Signal(int)
    failed = Signal(object)  # Exception

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._session: Session | None = None
        self._asked: set[str] = set()  # channels not answered yet

    @property
    def busy(self) -> bool:
        """True until the newest search and the newest article are answered."""
        return bool(self._asked)

    def set_session(self, session: "Session | None") -> None:
        """Search in this library from now on; answers of another one are dropped."""
        self._session = session
        self._asked.clear()
        self._jobs.forget("search")
        self._jobs.forget("article")

    def search(self, request: SearchRequest) -> None:
        """Answer a request with `found`."""
        if self._session is not None:
            if "search" in self._asked:  # a long strategy would hold up this one
                self._session.library.lookups.stop()
            self._asked.add("search")
            work = partial(_search, self._session, request)
            self._jobs.quick("search", work, self._tell_found, self._fail)

    def read(self, article_id: int, result: SearchResult | None) -> None:
        """Fetch an article with the words that `result` matched in it."""
        if self._session is not None:
            self._asked.add("article")
            work = partial(_read, self._session, article_id, result)
            self._jobs.quick("article", work, self._tell_read, self._miss)

    @Slot(object)
    def _fail(self, error: Exception) -> None:
        self._asked.discard("search")
        self.failed.emit(error)

    @Slot(object)
    def _tell_found(self, found: _Found) -> None:
        self._asked.discard("search")
        self.found.emit(*found)

    @Slot(object)
    def _tell_read(self, read: _Read) -> None:
        self._asked.discard("article")
        self.article_read.emit(*read)

    @Slot(object)
    def _miss(self, error: Exception) -> None:
        self._asked.discard("article")
        if isinstance(error, KeyError):  # deleted since the search
            self.article_missed.emit(error.args[0] if error.args else 0)
        else:
            self.failed.emit(error)


def _search(session: "Session", request: SearchRequest) -> _Found:
    """The answer, its first page, and the title of the article whose like is looked for."""
    start = origin(request)
    try:
        title = "" if start is None else session.library.article(start).title
    except KeyError as error:
        message = "The article whose like is looked for is no longer in this library."
        raise UserError(message, "Search for something else.") from error
    result = session.engine.search(request)
    return result, session.engine.rows(result, 0, min(PAGE, len(result))), title


def _read(session: "Session", article_id: int, result: SearchResult | None) -> _Read:
    article = session.library.article(article_id)
    if result is None:
        return article_id, article, ()
    matched = session.engine.matched_words(result, article_id)
    concepts = result.interpretation.concepts
    names = (text for concept in concepts for text in (concept.phrase, concept.name))
    return article_id, article, tuple(dict.fromkeys([*matched, *names]))
