"""The command line as a user runs it: a program of its own, files in, JSON and exit status out."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.tasks.conftest import RECORD


class Shell:
    """Runs `litmesh` with one library."""

    def __init__(self, library: Path) -> None:
        self._library = library

    def __call__(self, *arguments: str, status: int = 0) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-W", "error", "-m", "desktop_app", "--library"]
        done = subprocess.run(
            [*command, str(self._library), *arguments],
            capture_output=True,
            text=True,
            env=os.environ | {"PYTHONIOENCODING": "utf-8"},
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done

    def json(self, *arguments: str, status: int = 0) -> Any:
        return json.loads(self(*arguments, "--json", status=status).stdout)


@pytest.fixture
def litmesh(tmp_path: Path) -> Shell:
    return Shell(tmp_path / "library")


@pytest.fixture
def xml(tmp_path: Path) -> Path:
    path = tmp_path / "records.xml"
    texts = {
        1: ("Mitochondria and insulin", "Mitochondrial defects precede insulin resistance."),
        2: ("Sleep and memory", "Sleep helps students to remember."),
    }
    records = [
        RECORD.format(pmid=pmid, year=2010 + pmid, title=title, text=text)
        for pmid, (title, text) in texts.items()
    ]
    path.write_text(f"<PubmedArticleSet>{''.join(records)}</PubmedArticleSet>", "utf-8")
    return path


@pytest.mark.usefixtures("default_encoder_folder")
def test_from_a_file_to_a_hit(litmesh: Shell, xml: Path) -> None:
    imported = litmesh.json("import", str(xml))
    assert (imported["added"], imported["cancelled"]) == (2, False)
    assert litmesh.json("index")["embedded"] == 2
    assert litmesh.json("index")["embedded"] == 0
    answer = litmesh.json("search", "do mitochondria cause insulin resistance?", "--limit", "5")
    assert answer["hits"][0]["pmid"] == 1
    assert answer["encoder"].startswith("bge-small-en-v1.5-")
    assert {"tree_number": "C18", "ui": "D009750", "count": answer["total"]} == {
        key: next(n for n in answer["facets"]["mesh"] if n["tree_number"] == "C18")[key]
        for key in ("tree_number", "ui", "count")
    }
    info = litmesh.json("library", "info")
    assert (info["articles"], info["with_mesh"]) == (2, 2)
    assert list(info["embedded"].values()) == [2]
    assert litmesh.json("library", "check")["problems"] == []


@pytest.mark.usefixtures("default_encoder_folder")
def test_doctor_finds_nothing_wrong(litmesh: Shell, xml: Path) -> None:
    litmesh("import", str(xml))
    diagnosis = litmesh.json("doctor")
    assert (diagnosis["problems"], diagnosis["articles"]) == ([], 2)
    assert list(diagnosis["encoders"].values()) == ["CPUExecutionProvider"]


def test_filters_and_modes(litmesh: Shell, xml: Path) -> None:
    litmesh("import", str(xml))
    words = litmesh.json("search", "sleep", "--mode", "keyword")
    assert [hit["pmid"] for hit in words["hits"]] == [2]
    assert litmesh.json("search", "", "--mesh", "C18", "--years", "2011")["total"] == 1
    assert litmesh.json("search", "", "--not-mesh", "C18")["total"] == 0


def test_answers_for_people(litmesh: Shell, xml: Path) -> None:
    assert "2 added" in litmesh("import", str(xml)).stdout
    found = litmesh("search", "sleep", "--mode", "keyword").stdout
    assert "Sleep and memory" in found
    assert "articles: 2" in litmesh("library", "info").stdout


def test_exit_statuses(litmesh: Shell, xml: Path, tmp_path: Path) -> None:
    assert "no library" in litmesh("search", "x", status=1).stderr
    assert "no library" in litmesh("library", "check", status=1).stderr
    other = tmp_path / "other.bin"
    other.write_bytes(b"\x00\x01\x02" * 100)
    litmesh("import", str(other), status=1)
    assert str(other) in litmesh("import", str(xml), str(other), status=3).stderr
    litmesh("import", status=2)
    litmesh("search", "x", "--years", "soon", status=2)
    litmesh("frobnicate", status=2)
    assert "not installed" in litmesh("search", "x", "--encoder", "nonesuch", status=1).stderr


def test_a_busy_library_is_refused(litmesh: Shell, xml: Path, tmp_path: Path) -> None:
    from desktop_app.library.library import Library

    with Library.open(tmp_path / "library"):
        assert "already open" in litmesh("import", str(xml), status=1).stderr
        litmesh("search", "x", "--mode", "keyword")  # reading goes on
