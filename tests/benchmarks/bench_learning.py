"""Learning on a library: every recipe and its controls on the Cystic Fibrosis collection.

    bench_learning.py [--only TEXT] [--option NAME=VALUE …]

Each row is a real training by the product's own task, from readiness to verdict, on a library of
1,239 articles with MeSH headings and citations. Then the library is searched with the encoder
before and after, offered or not, for the 50 judged queries, which nothing of the training has
seen: nDCG@10 by meaning and by hybrid, paired bootstrap over the queries. In the last row headings
and citations are dealt anew among the articles: there the verdict must be “no improvement”.

About ten minutes of two idle cores a row. Needs the real collections (LITMESH_SHARED_DATA).
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from desktop_app.encoders.installed import EncoderInfo
from desktop_app.encoders.onnx_encoder import OnnxEncoder, load_encoder
from desktop_app.library.library import Library
from desktop_app.mesh.vocabulary import Vocabulary, load_vocabulary
from desktop_app.search.engine import SearchEngine
from desktop_app.search.request import Mode, SearchRequest
from desktop_app.tasks import evaluate as task
from desktop_app.tasks.index_library import index_library
from desktop_app.tasks.library_encoder import chosen
from desktop_app.tasks.session import find_encoder
from desktop_app.tasks.training.follow import follow
from desktop_app.tasks.training.options import option_value
from desktop_app.tasks.training.run import Stage, TrainingRun
from desktop_app.tasks.training.train_encoder import Choice, command, prepare_run
from desktop_app.tasks.training.trainer_words import verdict_words
from tests.benchmarks.cystic_fibrosis import write_library
from tests.benchmarks.table import print_table
from trainer.protocol import Event, Step

ROOT = Path(__file__).resolve().parent.parent.parent
SHARED = Path(os.environ.get("LITMESH_SHARED_DATA", ROOT.parent / "shared" / "data"))
SOURCE = SHARED / "retrieval" / "cystic_fibrosis"
MODES = (Mode.SEMANTIC, Mode.HYBRID)
SAMPLES = 10_000  # of the paired bootstrap
NOTHING = "combined, headings and citations shuffled"
# 64 texts a step, half a pass: the published form sends every article through the model
_SMALL = {"batch.size": 16, "batch.hard_negatives": 3, "schedule.steps": 30}


@dataclass(frozen=True, slots=True)
class Way:
    """A training to measure."""

    name: str
    recipe: str
    options: Mapping[str, Any] = field(default_factory=dict)
    shuffled: tuple[str, ...] = ()


WAYS = (
    Way("combined", "combined"),
    Way("biohicl (no citations)", "biohicl"),
    Way("combined, citations shuffled", "combined", {}, ("references",)),
    Way("bica", "bica", _SMALL),
    Way("bica, neighbours (no citations)", "bica", {**_SMALL, "batch.mine": "neighbours"}),
    Way("bica, random negatives", "bica", {**_SMALL, "batch.mine": "random"}),
    Way(NOTHING, "combined", {}, ("headings", "references")),
)

Scores = dict[Mode, Mapping[str, float]]  # nDCG@10 of each query


def main() -> int:
    """Train, search, print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--only", default="", help="the row of this name, or rows with it in their name"
    )
    parser.add_argument("--option", action="append", default=[], help="for every training")
    given = parser.parse_args()
    if not SOURCE.is_dir():
        print(f"skipped: no real collections at {SHARED}", file=sys.stderr)
        return 0
    os.environ.setdefault("LITMESH_DATA_DIR", str(ROOT / ".dev" / "data"))
    info = find_encoder()
    if info is None:
        sys.exit("No encoder is installed.")
    pairs = [text.partition("=") for text in given.option]
    more = {name: option_value(name, value) for name, _, value in pairs}
    vocabulary, rows = load_vocabulary(), []
    exact = [way for way in WAYS if way.name == given.only]
    for way in exact or [way for way in WAYS if given.only in way.name]:
        rows.append(_row(replace(way, options={**way.options, **more}), info, vocabulary))
        print(*rows[-1], sep=" | ", flush=True)  # the whole takes more than an hour
    print_table("Cystic Fibrosis, 50 queries, nDCG@10 before and after", _HEAD, rows)
    return 0


