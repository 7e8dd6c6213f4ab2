"""The evaluation tells better from worse from the same, on held-out articles alone."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.trainer.small_training_set import WordEncoder, article, heading, write_set
from trainer.conversion.model_folder import ConversionError
from trainer.encoding import FloatArray
from trainer.evaluate import answer, evaluate, write_evaluation
from trainer.evaluation.beir import measure_beir
from trainer.evaluation.evaluation_sets import (
    CITATIONS,
    CONCLUSION,
    JUDGED,
    MESH,
    TITLE,
    Query,
    QuerySet,
    mesh,
    query_sets,
)
from trainer.evaluation.haystack import haystack
from trainer.evaluation.retrieval import MEASURES, Scores
from trainer.evaluation.verdict import decide
from trainer.training_set import TrainingSet
from trainer.validation import Validation

COUNT = 240
TEST = tuple(range(3, COUNT, 4))
VALIDATION = tuple(range(4, COUNT, 8))


@pytest.fixture(scope="module")
def training_set(tmp_path_factory: pytest.TempPathFactory) -> TrainingSet:
    """Articles of which each cites the three before it; neighbours share words and headings."""
    articles = [
        article(n, headings=[heading(f"Group {n // 8}", f"C04.{n // 8}"), heading("Top", "C04")])
        for n in range(1, COUNT + 1)
    ]
    citations = [(n, n - step) for n in range(1, COUNT + 1) for step in (1, 2, 3) if n > step]
    queries = [{"text": "word5 and word6", "relevant": {"5": 2, "6": 1, "7": 0}}]
    held_out = {"test": TEST, "validation": VALIDATION}
    folder = tmp_path_factory.mktemp("evaluation") / "set"
    return write_set(folder, articles, citations, queries, held_out)


@pytest.fixture(scope="module")
def better(training_set: TrainingSet) -> dict[str, Any]:
    return evaluate(training_set, WordEncoder(noise=1.5), WordEncoder())


# --- questions -----------------------------------------------------------------------------------


def test_every_question_is_about_a_held_out_article(training_set: TrainingSet) -> None:
    sets = {one.name: one for one in query_sets(training_set, "test")}
    assert set(sets) == {TITLE, CONCLUSION, CITATIONS, JUDGED}
    for name in (TITLE, CONCLUSION, CITATIONS):
        assert {query.article for query in sets[name].queries} == set(TEST)
    assert sets[JUDGED].queries[0].relevant == {5: 2, 6: 1, 7: 0}


def test_what_is_asked_is_not_in_what_is_searched(training_set: TrainingSet) -> None:
    sets = {one.name: one for one in query_sets(training_set, "test")}
    for name in (TITLE, CONCLUSION):
        for query in sets[name].queries:
            assert query.article is not None
            assert query.text not in sets[name].replaced[query.article]
    assert sets[CONCLUSION].queries[0].text == "In the end word3 helped word4 much."
    assert sets[CONCLUSION].replaced[3].endswith("It was word6 then.")


def test_citations_are_graded_and_leave_out_the_asking_article(training_set: TrainingSet) -> None:
    sets = {one.name: one for one in query_sets(training_set, "test")}
    query = next(q for q in sets[CITATIONS].queries if q.article == 51)
    # it cites 48, 49, 50; 46 and 47 are cited by two or three of those, 45 by one
    assert query.relevant == {48: 2, 49: 2, 50: 2, 46: 1, 47: 1}
    assert query.excluded == {51}


def test_mesh_is_graded_circular_and_without_itself(training_set: TrainingSet) -> None:
    found = mesh(training_set, "test", 100, 0, sorted(training_set.articles))
    query = next(q for q in found.queries if q.article == 51)
    assert found.circular
    assert {a for a, grade in query.relevant.items() if grade == 3} == set(range(48, 56)) - {51}
    assert 51 not in query.relevant
    some = mesh(training_set, "test", 100, 0, [48, 50, 99])
    assert {q.article: set(q.relevant) for q in some.queries}[51] == {48, 50}


def test_who_cites_himself_is_no_answer(training_set: TrainingSet) -> None:
    own = replace(training_set, citations=((51, 51), (55, 55), (55, 54)))
    found = {one.name: one for one in query_sets(own, "test")}[CITATIONS]
    assert {q.article: q.relevant for q in found.queries} == {55: {54: 2}}


def test_most_limits_the_questions_and_the_seed_chooses(training_set: TrainingSet) -> None:
    chosen = [
        {q.article for q in query_sets(training_set, "test", 10, seed)[0].queries}
        for seed in (1, 1, 2)
    ]
    assert len(chosen[0]) == 10
    assert chosen[0] == chosen[1] != chosen[2]


def test_a_small_haystack_keeps_answers_and_the_hardest(training_set: TrainingSet) -> None:
    sets = query_sets(training_set, "test", 5)
    ids = haystack(training_set, sets, 60)
    needed = {answer for one in sets for query in one.queries for answer in query.relevant}
    assert needed <= set(ids)
    assert len(ids) == 60
    # an article that shares words with a question and answers none of them
    asked = sets[0].queries[0].article
    assert asked is not None
    assert asked + 1 in ids
    assert haystack(training_set, sets, 1000) == sorted(training_set.articles)


def test_what_only_mesh_asks_for_does_not_grow_the_haystack(training_set: TrainingSet) -> None:
    """Every article has the heading Top, so MeSH alone would ask for all of them."""
    found = evaluate(training_set, WordEncoder(noise=1.5), WordEncoder(), most=(5, 60))
    assert found["haystack"] == 60
    assert found["signals"][MESH]["questions"] == 1


# --- the whole -----------------------------------------------------------------------------------


def test_a_better_encoder_is_offered(better: dict[str, Any]) -> None:
    verdict = better["verdict"]
    assert verdict["offered"]
    assert verdict["words"].startswith("The new model finds more")
    assert verdict["signals"] == [TITLE, CONCLUSION, CITATIONS]
    assert 0 < verdict["gain"]["low"] < verdict["gain"]["mean"] < verdict["gain"]["high"]
    assert better["signals"][MESH]["circular"]
    assert MESH not in {guard["signal"] for guard in verdict["guards"]}


def test_the_same_encoder_is_no_improvement(training_set: TrainingSet) -> None:
    found = evaluate(training_set, WordEncoder(), WordEncoder())
    assert not found["verdict"]["offered"]
    assert found["verdict"]["words"].startswith("No improvement, your current model stays")
    assert found["verdict"]["gain"] == {"mean": 0, "low": 0, "high": 0}
    assert found["best"] == found["worst"] == []


def test_a_worse_encoder_is_not_offered(training_set: TrainingSet) -> None:
    verdict = evaluate(training_set, WordEncoder(), WordEncoder(noise=1.5))["verdict"]
    assert not verdict["offered"]
    assert verdict["gain"]["high"] < 0


def test_the_report_card_by_branch_and_question(better: dict[str, Any]) -> None:
    [branch] = better["branches"]
    assert (branch["branch"], branch["name"]) == ("C04", "Top")
    assert branch["questions"] == 3 * len(TEST)
    assert branch["low"] < branch["mean"] < branch["high"]
    best = better["best"][0]
    assert best["after"] > best["before"]
    assert len(best["hits_before"]) == len(best["hits_after"]) == 5
    changes = [row["after"] - row["before"] for row in (*better["best"], *better["worst"][::-1])]
    assert changes == sorted(changes, reverse=True)


def test_it_is_json_and_written_whole(better: dict[str, Any], tmp_path: Path) -> None:
    write_evaluation(better, tmp_path / "evaluation.json")
    assert json.loads((tmp_path / "evaluation.json").read_text("utf-8"))["schema"] == 1
    assert [path.name for path in tmp_path.iterdir()] == ["evaluation.json"]


def test_measures_are_those_of_a_ranking_by_hand(training_set: TrainingSet) -> None:
    """One relevant article at rank r: nDCG@10 is 1 / log2(r + 1)."""
    one = query_sets(training_set, "test", 20)[0]
    found = answer(WordEncoder(noise=1.5), training_set, [one], sorted(training_set.articles))
    for query in one.queries:
        names = [name for name, _ in found.rankings[one.name][query.id]]
        rank = names.index(str(query.article)) + 1 if str(query.article) in names else math.inf
        scores = {measure: found.scores[one.name][measure][query.id] for measure in MEASURES}
        assert scores["nDCG@10"] == pytest.approx(1 / math.log2(rank + 1) if rank <= 10 else 0)
        assert scores["RR@10"] == pytest.approx(1 / rank if rank <= 10 else 0)
        assert (scores["R@100"], scores["Success@5"]) == (rank <= 100, rank <= 5)


def test_the_validation_number_sees_no_test_article(training_set: TrainingSet) -> None:
    """Neither asked nor searched, and so no answer."""
    texts: list[str] = []

    class Listening(WordEncoder):
        def encode(self, asked: list[str], is_query: bool) -> FloatArray:
            texts.extend(asked)
            return super().encode(asked, is_query)

    Validation(training_set)(Listening())
    titles = [training_set.articles[number].title for number in TEST]
    assert texts
    assert not [text for text in texts if any(title in text for title in titles)]


def test_the_validation_number_tells_good_from_bad(training_set: TrainingSet) -> None:
    validation, good = Validation(training_set), WordEncoder()
    assert 0 < validation(WordEncoder(noise=3)) < validation(good) <= 1
    assert Validation(training_set, 1)(good) == Validation(training_set, 1)(good)
    few = WordEncoder()
    Validation(training_set, most=60)(few)
    assert few.encoded < 160


# --- the rule ------------------------------------------------------------------------------------


def questions(name: str, count: int) -> QuerySet:
    queries = (Query(f"{name}{n}", "?", {1: 1}, f"article-{n}") for n in range(count))
    return QuerySet(name, tuple(queries))


def ruled(changes: Mapping[str, tuple[int, Sequence[float]]]) -> Any:
    """The verdict when each signal's questions change by these values in turn, recall by none."""
    sets = [questions(name, count) for name, (count, _) in changes.items()]
    before: dict[str, Scores] = {}
    after: dict[str, Scores] = {}
    for one in sets:
        values = changes[one.name][1]
        ids = [query.id for query in one.queries]
        before[one.name] = {measure: dict.fromkeys(ids, 0.5) for measure in MEASURES}
        gained = {q: 0.5 + values[n % len(values)] for n, q in enumerate(ids)}
        after[one.name] = {**before[one.name], "nDCG@10": gained}
    return decide(sets, before, after)


