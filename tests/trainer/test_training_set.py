"""A training set is read whole or refused with the place and the reason."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.trainer.small_training_set import article, heading, write_set
from trainer.running.pairs import read_pairs
from trainer.training_set import FILES, TERMS, TrainingSetError, read_training_set

ARTICLES = [article(n, headings=[heading("Mucus", "A12.200.503")]) for n in range(1, 7)]
HELD_OUT = {"validation": [4], "test": [5, 6]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    queries = [{"text": "mucus", "relevant": {"1": 2, "2": 0}}]
    citations, terms = [(1, 2), (2, 3), (3, 4)], {"Mucus": ["Slime", "Phlegm"]}
    write_set(tmp_path / "set", ARTICLES, citations, queries, HELD_OUT, terms)
    return tmp_path / "set"


def change(folder: Path, name: str, edit: Callable[[str], str]) -> None:
    """Edit a file and make the manifest say so: what is wrong is the content alone."""
    text = edit((folder / name).read_text("utf-8"))
    (folder / name).write_text(text, "utf-8")
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    content = text.encode()
    manifest["files"][name] = {
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")


def test_all_of_it_is_read(folder: Path) -> None:
    found = read_training_set(folder)
    assert [a.id for a in found.part("train")] == [1, 2, 3]
    assert found.queries[0].relevant == {1: 2, 2: 0}
    assert found.articles[1].headings[0].tree_numbers == ("A12.200.503",)
    assert found.entry_terms == {found.articles[1].headings[0].ui: ("Slime", "Phlegm")}
    digest = hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()
    assert found.sha256 == digest


@pytest.mark.parametrize(
    ("name", "edit", "words"),
    [
        ("articles.jsonl", lambda t: t + t.splitlines()[0] + "\n", "line 7: article 1 is there"),
        ("articles.jsonl", lambda t: t.replace('"id": 3', '"id": "3"'), "line 3: “id” must be int"),
        ("articles.jsonl", lambda t: t.replace('"id": 3', '"id": true'), "“id” must be int"),
        ("articles.jsonl", lambda t: t.replace('"eng"', "null", 1), "“language” must be str"),
        ("articles.jsonl", lambda t: "{" + t, "line 1: is not valid JSON"),
        ("articles.jsonl", lambda t: "[1]\n" + t, "line 1: is not a JSON object"),
        ("articles.jsonl", lambda t: t.replace('["A12', '[1, "A12', 1), "must hold text only"),
        ("articles.jsonl", lambda t: "x" * (4 << 20), "line 1: is too long"),
        ("citations.tsv", lambda t: t + "1\t99\n", "line 4: article 99 is not in"),
        ("citations.tsv", lambda t: t + "1 2\n", "line 4: is not two ids"),
        ("queries.jsonl", lambda t: t.replace('"2": 0', '"9": 0'), "article 9 is not in"),
        ("queries.jsonl", lambda t: t.replace('"2": 0', '"2": "a"'), "whole grades"),
        ("headings.jsonl", lambda t: t + t, "line 2: heading D[0-9]+ is there twice"),
        ("headings.jsonl", lambda t: t.replace('["Slime", ', '["Slime", 1, '), "must hold text"),
        ("headings.jsonl", lambda t: t.replace('"ui"', '"uid"'), "line 1: “ui” must be str"),
        ("headings.jsonl", lambda t: "", "counts"),
        ("split.json", lambda t: t.replace("[4]", "[4, 5]"), r"twice \(5\)"),
        ("split.json", lambda t: t.replace("[4]", "[]"), "leaves 1 articles out"),
        ("split.json", lambda t: t.replace("[4]", '["4"]'), "no id"),
        ("split.json", lambda t: t.replace("[4]", "[44]"), "article 44 is not in"),
        ("citations.tsv", lambda t: "", "counts"),
    ],
)
def test_contradictions_are_refused(
    folder: Path, name: str, edit: Callable[[str], str], words: str
) -> None:
    change(folder, name, edit)
    with pytest.raises(TrainingSetError, match=words):
        read_training_set(folder)


@pytest.mark.parametrize("name", [*FILES, TERMS])
def test_changed_and_missing_files_are_refused(folder: Path, name: str) -> None:
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content.replace(b"0", b"1", 1).replace(b"1", b"2", 1))
    with pytest.raises(TrainingSetError, match=f"{name}: was changed"):
        read_training_set(folder)
    (folder / name).write_bytes(content[:-1])
    with pytest.raises(TrainingSetError, match=f"{name}: has"):
        read_training_set(folder)
    (folder / name).unlink()
    with pytest.raises(TrainingSetError, match=f"{name}: cannot be read"):
        read_training_set(folder)


@pytest.mark.parametrize(
    ("schema", "words"), [(3, "update the trainer"), (0, "export"), (None, "export")]
)
def test_other_schema_says_what_to_do(folder: Path, schema: int | None, words: str) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"schema": schema}))
    with pytest.raises(TrainingSetError, match=words):
        read_training_set(folder)


def test_a_set_of_before_has_no_terms(tmp_path: Path) -> None:
    found = write_set(tmp_path / "set", ARTICLES, held_out=HELD_OUT)
    assert found.manifest["schema"] == 1
    assert found.entry_terms == {}


def test_struck_pairs_are_left_out_and_held_out_articles_refused(folder: Path) -> None:
    training_set = read_training_set(folder)
    lines = [
        {"query": "a", "positive": 1, "negatives": [2, 3], "scores": [3.0, 1.0, 0.5]},
        {"query": "b", "positive": 2, "negatives": [], "struck": True},
    ]
    path = folder / "pairs.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    (pair,) = read_pairs(path, training_set)
    assert (pair.positive, pair.negatives, pair.scores) == (1, (2, 3), (3.0, 1.0, 0.5))
    for wrong, words in [
        ({"query": "c", "positive": 4, "negatives": []}, "article 4 is not in the training part"),
        ({"query": "c", "positive": 1, "negatives": [5]}, "article 5 is not"),
        ({"query": "c", "positive": 1, "negatives": [2], "scores": [1.0]}, "scores"),
        ({"query": 1, "positive": 1}, "must have a query"),
    ]:
        path.write_text(json.dumps(wrong) + "\n", "utf-8")
        with pytest.raises(TrainingSetError, match=words):
            read_pairs(path, training_set)
