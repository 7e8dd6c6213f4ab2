"""Export: articles of a library become a file that other programs read."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from desktop_app.errors import UserError
from desktop_app.exporters.registry import EXPORTERS, Exporter
from desktop_app.files import replacing
from desktop_app.library.library import Library
from desktop_app.progress import Report, silent
from desktop_app.records import Article

CHUNK = 500  # articles in memory at a time


def export_articles(
    library: Library,
    ids: Sequence[int],
    format_name: str,
    target: Path | TextIO,
    report: Report = silent,
) -> int:
    """Write articles, in the order of `ids`, in a format of `EXPORTERS`; how many were written.

    Ids that are gone by now, and articles the format cannot hold (a list of PMIDs one without),
    are left out. A file appears whole or not at all, also when `report`, which is told articles,
    raises Cancelled. Raises UserError when it cannot be written.
    """
    export = _Export(library, ids, EXPORTERS[format_name], report)
    if not isinstance(target, Path):
        export.write_to(target)
        return export.written
    file = target.resolve()  # through a link, which stays one
    if file.exists() and not file.is_file():
        raise UserError(f"{target} is not a file.", "Choose another place.")
    try:
        with replacing(file) as part, part.open("w", encoding=export.encoding, newline="") as out:
            export.write_to(out)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UserError(
            f"{target} could not be written: {reason}.", "Choose another place, or free some space."
        ) from error
    return export.written


class _Export:
    """One export on its way out."""

    def __init__(
        self, library: Library, ids: Sequence[int], exporter: Exporter, report: Report
    ) -> None:
        self._library = library
        self._ids = ids
        self._exporter = exporter
        self._report = report
        self.encoding = exporter.encoding
        self.written = 0

    def write_to(self, out: TextIO) -> None:
        self._exporter.writes(self._articles(), out)

    def _articles(self) -> Iterator[Article]:
        total = len(self._ids)
        self._report(0, total)
        for start in range(0, total, CHUNK):
            chunk = [int(article_id) for article_id in self._ids[start : start + CHUNK]]
            for article in self._library.articles(chunk).values():
                if self._exporter.takes(article):
                    self.written += 1
                    yield article
            self._report(start + len(chunk), total)
