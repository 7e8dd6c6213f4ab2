"""Training speed: our step beside sentence-transformers' own training with the same loss.

The same base, pairs, batch, precision and threads: titles against abstracts of the Cystic Fibrosis
collection, multiple negatives ranking, all weights. Whole passes over the pairs take turns; ratios
are of CPU time, from the first step to the last. Beside it what the losses on headings add, what
bf16 saves, and how much of what is computed is padding.
"""

import argparse
import gzip
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from sentence_transformers import InputExample, SentenceTransformer
from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
from torch.utils.data import DataLoader

from tests.benchmarks.table import print_table
from tests.trainer.small_training_set import write_set
from trainer.config import TrainConfig, parse_config
from trainer.protocol import Estimate, Event, Readiness, Step
from trainer.running.stopping import StopFlag
from trainer.train import train

ROOT = Path(__file__).resolve().parent.parent.parent
DATA = Path(os.environ.get("LITMESH_SHARED_DATA", ROOT.parent / "shared" / "data"))
BASE = ROOT / ".dev" / "models" / "all-MiniLM-L6-v2"
TOKENS, BATCH = 256, 16


def articles(count: int) -> list[dict[str, Any]]:
    """Lines of articles.jsonl: real texts with their headings, spread over the collection."""
    path = DATA / "retrieval" / "cystic_fibrosis" / "corpus.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        documents = [json.loads(line) for line in file]
    whole = [d for d in documents if len(d["text"].split()) > 40]
    known = _descriptors()
    chosen = random.Random(1).sample(whole, count)
    return [_line(number, document, known) for number, document in enumerate(chosen, 1)]


def _descriptors() -> dict[str, tuple[str, list[str]]]:
    """Name or entry term, in capitals with dashes -> UI and tree numbers."""
    known: dict[str, tuple[str, list[str]]] = {}
    path = DATA / "mesh" / "mesh2024_descriptors.tsv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        next(file)
        for row in file:
            ui, name, numbers, terms = row.rstrip("\n").split("\t")
            for word in (name, *terms.split("|")):
                plain = word.upper().replace(", ", "-").replace(" ", "-")
                known.setdefault(plain, (ui, numbers.split("|") if numbers else []))
    return known


def _line(
    number: int, document: dict[str, Any], known: dict[str, tuple[str, list[str]]]
) -> dict[str, Any]:
    headings = [
        {"ui": ui, "name": name, "major": major, "qualifiers": [], "tree_numbers": numbers}
        for field, major in (("mesh_major", True), ("mesh_minor", False))
        for heading in document[field]
        if (name := heading["heading"]) in known
        for ui, numbers in [known[name]]
    ]
    text = {"title": document["title"], "abstract": document["text"]}
    return {"id": number, **text, "year": None, "language": "eng", "headings": headings}


def ours(scratch: Path, **changes: Any) -> tuple[float, float]:
    """CPU seconds of one pass over the set in `scratch`, and the share of padding."""
    config = _config(scratch, Path(tempfile.mkdtemp(dir=scratch)) / "run", changes)
    begun = ended = padding = 0.0

    def say(event: Event) -> None:
        nonlocal begun, ended, padding
        if isinstance(event, Readiness):
            padding = event.padding
        if isinstance(event, Estimate):
            begun = time.process_time()
        if isinstance(event, Step):
            ended = time.process_time()

    train(config, say, StopFlag())
    return ended - begun, padding


def _config(scratch: Path, run: Path, changes: dict[str, Any]) -> TrainConfig:
    sections: dict[str, Any] = {
        "training_set": str(scratch / "set"),
        "base": str(BASE),
        "run": str(run),
        "recipe": "bica",
        "model": {"tuning": "full", "max_tokens": TOKENS},
        "batch": {"size": BATCH, "mine": "none", "cached": "never", "anchors": "articles"},
        "schedule": {"learning_rate": 2e-5, "device": "cpu", "precision": "fp32"},
        "guard": {"evaluate_every": 0, "checkpoint_seconds": 9999.0},
    }
    for name, value in changes.items():
        sections[name] = sections[name] | value if isinstance(value, dict) else value
    return parse_config(sections)


def theirs(pairs: Sequence[tuple[str, str]]) -> float:
    """CPU seconds of one pass of sentence-transformers over the pairs."""
    model = SentenceTransformer(str(BASE), device="cpu")
    model.max_seq_length = TOKENS
    examples = [InputExample(texts=list(pair)) for pair in pairs]
    loader: DataLoader[Any] = DataLoader(examples, shuffle=True, batch_size=BATCH, drop_last=True)
    loss = MultipleNegativesRankingLoss(model)
    begun: list[float] = []
    loss.register_forward_pre_hook(lambda *_: begun.append(time.process_time()))
    model.old_fit([(loader, loss)], warmup_steps=0, show_progress_bar=False)
    return time.process_time() - begun[0]


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=96)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    if not DATA.is_dir():
        print(f"skipped: no real collections at {DATA}", file=sys.stderr)
        return 0
    torch.set_num_threads(1)
    lines = articles(given.pairs)
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        write_set(scratch / "set", lines)
        _compare(scratch, [(line["title"], line["abstract"]) for line in lines], given.rounds)
    return 0


def _compare(scratch: Path, pairs: Sequence[tuple[str, str]], rounds: int) -> None:
    ways: dict[str, Callable[[], tuple[float, float]]] = {
        "sentence-transformers, MNRL": lambda: (theirs(pairs), 0.0),
        "bica (MNRL)": lambda: ours(scratch),
        "combined (MNRL + BioHiCL)": lambda: ours(scratch, recipe="combined"),
        "bica, bf16": lambda: ours(scratch, schedule={"precision": "bf16"}),
    }
    took: dict[str, list[float]] = {name: [] for name in ways}
    padding: dict[str, float] = {}
    for _ in range(rounds):
        for name, way in ways.items():
            seconds, padding[name] = way()
            took[name].append(seconds)
    medians = {name: statistics.median(seconds) for name, seconds in took.items()}
    peer, plain = medians["sentence-transformers, MNRL"], medians["bica (MNRL)"]
    rows = [
        (
            name,
            f"{len(pairs) / seconds:.1f}",
            f"{peer / seconds:.2f}",
            f"{seconds / plain:.2f}",
            f"{padding[name]:.1%}" if padding[name] else "",
        )
        for name, seconds in medians.items()
    ]
    head = ("", "pairs / CPU s", "x sentence-transformers", "time of bica", "padding")
    print_table(f"One pass over {len(pairs)} pairs, {BASE.name}, one thread", head, rows)


if __name__ == "__main__":
    sys.exit(main())
