"""Titles that citations answer: who asks, who answers, and the step that mixes them in."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="PyTorch is in the trainer's environment only")

from tests.trainer.small_training_set import article, write_set
from tests.trainer.tiny_base import run_config
from trainer.citation_queries import CitationQueries
from trainer.config import TrainConfig
from trainer.model import load_encoder
from trainer.recipes import Examples
from trainer.training_set import read_training_set


def of(folder: Path, edges: list[tuple[int, int]], seed: int = 1) -> CitationQueries:
    lines = [article(number) for number in range(1, 7)]
    training_set = write_set(folder, lines, edges, held_out={"test": [6]})
    return CitationQueries(training_set.part("train"), training_set.citations, seed)


def test_articles_linked_either_way_answer_and_held_out_ones_are_unknown(tmp_path: Path) -> None:
    queries = of(tmp_path / "set", [(1, 2), (3, 1), (4, 6)])
    assert queries.asking == 3  # 4 cites a held-out article only
    assert set(queries.step(0, 50)) == {0, 1, 2}
    assert queries.grades([0, 1]).toarray().tolist() == [[1, 1, 1, 0, 0], [1, 1, 0, 0, 0]]


def test_a_step_follows_from_its_seed(tmp_path: Path) -> None:
    edges = [(1, 2), (3, 1), (4, 5)]
    one, same = of(tmp_path / "one", edges), of(tmp_path / "same", edges)
    other = of(tmp_path / "other", edges, seed=2)
    assert one.step(3, 20) == same.step(3, 20)
    assert one.step(3, 20) != one.step(4, 20)
    assert one.step(3, 20) != other.step(3, 20)


def test_without_citations_nobody_asks(tmp_path: Path) -> None:
    queries = of(tmp_path / "set", [])
    assert (queries.asking, queries.step(0, 5)) == (0, [])
    assert queries.grades([]).shape == (0, 5)


def examples(config: TrainConfig, cited: bool = True) -> Examples:
    training_set = read_training_set(Path(config.training_set))
    encoder = load_encoder(Path(config.base), config.model)
    return Examples(
        config,
        encoder,
        training_set.part("train"),
        [],
        training_set.entry_terms,
        training_set.citations if cited else (),
    )


def test_half_of_a_step_are_titles_answered_by_citations(tmp_path: Path) -> None:
    config = run_config(tmp_path, recipe="combined", batch={"anchors": "auto"})
    found = examples(config)
    batch = found.batch(2).headings
    assert batch is not None
    assert found.headings is not None
    assert (batch.queries, batch.sim_l.shape) == (8, (8, len(found.headings.tokens)))
    answers = batch.sim_l[4:].numpy()
    assert set(np.unique(answers)) == {0.0, 1.0}
    assert (answers.sum(axis=1) >= 2).all()  # itself, and a link at least
    again = examples(config).batch(2).headings
    assert again is not None
    assert again.sim_l.equal(batch.sim_l)


def test_a_step_is_of_headings_alone_where_nothing_is_cited(tmp_path: Path) -> None:
    config = run_config(tmp_path, recipe="combined", batch={"anchors": "auto"})
    batch = examples(config, cited=False).batch(0).headings
    assert batch is not None
    assert batch.queries == len(batch.sim_l) == 8
