"""Which file is what, which files a folder has, and what is said of those that cannot be read."""

import gzip
import os
import sys
from pathlib import Path

import pytest

from desktop_app.errors import Cancelled
from desktop_app.importers.registry import files_in, read_file, recognise
from desktop_app.records import Article, Problem

ONE = b"<PubmedArticle><MedlineCitation><PMID>1</PMID></MedlineCitation></PubmedArticle>"


def problem_of(path: Path) -> Problem:
    (entry,) = read_file(path)
    assert isinstance(entry, Problem)
    assert entry.file == str(path)
    assert entry.place == ""
    return entry


@pytest.mark.parametrize("name", ["a.xml", "a.txt", "a.gz", "a", "a.pdf"])
@pytest.mark.parametrize("packed", [False, True])
def test_the_content_decides_and_not_the_name(tmp_path: Path, name: str, packed: bool) -> None:
    path = tmp_path / name
    path.write_bytes(gzip.compress(ONE) if packed else ONE)
    found = recognise(path)
    assert found is not None
    assert found.name == "PubMed XML"
    assert list(read_file(path)) == [Article("", 1)]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (gzip.compress(gzip.compress(ONE)), "twice"),
        (b"<eSummaryResult><DocSum/></eSummaryResult>", "eSummaryResult"),
        (b"7z\xbc\xaf\x27\x1c\0\4", "7-Zip"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b'{"name": "x", "version": 2}', "JSON"),
        (b"PMID- 1 <PubmedArticle>", "does not know"),
        (bytes(range(256)), "does not know"),
        (b"<", "does not know"),
        (gzip.compress(b""), "empty"),
        (b"\x1f\x8b", "ends too early"),
    ],
)
def test_other_files_give_one_problem_that_says_what_they_are(
    tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "file.xml"
    path.write_bytes(content)
    assert recognise(path) is None
    problem = problem_of(path)
    assert said in problem.reason
    assert problem.remedy


def test_a_missing_file_and_a_folder_give_a_problem(tmp_path: Path) -> None:
    assert "No such file" in problem_of(tmp_path / "missing.xml").reason
    assert problem_of(tmp_path).reason


@pytest.mark.skipif(sys.platform == "win32", reason="no named pipes in folders")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.xml")
    assert "pipe" in problem_of(tmp_path / "pipe.xml").reason
    assert list(files_in(tmp_path)) == []


def test_progress_is_told_in_bytes_on_disk_and_can_cancel(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_bytes(b"<PubmedArticleSet>" + ONE * 20_000 + b"</PubmedArticleSet>")
    size = path.stat().st_size
    told: list[tuple[int, int]] = []
    assert len(list(read_file(path, lambda done, total: told.append((done, total))))) == 20_000
    assert told == sorted(set(told))
    assert told[-1] == (size, size)
    assert len(told) == pytest.approx(size / 262_144, abs=1.5)

    def cancel(done: int, total: int) -> None:
        raise Cancelled

    entries = read_file(path, cancel)
    assert next(entries) == Article("", 1)
    with pytest.raises(Cancelled):
        list(entries)


def test_progress_does_not_go_back_when_a_file_must_be_read_again(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_bytes(b"<PubmedArticleSet>" + ONE * 9_000 + b"<&" + ONE * 9_000)
    told: list[int] = []
    entries = list(read_file(path, lambda done, total: told.append(done)))
    assert sum(isinstance(entry, Article) for entry in entries) == 18_000
    assert told == sorted(set(told))


def test_files_of_a_folder_in_order_without_hidden_ones_and_loops(tmp_path: Path) -> None:
    for name in ("b/2.xml", "b/1.xml", "a.xml", ".hidden/x.xml", "c/.y.xml", "Z.xml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "b" / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "broken").symlink_to(tmp_path / "missing")
    found = [path.relative_to(tmp_path).as_posix() for path in files_in(tmp_path)]
    assert found == ["Z.xml", "a.xml", "b/1.xml", "b/2.xml"]


def test_a_file_is_its_own_list_even_when_hidden_or_missing(tmp_path: Path) -> None:
    assert list(files_in(tmp_path / ".x")) == [tmp_path / ".x"]
