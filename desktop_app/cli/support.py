"""What the commands of the command line share: options, exit status, progress, JSON."""

import json
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec

import click

from desktop_app import paths
from desktop_app.errors import UserError
from desktop_app.progress import Report

P = ParamSpec("P")

DONE, FAILED, WRONG_USAGE, IN_PART = 0, 1, 2, 3

library_option = click.option(
    "--library",
    "library",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    help="The library's folder.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Answer with one JSON object.")
encoder_option = click.option("--encoder", default="", help="Name or id of an installed encoder.")


def told(function: Callable[P, int]) -> Callable[P, None]:
    """Turn a command's exit status and its UserErrors into what the shell sees."""

    @wraps(function)
    def command(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            status = function(*args, **kwargs)
        except UserError as error:
            click.echo(f"litmesh: {error}", err=True)
            status = FAILED
        sys.exit(status)

    return command


def folder_of(library: Path | None) -> Path:
    """The library's folder: the command's own option, the program's, or the default one."""
    chosen: Path | None = library or click.get_current_context().find_root().obj
    return chosen or paths.default_library()


def existing_folder_of(library: Path | None) -> Path:
    """As `folder_of`. Raises UserError when no library is there."""
    folder = folder_of(library)
    if not (folder / "library.db").exists():
        raise UserError(f"There is no library in {folder}.", "Import something first.")
    return folder


def progress(what: str, quiet: bool) -> Report:
    """Progress as one changing line on stderr, when a person is looking."""

    def report(done: int, total: int) -> None:
        if total:
            click.echo(f"\r{what} {100 * done // total:3d} %", nl=done >= total, err=True)

    def nothing(done: int, total: int) -> None: ...

    return nothing if quiet or not sys.stderr.isatty() else report


def print_json(answer: Any) -> None:
    """One JSON value on stdout."""
    click.echo(json.dumps(answer, ensure_ascii=False))
