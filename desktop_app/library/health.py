"""What may be wrong with a library: the database, its full-text indexes, files that are gone."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError

from desktop_app.errors import UserError
from desktop_app.library import exact_check, exact_words, full_texts, fulltext, schema

if TYPE_CHECKING:
    from desktop_app.library.library import Library

_Step = Callable[[Connection], None]
_INDEXES: tuple[tuple[str, _Step, _Step], ...] = (
    ("The full-text index", fulltext.check_fulltext, fulltext.rebuild),
    ("The index of full texts", full_texts.check, full_texts.rebuild),
)


def problems(library: "Library") -> list[str]:
    """What is wrong, in sentences; empty when all is well."""
    try:
        with library.reading() as connection:
            rows = connection.exec_driver_sql("PRAGMA integrity_check").fetchall()
        found = [str(row[0]) for row in rows if row[0] != "ok"]
        found += _missing_files(library)
    except UserError as error:  # so damaged that not even that can be asked
        return [str(error)]
    if library.read_only:  # FTS5 checks itself by an INSERT
        return found
    for what, check, rebuild in _INDEXES:
        try:
            with library.writing() as connection:
                check(connection)
        except DatabaseError as error:
            found.append(_made_anew(library, what, error, rebuild))
    return found + _exact_words(library)


def _made_anew(library: "Library", what: str, wrong: DatabaseError, rebuild: _Step) -> str:
    """Make an index anew from the tables; what to say of it."""
    try:
        with library.writing() as connection:
            rebuild(connection)
    except DatabaseError as error:
        return f"{what} is damaged: {error.orig}"
    return f"{what} was made anew: {wrong.orig}."


def _exact_words(library: "Library") -> list[str]:
    """Make the index of exact words anew when it is not what the tables say."""
    try:
        library.lookups.prepare()
        with library.writing() as connection:
            wrong = exact_check.mismatch(connection)
            if wrong:
                exact_words.rebuild(connection)
    except DatabaseError as error:
        return [f"The index of exact words is damaged: {error.orig}"]
    return [f"The index of exact words was made anew: {wrong}."] if wrong else []


def _missing_files(library: "Library") -> list[str]:
    with library.reading() as connection:
        stored = {
            str(row[0])
            for table in (schema.attachment, schema.waiting_file)
            for row in connection.execute(table.select().with_only_columns(table.c.path))
        }
    paths = (library.attachments.files.path(path) for path in sorted(stored))
    return [f"A kept file is missing: {path}" for path in paths if not path.is_file()]