def test_judged_searches_decide_alone_from_thirty_on() -> None:
    verdict = ruled({TITLE: (100, [0.2]), JUDGED: (30, [0.0])})
    assert (verdict.signals, verdict.offered) == ((JUDGED,), False)
    assert ruled({TITLE: (100, [0.2]), JUDGED: (29, [0.0])}).signals == (TITLE,)


def test_a_gain_that_may_be_chance_is_none() -> None:
    assert not ruled({TITLE: (40, [0.5, -0.45])}).offered
    assert ruled({TITLE: (40, [0.1, 0.05])}).offered


def test_a_guard_that_falls_forbids() -> None:
    changes = {TITLE: (100, [0.3]), CONCLUSION: (100, [0.3]), CITATIONS: (100, [-0.02])}
    verdict = ruled(changes)
    assert verdict.gain is not None
    assert verdict.gain.low > 0
    assert not verdict.offered
    assert "citations, nDCG@10 -0.020" in verdict.words
    assert ruled({**changes, CITATIONS: (100, [-0.009])}).offered


def test_known_item_and_citations_weigh_the_same() -> None:
    verdict = ruled({TITLE: (100, [0.1]), CONCLUSION: (100, [0.1]), CITATIONS: (50, [0.2])})
    assert verdict.gain.mean == pytest.approx(0.15)


