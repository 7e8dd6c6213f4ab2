"""Making a library's database, and bringing an older one up to date on a copy.

The migrated copy takes the old file's place only when it is whole; the old file is kept in
`backups/`. A crash at any moment leaves the old library or the new one.
"""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from desktop_app import __version__, files
from desktop_app.errors import UserError
from desktop_app.library.connection import writing_engine
from desktop_app.library.copying import copy_database
from desktop_app.library.schema import SCHEMA_VERSION

_APPLICATION_ID = 0x4C544D48  # "LTMH"
_MADE_BY = re.compile(r"Litmesh (\d+\.\d+\.\d+[0-9a-z]*)\n", re.ASCII)
_STAMP_APPLICATION = "PRAGMA application_id=" + str(_APPLICATION_ID)
_STAMP_VERSION = "PRAGMA user_version=" + str(SCHEMA_VERSION)


def prepare(database: Path) -> None:
    """Make `database` if it is missing, migrate it if it is older, refuse it if it is newer."""
    if not database.exists():
        _build(database, source=None)
        return
    version = check_version(database)
    if version < SCHEMA_VERSION:
        _build(database, source=database)


def check_version(database: Path) -> int:
    """The schema version of a library file, read without writing a byte.

    Raises UserError when the file is not a Litmesh library or was made by a newer Litmesh.
    """
    # Not by SQLite: opening a WAL database, even to read, may leave files beside it.
    try:
        with open(database, "rb") as file:
            header = file.read(72)
    except OSError as error:
        raise UserError(
            f"{database} cannot be read: {error.strerror}.", "Check who may read it."
        ) from error
    if len(header) < 72 or not header.startswith(b"SQLite format 3\x00"):
        raise UserError(
            f"{database} is not a Litmesh library.",
            "Restore it from the folder backups beside it, or open another library.",
        )
    version = int.from_bytes(header[60:64], "big")
    application = int.from_bytes(header[68:72], "big")
    if application != _APPLICATION_ID:
        raise UserError(f"{database} is a database of another program.", "Open another library.")
    if version > SCHEMA_VERSION:
        raise UserError(
            f"This library was made by a newer Litmesh (format {version}; this program knows "
            f"up to {SCHEMA_VERSION}). Nothing was changed.",
            f"Install {_maker(database)} to open it; this is Litmesh {__version__}.",
        )
    return version


def check_current(database: Path) -> None:
    """Raise UserError unless a library file has the format of this program, for reading only."""
    version = check_version(database)
    if version < SCHEMA_VERSION:
        raise UserError(
            f"This library was made by an older Litmesh (format {version}; this program reads "
            f"{SCHEMA_VERSION}).",
            "Open it once in the window: that brings it up to date and keeps a copy.",
        )


def _maker(database: Path) -> str:
    """The version that gave a library its format, as far as is known."""
    try:
        said = _MADE_BY.fullmatch(_note(database).read_text("utf-8")[:100])
    except (OSError, ValueError):
        said = None
    return f"Litmesh {said[1]} or newer" if said else "the newer version of Litmesh"


def _note(database: Path) -> Path:
    """Beside the database, since an older program cannot know what is in a newer one."""
    return database.with_name("library.made-by")


def _build(database: Path, source: Path | None) -> None:
    """Write an up-to-date database beside `database` and move it there."""
    new = database.with_name(f"{database.name}.new")
    _remove(new)
    if source:
        with closing(sqlite3.connect(source)) as old:
            copy_database(old, new)
    _upgrade(new)
    if source:
        _keep(source)
    files.move(new, database)
    files.write_text(_note(database), f"Litmesh {__version__}\n")


def _upgrade(database: Path) -> None:
    # Alembic takes 0.3 s to import and is needed only here.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    engine = writing_engine(database)
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.exec_driver_sql(_STAMP_APPLICATION)
            connection.exec_driver_sql(_STAMP_VERSION)
        with engine.connect() as connection:
            state = connection.exec_driver_sql("PRAGMA quick_check").scalar()
    finally:
        engine.dispose()
    if state != "ok":
        raise UserError(
            f"The library could not be brought up to date: {state}.", "It is unchanged."
        )


def _keep(database: Path) -> None:
    """Move the old database (already copied) into the backups, never over an older backup."""
    backups = database.parent / "backups"
    backups.mkdir(exist_ok=True)
    version = check_version(database)
    number = 1
    while (
        target := backups / f"before-format-{SCHEMA_VERSION}-was-{version}-{number}.db"
    ).exists():
        number += 1
    with files.replacing(target) as part, closing(sqlite3.connect(database)) as old:
        copy_database(old, part)
    for suffix in ("-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)


def _remove(database: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)
