"""`litmesh library …`: what the library holds, whether it is sound, what was imported."""

import dataclasses
from pathlib import Path

import click

from desktop_app.cli.output import print_fields, print_runs
from desktop_app.cli.support import (
    DONE,
    FAILED,
    existing_folder_of,
    folder_of,
    json_option,
    library_option,
    print_json,
    told,
)


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
