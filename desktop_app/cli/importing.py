"""What `litmesh import` does: files that were named, and what is new in the watched folders."""

import dataclasses
from dataclasses import dataclass
from pathlib import Path

import click

from desktop_app.cli.output import print_import
from desktop_app.cli.support import DONE, FAILED, IN_PART, interruptible, print_json
from desktop_app.errors import UserError
from desktop_app.library.library import Library
from desktop_app.progress import Report
from desktop_app.tasks.import_files import ImportReport, import_files
from desktop_app.tasks.index_words import index_words
from desktop_app.tasks.watch_folders import import_new, look

_TOTALS = ("added", "updated", "unchanged", "deleted", "needs_you")


@dataclass(frozen=True, slots=True)
class Import:
    """One call of the command."""

    folder: Path  # the library's
    files: tuple[Path, ...]
    watched: bool
    as_json: bool

    def run(self, report: Report) -> int:
        """Import, print what came of it; the exit status. Raises UserError."""
        if self.files and not any(path.exists() for path in self.files):
            raise UserError(f"There is no {self.files[0]}.", "Nothing was imported.")
        parts: list[ImportReport] = []
        missing: tuple[Path, ...] = ()
        with Library.open(self.folder) as library:
            with interruptible(report) as stoppable:
                if self.files:
                    parts.append(import_files(library, self.files, stoppable))
                if self.watched and not any(part.cancelled for part in parts):
                    view = look(library, stable_for=0.0)
                    missing = view.missing
                    parts.append(import_new(library, view, stoppable))
            index_words(library)
        whole = _together(parts)
        for folder in missing:
            click.echo(f"litmesh: the watched folder {folder} is not there at present", err=True)
        if self.as_json:
            totals = {name: getattr(whole, name) for name in _TOTALS}
            print_json({**totals, **dataclasses.asdict(whole)})
        else:
            print_import(whole)
        if whole.problems or whole.cancelled or missing:
            return IN_PART if any(getattr(whole, name) for name in _TOTALS) else FAILED
        return DONE


def _together(parts: list[ImportReport]) -> ImportReport:
    files = tuple(file for part in parts for file in part.files)
    return ImportReport(files, any(part.cancelled for part in parts))
