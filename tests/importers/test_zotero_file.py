"""Zotero's own file is left as it was, whatever happens, and damage costs little."""

import gzip
import hashlib
import os
import random
import sqlite3
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from desktop_app.errors import Cancelled
from desktop_app.importers.registry import read_file, recognise
from desktop_app.importers.zotero import database
from desktop_app.library.library import Library
from desktop_app.records import (
    Article,
    Problem,
)
from desktop_app.tasks.import_files import import_files
from tests.importers.zotero_example import ZoteroExample, small_library

HOLDING = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("PRAGMA locking_mode = EXCLUSIVE")
held.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    folder = tmp_path / "Zotero"
    folder.mkdir()
    return folder / "zotero.sqlite"


@pytest.fixture
def example(path: Path) -> Iterator[ZoteroExample]:
    with closing(ZoteroExample(path)) as made:
        yield made


def read_all(path: Path, example: ZoteroExample) -> tuple[list[Article], list[Problem]]:
    example.connection.commit()
    entries = list(read_file(path))
    articles = [entry for entry in entries if isinstance(entry, Article)]
    return articles, [entry for entry in entries if isinstance(entry, Problem)]


def values_of(article: Article, name: str) -> list[str]:
    return [field.value for field in article.fields if field.name == name]


def listing(folder: Path) -> dict[str, str]:
    """Every file below a folder with the hash of its content."""
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.rglob("*")
        if file.is_file()
    }


@pytest.mark.parametrize("name", ["zotero.sqlite", "library.xml", "zotero.sqlite.gz", "a b#c?%41"])
def test_content_decides_and_the_folder_is_left_as_it_was(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "Zotero"
    folder.mkdir()
    small_library(folder / name, 5)
    if name.endswith(".gz"):
        (folder / name).write_bytes(gzip.compress((folder / name).read_bytes()))
    before = listing(folder)
    found = recognise(folder / name)
    assert found is not None
    assert found.name == "Zotero"
    entries = list(read_file(folder / name))
    assert [type(entry) for entry in entries] == [Article] * 5
    assert listing(folder) == before


def test_in_a_zip_archive(tmp_path: Path) -> None:
    small_library(tmp_path / "zotero.sqlite", 5)
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        archive.write(tmp_path / "zotero.sqlite", "zotero.sqlite")
    entries = list(read_file(tmp_path / "z.zip"))
    assert len(entries) == 5
    for entry in entries:
        assert isinstance(entry, Article)
        (file,) = values_of(entry, "file")
        assert Path(file).parts[0] == "storage"  # not where it was unpacked


def test_while_zotero_holds_it(path: Path) -> None:
    small_library(path)
    before = listing(path.parent)
    with subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held" + os.linesep.encode()
        (problem,) = read_file(path)
        held = listing(path.parent)
        holder.communicate()
    assert isinstance(problem, Problem)
    assert "Close Zotero" in problem.remedy
    assert held == before
    assert len(list(read_file(path))) == 20
    assert listing(path.parent) == before


def test_a_write_ahead_log_is_read_and_left(path: Path) -> None:
    small_library(path, 3)
    with closing(sqlite3.connect(path)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute(
            "UPDATE itemDataValues SET value = 'In the log' WHERE value LIKE 'The eff%0 %'"
        )
        writer.commit()
        before = listing(path.parent)
        assert "zotero.sqlite-wal" in before
        titles = [entry.title for entry in read_file(path) if isinstance(entry, Article)]
        assert listing(path.parent) == before
    assert titles[0] == "In the log"
    assert len(titles) == 3


def test_a_half_done_change_is_undone_in_the_copy(path: Path) -> None:
    """What a crash of Zotero leaves: a changed file and the journal to undo the change."""
    small_library(path, 200)
    crashed = path.with_name("crashed")
    crashed.mkdir()
    with closing(sqlite3.connect(path)) as writer:
        writer.execute("PRAGMA cache_size = 1")
        writer.execute("UPDATE itemDataValues SET value = 'Half done' || valueID || value")
        for name in ("zotero.sqlite", "zotero.sqlite-journal"):
            (crashed / name).write_bytes((path.parent / name).read_bytes())
        writer.rollback()
    before = listing(crashed)
    assert b"Half done" in (crashed / "zotero.sqlite").read_bytes()
    articles = [
        entry for entry in read_file(crashed / "zotero.sqlite") if isinstance(entry, Article)
    ]
    assert len(articles) == 200
    assert "Half done" not in str(articles)
    assert listing(crashed) == before


def test_a_journal_cannot_make_us_delete_a_file(path: Path, tmp_path: Path) -> None:
    small_library(path, 3)
    journal = path.with_name("zotero.sqlite-journal")
    journal.write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" * 100)
    (problem,) = read_file(path)
    assert isinstance(problem, Problem)
    assert "never finished" in problem.reason


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        ("CREATE TABLE items (itemID INTEGER PRIMARY KEY)", "not a Zotero"),
        ("CREATE TABLE other (x)", "not a Zotero"),
    ],
)
def test_other_databases(path: Path, statements: str, said: str) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.executescript(statements)
    (problem,) = read_file(path)
    assert isinstance(problem, Problem)
    assert said in problem.reason
    assert problem.place == ""
    assert problem.remedy


