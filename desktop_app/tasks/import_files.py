"""Import: files and folders become articles of a library, with a report on every file."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from desktop_app.errors import Cancelled, UserError
from desktop_app.files import shown
from desktop_app.importers.folders import files_in, is_library
from desktop_app.importers.input_file import InputFile
from desktop_app.importers.registry import read, recognise
from desktop_app.library.filed_records import write_doubtful, write_with_files
from desktop_app.library.journal import JournalledFile
from desktop_app.library.library import Library
from desktop_app.library.writer import Counts
from desktop_app.progress import Report, silent
from desktop_app.records import (
    Article,
    ArticleWithFiles,
    Attachment,
    Deletion,
    Doubtful,
    Problem,
)

BATCH = 500  # records a transaction: what a crash or a cancel can cost at most


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """What became of one file."""

    path: str
    format: str  # empty when it was not recognised
    added: int
    updated: int
    merged: int
    unchanged: int
    deleted: int
    problems: tuple[Problem, ...]
    needs_you: int = 0  # files that wait for the user to say which article they are


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of an import; a cancelled one keeps what was stored until then."""

    files: tuple[FileOutcome, ...]
    cancelled: bool
    kind: str = ""  # "" import, watched, completion

    @property
    def added(self) -> int:
        """New articles."""
        return sum(file.added for file in self.files)

    @property
    def updated(self) -> int:
        """Articles of which a newer version came."""
        return sum(file.updated for file in self.files)

    @property
    def merged(self) -> int:
        """Records of another source that completed an article."""
        return sum(file.merged for file in self.files)

    @property
    def unchanged(self) -> int:
        """Articles that were there already."""
        return sum(file.unchanged for file in self.files)

    @property
    def deleted(self) -> int:
        """Articles that their source withdrew."""
        return sum(file.deleted for file in self.files)

    @property
    def needs_you(self) -> int:
        """Files that wait for the user to say which article they are."""
        return sum(file.needs_you for file in self.files)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that could not be taken."""
        return tuple(problem for file in self.files for problem in file.problems)


def import_files(
    library: Library, paths: Sequence[Path], report: Report = silent, kind: str = ""
) -> ImportReport:
    """Import files, and everything in folders; `report` counts bytes read.

    Commits every 500 records. When `report` raises Cancelled, what is stored stays, and the
    returned report says how far it went. Importing the same files again changes nothing. `kind`
    is what the journal calls it. Raises UserError when a path is itself a Litmesh library.
    """
    _refuse_libraries(paths)
    files = [file for path in paths for file in files_in(path)]
    sizes = [_size(file) for file in files]
    starts = [0, *accumulate(sizes)]
    run = library.imports.begin(kind)
    outcomes: list[FileOutcome] = []
    cancelled = False
    for file, start in zip(files, starts, strict=False):
        importing = _Importing(library, file)
        try:
            with _rare_garbage_collection():
                importing.run(_part_of(report, start, starts[-1]))
        except Cancelled:
            cancelled = True
        outcome = importing.outcome()
        library.imports.enter(run, _journalled(outcome))
        outcomes.append(outcome)
        if cancelled:
            break
    library.imports.end(run, cancelled)
    return ImportReport(tuple(outcomes), cancelled, kind)


def _refuse_libraries(paths: Sequence[Path]) -> None:
    for path in paths:
        if is_library(path):
            raise UserError(
                f"{path} is a Litmesh library, not something to import.",
                "Open it: Library > Open library.",
            )


@contextmanager
def _rare_garbage_collection() -> Iterator[None]:
    """Collect once in 100,000 new objects, not in 700: records have no cycles, and looking for
    some took a fifth of the time of an import."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _part_of(report: Report, start: int, total: int) -> Report:
    """What one file tells of its bytes, as part of all files' bytes."""
    return lambda done, _: report(start + done, total)


class _Importing:
    """One file on its way into the library."""

    def __init__(self, library: Library, file: Path) -> None:
        self._library = library
        self._file = file
        self._counts = Counts()
        self._problems: list[Problem] = []

    def run(self, report: Report) -> None:
        """Records are written 500 at once, one with files by itself: as long as these are there."""
        file = InputFile(self._file, report)
        batch: list[Article | Deletion] = []
        origin = ""
        for entry in read(file):
            if isinstance(entry, Problem):
                self._problems.append(entry)
                continue
            alone = isinstance(entry, ArticleWithFiles | Doubtful)
            if alone or len(batch) == BATCH or file.origin != origin:
                self._write(batch, origin)
                batch = []
            origin = file.origin
            if isinstance(entry, ArticleWithFiles | Doubtful):
                self._write_files(entry, origin)
            else:
                batch.append(entry)
        self._write(batch, origin)

    def outcome(self) -> FileOutcome:
        counts = self._counts
        return FileOutcome(
            path=shown(self._file),
            format=_format_name(self._file),
            added=counts.added,
            updated=counts.updated,
            merged=counts.merged,
            unchanged=counts.unchanged,
            deleted=counts.deleted,
            problems=tuple(self._problems),
            needs_you=counts.needs_you,
        )

    def _write(self, batch: list[Article | Deletion], origin: str) -> None:
        if batch:
            self._counts += self._library.write(batch, origin, find_duplicates=True)

    def _write_files(self, entry: ArticleWithFiles | Doubtful, origin: str) -> None:
        """Store a record with files; without those that cannot be read any more."""
        if isinstance(entry, ArticleWithFiles):
            self._counts += write_with_files(self._library, entry, origin, self._note_unreadable)
            return
        try:
            self._counts += write_doubtful(self._library, entry)
        except OSError as error:
            self._note_unreadable(entry.file, error)

    def _note_unreadable(self, file: Attachment, error: OSError) -> None:
        reason = f"It cannot be read: {error.strerror or error}."
        self._problems.append(Problem(file.name, "", reason, "Check path and permissions."))


def _journalled(outcome: FileOutcome) -> JournalledFile:
    counts = Counts(
        outcome.added,
        outcome.updated,
        outcome.merged,
        outcome.unchanged,
        outcome.deleted,
        outcome.needs_you,
    )
    return JournalledFile(outcome.path, outcome.format, counts, outcome.problems)


def _format_name(file: Path) -> str:
    try:
        found = recognise(file)
    except OSError:
        return ""
    return found.name if found else ""


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0
