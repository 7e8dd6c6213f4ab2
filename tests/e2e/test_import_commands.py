"""`litmesh import --watched` and `litmesh library imports` as a user runs them."""

import csv
import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from desktop_app.cli.litmesh import litmesh
from desktop_app.library.library import Library
from desktop_app.library.writer import Counts
from tests.library.examples import numbered

BAD = "TY  - JOUR\nKW  - lost\nER  - \n"
GOOD = "TY  - JOUR\nTI  - Good\nER  - \n"


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(litmesh, ["--library", str(folder), *words])


def test_watched_folders(tmp_path: Path) -> None:
    folder, watched, away = (tmp_path / name for name in ("library", "watched", "away"))
    for made in (watched, away):
        made.mkdir()
    (watched / "a.ris").write_text(GOOD, encoding="utf-8")
    with Library.open(folder) as library:
        library.watched.add(watched)
        library.watched.add(away)
    away.rmdir()
    done = run(folder, "import", "--watched")
    assert done.exit_code == 3  # a folder is not there
    assert done.stdout.startswith("1 added")
    assert f"the watched folder {away} is not there" in done.stderr
    again = run(folder, "import", "--watched", "--json")
    assert json.loads(again.stdout)["files"] == []
    assert run(folder, "import").exit_code == 2


def test_a_file_still_being_written_is_not_left_by_the_command(tmp_path: Path) -> None:
    folder, watched = tmp_path / "library", tmp_path / "watched"
    watched.mkdir()
    (watched / "a.ris").write_text(GOOD, encoding="utf-8")
    os.utime(watched / "a.ris")
    with Library.open(folder) as library:
        library.watched.add(watched)
    assert run(folder, "import", "--watched").stdout.startswith("1 added")


def test_imports_and_their_reports(tmp_path: Path) -> None:
    folder, path = tmp_path / "library", tmp_path / "a.ris"
    assert run(folder, "library", "imports").exit_code == 1
    path.write_text(BAD + GOOD, encoding="utf-8")
    assert run(folder, "import", str(path)).exit_code == 3
    listed = run(folder, "library", "imports")
    assert listed.exit_code == 0
    assert "1 files  1 added, 1 problems" in listed.stdout
    [entry] = json.loads(run(folder, "library", "imports", "--json").stdout)["imports"]
    assert (entry["id"], entry["problems"], entry["counts"]["added"]) == (1, 1, 1)
    report = json.loads(run(folder, "library", "imports", "1", "--json").stdout)
    assert report["files"][0]["problems"][0]["record"] == BAD.rstrip("\n")
    table = run(folder, "library", "imports", "1").stdout
    [row] = csv.DictReader(table.splitlines(keepends=True))
    assert (row["added"], row["place"]) == ("1", "record 1, line 1")
    assert run(folder, "library", "imports", "1", "-o", str(tmp_path / "r.csv")).exit_code == 0
    assert (tmp_path / "r.csv").stat().st_size > 100
    assert "There is no import 9" in run(folder, "library", "imports", "9").stderr
    assert run(folder, "library", "imports", "-o", str(tmp_path / "r")).exit_code == 2


def test_paths_that_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.ris").write_text(GOOD, encoding="utf-8")
    folder = tmp_path / "library"
    assert run(folder, "import", "").exit_code == 2  # "$FILE" of a script that has not set it
    done = run(folder, "import", str(tmp_path / "nowhere.ris"))
    assert done.exit_code == 1
    assert "There is no" in done.stderr
    assert not folder.exists()


def test_ctrl_c_keeps_what_is_stored_and_makes_it_searchable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, files = tmp_path / "library", tmp_path / "files"
    files.mkdir()
    for number in range(3):
        text = GOOD.replace("Good", f"Perception {number}")
        (files / f"{number}.ris").write_text(text, encoding="utf-8")
    write, written = Library.write, []

    def write_and_press(library: Library, *words: Any, **named: Any) -> Counts:
        written.append(1)
        if len(written) == 2:
            os.kill(os.getpid(), signal.SIGINT)
        return write(library, *words, **named)

    monkeypatch.setattr(Library, "write", write_and_press)
    done = run(folder, "import", str(files), "--json")
    assert done.exit_code == 3
    answer = json.loads(done.stdout)
    assert (answer["added"], answer["cancelled"]) == (2, True)
    assert "what is stored stays" in done.stderr
    found = json.loads(
        run(folder, "search", "perception[ti]", "--mode", "keyword", "--json").stdout
    )
    assert found["total"] == 2


def test_a_damaged_database_is_told_in_words(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    with Library.open(folder) as library:
        library.write(numbered(3_000))
    database = folder / "library.db"
    content = bytearray(database.read_bytes())
    middle = len(content) // 4, 3 * len(content) // 4
    content[slice(*middle)] = random.Random(1).randbytes(middle[1] - middle[0])
    database.write_bytes(content)
    (tmp_path / "a.ris").write_text(GOOD, encoding="utf-8")
    for words in (("search", "cancer", "--mode", "keyword"), ("import", str(tmp_path / "a.ris"))):
        done = run(folder, *words)
        assert done.exit_code == 1
        assert done.exception is None or isinstance(done.exception, SystemExit)
        assert "could not be used" in done.stderr
    checked = run(folder, "library", "check")
    assert checked.exit_code == 1
    assert "malformed" in checked.stdout + checked.stderr


def test_answers_that_cannot_be_written(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    with Library.open(folder) as library:
        library.write(numbered(3))
    command = [sys.executable, "-m", "desktop_app", "--library", str(folder)]
    if Path("/dev/full").exists():
        with open("/dev/full", "wb") as full:
            words = [*command, "library", "info", "--json"]
            done = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, text=True)
        assert done.returncode == 1
        assert done.stderr.strip().endswith("could not be written: No space left on device.")
        latin = [*command, "search", os.fsdecode(b"caf\xe9"), "--mode", "keyword"]
        assert subprocess.run(latin, capture_output=True).returncode == 0


@pytest.mark.parametrize(
    "words", [("--mesh", "ZZZ"), ("--not-mesh", "C4"), ("--years", "2020-2010")]
)
def test_filters_that_cannot_be(tmp_path: Path, words: tuple[str, str]) -> None:
    with Library.open(tmp_path / "library") as library:
        library.write(numbered(3))
    done = run(tmp_path / "library", "search", "cancer", "--mode", "keyword", *words)
    assert done.exit_code == 2
