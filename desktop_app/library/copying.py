"""Copying a database as it is at one moment, whatever else reads and writes it."""

import sqlite3
from contextlib import closing
from pathlib import Path

from desktop_app.errors import Cancelled
from desktop_app.progress import Report, silent

_PAGES = 2_000  # copied between two looks at the wish to stop
_STEPS = 100_000  # of SQLite between two when the copy is checked


def copy_database(source: sqlite3.Connection, target: Path, report: Report = silent) -> None:
    """Copy a database into one file of its own and check that.

    Raises sqlite3.Error when it cannot be copied or the copy is damaged, Cancelled.
    """
    with closing(sqlite3.connect(target)) as copy:
        source.backup(
            copy, pages=_PAGES, progress=lambda _, left, total: report(total - left, total)
        )
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
        _check(copy, report)


def _check(copy: sqlite3.Connection, report: Report) -> None:
    stopped: list[Cancelled] = []

    def is_over() -> bool:
        try:
            report(1, 1)
        except Cancelled as wish:  # what is raised in here would be lost
            stopped.append(wish)
        return bool(stopped)

    copy.set_progress_handler(is_over, _STEPS)
    try:
        (state,) = copy.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.OperationalError:
        if stopped:
            raise stopped[0] from None
        raise
    if state != "ok":
        raise sqlite3.DatabaseError(f"the copy is damaged, {state}")
