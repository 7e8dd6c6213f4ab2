"""`litmesh export` as a user runs it: into files, into pipes, of a search, of everything."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from desktop_app.cli.litmesh import EXPORT_FORMATS
from desktop_app.exporters.registry import EXPORTERS
from tests.e2e.test_command_line import Shell
from tests.tasks.conftest import RECORD

TITLES = {1: "Mitochondria and insulin", 2: "=Sleep and memory", 3: "Insulin in mice"}


@pytest.fixture
def litmesh(tmp_path: Path) -> Shell:
    records = [
        RECORD.format(pmid=pmid, year=2010, title=title, text="β-cells &amp; more.")
        for pmid, title in TITLES.items()
    ]
    xml = tmp_path / "records.xml"
    xml.write_text(f"<PubmedArticleSet>{''.join(records)}</PubmedArticleSet>", "utf-8")
    shell = Shell(tmp_path / "library")
    shell("import", str(xml))
    return shell


def test_the_whole_library_into_a_file(litmesh: Shell, tmp_path: Path) -> None:
    path = tmp_path / "all.json"
    done = litmesh("export", "--format", "csljson", "-o", str(path))
    assert (done.stdout, done.stderr) == ("", "3 articles exported\n")
    assert [item["title"] for item in json.loads(path.read_text("utf-8"))] == list(TITLES.values())


def test_a_search_into_a_pipe(litmesh: Shell) -> None:
    done = litmesh("export", "insulin mice", "--mode", "keyword", "--format", "pmids")
    assert done.stdout.split()[0] == "3"
    assert set(done.stdout.split()) <= {"1", "3"}
    assert litmesh("export", "zebrafish", "--mode", "keyword", "--format", "ris").stdout == ""


def test_formulas_are_text_unless_raw(litmesh: Shell) -> None:
    assert ",'=Sleep and memory," in litmesh("export", "--format", "csv").stdout
    assert ",=Sleep and memory," in litmesh("export", "--format", "csv", "--raw").stdout


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("ris", "TY  - JOUR\r\nTI  - Mitochondria"),
        ("bibtex", "@article{Anonymous2010mitochondria,\n"),
        ("nbib", "PMID- 1\nSTAT- MEDLINE\n"),
        ("csljson", '[\n{"id": "Anonymous2010mitochondria"'),
        ("csv", "\ufeffPMID,PMCID,DOI,Title,"),
        ("pmids", "1\n2\n3\n"),
    ],
)
def test_every_format(litmesh: Shell, name: str, start: str, tmp_path: Path) -> None:
    path = tmp_path / "out"
    litmesh("export", "--format", name, "--output", str(path))
    assert path.read_bytes().decode("utf-8").startswith(start)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device always full")
def test_a_full_disk_behind_a_pipe(litmesh: Shell, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "desktop_app", "--library", str(tmp_path / "library")]
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*command, "export", "--format", "ris"], stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert (done.returncode, "could not be written" in done.stderr) == (1, True)
    assert "Traceback" not in done.stderr


def test_the_formats_are_those_of_the_registry() -> None:
    assert {*EXPORT_FORMATS, "csv-raw"} == EXPORTERS.keys()


def test_what_cannot_be_done_is_said(litmesh: Shell, tmp_path: Path) -> None:
    assert "word" in litmesh("export", "--format", "word", status=2).stderr
    assert "--format csv" in litmesh("export", "--format", "ris", "--raw", status=2).stderr
    litmesh("export", status=2)
    litmesh("export", "--format", "ris", "-o", str(tmp_path), status=2)
    (tmp_path / "file").write_text("in the way")
    inside = str(tmp_path / "file" / "x.ris")
    assert inside in litmesh("export", "--format", "ris", "-o", inside, status=1).stderr
    empty = Shell(tmp_path / "elsewhere")
    assert "no library" in empty("export", "--format", "ris", status=1).stderr
