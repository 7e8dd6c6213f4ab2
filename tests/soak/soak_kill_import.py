"""kill -9 at random moments of an import: nothing acknowledged is lost, nothing is half there."""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from desktop_app.library.library import Library
from tests.benchmarks.synthetic_pubmed import write_pubmed_xml

RECORDS, BATCH = 3_000, 100

# Imports as tasks/import_files does, but tells of every batch that the library acknowledged.
CHILD = """
import sys
from itertools import islice
from pathlib import Path
from desktop_app.importers.registry import read_file
from desktop_app.library.library import Library
library = Library.open(Path(sys.argv[1]))
entries = read_file(Path(sys.argv[2]))
stored = 0
while batch := list(islice(entries, int(sys.argv[3]))):
    counts = library.write(batch)
    stored += counts.added + counts.unchanged
    print(stored, flush=True)
library.close()
"""


def main() -> None:
    """Kill as often as asked; the library of one round is the start of the next few."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    kills = parser.parse_args().kills
    chance = random.Random(1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        xml = folder / "synthetic.xml"
        write_pubmed_xml(xml, RECORDS, seed=3)
        for number in range(kills):
            library = folder / "library"
            if number % 5 == 0:  # begin anew, so that making a library is interrupted too
                shutil.rmtree(library, ignore_errors=True)
            acknowledged = _killed_import(library, xml, chance.uniform(0.1, 3.0))
            _check(library, acknowledged)
            print(f"\r{number + 1} kills, {acknowledged} acknowledged in the last", end="")
    print(f"\n{kills} kills: no acknowledged record lost, every check clean.")


def _killed_import(library: Path, xml: Path, seconds: float) -> int:
    """Import until killed; the number of records that were acknowledged."""
    command = [sys.executable, "-c", CHILD, str(library), str(xml), str(BATCH)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        time.sleep(seconds)
        os.kill(child.pid, signal.SIGKILL)
        told = child.communicate()[0].split("\n")
    return int(told[-2]) if len(told) > 1 else 0  # what follows the last line feed is half a line


def _check(folder: Path, acknowledged: int) -> None:
    with Library.open(folder) as library:
        stored = library.count()
        assert stored >= acknowledged, f"{acknowledged} acknowledged, {stored} there"
        assert stored % BATCH == 0, f"half a batch: {stored}"
        problems = library.check()
        assert not problems, problems


if __name__ == "__main__":
    main()
