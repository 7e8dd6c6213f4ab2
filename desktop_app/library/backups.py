"""Copies of a library's database in `backups/`: made while it is in use, checked, put back.

A copy holds all that is in `library.db`: records, tags, collections, searches, vectors. The kept
PDFs lie unchanged in `attachments/` and are not copied; index files are made again.
"""

import os
import re
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.exc import DatabaseError

from desktop_app import files
from desktop_app.errors import UserError
from desktop_app.library import migrate, reader
from desktop_app.library.connection import reading_engine
from desktop_app.library.copying import copy_database
from desktop_app.library.lock import LibraryLock
from desktop_app.progress import Report, silent

if TYPE_CHECKING:
    from desktop_app.library.library import Library

OFTEN = timedelta(hours=24)  # between two copies that nobody asked for
_DAYS, _WEEKS = 3, 4  # of the copies made here that stay: the newest, and one of each of these
_ROOM = 2 * 1024**3  # bytes that copies may take beyond the newest two
_STAMP = "%Y-%m-%d-%H%M%S"
_OURS = re.compile(r"\d{4}-\d\d-\d\d-\d{6}\.db", re.ASCII)


@dataclass(frozen=True, slots=True)
class Backup:
    """One copy of the database."""

    path: Path
    made: datetime  # UTC
    size: int  # bytes
    articles: int | None  # None: it cannot be read
    ours: bool  # made by `make`; others were kept before a migration or when one was put back

    @property
    def name(self) -> str:
        """What it is called for people and on the command line."""
        return self.path.name


def paths(folder: Path) -> list[Path]:
    """The copies of the library in `folder`, unread and in no order."""
    return list((folder / "backups").glob("*.db"))


def backups(folder: Path) -> list[Backup]:
    """The copies of the library in `folder`, the newest first."""
    found = [_described(path) for path in paths(folder)]
    return sorted(found, key=lambda backup: (backup.made, backup.name), reverse=True)


def is_due(library: "Library", now: datetime) -> bool:
    """Whether a copy is to be made unasked: the last is a day old, and there is room for three."""
    if library.read_only or not library.count():
        return False
    made = [_time_of(path) for path in paths(library.folder) if _ours(path)]
    if made and now - max(made) < OFTEN:
        return False
    size = (library.folder / "library.db").stat().st_size
    return shutil.disk_usage(library.folder).free > 3 * size


def make(library: "Library", now: datetime, report: Report = silent) -> Backup:
    """Copy the database as it is at this moment while others read and write, and check the copy.

    Older copies made here are thinned out then. Raises UserError when it cannot be written,
    Cancelled when told to stop.
    """
    target = library.folder / "backups" / f"{now.astimezone(UTC):{_STAMP}}.db"
    try:
        with files.replacing(target) as part, library.reading() as connection:
            connection.exec_driver_sql("SELECT 1 FROM library_state").all()  # from here on: now
            source = connection.connection.dbapi_connection
            assert isinstance(source, sqlite3.Connection)
            copy_database(source, part, report)
    except (sqlite3.Error, OSError) as error:
        raise UserError(
            f"The library could not be copied to {target}: {error}.",
            "Free some space, or see who may write there. The library itself is unchanged.",
        ) from error
    _thin(backups(library.folder))
    return _described(target)


def restore(folder: Path, backup: Path, now: datetime) -> Path | None:
    """Put a copy in the place of a closed library's database; where the present one is kept.

    Raises UserError: the library is open somewhere, or the copy is damaged or of a newer Litmesh.
    """
    database = folder / "library.db"
    migrate.check_version(backup)
    lock = LibraryLock(folder)
    lock.acquire()
    try:
        with files.replacing(database) as part:
            with closing(sqlite3.connect(backup)) as source:
                copy_database(source, part)
            kept = _keep(database, now)
        shutil.rmtree(folder / "indexes", ignore_errors=True)  # of articles that may differ now
    except (sqlite3.Error, OSError) as error:
        raise UserError(
            f"{backup} could not be put in the place of the library: {error}.",
            "The library is as it was. Choose another backup.",
        ) from error
    finally:
        lock.release()
    return kept


def _keep(database: Path, now: datetime) -> Path | None:
    """Copy the present database, whatever its state, into the backups; forget its log.

    The log must be gone before another database takes its place: it would be replayed into it.
    """
    if not database.exists():
        return None
    kept = database.parent / "backups" / f"replaced-{now.astimezone(UTC):{_STAMP}}.db"
    for suffix in ("", "-wal"):
        present = database.with_name(database.name + suffix)
        if present.exists():
            with files.replacing(kept.with_name(kept.name + suffix)) as part:
                shutil.copyfile(present, part)
    for suffix in ("-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)
    return kept


def _thin(copies: Sequence[Backup]) -> None:
    """Delete what need not stay of the copies made here; `copies`: the newest first.

    The one with the most articles always stays: an emptied library must not push it out.
    """
    ours = [backup for backup in copies if backup.ours]
    stay, weeks, taken = set(ours[:2]), set[tuple[int, int]](), 0
    stay.add(max(ours, key=lambda backup: backup.articles or 0))
    for number, backup in enumerate(ours):
        week = backup.made.isocalendar()[:2]
        wanted = number < _DAYS or (week not in weeks and len(weeks) < _WEEKS)
        weeks.add(week)
        taken += backup.size
        if wanted and taken <= _ROOM:
            stay.add(backup)
    for backup in set(ours) - stay:
        backup.path.unlink(missing_ok=True)


def _described(path: Path) -> Backup:
    return Backup(path, _time_of(path), path.stat().st_size, _articles(path), _ours(path))


def _ours(path: Path) -> bool:
    return _OURS.fullmatch(path.name) is not None


def _time_of(path: Path) -> datetime:
    if _ours(path):
        return datetime.strptime(path.stem, _STAMP).replace(tzinfo=UTC)
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _articles(path: Path) -> int | None:
    alone = not os.path.exists(f"{path}-wal")
    engine = reading_engine(path, immutable=alone)
    try:
        migrate.check_version(path)
        with engine.connect() as connection:
            return reader.count_live(connection)
    except (DatabaseError, UserError):
        return None
    finally:
        engine.dispose()
