"""What `litmesh export` does: find the articles, write them to a file or to stdout."""

import io
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from desktop_app.cli.support import written_out
from desktop_app.library.library import Library
from desktop_app.progress import Report
from desktop_app.search.request import Mode, SearchRequest
from desktop_app.tasks.export_articles import export_articles
from desktop_app.tasks.session import open_session


@dataclass(frozen=True, slots=True)
class Export:
    """One call of the command."""

    folder: Path  # the library's
    query: str  # empty: the whole library
    format_name: str
    output: Path | None  # None: stdout
    mode: str
    raw: bool
    encoder: str

    def run(self, report: Report) -> int:
        """Export, and say on stderr how much; the exit status. Raises UserError, UsageError."""
        if self.raw and self.format_name != "csv":
            raise click.UsageError("--raw is for --format csv.")
        if not self.query.strip():
            with Library.open(self.folder, read_only=True) as library:
                return self._write(library, library.ids(), report)
        with open_session(self.folder, read_only=True) as session:
            if self.mode != Mode.KEYWORD:
                session.load_encoder(self.encoder)
            result = session.engine.search(SearchRequest(self.query, Mode(self.mode)))
            for note in result.interpretation.notes:
                click.echo(note, err=True)
            return self._write(session.library, result.ids.tolist(), report)

    def _write(self, library: Library, ids: Sequence[int], report: Report) -> int:
        name = "csv-raw" if self.raw else self.format_name
        if self.output is not None:
            written = export_articles(library, ids, name, self.output, report)
        else:
            written = _to_stdout(library, ids, name, report)
        without = f", {len(ids) - written} have no PMID" if name == "pmids" else ""
        click.echo(f"{written} articles exported{without}", err=True)
        return 0


def _to_stdout(library: Library, ids: Sequence[int], name: str, report: Report) -> int:
    """Write UTF-8 with the format's own line ends, whatever the terminal's settings are."""
    out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="")
    try:
        with written_out():
            written = export_articles(library, ids, name, out, report)
            out.flush()
    finally:
        out.detach()  # flushes again, and leaves stdout open
    return written