_HEAD = ("", "steps", "CPU min", "held-out gain (offered)", *(f"{m}, 95 % interval" for m in MODES))


def _row(way: Way, info: EncoderInfo, vocabulary: Vocabulary) -> tuple[object, ...]:
    with tempfile.TemporaryDirectory() as folder:
        with Library.open(Path(folder) / "Cystic Fibrosis") as library:
            names = write_library(library, vocabulary, SOURCE, shuffled=way.shuffled)
            before = _searched(library, vocabulary, load_encoder(info.folder), names)
            began, in_use = os.times(), chosen(library.folder)
            run = prepare_run(library, vocabulary, Choice(way.recipe, "", dict(way.options)), info)
            steps = _train(run)
            ended = os.times()
            if chosen(library.folder) != in_use or (way.name == NOTHING and run.offered):
                sys.exit(f"{way.name}: the encoder must stay.")
            after = before
            if way.name != NOTHING:  # nothing was offered, so there is nothing to search with
                after = _searched(library, vocabulary, load_encoder(_exported(run)), names)
        minutes = (ended.children_user + ended.children_system) / 60
        minutes -= (began.children_user + began.children_system) / 60
        changes = [_change(before[mode], after[mode]) for mode in MODES]
        return way.name, steps, f"{minutes:.1f}", _gain(run), *changes


def _train(run: TrainingRun) -> int:
    """Follow a run to its verdict; its steps."""
    steps = 0

    def say(event: Event) -> None:
        nonlocal steps
        steps = event.step if isinstance(event, Step) else steps

    def begin(stage: Stage) -> None:
        print(f"{time.strftime('%H:%M:%S')} {stage}", file=sys.stderr)

    end = follow(run, say, begin)
    if end is not None:
        sys.exit(f"The training did not end: {end}")
    print(verdict_words(run.evaluation()), file=sys.stderr)
    return steps


def _exported(run: TrainingRun) -> Path:
    """The encoder's folder, made also when it was not offered."""
    if not run.model.is_dir():
        due = command(run, Stage.EXPORT)
        assert due is not None
        words = [*due.words, "--anyway"]
        subprocess.run(words, cwd=due.folder, env=dict(due.environment), check=True,
                       capture_output=True)  # fmt: skip
    return run.model


def _searched(
    library: Library, vocabulary: Vocabulary, encoder: OnnxEncoder, names: Sequence[str]
) -> Scores:
    """nDCG@10 of every judged query by the window's own engine."""
    index_library(library, encoder)
    engine = SearchEngine(library, vocabulary)
    engine.use_encoder(encoder)
    lines = task._lines(task._find(SOURCE, "queries.jsonl"))
    queries = {str(line["_id"]): str(line["text"]) for line in lines}
    qrels = task._qrels(SOURCE / "qrels" / "test.tsv")
    judged = {query: queries[query] for query in qrels if query in queries}
    found = {}
    for mode in MODES:
        form = SearchRequest(mode=mode, everything=True)
        found[mode] = task._evaluate_mode(engine, form, judged, names, qrels, False).by_query
    return found


def _gain(run: TrainingRun) -> str:
    verdict = (run.evaluation() or {})["verdict"]
    gain, offered = verdict["gain"], "yes" if verdict["offered"] else "no"
    if gain is None:
        return f"too few questions ({offered})"
    return f"{gain['mean']:+.4f}, {gain['low']:+.4f} to {gain['high']:+.4f} ({offered})"


def _change(before: Mapping[str, float], after: Mapping[str, float]) -> str:
    old = np.array([before[query] for query in sorted(before)])
    new = np.array([after[query] for query in sorted(before)])
    picks = np.random.default_rng(7).integers(0, len(old), (SAMPLES, len(old)))
    low, high = np.percentile((new - old)[picks].mean(axis=1), [2.5, 97.5])
    moved = f"{(new - old).mean():+.4f} ({low:+.4f} to {high:+.4f})"
    return f"{old.mean():.4f} → {new.mean():.4f}, {moved}"


if __name__ == "__main__":
    sys.exit(main())
