"""The exported folder is what the trainer reads, whole or not there, and leaks nothing."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from desktop_app.errors import Cancelled, UserError
from desktop_app.library.library import Library
from desktop_app.mesh.vocabulary import Vocabulary, load_vocabulary
from desktop_app.records import Article, Heading, Reference, Section
from desktop_app.tasks.export_training_set import export_training_set
from tests.library.examples import FULL, numbered
from trainer.training_set import read_training_set


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


def test_the_trainer_reads_it(library: Library, vocabulary: Vocabulary, tmp_path: Path) -> None:
    library.write([FULL, *numbered(600)])
    done = export_training_set(library, vocabulary, tmp_path / "set", seed=3)
    read = read_training_set(tmp_path / "set")
    assert read.manifest["library"] == library.uuid()
    assert (read.manifest["seed"], read.manifest["mesh_year"]) == (3, vocabulary.year)
    assert sorted(read.articles) == library.ids()
    assert done.articles == len(read.articles) == 601
    assert done.citations == len(read.citations) == 599
    assert done.split == {side: len(ids) for side, ids in read.split.items()}
    full = read.articles[library.ids()[0]]
    assert (full.title, full.abstract) == (FULL.title, FULL.abstract.replace("\n", " "))
    assert [heading.name for heading in full.headings][:2] == ["Insulin Resistance", "Mice"]
    assert full.headings[0].tree_numbers == (
        "C18.452.394.968.500",
        "G07.690.773.984.617",
    )
    assert full.headings[2].tree_numbers == ()
    assert (done.headings_by_ui, done.headings_unmatched) == (602, 1)


def test_headings_match_by_ui_then_name_and_the_rest_is_counted(
    library: Library, vocabulary: Vocabulary, tmp_path: Path
) -> None:
    headings = (
        Heading("D051379", "Another name of another year"),
        Heading("", "insulin resistance"),
        Heading("D999999", "Neoplasms"),
        Heading("D999998", "Retired Heading"),
    )
    library.write([replace(FULL, headings=headings)])
    done = export_training_set(library, vocabulary, tmp_path / "set")
    [article] = read_training_set(tmp_path / "set").articles.values()
    assert [(h.ui, h.name) for h in article.headings] == [
        ("D051379", "Mice"),
        ("D007333", "Insulin Resistance"),
        ("D009369", "Neoplasms"),
        ("D999998", "Retired Heading"),
    ]
    assert "C04" in article.headings[2].tree_numbers
    assert (done.headings_by_ui, done.headings_by_name, done.headings_unmatched) == (1, 2, 1)


def test_what_the_vocabulary_calls_every_heading(
    library: Library, vocabulary: Vocabulary, tmp_path: Path
) -> None:
    headings = (Heading("", "Lung Neoplasms"), Heading("", "Pulmonary Neoplasm"), Heading("", "No"))
    library.write([replace(FULL, headings=headings), *numbered(2)])
    done = export_training_set(library, vocabulary, tmp_path / "set")
    lines = (tmp_path / "set" / "headings.jsonl").read_text("utf-8").splitlines()
    found = {line["name"]: line for line in map(json.loads, lines)}
    lung = found["Lung Neoplasms"]
    assert lung.keys() == {"ui", "name", "tree_numbers", "terms"}
    assert lung["ui"] == "D008175"
    assert "C04.588.894.797.520" in lung["tree_numbers"]
    assert {"Neoplasms, Lung", "Pulmonary Neoplasms"} <= set(lung["terms"])
    assert "No" not in found
    assert done.headings == len(lines) == len(found)
    assert read_training_set(tmp_path / "set").entry_terms["D008175"] == tuple(lung["terms"])


def test_citations_keep_their_direction(
    library: Library, vocabulary: Vocabulary, tmp_path: Path
) -> None:
    first = Article(title="First", pmid=1, references=(Reference(pmid=2),))
    second = Article(title="Second", pmid=2, references=(Reference(pmid=1), Reference(pmid=3)))
    without_text = Article(title="", pmid=3)
    library.write([first, second, without_text])
    export_training_set(library, vocabulary, tmp_path / "set")
    one, two, _ = library.ids()
    assert read_training_set(tmp_path / "set").citations == ((one, two), (two, one))


def test_judged_searches_with_grades(
    library: Library, vocabulary: Vocabulary, tmp_path: Path
) -> None:
    library.write(numbered(2))
    one, two = library.ids()
    with library.writing() as connection:
        rows = [("what is gout?", one, 2.0, ""), ("what is gout?", two, 0.0, "")]
        connection.exec_driver_sql("INSERT INTO judgement VALUES (?, ?, ?, ?)", rows)
    export_training_set(library, vocabulary, tmp_path / "set")
    [query] = read_training_set(tmp_path / "set").queries
    assert (query.text, query.relevant) == ("what is gout?", {one: 2, two: 0})


def test_the_same_library_gives_the_same_files(
    library: Library, vocabulary: Vocabulary, tmp_path: Path
) -> None:
    library.write(numbered(50))
    for name in ("one", "two"):
        export_training_set(library, vocabulary, tmp_path / name)
    hashes = [
        json.loads((tmp_path / n / "manifest.json").read_text())["files"] for n in ("one", "two")
    ]
    assert hashes[0] == hashes[1]


@pytest.mark.parametrize("after", [0, 500, 1000])
def test_a_cancelled_export_leaves_nothing(
    library: Library, vocabulary: Vocabulary, tmp_path: Path, after: int
) -> None:
    library.write(numbered(1000))

    def cancel(done: int, total: int) -> None:
        assert total == 1000
        if done >= after:
            raise Cancelled

    with pytest.raises(Cancelled):
        export_training_set(library, vocabulary, tmp_path / "sets" / "set", report=cancel)
    assert os.listdir(tmp_path / "sets") == []


def test_an_existing_folder_is_left_alone(
    library: Library, vocabulary: Vocabulary, tmp_path: Path
) -> None:
    (tmp_path / "set").mkdir()
    with pytest.raises(UserError, match="exists already"):
        export_training_set(library, vocabulary, tmp_path / "set")
    assert os.listdir(tmp_path / "set") == []


def test_a_place_that_cannot_be_written_is_named(
    library: Library, vocabulary: Vocabulary, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UserError, match="could not be written"):
        export_training_set(library, vocabulary, tmp_path / "file" / "set")


def test_text_that_is_not_unicode(library: Library, vocabulary: Vocabulary, tmp_path: Path) -> None:
    text = "Line one\u2028and \x00 two"
    library.write([Article(title=text, pmid=1, sections=(Section("β-catenin 🫀\r\nnext"),))])
    export_training_set(library, vocabulary, tmp_path / "set")
    [article] = read_training_set(tmp_path / "set").articles.values()
    assert article.title == text


def test_an_empty_library(library: Library, vocabulary: Vocabulary, tmp_path: Path) -> None:
    assert export_training_set(library, vocabulary, tmp_path / "set").articles == 0
    assert read_training_set(tmp_path / "set").articles == {}
