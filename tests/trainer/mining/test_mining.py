"""Mining end to end: what is held out stays out, likely answers are dropped, seeds repeat."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.trainer.small_training_set import WordEncoder, article, heading, write_set
from trainer.encoding import FloatArray
from trainer.mining.candidates import MiningOptions, Negatives
from trainer.mining.false_negatives import FilterOptions
from trainer.mining.mine import Mined, mine
from trainer.running.pairs import read_pairs
from trainer.training_set import TrainingSet

LENIENT = FilterOptions(nearness=2.0)
HELD_OUT = {"test": list(range(1, 80, 9)), "validation": [2, 40]}


@pytest.fixture
def training_set(tmp_path: Path) -> TrainingSet:
    """80 articles that cite the four before them, 20 that no citation reaches, one without text."""
    articles = [article(number) for number in range(1, 101)]
    articles.append(article(101, abstract=""))
    citations = [(n, n - step) for n in range(1, 81) for step in (1, 2, 3, 4) if n > step]
    return write_set(tmp_path / "set", articles, citations, held_out=HELD_OUT)


def lines(run: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run / "pairs.jsonl").read_text().splitlines()]


def mined(training_set: TrainingSet, run: Path, **options: Any) -> Mined:
    return mine(training_set, WordEncoder(), run, MiningOptions(**options))


def test_the_trainer_reads_what_is_mined(training_set: TrainingSet, tmp_path: Path) -> None:
    counts = mined(training_set, tmp_path / "run")
    pairs = read_pairs(tmp_path / "run" / "pairs.jsonl", training_set)
    assert len(pairs) == counts.pairs == 100 - len(HELD_OUT["test"]) - len(HELD_OUT["validation"])
    assert pairs[0].query == training_set.articles[pairs[0].positive].title
    kept = json.loads((tmp_path / "run" / "mining.json").read_text())
    assert kept["pairs"] == counts.pairs
    assert kept["options"]["negatives"] == "citations"


def test_nothing_held_out_is_in_it(training_set: TrainingSet, tmp_path: Path) -> None:
    mined(training_set, tmp_path / "run", filter=LENIENT)
    out = {number for ids in HELD_OUT.values() for number in ids}
    for line in lines(tmp_path / "run"):
        assert not {line["query_id"], line["positive"], *line["negatives"]} & out
        assert line["positive"] not in line["negatives"]
        assert len(set(line["negatives"])) == len(line["negatives"]) <= 10
        assert len(line["similarities"]) == len(line["negatives"]) + 1 == len(line["reasons"]) + 1


def test_citations_where_they_reach_neighbours_elsewhere(
    training_set: TrainingSet, tmp_path: Path
) -> None:
    counts = mined(training_set, tmp_path / "run", filter=LENIENT)
    by_id = {line["query_id"]: line for line in lines(tmp_path / "run")}
    assert set(by_id[60]["reasons"]) == {"start", "walk", "random"}
    assert set(by_id[60]["negatives"]) <= set(range(52, 60))
    assert set(by_id[90]["reasons"]) == {"neighbour"}
    assert counts.by_citations == counts.two_hops > 50


def test_without_the_fallback(training_set: TrainingSet, tmp_path: Path) -> None:
    mined(training_set, tmp_path / "run", fallback=False, filter=LENIENT)
    by_id = {line["query_id"]: line for line in lines(tmp_path / "run")}
    assert by_id[90]["negatives"] == []
    assert by_id[60]["negatives"]


@pytest.mark.parametrize(
    ("kind", "reasons"), [("random", {"control"}), ("neighbours", {"neighbour"}), ("none", set())]
)
def test_controls_know_no_citations(
    training_set: TrainingSet, tmp_path: Path, kind: Negatives, reasons: set[str]
) -> None:
    mined(training_set, tmp_path / "run", negatives=kind, filter=LENIENT)
    found = {reason for line in lines(tmp_path / "run") for reason in line["reasons"]}
    assert found == reasons


def test_the_seed_repeats_and_changes_it(training_set: TrainingSet, tmp_path: Path) -> None:
    for name, seed in (("one", 1), ("again", 1), ("other", 2)):
        mined(training_set, tmp_path / name, seed=seed)
    texts = [(tmp_path / name / "pairs.jsonl").read_text() for name in ("one", "again", "other")]
    assert texts[0] == texts[1] != texts[2]


def test_near_candidates_are_dropped_and_counted(training_set: TrainingSet, tmp_path: Path) -> None:
    strict = FilterOptions(nearness=0.1)
    counts = mined(training_set, tmp_path / "run", filter=strict)
    for line in lines(tmp_path / "run"):
        own, *others = line["similarities"]
        assert all(other <= 0.1 * own + 1e-4 for other in others)
    assert counts.dropped["near"] > 0


def test_candidates_with_most_major_headings_are_dropped(tmp_path: Path) -> None:
    both = [heading("One", "C01"), heading("Two", "C02"), heading("Five", "C05", major=False)]
    one = [heading("One", "C01"), heading("Three", "C03"), heading("Five", "C05", major=False)]
    articles = [article(10 * n, headings=both if n != 3 else one) for n in range(1, 5)]
    edges = [(40, 30), (40, 20), (30, 10)]
    training_set = write_set(tmp_path / "set", articles, edges)
    options = MiningOptions(fallback=False, filter=LENIENT)
    mine(training_set, WordEncoder(), tmp_path / "run", options)
    line = lines(tmp_path / "run")[-1]
    assert (line["negatives"], line["dropped"]) == ([30], {"headings": 2})


def test_a_judge_drops_answers_and_leaves_its_scores(
    training_set: TrainingSet, tmp_path: Path
) -> None:
    def judge(query: str, texts: Sequence[str]) -> FloatArray:
        return np.array([5.0] + [4.5 if "word50" in text else 1.0 for text in texts[1:]])

    options = MiningOptions(filter=LENIENT)
    counts = mine(training_set, WordEncoder(), tmp_path / "run", options, judge=judge)
    with_it = {47, 49, 50}
    for line in lines(tmp_path / "run"):
        assert not set(line["negatives"]) & with_it
        if line["negatives"]:
            assert line["scores"] == [5.0] + [1.0] * len(line["negatives"])
    assert counts.dropped["judge"] > 0
    assert read_pairs(tmp_path / "run" / "pairs.jsonl", training_set)


def test_stopping_leaves_the_former_file(training_set: TrainingSet, tmp_path: Path) -> None:
    mined(training_set, tmp_path / "run")
    before = (tmp_path / "run" / "pairs.jsonl").read_text()

    class Stop(Exception):
        pass

    def report(done: int, total: int) -> None:
        if done == 50:
            raise Stop

    with pytest.raises(Stop):
        mine(training_set, WordEncoder(), tmp_path / "run", report=report)
    assert (tmp_path / "run" / "pairs.jsonl").read_text() == before


def test_a_set_of_one_article(tmp_path: Path) -> None:
    training_set = write_set(tmp_path / "set", [article(1)])
    counts = mined(training_set, tmp_path / "run")
    assert (counts.pairs, counts.without_negatives) == (1, 1)
