"""What the card before a training promises, and how long the training then takes.

    bench_outlook.py [--articles 800] [--recipe combined]

A library of the first articles of the Cystic Fibrosis collection, the product's own card and its
own run from the training set to the verdict, with the export made whether or not it is offered.
Bar: within 30 %. Needs an idle machine: the card measures what is free at that moment. Needs the
real collections (LITMESH_SHARED_DATA).
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from desktop_app.library.library import Library
from desktop_app.mesh.vocabulary import Vocabulary, load_vocabulary
from desktop_app.tasks.session import Session, find_encoder
from desktop_app.tasks.training.follow import follow
from desktop_app.tasks.training.outlook import outlook
from desktop_app.tasks.training.run import Stage, TrainingRun
from desktop_app.tasks.training.train_encoder import RECIPES, Choice, command, prepare_run
from tests.benchmarks.cystic_fibrosis import write_library
from tests.benchmarks.table import print_table

ROOT = Path(__file__).resolve().parent.parent.parent
SHARED = Path(os.environ.get("LITMESH_SHARED_DATA", ROOT.parent / "shared" / "data"))
SOURCE = SHARED / "retrieval" / "cystic_fibrosis"


def main() -> int:
    """Print the promise, the truth and its stages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=800)
    parser.add_argument("--recipe", default="combined", choices=RECIPES)
    given = parser.parse_args()
    if not SOURCE.is_dir():
        print(f"skipped: no real collections at {SHARED}", file=sys.stderr)
        return 0
    os.environ.setdefault("LITMESH_DATA_DIR", str(ROOT / ".dev" / "data"))
    vocabulary = load_vocabulary()
    with (
        tempfile.TemporaryDirectory() as folder,
        Library.open(Path(folder) / "library") as library,
    ):
        write_library(library, vocabulary, SOURCE, given.articles)
        _compare(library, vocabulary, given.recipe)
    return 0


def _compare(library: Library, vocabulary: Vocabulary, recipe: str) -> None:
    promised = outlook(Session(library, vocabulary))
    assert promised.base is not None
    space = promised.disk[promised.base.id]
    stages: dict[str, float] = {}
    now, started = "", time.perf_counter()

    def begin(stage: str) -> None:
        nonlocal now, started
        if now:
            stages[now] = time.perf_counter() - started
        now, started = str(stage), time.perf_counter()

    begin("training set")
    run = prepare_run(library, vocabulary, Choice(recipe), find_encoder())
    end = follow(run, lambda event: None, begin)
    if end is not None:
        sys.exit(f"The training did not end: {end}")
    if not run.offered:
        begin(Stage.EXPORT)
        _export_anyway(run)
    begin("")
    seconds, took = promised.seconds[recipe], sum(stages.values())
    disk = sum(path.stat().st_size for path in run.path.rglob("*") if path.is_file())
    rows = [
        ("promised", f"{seconds:.0f} s", f"{space >> 20:,} MiB"),
        ("taken", f"{took:.0f} s", f"{disk >> 20:,} MiB"),
        ("promised / taken", f"{seconds / took:.2f}", f"{space / disk:.2f}"),
        *((name, f"{value:.0f} s", "") for name, value in stages.items()),
    ]
    print_table(f"{recipe}, {library.count()} articles", ("", "time", "disk"), rows)


def _export_anyway(run: TrainingRun) -> None:
    due = command(run, Stage.EXPORT)
    assert due is not None
    words = [*due.words, "--anyway"]
    env = dict(due.environment)
    subprocess.run(words, cwd=due.folder, env=env, check=True, capture_output=True)


if __name__ == "__main__":
    sys.exit(main())
