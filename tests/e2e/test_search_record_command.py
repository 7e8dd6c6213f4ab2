"""`litmesh search` explains a query and keeps it on record; `litmesh rerun` makes it again."""

import json
from pathlib import Path

import pytest

from tests.e2e.test_command_line import Shell
from tests.tasks.conftest import RECORD

TITLES = {1: "Mitochondria and insulin", 2: "Sleep and memory", 3: "Insulin in mice"}


@pytest.fixture
def litmesh(tmp_path: Path) -> Shell:
    records = [
        RECORD.format(pmid=pmid, year=2010 + pmid, title=title, text="Nothing else.")
        for pmid, title in TITLES.items()
    ]
    xml = tmp_path / "records.xml"
    xml.write_text(f"<PubmedArticleSet>{''.join(records)}</PubmedArticleSet>", "utf-8")
    shell = Shell(tmp_path / "library")
    shell("import", str(xml))
    return shell


def test_a_query_is_explained_with_counts_and_messages(litmesh: Shell) -> None:
    query = "insulin[ti] AND unicorn[tiab] OR mice[ti]"
    said = json.loads(litmesh("search", query, "--mode", "keyword", "--explain").stdout)
    assert said["exact"]
    assert said["total"] == 1
    assert [(c["label"], c["hits"]) for c in said["chips"]] == [
        ("insulin[ti]", 2),
        ("unicorn[tiab]", 0),
        ("mice[ti]", 1),
    ]
    printed = litmesh("search", "insulin[ti] OR", "--mode", "keyword").stdout.splitlines()
    assert printed[0] == "repaired (characters 13-14): Nothing follows this OR; it is left out."
    assert printed[1] == "       2  insulin[ti]"
    ranked = litmesh("search", "insulin[ti]", "--mode", "keyword", "--reading", "ranked", "--json")
    assert not json.loads(ranked.stdout)["interpretation"]["searched"]


def test_a_search_on_record_is_run_again(litmesh: Shell, tmp_path: Path) -> None:
    path = tmp_path / "search.json"
    litmesh("search", "insulin[ti]", "--mode", "keyword", "--record", str(path))
    assert {hit["pmid"] for hit in json.loads(path.read_text("utf-8"))["hits"]} == {1, 3}
    same = litmesh("rerun", str(path)).stdout
    assert same == "The result is the same: 2 articles in the same order.\n"
    xml = tmp_path / "more.xml"
    record = RECORD.format(pmid=9, year=2020, title="More insulin", text="New.")
    xml.write_text(f"<PubmedArticleSet>{record}</PubmedArticleSet>", "utf-8")
    litmesh("import", str(xml))
    changed = litmesh.json("rerun", str(path))
    assert not changed["identical"]
    assert [article["pmid"] for article in changed["new"]] == [9]
    assert "1 new: PMID 9." in changed["words"]
    assert "Articles in the library: 3 then, 4 now." in changed["words"]
    refused = litmesh("rerun", str(xml), status=1)
    assert "is no record of a search" in refused.stderr
