"""SQLite connections: one that writes, some that read, and what makes them safe.

SQLite before 3.51.3 can corrupt a WAL database when two connections write or checkpoint at the
same time. Here one connection does both; the others are opened read-only.
"""

import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import QueuePool, StaticPool

_WRITER = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=NORMAL",
    "PRAGMA wal_autocheckpoint=8192",  # pages, 32 MB: an import writes its hot pages once
    "PRAGMA foreign_keys=ON",
    "PRAGMA cache_size=-32768",
    "PRAGMA temp_store=MEMORY",
)
_READER = ("PRAGMA query_only=ON", "PRAGMA wal_autocheckpoint=0", "PRAGMA cache_size=-16384")


def writing_engine(database: Path) -> Engine:
    """The one engine that writes and checkpoints. Every transaction begins with BEGIN IMMEDIATE."""
    engine = create_engine(
        "sqlite://",
        creator=lambda: _connect(f"file:{quote(str(database))}?mode=rwc", _WRITER),
        poolclass=StaticPool,
    )
    _begin_with(engine, "BEGIN IMMEDIATE")
    return engine


def reading_engine(database: Path, immutable: bool = False) -> Engine:
    """An engine whose connections can only read; safe to use from several threads.

    `immutable` is for media that cannot be written at all, where SQLite could not make the
    shared-memory file of a WAL database.
    """
    mode = "mode=ro&immutable=1" if immutable else "mode=ro"
    engine = create_engine(
        "sqlite://",
        creator=lambda: _connect(f"file:{quote(str(database))}?{mode}", _READER),
        poolclass=QueuePool,
        pool_size=4,
    )
    _begin_with(engine, "BEGIN")
    return engine


def working_reader(database: Path) -> Engine:
    """A reading engine that works; on media that cannot be written at all, an immutable one."""
    engine = reading_engine(database)
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1 FROM library_state")
    except OperationalError:
        engine.dispose()
        return reading_engine(database, immutable=True)
    return engine


def outside_transaction(engine: Engine, pragma: str) -> None:
    """Run a PRAGMA that must not stand inside a transaction, such as wal_checkpoint."""
    raw = engine.raw_connection()
    try:
        raw.cursor().execute(pragma)
    finally:
        raw.close()


def _connect(uri: str, pragmas: tuple[str, ...]) -> sqlite3.Connection:
    connection = sqlite3.connect(uri, uri=True, check_same_thread=False, timeout=30)
    # Python's sqlite3 commits before DDL by itself; with None only our own BEGIN opens a
    # transaction, so a failed migration rolls back whole.
    connection.isolation_level = None
    for pragma in pragmas:
        connection.execute(pragma)
    return connection


def _begin_with(engine: Engine, statement: str) -> None:
    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(statement)

    @event.listens_for(engine, "connect")
    def _keep_manual(dbapi_connection: Any, _record: Any) -> None:
        dbapi_connection.isolation_level = None
