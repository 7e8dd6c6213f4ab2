"""Evaluation: a small BEIR folder through the engine, and what is wrong with a folder."""

import json
from pathlib import Path

import pytest

from desktop_app.encoders.onnx_encoder import load_encoder
from desktop_app.errors import UserError
from desktop_app.search.request import Mode
from desktop_app.tasks.evaluate import evaluate, measure

CORPUS = {
    "d1": ("Vitamin C and colds", "Vitamin C did not prevent the common cold."),
    "d2": ("Statins after stroke", "Statins lowered the rate of second strokes."),
    "d3": ("Running shoes", "Cushioned shoes did not change injuries of runners."),
    "d4": ("Vitamin C and colds", "Vitamin C did not prevent the common cold."),  # a twin
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "beir"
    (folder / "qrels").mkdir(parents=True)
    documents = [{"_id": k, "title": t, "text": x} for k, (t, x) in CORPUS.items()]
    queries = [{"_id": "q1", "text": "does ascorbic acid help against a cold"}]
    queries.append({"_id": "q2", "text": "cholesterol drugs for stroke patients"})
    for name, lines in (("corpus", documents), ("queries", queries)):
        text = "\n".join(json.dumps(line) for line in lines)
        (folder / f"{name}.jsonl").write_text(text, "utf-8")
    qrels = "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td4\t2\nq2\td2\t1\n"
    (folder / "qrels" / "test.tsv").write_text(qrels)
    return folder


def test_every_mode_is_measured(folder: Path, tmp_path: Path, default_encoder_folder: Path) -> None:
    encoder = load_encoder(default_encoder_folder)
    found = {e.mode: e for e in evaluate(folder, tmp_path / "work", encoder)}
    assert set(found) == set(Mode)
    semantic = found[Mode.SEMANTIC]
    assert semantic.measures["nDCG@10"] == pytest.approx(1.0)
    assert (semantic.documents, semantic.queries) == (4, 2)
    assert semantic.encoder_id == encoder.id
    assert found[Mode.HYBRID].by_query.keys() == {"q1", "q2"}


def test_without_an_encoder_only_words_are_measured(folder: Path, tmp_path: Path) -> None:
    [keyword] = evaluate(folder, tmp_path / "work", None)
    assert (keyword.mode, keyword.encoder_id) == (Mode.KEYWORD, "")


def test_measures_of_a_ranking_worked_out_by_hand() -> None:
    means, by_query = measure({"q": {"a": 1, "b": 1}}, {"q": {"x": 3.0, "a": 2.0}})
    assert means["R@100"] == pytest.approx(0.5)
    assert means["RR@10"] == pytest.approx(0.5)
    assert by_query["q"] == pytest.approx(0.6309 / 1.6309, abs=1e-4)


@pytest.mark.parametrize("missing", ["corpus.jsonl", "queries.jsonl", "qrels/test.tsv"])
def test_a_folder_of_another_shape_is_a_clear_error(
    folder: Path, tmp_path: Path, missing: str
) -> None:
    (folder / missing).unlink()
    with pytest.raises(UserError, match=Path(missing).name):
        evaluate(folder, tmp_path / "work", None)


def test_a_broken_line_is_named(folder: Path, tmp_path: Path) -> None:
    (folder / "corpus.jsonl").write_text('{"_id": "d1"}\n{oops\n')
    with pytest.raises(UserError, match="line 2"):
        evaluate(folder, tmp_path / "work", None)


@pytest.mark.parametrize(
    ("file", "line", "words"),
    [
        ("qrels/test.tsv", "q1\td1\t1.0", "line 6: no judgement"),
        ("qrels/test.tsv", "q1 0 d1 1", "line 6: no judgement"),
        ("queries.jsonl", '["q9", "text"]', "no object with an _id"),
        ("queries.jsonl", '{"text": "nameless"}', "no object with an _id"),
    ],
)
def test_a_line_that_is_none_is_named(
    folder: Path, tmp_path: Path, file: str, line: str, words: str
) -> None:
    with open(folder / file, "a") as out:
        out.write(f"\n{line}\n")
    with pytest.raises(UserError, match=words):
        evaluate(folder, tmp_path / "work", None)


def test_judgements_of_no_query_are_no_result(folder: Path, tmp_path: Path) -> None:
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nelse\td1\t1\n\n")
    with pytest.raises(UserError, match="judges none"):
        evaluate(folder, tmp_path / "work", None)
