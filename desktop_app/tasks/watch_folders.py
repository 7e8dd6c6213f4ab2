"""Watched folders: what is new in them, and importing that.

A file is known by size and time of change; so one look costs no more than listing the folders.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from desktop_app.files import shown
from desktop_app.importers.folders import files_in, is_library
from desktop_app.importers.registry import recognise
from desktop_app.library.library import Library
from desktop_app.library.watched import SeenFile
from desktop_app.progress import Report, silent
from desktop_app.tasks.import_files import ImportReport, import_files

KIND = "watched"  # what the journal calls such a run
STABLE = 5.0  # seconds without a change after which a file counts as written
_UNFINISHED = (".part", ".crdownload", ".download", ".partial", ".tmp", ".filepart", ".!ut")
_NOT_EXPORTS = frozenset({"List of identifiers"})  # any file of numbers may look like one


@dataclass(frozen=True, slots=True)
class View:
    """What one look at the watched folders found beside what was seen before."""

    new: tuple[SeenFile, ...] = ()  # PDFs and exports, to be imported
    ignored: tuple[SeenFile, ...] = ()  # of no kind that we read
    unsettled: tuple[SeenFile, ...] = ()  # perhaps still being written: the next look decides
    missing: tuple[Path, ...] = ()  # folders that are not there at present


def look(library: Library, before: View | None = None, stable_for: float = STABLE) -> View:
    """Look at every watched folder. `before` is the last look.

    A file is settled when the last look found it as it is now, or when it has not been changed
    for `stable_for` seconds. Raises nothing for folders and files that cannot be read.
    """
    earlier = {file.path: file for file in before.unsettled} if before else {}
    found: dict[str, list[SeenFile]] = {"new": [], "ignored": [], "unsettled": []}
    missing = []
    for folder in library.watched.folders():
        if not folder.path.is_dir():
            missing.append(folder.path)
            continue
        seen = library.watched.seen(folder.path)
        for file in _changed(folder.path, seen):
            found[_state(file, earlier, stable_for)].append(file)
    return View(
        tuple(found["new"]), tuple(found["ignored"]), tuple(found["unsettled"]), tuple(missing)
    )


def import_new(library: Library, view: View, report: Report = silent) -> ImportReport:
    """Import what a look found; without anything new the journal gets no entry.

    What a cancelled import did not get to stays new. Raises what `import_files` does.
    """
    library.watched.remember(view.ignored)
    if not view.new:
        return ImportReport((), cancelled=False, kind=KIND)
    done = import_files(library, [file.path for file in view.new], report, KIND)
    names = [outcome.path for outcome in done.files]
    finished = set(names[:-1] if done.cancelled else names)
    library.watched.remember(file for file in view.new if shown(file.path) in finished)
    return done


def _changed(folder: Path, seen: Mapping[str, tuple[int, int]]) -> Iterator[SeenFile]:
    for path in files_in(folder):
        if path.name.lower().endswith(_UNFINISHED) or path.name.startswith("~$"):
            continue
        try:
            status = path.stat()
        except OSError:
            continue  # gone since it was listed
        now = status.st_size, status.st_mtime_ns
        is_new = path.is_file() and status.st_size and seen.get(shown(path)) != now
        if is_new and not is_library(path):
            yield SeenFile(path, *now)


def _state(file: SeenFile, earlier: Mapping[Path, SeenFile], stable_for: float) -> str:
    age = time.time() - file.modified_ns / 1e9
    # A network drive's clock may be ahead of ours: then only two equal looks settle it.
    if earlier.get(file.path) != file and age < stable_for:
        return "unsettled"
    try:
        known = recognise(file.path)
    except OSError:
        return "unsettled"  # another program holds it, or the drive is away
    return "ignored" if known is None or known.name in _NOT_EXPORTS else "new"
