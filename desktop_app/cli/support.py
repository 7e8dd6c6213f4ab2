"""What the commands of the command line share: options, exit status, progress, JSON."""

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from types import FrameType
from typing import Any, ParamSpec

import click

from desktop_app import paths
from desktop_app.errors import Cancelled, UserError
from desktop_app.progress import Report

P = ParamSpec("P")

DONE, FAILED, WRONG_USAGE, IN_PART = 0, 1, 2, 3


class FilePath(click.Path):
    """A path that was given: an empty one, as of an unset variable, would be the folder here."""

    name = "path"

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(
        self,
        value: "str | os.PathLike[str]",
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> "str | bytes | os.PathLike[str]":
        if value == "":
            self.fail("it is empty", param, ctx)
        return super().convert(value, param, ctx)


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
    """Turn a command's exit status and the errors that are no bugs into what the shell sees."""

    @wraps(function)
    def command(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            status = function(*args, **kwargs)
        except UserError as error:
            click.echo(f"litmesh: {error}", err=True)
            status = FAILED
        except Cancelled:
            click.echo("litmesh: stopped", err=True)
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


@contextmanager
def interruptible(report: Report) -> Iterator[Report]:
    """Ctrl+C lets a task end at its next batch, by Cancelled; pressed again, at once."""
    asked = False

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True
        click.echo("\nlitmesh: stopping; what is stored stays", err=True)

    def report_or_stop(done: int, total: int) -> None:
        report(done, total)
        if asked:
            raise Cancelled

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield report_or_stop
    finally:
        signal.signal(signal.SIGINT, before)


def print_json(answer: Any) -> None:
    """One JSON value on stdout. Raises UserError when the disk behind it is full."""
    with written_out():
        click.echo(json.dumps(answer, ensure_ascii=False))


@contextmanager
def written_out() -> Iterator[None]:
    """Turn what goes wrong with stdout into a UserError; a reader that has enough is no error."""
    try:
        yield
    except BrokenPipeError:
        raise  # click ends quietly
    except OSError as error:
        # What is still buffered would fail again when Python ends, with a status of its own.
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), sys.stdout.fileno())
        raise UserError(f"The output could not be written: {error.strerror}.") from error
