"""ASReview's collection of real and of broken exports: every record that has a title keeps it."""

import re
from pathlib import Path

import pytest

from desktop_app.importers.registry import read_file, recognise
from desktop_app.records import Article, Problem

FOLDER = Path("reference_files", "asreview")
# file: articles, of which without title in the file itself, problems
FILES = {
    "_baseline.ris": (100, 0, 0),
    "baseline_empty_values.ris": (4, 2, 0),
    "baseline_reference_types.ris": (0, 0, 61),
    "baseline_tag-notes_labels.ris": (32, 0, 0),
    "baseline_tag_and_field_definitions_lists.ris": (1, 1, 0),
    "baseline_zotero.ris": (100, 0, 0),
    "embase.ris": (6, 0, 0),
    "ovid_psycinfo.ris": (6, 0, 0),
    "ovid_zotero.ris": (6, 0, 0),
    "proquest.ris": (6, 0, 0),
    "pubmed_zotero.ris": (6, 0, 0),
    "web_of_science.txt": (10, 0, 0),
}
TITLE = re.compile(r"^(?:TI|T1)  - *(\S.*?)\s*$", re.MULTILINE)


def text_of(path: Path) -> str:
    return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")


@pytest.mark.parametrize("name", FILES)
def test_every_record_is_read_or_told(shared_data: Path, name: str) -> None:
    path = shared_data / FOLDER / name
    known = recognise(path)
    assert known is not None
    assert known.name == "RIS"
    entries = list(read_file(path))
    articles = [entry for entry in entries if isinstance(entry, Article)]
    problems = [entry for entry in entries if isinstance(entry, Problem)]
    untitled = [article for article in articles if not article.title]
    assert (len(articles), len(untitled), len(problems)) == FILES[name]
    assert len(entries) == len(re.findall(r"^TY  -", text_of(path), re.MULTILINE))
    assert [a.title for a in articles if a.title] == [
        " ".join(title.split()) for title in TITLE.findall(text_of(path))
    ]
    for problem in problems:
        assert re.fullmatch(r"record \d+, line \d+", problem.place)
        assert problem.reason
        assert problem.remedy


def test_all_ris_exports_are_listed(shared_data: Path) -> None:
    folder = shared_data / FOLDER
    assert {path.name for path in folder.iterdir() if path.suffix in (".ris", ".txt")} == {*FILES}


@pytest.mark.parametrize(
    ("name", "pmids", "dois"),
    [
        ("embase.ris", 3, 6),
        ("ovid_psycinfo.ris", 0, 6),
        ("proquest.ris", 0, 6),
        ("web_of_science.txt", 0, 10),
        ("pubmed_zotero.ris", 0, 6),
        ("_baseline.ris", 78, 100),
    ],
)
def test_identifiers_are_found(shared_data: Path, name: str, pmids: int, dois: int) -> None:
    articles = [a for a in read_file(shared_data / FOLDER / name) if isinstance(a, Article)]
    assert sum(article.pmid is not None for article in articles) == pmids
    assert sum(bool(article.doi) for article in articles) == dois


def test_labels_of_the_screening_are_kept(shared_data: Path) -> None:
    articles = read_file(shared_data / FOLDER / "baseline_tag-notes_labels.ris")
    notes = [f.value for a in articles if isinstance(a, Article) for f in a.fields]
    assert sum("ASReview_relevant" in note for note in notes) >= 8
