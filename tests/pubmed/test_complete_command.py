"""`litmesh complete` as a user runs it, against a service on this machine."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from desktop_app.cli.litmesh import litmesh
from desktop_app.library.library import Library
from desktop_app.records import Article
from tests.pubmed.eutils_server import RETRACTED, EutilsServer, record, web_page


def complete(folder: Path, eutils: EutilsServer, *options: str) -> Result:
    words = ["complete", "--library", str(folder), "--address", eutils.address, *options]
    return CliRunner().invoke(litmesh, words)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with Library.open(tmp_path / "library") as library:
        library.write([Article("Title 1", 1), Article("Title 2", 2)], "RIS")
    return tmp_path / "library"


def test_for_people(folder: Path, eutils: EutilsServer) -> None:
    eutils.records[1] = record(1)
    done = complete(folder, eutils, "--email", "me@example.org")
    assert (done.exit_code, done.stdout) == (
        0,
        "2 articles asked for, 1 completed, 0 unchanged, 1 not found\n",
    )
    assert "PMID 2 was not found" in done.stderr
    assert eutils.requests[0][1]["email"] == "me@example.org"


def test_as_json_with_a_limit(folder: Path, eutils: EutilsServer) -> None:
    eutils.records[1] = record(1)
    done = complete(folder, eutils, "--json", "--limit", "1")
    answer = json.loads(done.stdout)
    assert (answer["asked"], answer["completed"], answer["cancelled"]) == (1, 1, False)


def test_a_failure(folder: Path, eutils: EutilsServer) -> None:
    eutils.faults.append(web_page)
    done = complete(folder, eutils)
    assert done.exit_code == 1
    assert "login page" in done.stderr


def test_no_library(tmp_path: Path, eutils: EutilsServer) -> None:
    done = complete(tmp_path / "none", eutils)
    assert done.exit_code == 1
    assert "There is no library" in done.stderr
    assert eutils.requests == []


def test_citations_too(folder: Path, eutils: EutilsServer) -> None:
    eutils.records[1] = record(1, relations=RETRACTED)
    eutils.links[1] = ([2], [3])
    options = ("--citations", "--citations-address", eutils.icite)
    done = complete(folder, eutils, *options)
    assert "2 articles asked for citations, 1 known, 2 new links" in done.stdout
    assert "PMID 1 has been retracted" in done.stderr
    answer = json.loads(complete(folder, eutils, "--json", *options).stdout)
    assert answer["citations"]["asked"] == 0


def test_citations_are_not_asked_for_unless_wanted(folder: Path, eutils: EutilsServer) -> None:
    assert complete(folder, eutils, "--citations-address", eutils.icite).exit_code == 0
    assert eutils.asked("icite") == []
