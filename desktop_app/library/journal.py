"""The import journal: what every import brought, refused and left unfinished."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from desktop_app.library import schema
from desktop_app.library.writer import Counts
from desktop_app.records import Problem


@dataclass(frozen=True, slots=True)
class JournalledFile:
    """What became of one imported file."""

    path: str
    format: str
    counts: Counts
    problems: tuple[Problem, ...]


_COUNTS = tuple(field.name for field in fields(Counts))  # columns have the same names


@dataclass(frozen=True, slots=True)
class Run:
    """One import as a whole."""

    id: int
    started_at: str  # ISO 8601, UTC
    finished_at: str  # empty: the program ended before the import did, or it still runs
    cancelled: bool
    kind: str  # "" import, watched, completion
    files: int
    problems: int
    counts: Counts


def begin_run(connection: Connection, kind: str = "") -> int:
    """Enter the start of an import; its number. `kind`: "" import, watched, completion."""
    table = schema.import_run
    statement = table.insert().values(started_at=_now(), kind=kind).returning(table.c.id)
    return int(connection.execute(statement).scalar_one())


def enter_file(connection: Connection, run: int, file: JournalledFile) -> None:
    """Enter one file with its problems."""
    table = schema.import_file
    statement = table.insert().values(
        run_id=run, path=file.path, format=file.format, **asdict(file.counts)
    )
    file_id = int(connection.execute(statement.returning(table.c.id)).scalar_one())
    rows = [_problem_row(file_id, problem) for problem in file.problems]
    if rows:
        connection.execute(schema.import_problem.insert(), rows)


def end_run(connection: Connection, run: int, cancelled: bool) -> None:
    """Enter the end of an import."""
    table = schema.import_run
    connection.execute(
        table.update().where(table.c.id == run).values(finished_at=_now(), cancelled=int(cancelled))
    )


def _problem_row(file_id: int, problem: Problem) -> dict[str, object]:
    return {
        "file_id": file_id,
        "place": problem.place,
        "reason": problem.reason,
        "remedy": problem.remedy,
        "record": problem.record,
    }


def runs(connection: Connection, limit: int | None = None) -> list[Run]:
    """The imports, newest first."""
    r, f = schema.import_run.c, schema.import_file.c
    figures = [func.coalesce(func.sum(f[name]), 0) for name in _COUNTS]
    problems = (
        select(func.count())
        .select_from(schema.import_problem.join(schema.import_file))
        .where(f.run_id == r.id)
        .correlate(schema.import_run)
        .scalar_subquery()
    )
    query = (
        select(r.id, r.started_at, r.finished_at, r.cancelled, r.kind, func.count(f.id), problems)
        .add_columns(*figures)
        .outerjoin_from(schema.import_run, schema.import_file, f.run_id == r.id)
        .group_by(r.id)
        .order_by(r.id.desc())
        .limit(limit)
    )
    return [
        Run(row[0], row[1], row[2] or "", bool(row[3]), row[4], row[5], row[6], Counts(*row[7:]))
        for row in connection.execute(query)
    ]


def files_of(connection: Connection, run: int) -> list[JournalledFile]:
    """The files of one import, in their order, with every problem."""
    f, p = schema.import_file, schema.import_problem
    query = (
        p.select().join_from(p, f, p.c.file_id == f.c.id).where(f.c.run_id == run).order_by(p.c.id)
    )
    problems: dict[int, list[Row[Any]]] = {}
    for row in connection.execute(query):
        problems.setdefault(row.file_id, []).append(row)
    return [
        JournalledFile(
            row.path,
            row.format,
            Counts(*(getattr(row, name) for name in _COUNTS)),
            tuple(
                Problem(row.path, q.place, q.reason, q.remedy, q.record)
                for q in problems.get(row.id, ())
            ),
        )
        for row in connection.execute(f.select().where(f.c.run_id == run).order_by(f.c.id))
    ]


def journalled_files(connection: Connection, last_runs: int) -> Sequence[JournalledFile]:
    """The files of the latest imports, newest import first."""
    return [file for run in runs(connection, last_runs) for file in files_of(connection, run.id)]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
