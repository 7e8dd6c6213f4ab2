"""A library whose headings and citations mean nothing: the model in use must stay."""

import random
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="PyTorch is in the trainer's environment only")
import numpy as np

from tests.trainer.small_training_set import article, heading, write_set
from tests.trainer.tiny_base import run, run_config
from trainer.evaluate import evaluate
from trainer.model import load_encoder
from trainer.training_set import read_training_set


def test_shuffled_headings_and_citations_bring_no_improvement(tmp_path: Path) -> None:
    chance = random.Random(7)
    names = [(f"Thing {n}", f"C{n % 20 + 1:02}.{n:03}") for n in range(40)]
    lines = [
        article(n, headings=[heading(*names[k]) for k in chance.sample(range(40), 3)])
        for n in range(1, 191)
    ]
    edges = [(n, m) for n in range(1, 191) for m in chance.sample(range(1, 191), 2) if n != m]
    held_out = {"test": list(range(1, 191, 3)), "validation": list(range(2, 191, 15))}
    terms: dict[str, list[str]] = {name: [] for name, _ in names}
    write_set(tmp_path / "noise", lines, edges, held_out=held_out, terms=terms)
    config = run_config(
        tmp_path,
        training_set=str(tmp_path / "noise"),
        recipe="combined",
        batch={"anchors": "auto"},
        schedule={"steps": 40},
        guard={"evaluate_every": 20},
    )
    run(config)
    before = load_encoder(Path(config.base), config.model)
    after = load_encoder(tmp_path / "run" / "result", config.model)
    assert np.abs(after.encode(["word5 word6"]) - before.encode(["word5 word6"])).max() > 1e-4
    found = evaluate(read_training_set(tmp_path / "noise"), before, after)
    assert found["verdict"]["offered"] is False
    assert found["verdict"]["gain"]["low"] <= 0
    assert found["verdict"]["words"].startswith("No improvement, your current model stays")
