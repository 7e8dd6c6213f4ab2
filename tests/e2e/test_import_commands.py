"""`litmesh import --watched` and `litmesh library imports` as a user runs them."""

import csv
import json
import os
from pathlib import Path

from click.testing import CliRunner, Result

from desktop_app.cli.litmesh import litmesh
from desktop_app.library.library import Library

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
