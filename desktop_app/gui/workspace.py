"""The open library and the long tasks on it: opening, importing, loading the encoder, indexing."""

import gc
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal, Slot

from desktop_app.errors import Cancelled, UserError
from desktop_app.files import shown
from desktop_app.gui.jobs import Jobs
from desktop_app.gui.text import count
from desktop_app.progress import Report
from desktop_app.search.request import SearchRequest

if TYPE_CHECKING:  # brings SQLAlchemy, for which the first paint does not wait
    from desktop_app.library.library import Library
    from desktop_app.tasks.import_files import ImportReport
    from desktop_app.tasks.index_library import IndexReport
    from desktop_app.tasks.session import Session
    from desktop_app.tasks.watch_folders import View


_Answer = TypeVar("_Answer")


class _Held:
    """The session that must be closed in the end. Touched on the long lane only."""

    def __init__(self) -> None:
        self.session: Session | None = None

    def close(self) -> None:
        session, self.session = self.session, None
        if session is not None:
            session.close()


class Workspace(QObject):
    """Holds the session. One long task runs at a time, on the long lane of `jobs`."""

    opened = Signal(object)  # Session
    refused = Signal(object, object)  # Path, UserError: that library cannot be opened
    encoder_ready = Signal()  # loaded, or known to be missing
    content_changed = Signal()  # articles or vectors are new: search again
    imported = Signal(object)  # ImportReport
    failed = Signal(object)  # Exception

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._held = _Held()
        self.session: Session | None = None
        self.folder = Path()
        self.loading = False  # the encoder
        self.encoder_known = False
        self.indexed = False  # nothing is known to lack its vector

    @property
    def library(self) -> "Library | None":
        """The open library."""
        return None if self.session is None else self.session.library

    def open(self, folder: Path, prepare: Callable[[], None] | None = None) -> None:
        """Open another library; the present one is closed first, its tasks cancelled.

        What the quick lane has still to write into the present one is written before. `prepare`
        is called, on the long lane, when the one is closed and the other is not open yet.
        """
        self._jobs.cancel_all()
        present, self.session, self.folder = self.session, None, folder
        self.encoder_known = self.loading = self.indexed = False
        if present is None:
            self._begin_opening(prepare)
        else:
            present.library.lookups.stop()
            begin = partial(self._begin_opening, prepare)
            self._jobs.quick("last of a library", _nothing, begin)

    def import_paths(self, paths: Sequence[Path]) -> None:
        """Import files and folders, then index what is new."""
        if self.session is None or not paths:
            return
        what = shown(Path(paths[0].name)) if len(paths) == 1 else count(len(paths), "file")
        self.indexed = False
        work = partial(_import, self.session, tuple(paths))
        self._long(f"Importing {what}", "bytes", work, self._take_import, self._fail_import)

    def import_watched(self, view: "View") -> None:
        """Import what a look at the watched folders found, then index it."""
        if self.session is not None:
            self.indexed = False
            work = partial(_import_watched, self.session, view)
            title = "Importing from watched folders"
            self._long(title, "bytes", work, self._take_import, self._fail_import)

    def load_encoder(self) -> None:
        """Load the encoder, then index what lacks a vector."""
        if self.session is not None:
            self.loading = True
            work = partial(_load_encoder, self.session)
            self._long("Loading the encoder", "", work, self._take_encoder, self._no_encoder)

    def index(self) -> None:
        """Index the words of new articles, and embed what lacks a vector if there is an encoder."""
        if self.session is not None:
            work = partial(_index, self.session)
            self._long("Indexing", "articles", work, self._take_index, self._fail_index)

    def refresh(self) -> None:
        """After articles were merged or separated: search again, embed what has new words."""
        if self.session is not None:
            self.indexed = False
            self.content_changed.emit()
            if self.encoder_known:
                self.index()

    def close(self) -> None:
        """Cancel what runs, wait for it briefly, close the library. What is committed stays."""
        if self.session is not None:
            self.session.library.lookups.stop()
        self.session = None
        self._jobs.close(self._held.close)

    def _begin_opening(self, prepare: Callable[[], None] | None, _: object = None) -> None:
        work = partial(_open, self.folder, self._held, prepare)
        self._jobs.long("Opening the library", "", work, self._take_session, self._refuse)

    def _long(
        self,
        title: str,
        unit: str,
        work: Callable[[Report], _Answer],
        then: Callable[[_Answer], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Queue a task on the open library; when another is open in the end, nobody hears of it."""
        session = self.session
        self._jobs.long(
            title, unit, work, self._if_open(session, then), self._if_open(session, failed)
        )

    def _if_open(
        self, session: "Session | None", take: Callable[[_Answer], None]
    ) -> Callable[[_Answer], None]:
        def take_if_open(answer: _Answer) -> None:
            if session is self.session:
                take(answer)

        return take_if_open

    @Slot(object)
    def _take_session(self, session: "Session") -> None:
        self.session = session
        self.opened.emit(session)

    @Slot(object)
    def _refuse(self, error: Exception) -> None:
        if isinstance(error, UserError):
            self.refused.emit(self.folder, error)
        else:
            self._fail(error)

    @Slot(object)
    def _take_import(self, report: "ImportReport") -> None:
        self.imported.emit(report)
        self.content_changed.emit()
        if self.encoder_known:
            self.index()

    @Slot(object)
    def _fail_import(self, error: Exception) -> None:
        self._fail(error)
        self.content_changed.emit()  # what was stored before stays
        if self.encoder_known:
            self.index()

    @Slot(object)
    def _take_encoder(self, _: None) -> None:
        self.encoder_known = True
        self.encoder_ready.emit()
        self.index()

    @Slot(object)
    def _no_encoder(self, error: Exception) -> None:
        self.encoder_known = True
        self.indexed = True
        self._fail(error)
        self.encoder_ready.emit()

    @Slot(object)
    def _take_index(self, report: "IndexReport") -> None:
        self.indexed = not report.cancelled
        if report.embedded:
            self.content_changed.emit()

    @Slot(object)
    def _fail_index(self, error: Exception) -> None:
        self.indexed = True  # as far as it went; the next start or import goes on
        self._fail(error)

    @Slot(object)
    def _fail(self, error: Exception) -> None:
        if not isinstance(error, Cancelled):
            self.failed.emit(error)


def _nothing() -> None:
    """What is queued before it is done."""


def _open(
    folder: Path, held: _Held, prepare: Callable[[], None] | None, report: Report
) -> "Session":
    from desktop_app.tasks.session import open_session

    held.close()
    if prepare is not None:
        prepare()
    held.session = open_session(folder)
    return held.session


def _load_encoder(session: "Session", report: Report) -> None:
    session.load_encoder()
    # Build what the first search would have to wait for.
    session.engine.search(SearchRequest("warm up"))
    session.engine.suggest("warm up")  # sorts the names of all authors, which holds the window
    # The vocabulary lives as long as the program. Left to the garbage collector, going through it
    # again and again while an import makes objects would hold the window for 200 ms each time.
    gc.freeze()


def _import(session: "Session", paths: Sequence[Path], report: Report) -> "ImportReport":
    from desktop_app.tasks.import_files import import_files

    return import_files(session.library, paths, report)


def _import_watched(session: "Session", view: "View", report: Report) -> "ImportReport":
    from desktop_app.tasks.watch_folders import import_new

    return import_new(session.library, view, report)


def _index(session: "Session", report: Report) -> "IndexReport":
    from desktop_app.tasks.index_library import IndexReport, index_library
    from desktop_app.tasks.index_words import index_words

    done = IndexReport(0, 0, 0, cancelled=index_words(session.library, report) > 0)
    if session.encoder is not None and not done.cancelled:
        done = index_library(session.library, session.encoder, report)
    if not done.cancelled:
        session.engine.build_indexes(report)
    return done
