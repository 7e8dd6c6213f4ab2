"""The import journal: what every import brought, refused and left unfinished."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection

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


def begin_run(connection: Connection) -> int:
    """Enter the start of an import; its number."""
    table = schema.import_run
    statement = table.insert().values(started_at=_now()).returning(table.c.id)
    return int(connection.execute(statement).scalar_one())


def enter_file(connection: Connection, run: int, file: JournalledFile) -> None:
    """Enter one file with its problems."""
    counts = file.counts
    table = schema.import_file
    statement = table.insert().values(
        run_id=run,
        path=file.path,
        format=file.format,
        added=counts.added,
        updated=counts.updated,
        merged=counts.merged,
        unchanged=counts.unchanged,
        deleted=counts.deleted,
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
    }


def journalled_files(connection: Connection, last_runs: int) -> Sequence[JournalledFile]:
    """The files of the latest imports, newest import first."""
    f, p = schema.import_file, schema.import_problem
    runs = connection.execute(
        schema.import_run.select().order_by(schema.import_run.c.id.desc()).limit(last_runs)
    )
    files: list[JournalledFile] = []
    for run in runs.all():
        for row in connection.execute(f.select().where(f.c.run_id == run.id).order_by(f.c.id)):
            problems = connection.execute(p.select().where(p.c.file_id == row.id).order_by(p.c.id))
            files.append(
                JournalledFile(
                    row.path,
                    row.format,
                    Counts(row.added, row.updated, row.merged, row.unchanged, row.deleted),
                    tuple(Problem(row.path, q.place, q.reason, q.remedy) for q in problems),
                )
            )
    return files


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
