"""The journal of imports as the rest of the program writes and reads it (tables: `journal`)."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

from sqlalchemy import Connection

from desktop_app.library import journal
from desktop_app.library.journal import JournalledFile, Run

Opened = Callable[[], AbstractContextManager[Connection]]


class Imports:
    """What every import brought, refused and left unfinished."""

    def __init__(self, reading: Opened, writing: Opened, fold_log: Callable[[], None]) -> None:
        self._reading = reading
        self._writing = writing
        self._fold_log = fold_log

    def begin(self, kind: str = "") -> int:
        """Enter the start of an import; its number. `kind`: see `Run`."""
        with self._writing() as connection:
            return journal.begin_run(connection, kind)

    def enter(self, run: int, file: JournalledFile) -> None:
        """Enter what became of one file."""
        with self._writing() as connection:
            journal.enter_file(connection, run, file)

    def end(self, run: int, cancelled: bool) -> None:
        """Enter the end of an import and empty the write-ahead log."""
        with self._writing() as connection:
            journal.end_run(connection, run, cancelled)
        self._fold_log()

    def runs(self, limit: int | None = None) -> list[Run]:
        """The imports so far, newest first."""
        with self._reading() as connection:
            return journal.runs(connection, limit)

    def files(self, run: int) -> list[JournalledFile]:
        """What one import brought, file by file."""
        with self._reading() as connection:
            return journal.files_of(connection, run)

    def latest(self, runs: int = 1) -> Sequence[JournalledFile]:
        """What the latest imports brought."""
        with self._reading() as connection:
            return journal.journalled_files(connection, runs)