def test_views_in_place_of_tables_are_not_asked(path: Path, example: ZoteroExample) -> None:
    """A view may run for ever."""
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)"
    example.connection.executescript(
        f"DROP TABLE deletedItems; CREATE VIEW deletedItems AS {endless} SELECT x AS itemID FROM n"
    )
    articles, (problem,) = read_all(path, example)
    assert articles == []
    assert "not a Zotero" in problem.reason


@pytest.mark.parametrize("steps", [1, 100])
def test_a_query_that_takes_too_long_is_given_up(
    path: Path, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    small_library(path, 300)
    monkeypatch.setattr(database, "_STEPS", steps)
    monkeypatch.setattr(database, "_PATIENCE", 60)
    *_, problem = read_file(path)
    assert isinstance(problem, Problem)
    assert "interrupted" in problem.reason


def test_an_old_library(path: Path, example: ZoteroExample) -> None:
    example.connection.execute("ALTER TABLE itemNotes RENAME parentItemID TO sourceItemID")
    _, (problem,) = read_all(path, example)
    assert "Zotero 4" in problem.reason


def test_a_backup_beside_its_library_is_not_imported_again(path: Path) -> None:
    small_library(path, 3)
    backup = path.with_name("zotero.sqlite.bak")
    backup.write_bytes(path.read_bytes())
    (problem,) = read_file(backup)
    assert isinstance(problem, Problem)
    assert "backup" in problem.reason
    path.unlink()
    assert len(list(read_file(backup))) == 3


def test_a_damaged_item_costs_no_other(path: Path, example: ZoteroExample) -> None:
    """A value longer than Litmesh takes stands for a place that cannot be read."""
    numbers = [example.item("book", {"title": f"T{number}"}) for number in range(300)]
    example.connection.execute(
        "INSERT INTO itemNotes VALUES (99999, ?, zeroblob(70000000), '')", (numbers[250],)
    )
    articles, (problem,) = read_all(path, example)
    assert len(articles) == 299
    assert problem.place == f"item {numbers[250]}"


@pytest.mark.timeout(120)
def test_damage_never_ends_the_reading(tmp_path: Path) -> None:
    path = tmp_path / "zotero.sqlite"
    small_library(path)
    content = path.read_bytes()
    chance = random.Random(4)
    articles = problems = 0
    for number in range(200):
        damaged = bytearray(content)
        for _ in range(chance.choice((1, 10, 100, 1000))):
            damaged[chance.randrange(16, len(damaged))] ^= 1 << chance.randrange(8)
        if number % 10 == 0:
            del damaged[chance.randrange(100, len(damaged)) :]
        path.write_bytes(damaged)
        for entry in read_file(path):
            assert isinstance(entry, Article | Problem)
            articles += isinstance(entry, Article)
            problems += isinstance(entry, Problem)
    assert articles > 500
    assert problems > 50


def test_memory_does_not_grow_with_the_library(tmp_path: Path) -> None:
    peaks = []
    for count in (400, 400, 4000):  # the first one warms up
        path = tmp_path / f"{count}.sqlite"
        path.unlink(missing_ok=True)
        small_library(path, count)
        tracemalloc.start()
        try:
            found = sum(isinstance(entry, Article) for entry in read_file(path))
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
        assert found == count
    assert peaks[2] - peaks[1] < 1_000_000


def test_progress_and_cancel(path: Path) -> None:
    small_library(path, 500)
    told: list[tuple[int, int]] = []
    read = list(read_file(path, lambda done, total: told.append((done, total))))
    assert len(read) == 500
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1][0] == path.stat().st_size
    before = listing(path.parent)

    def stop(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        list(read_file(path, stop))
    assert listing(path.parent) == before


def test_importing_twice_changes_nothing(path: Path, tmp_path: Path) -> None:
    small_library(path, 40)
    with closing(sqlite3.connect(path)) as connection:  # some without what tells them from others
        connection.execute("DELETE FROM itemData WHERE itemID < 60 AND itemID % 2")
        connection.commit()
    with Library.open(tmp_path / "library") as library:
        first = import_files(library, [path])
        assert first.added > 20
        assert first.files[0].format == "Zotero"
        second = import_files(library, [path])
        assert (second.added, second.updated, second.merged, second.deleted) == (0, 0, 0, 0)
        assert second.unchanged == first.added + first.merged + first.updated + first.unchanged
