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
_COUNTED = 256 * 1024**2  # bytes of a copy made elsewhere whose articles are still counted
_STAMP = "%Y-%m-%d-%H%M%S"
# The number of articles is in the name: counting those of a large copy takes half a minute.
_OURS = re.compile(r"(\d{4}-\d\d-\d\d-\d{6})-(\d+)\.db", re.ASCII)


@dataclass(frozen=True, slots=True)
class Backup:
    """One copy of the database."""

    path: Path
    made: datetime  # UTC
    size: int  # bytes
    articles: int | None  # None: not known
    whole: bool  # by its header; whoever puts it back checks all of it
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
    names = (_OURS.fullmatch(path.name) for path in paths(library.folder))
    made = [_time(name[1]) for name in names if name]
    if made and now - max(made) < OFTEN:
        return False
    size = (library.folder / "library.db").stat().st_size
    return shutil.disk_usage(library.folder).free > 3 * size


def make(library: "Library", now: datetime, report: Report = silent) -> Backup:
    """Copy the database as it is at this moment while others read and write, and check the copy.

    Older copies made here are thinned out then. Raises UserError when it cannot be written,
    Cancelled when told to stop.
    """
    folder = library.folder / "backups"
    try:
        with library.reading() as connection:
            articles = reader.count_live(connection)  # from here on it sees this moment
            target = folder / f"{now.astimezone(UTC):{_STAMP}}-{articles}.db"
            source = connection.connection.dbapi_connection
            assert isinstance(source, sqlite3.Connection)
            with files.replacing(target) as part:
                copy_database(source, part, report)
    except (sqlite3.Error, OSError) as error:
        raise UserError(
            f"The library could not be copied to {folder}: {error}.",
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
            shutil.rmtree(folder / "indexes", ignore_errors=True)  # the articles may differ
            kept = _keep(database, now)
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
    for left in ours[0].path.parent.glob(".*.part"):  # by a program that was ended meanwhile
        if left.stat().st_mtime < (ours[0].made - OFTEN).timestamp():
            left.unlink(missing_ok=True)


def _described(path: Path) -> Backup:
    name, size, whole = _OURS.fullmatch(path.name), path.stat().st_size, _is_whole(path)
    articles: int | None
    if name:
        made, articles = _time(name[1]), int(name[2])
    else:
        made = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        articles = _count(path) if whole and size <= _COUNTED else None
    return Backup(path, made, size, articles, whole, name is not None)


def _time(stamp: str) -> datetime:
    return datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)


def _has_log(path: Path) -> bool:
    return os.path.exists(f"{path}-wal")


def _is_whole(path: Path) -> bool:
    """Whether a file is a library that this program knows and as long as its header says."""
    try:
        migrate.check_version(path)
    except UserError:
        return False
    with open(path, "rb") as file:
        header = file.read(32)
    page, pages = int.from_bytes(header[16:18], "big"), int.from_bytes(header[28:32], "big")
    return _has_log(path) or path.stat().st_size == (65_536 if page == 1 else page) * pages


def _count(path: Path) -> int | None:
    engine = reading_engine(path, immutable=not _has_log(path))
    try:
        with engine.connect() as connection:
            return reader.count_live(connection)
    except DatabaseError:
        return None
    finally:
        engine.dispose()