def test_what_mesh_says_never_decides() -> None:
    assert ruled({MESH: (500, [0.3])}).gain is None
    assert ruled({TITLE: (50, [0.1]), MESH: (500, [-0.3])}).offered


def test_too_few_questions_decide_nothing() -> None:
    verdict = ruled({TITLE: (29, [0.3]), CITATIONS: (5, [0.3])})
    assert (verdict.offered, verdict.gain) == (False, None)
    assert "there are 29" in verdict.words


# --- public sets ---------------------------------------------------------------------------------


def test_beir_folder(tmp_path: Path) -> None:
    corpus = [{"_id": f"d{n}", "title": "", "text": f"word{n} word{n + 1}"} for n in range(150)]
    queries = [{"_id": f"q{n}", "text": f"word{n}"} for n in range(20)]
    (tmp_path / "qrels").mkdir()
    for name, lines in (("corpus", corpus), ("queries", queries)):
        (tmp_path / f"{name}.jsonl").write_text("\n".join(map(json.dumps, lines)))
    rows = [f"q{n}\td{n}\t2" for n in range(20)]
    (tmp_path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n" + "\n".join(rows))
    found = measure_beir(WordEncoder(), tmp_path)
    assert (found["questions"], found["documents"]) == (20, 150)
    assert found["Success@5"] == 1
    assert 0.6 < found["nDCG@10"] < 1
    with open(tmp_path / "qrels" / "test.tsv", "a") as file:
        file.write("\n\n")
    assert measure_beir(WordEncoder(), tmp_path) == found
    with open(tmp_path / "qrels" / "test.tsv", "a") as file:
        file.write("q1\td5\t1.0\n")
    with pytest.raises(ConversionError, match=r"test\.tsv, line 23: no judgement"):
        measure_beir(WordEncoder(), tmp_path)
    with pytest.raises(ConversionError, match=r"dev\.tsv"):
        measure_beir(WordEncoder(), tmp_path, "dev")
