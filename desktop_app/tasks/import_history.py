"""Reports of earlier imports, and reports as files: a table, JSON, the records that failed."""

import csv
import dataclasses
import io
import json
from pathlib import Path

from desktop_app import files
from desktop_app.errors import UserError
from desktop_app.exporters.csv_table import safe_cell
from desktop_app.library.library import Library
from desktop_app.tasks.import_files import FileOutcome, ImportReport

_FIGURES = ("added", "updated", "merged", "unchanged", "deleted", "needs_you")
_COLUMNS = ("file", "format", *_FIGURES, "place", "problem", "remedy", "record")


def past_report(library: Library, run: int) -> ImportReport:
    """The report of an import, as the journal keeps it. Raises UserError when there is none."""
    found = next((one for one in library.imports.runs() if one.id == run), None)
    if found is None:
        raise UserError(f"There is no import {run}.", "“litmesh library imports” lists them.")
    outcomes = tuple(
        FileOutcome(
            file.path,
            file.format,
            **dataclasses.asdict(file.counts),
            problems=file.problems,
        )
        for file in library.imports.files(run)
    )
    return ImportReport(outcomes, found.cancelled, found.kind)


def report_table(report: ImportReport) -> str:
    """CSV: a line a problem, or a line for a file without one; no cell becomes a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    for file in report.files:
        figures = [str(getattr(file, name)) for name in _FIGURES]
        problems = [(p.place, p.reason, p.remedy, p.record) for p in file.problems]
        for number, problem in enumerate(problems or [("", "", "", "")]):
            counts = figures if number == 0 else [""] * len(figures)  # so that columns add up
            writer.writerow(map(safe_cell, (file.path, file.format, *counts, *problem)))
    return out.getvalue()


def report_json(report: ImportReport) -> str:
    """The whole report as one JSON object."""
    return json.dumps(dataclasses.asdict(report), ensure_ascii=False, indent=2) + "\n"


def write_report(report: ImportReport, path: Path) -> None:
    """Write a report: JSON when `path` ends so, else CSV. Raises UserError."""
    as_json = path.suffix.lower() == ".json"
    try:
        files.write_text(path, report_json(report) if as_json else report_table(report))
    except OSError as error:
        reason = error.strerror or str(error)
        raise UserError(
            f"{path} could not be written: {reason}.", "Choose another place, or free some space."
        ) from error


def failed_records(report: ImportReport) -> str:
    """The records that failed as they stand in their files, a blank line between two."""
    texts = [problem.record for problem in report.problems if problem.record]
    return "\n\n".join(texts) + "\n" if texts else ""
