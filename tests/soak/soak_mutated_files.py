"""Damaged files of every format: no crash, nothing slow, no memory eaten, whatever the damage."""

import argparse
import resource
import sys
import tempfile
import time
from pathlib import Path

from desktop_app.importers.format import Entry, Format
from desktop_app.importers.input_file import InputFile
from desktop_app.importers.registry import FORMATS, read_file
from desktop_app.records import Article, Deletion, Problem
from tests.importers.examples import BY_FORMAT
from tests.importers.mutations import mutations

SLOWEST = 10.0  # seconds for one file
MOST_MEMORY = 300  # MB more than at the start
SLOW = {"PDF": 20}  # read in a process of its own: that many times fewer
ENTRIES = (Article, Deletion, Problem)


def main() -> None:
    """Read as many damaged files a format as asked; the seed makes a failure repeatable."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000, help="how many for each format")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="part of the name of the formats to try")
    options = parser.parse_args()
    chosen = [known for known in FORMATS if options.only.lower() in known.name.lower()]
    missing = [known.name for known in chosen if known.name not in BY_FORMAT]
    with tempfile.TemporaryDirectory() as name:
        for known in chosen:
            if known.name in BY_FORMAT:
                _try(known, Path(name, "damaged"), options.files, options.seed)
    assert not missing, f"tests/importers/examples.py has no example of {', '.join(missing)}"


def _try(known: Format, path: Path, count: int, seed: int) -> None:
    """Read each file both as this format and as whatever it is taken for."""
    example = BY_FORMAT[known.name]
    count = max(1, count // SLOW.get(known.name, 1))
    memory, slowest = _peak_memory(), 0.0
    articles = problems = 0
    for number, content in enumerate(mutations(example, count, seed), 1):
        path.write_bytes(content)
        began = time.perf_counter()
        try:
            entries = [*_read_as(known, path), *read_file(path)]
        except Exception:
            print(f"\n{known.name}, seed {seed}, file {number}: {content!r}", file=sys.stderr)
            raise
        slowest = max(slowest, time.perf_counter() - began)
        assert slowest < SLOWEST, f"{known.name}, file {number}: {slowest:.1f} s: {content!r}"
        assert all(isinstance(entry, ENTRIES) for entry in entries), content
        articles += sum(isinstance(entry, Article) for entry in entries)
        problems += sum(isinstance(entry, Problem) for entry in entries)
    more = _peak_memory() - memory
    print(
        f"{known.name}: {count} files, {articles} articles, {problems} problems, "
        f"slowest {slowest * 1000:.0f} ms, {more} MB more"
    )
    assert more < MOST_MEMORY, f"{known.name} took {more} MB"
    assert articles, f"the example of {known.name} is not read"


def _read_as(known: Format, path: Path) -> list[Entry]:
    """All entries; a reader may raise OSError, which `read_file` tells as a problem."""
    try:
        return list(known.reads(InputFile(path)))
    except OSError:
        return []


def _peak_memory() -> int:
    """The largest resident set so far in MB (`resource` counts KB, on macOS bytes)."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // (1024 * 1024 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main()
