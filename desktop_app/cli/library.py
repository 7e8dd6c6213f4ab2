"""`litmesh library …`: what the library holds, whether it is sound, what was imported."""

import dataclasses
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from desktop_app.cli.output import print_backups, print_fields, print_runs
from desktop_app.cli.support import (
    DONE,
    FAILED,
    existing_folder_of,
    folder_of,
    interruptible,
    json_option,
    library_option,
    print_json,
    progress,
    told,
)
from desktop_app.errors import UserError

if TYPE_CHECKING:
    from desktop_app.library.backups import Backup


@click.group("library")
def library_group() -> None:
    """Look after the library."""


@library_group.command("info")
@library_option
@json_option
@told
def library_info_command(library: Path | None, as_json: bool) -> int:
    """What the library holds."""
    from desktop_app.library.library import Library
    from desktop_app.tasks.library_info import library_info

    with Library.open(folder_of(library), read_only=True) as opened:
        answer = library_info(opened)
    print_json(answer) if as_json else print_fields(answer)
    return DONE


@library_group.command("check")
@library_option
@json_option
@told
def library_check_command(library: Path | None, as_json: bool) -> int:
    """Check the database and its full-text index."""
    from desktop_app.library.library import Library

    folder = existing_folder_of(library)
    with Library.open(folder) as opened:
        problems = opened.check()
    answer = {"library": str(folder), "problems": problems}
    print_json(answer) if as_json else print_fields(answer)
    return FAILED if problems else DONE


@library_group.command("backup")
@library_option
@json_option
@told
def library_backup_command(library: Path | None, as_json: bool) -> int:
    """Copy the library's database into its folder `backups` and check the copy."""
    from desktop_app.library import backups
    from desktop_app.library.library import Library

    with Library.open(existing_folder_of(library), read_only=True) as opened:
        now, report = datetime.now(UTC), progress("copied", quiet=as_json)
        with interruptible(report) as stoppable:
            made = backups.make(opened, now, stoppable)
    answer = {"backup": str(made.path), "articles": made.articles, "bytes": made.size}
    print_json(answer) if as_json else print_fields(answer)
    return DONE


@library_group.command("restore")
@click.argument("name", required=False)
@click.option("--yes", is_flag=True, help="Do not ask.")
@library_option
@json_option
@told
def library_restore_command(
    name: str | None, yes: bool, library: Path | None, as_json: bool
) -> int:
    """Put backup NAME in the library's place; without NAME list what there is.

    The library as it is now is kept among the backups.
    """
    from desktop_app.library import backups

    folder = folder_of(library)
    found = backups.backups(folder)
    if name is None:
        if as_json:
            print_json({"backups": [_values(backup) for backup in found]})
        else:
            print_backups(found)
        return DONE
    chosen = next((one for one in found if one.name == name), None)
    if chosen is None:
        raise UserError(f"There is no backup {name} of {folder}.", "Without a name all are listed.")
    if not yes:
        click.confirm(_question(folder, chosen), abort=True, err=True)
    kept = backups.restore(folder, chosen.path, datetime.now(UTC))
    answer = {"restored": name, "articles": chosen.articles, "before": str(kept or "")}
    print_json(answer) if as_json else print_fields(answer)
    return DONE


@library_group.command("imports")
@click.argument("number", type=int, required=False)
@click.option("--limit", type=click.IntRange(1), default=20, help="How many of the latest.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the report of import NUMBER here: .json, else a table (CSV).",
)
@library_option
@json_option
@told
def library_imports_command(
    number: int | None, limit: int, output: Path | None, library: Path | None, as_json: bool
) -> int:
    """What was imported when; with NUMBER the whole report of that import."""
    from desktop_app.library.library import Library
    from desktop_app.tasks.import_history import past_report, report_table, write_report

    if output is not None and number is None:
        raise click.UsageError("--output wants the number of an import.")
    with Library.open(existing_folder_of(library), read_only=True) as opened:
        if number is None:
            runs = opened.imports.runs(limit)
            if as_json:
                print_json({"imports": [dataclasses.asdict(run) for run in runs]})
            else:
                print_runs(runs)
            return DONE
        report = past_report(opened, number)
    if output is not None:
        write_report(report, output)
    elif as_json:
        print_json(dataclasses.asdict(report))
    else:
        click.echo(report_table(report), nl=False)
    return DONE


def _values(backup: "Backup") -> dict[str, Any]:
    texts = {"path": str(backup.path), "made": backup.made.isoformat(timespec="seconds")}
    return {"name": backup.name, **dataclasses.asdict(backup), **texts}


def _question(folder: Path, backup: "Backup") -> str:
    from desktop_app.library.library import Library

    try:
        with Library.open(folder, read_only=True) as opened:
            here = f"has {opened.count():,} articles"
    except UserError:
        here = "cannot be opened"
    held = "was not counted" if backup.articles is None else f"has {backup.articles:,}"
    return f"The library {here}, the backup {backup.name} {held}. Put it in the library's place?"
