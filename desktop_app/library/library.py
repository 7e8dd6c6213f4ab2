"""A library on disk: opening and closing it, and everything the rest of the program asks of it."""

import errno
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import SQLITE_CORRUPT, SQLITE_FULL, SQLITE_NOTADB
from sqlite3 import DatabaseError as SqliteError
from threading import RLock
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import DatabaseError, OperationalError

from desktop_app.errors import Cancelled, UserError
from desktop_app.library import (
    health,
    incomplete,
    migrate,
    numbers,
    reader,
    schema,
    summaries,
)
from desktop_app.library.article_store import ArticleStore
from desktop_app.library.article_vectors import ArticleVectors
from desktop_app.library.article_words import ArticleWords
from desktop_app.library.attachments import Attachments
from desktop_app.library.citations import Citations
from desktop_app.library.connection import (
    outside_transaction,
    working_reader,
    writing_engine,
)
from desktop_app.library.duplicates import Duplicates
from desktop_app.library.imports import Imports
from desktop_app.library.incomplete import Incomplete
from desktop_app.library.lock import LibraryLock
from desktop_app.library.lookups import Lookups
from desktop_app.library.marks import Marks
from desktop_app.library.numbers import Numbers
from desktop_app.library.searches import Searches
from desktop_app.library.summaries import Summary
from desktop_app.library.waiting import WaitingFiles
from desktop_app.library.watched import Watched
from desktop_app.library.writer import Counts, Writer
from desktop_app.records import Article, Deletion

_FULL = (errno.ENOSPC, errno.EDQUOT)
_DAMAGED = (SQLITE_CORRUPT, SQLITE_NOTADB)


class Library:
    """One library folder, open. Reading is safe from any thread; writing is serialised here.

    Once it is closed, whatever is still asked of it raises Cancelled.
    """

    def __init__(self, folder: Path, lock: LibraryLock | None, writer: Engine | None) -> None:
        self.folder = folder
        self.read_only = writer is None
        self._lock = lock
        self._writer = writer
        self._writing = RLock()
        self._closed = False
        self._reader = working_reader(folder / "library.db")
        self.words = ArticleWords(self)
        self.vectors = ArticleVectors(self)
        self.imports = Imports(self.reading, self.writing, self._fold_log)
        self.duplicates = Duplicates(self)
        self.citations = Citations(self.reading, self.writing)
        self.watched = Watched(self.reading, self.writing)
        self.attachments = Attachments(self)
        self.waiting = WaitingFiles(self)
        self.lookups = Lookups(self)
        self.marks = Marks(self)
        self.searches = Searches(self)

    @classmethod
    def open(cls, folder: Path, read_only: bool = False) -> Self:
        """Open the library in `folder`, making it when it is missing and may be written.

        Raises UserError: no library there (read only), open elsewhere, made by a newer Litmesh,
        damaged, or a folder that cannot be written.
        """
        database = folder / "library.db"
        if read_only:
            if not database.exists():
                raise UserError(f"There is no library in {folder}.", "Import something first.")
            migrate.check_current(database)
            try:
                return cls(folder, None, None)
            except DatabaseError as error:
                raise _unusable(database, error) from error
        try:
            if database.exists():
                migrate.check_version(database)  # before the lock: a refusal leaves no trace
            folder.mkdir(parents=True, exist_ok=True)
            lock = LibraryLock(folder)
            lock.acquire()
        except OSError as error:
            raise UserError(
                f"The folder {folder} cannot be written: {error.strerror}.",
                "Choose another folder, or free some space.",
            ) from error
        try:
            migrate.prepare(database)
            writer = writing_engine(database)
            library = cls(folder, lock, writer)
            library._first_state()
        except (DatabaseError, SqliteError, OSError) as error:
            lock.release()
            raise _unusable(database, error) from error
        except BaseException:
            lock.release()
            raise
        return library

    def close(self) -> None:
        """Close every connection, empty the write-ahead log, give the lock back."""
        with self._writing:
            if self._closed:
                return
            self._closed = True  # a disposed engine would connect again, without the lock
            if self._writer is not None:
                outside_transaction(self._writer, "PRAGMA optimize")
        self._reader.dispose()
        if self._writer is not None:
            # The last connection to close folds the log into the database file.
            self._writer.dispose()
        if self._lock is not None:
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A read-only connection inside one transaction: a consistent view while others write."""
        self._require_open()
        try:
            with self._reader.begin() as connection:
                yield connection
        except DatabaseError as error:
            raise self._told(error) from error

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """The one writing connection inside one transaction: all of it is kept, or nothing."""
        if self._writer is None:
            raise UserError("This library is open for reading only.")
        with self._writing:
            self._require_open()
            try:
                with self._writer.begin() as connection:
                    yield connection
            except OperationalError as error:
                raise _unusable(self.folder / "library.db", error) from error
            except DatabaseError as error:
                raise self._told(error) from error

    def _told(self, error: DatabaseError) -> Exception:
        """The error itself, or that the database is damaged.

        A damage that an index of words finds in itself has another number.
        """
        damaged = getattr(error.orig, "sqlite_errorcode", None) in _DAMAGED
        return _unusable(self.folder / "library.db", error) if damaged else error

    def _require_open(self) -> None:
        if self._closed:
            raise Cancelled

    @contextmanager
    def changing(self) -> Iterator[tuple[Connection, ArticleStore]]:
        """A transaction that changes articles, under a new revision."""
        with self.writing() as connection:
            revision = self.revision_in(connection) + 1
            yield connection, ArticleStore(connection, revision)
            connection.execute(schema.state.update().values(revision=revision))

    # --- articles ---------------------------------------------------------------------------

    def write(
        self,
        entries: Sequence[Article | Deletion],
        origin: str = "",
        find_duplicates: bool = False,
    ) -> Counts:
        """Store one batch as one transaction; all of it or nothing is kept.

        `origin` is the format the records come from; with `find_duplicates` those that describe an
        article which is here are merged with it (see `library.writer`).
        """
        with self.writing() as connection:
            revision = self.revision_in(connection) + 1
            writer = Writer(connection, revision, origin, find_duplicates)
            counts = writer.write_entries(entries)
            if counts.changed:
                connection.execute(schema.state.update().values(revision=revision))
        return counts

    def article(self, article_id: int) -> Article:
        """One article; KeyError when there is none of that id."""
        return self.articles([article_id])[article_id]

    def articles(self, ids: Sequence[int]) -> dict[int, Article]:
        """Articles by id, in the order asked for."""
        with self.reading() as connection:
            return dict(reader.read_articles(connection, ids))

    def find_pmid(self, pmid: int) -> int | None:
        """The id of the article with a PMID, None when it is not here."""
        with self.reading() as connection:
            return reader.find_pmid(connection, pmid)

    def summaries(self, ids: Sequence[int]) -> dict[int, Summary]:
        """What lists show of articles, by id."""
        with self.reading() as connection:
            return summaries.summaries(connection, ids)

    def headings(self, ids: Sequence[int]) -> dict[int, tuple[tuple[str, str], ...]]:
        """The (UI, name) of the MeSH headings of articles, by id."""
        with self.reading() as connection:
            return summaries.headings(connection, ids)

    def ids(self) -> list[int]:
        """All article ids, ascending, withdrawn ones left out."""
        with self.reading() as connection:
            return reader.live_ids(connection)

    def incomplete(self) -> list[Incomplete]:
        """The articles with a PMID, DOI or PMCID that lack MeSH headings or references."""
        with self.reading() as connection:
            return incomplete.incomplete_articles(connection)

    def count(self) -> int:
        """How many articles there are."""
        with self.reading() as connection:
            return reader.count_live(connection)

    def revision(self) -> int:
        """A number that grows with every change of an article."""
        with self.reading() as connection:
            return self.revision_in(connection)

    def uuid(self) -> str:
        """What tells this library from every other, whatever its folder is called."""
        with self.reading() as connection:
            return str(connection.execute(select(schema.state.c.uuid)).scalar_one())

    # --- counts, checks --------------------------------------------------------------------

    def numbers(self) -> Numbers:
        """Counts of the whole library."""
        with self.reading() as connection:
            return numbers.count_all(connection)

    def check(self) -> list[str]:
        """What is wrong with the database; empty when all is well."""
        return health.problems(self)

    def _fold_log(self) -> None:
        """Fold the write-ahead log into the database file."""
        if self._writer is not None:
            with self._writing:
                outside_transaction(self._writer, "PRAGMA wal_checkpoint(TRUNCATE)")

    @staticmethod
    def revision_in(connection: Connection) -> int:
        """The revision as a `reading` connection sees it."""
        return int(connection.execute(select(schema.state.c.revision)).scalar_one())

    def _first_state(self) -> None:
        with self.writing() as connection:
            if connection.execute(select(func.count()).select_from(schema.state)).scalar_one():
                return
            connection.execute(
                schema.state.insert().values(
                    id=1,
                    uuid=str(uuid.uuid4()),
                    revision=0,
                    created_at=datetime.now(UTC).isoformat(timespec="seconds"),
                )
            )


def _unusable(database: Path, error: Exception) -> UserError:
    cause = error.orig if isinstance(error, DatabaseError) else error
    code = getattr(cause, "sqlite_errorcode", None)
    if code == SQLITE_FULL or getattr(cause, "errno", None) in _FULL:
        return UserError(
            f"The disk that holds {database.parent} is full.",
            "What was saved before is safe. Free some space and try again.",
        )
    return UserError(
        f"The library {database} could not be used: {cause}.",
        "Put a copy of it in its place, or open another library.",
    )
