"""`litmesh trainer …`: status, install, repair, remove, and files for another computer."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from desktop_app import paths
from desktop_app.cli.litmesh import litmesh
from desktop_app.settings import keep
from tests.tasks.training.environment.stand_in import (
    Index,
    World,
)

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the stand-in links to programs")


def trainer(*words: object, status: int = 0, answer: str = "") -> str:
    """Run a command; all that it printed."""
    run = CliRunner().invoke(litmesh, ["trainer", *map(str, words)], input=answer)
    assert run.exit_code == status, run.output
    return run.output


def test_from_a_folder_to_nothing_again(world: World) -> None:
    before = json.loads(trainer("status", "--json"))
    assert before["installed"] is None
    assert "330 MB" in before["offered"]
    made = json.loads(trainer("install", "--from-folder", world.wheels, "--json"))
    assert made["torch"] == "2.13.0"
    status = json.loads(trainer("status", "--json"))
    assert status["python"] == str(paths.python_of(Path(made["folder"])))
    assert not status["outdated"]
    with open(world.locks / "trainer.txt", "a") as lock:
        lock.write("# of a newer version\n")
    assert json.loads(trainer("status", "--json"))["outdated"]
    assert "computes on cpu" in trainer("repair", "--from-folder", world.wheels)
    assert not json.loads(trainer("status", "--json"))["outdated"]
    assert "was removed" in trainer("remove")
    assert "None was installed" in trainer("remove")
    assert paths.trainer_python() is None


def test_the_network_is_used_only_when_allowed(world: World, index: Index) -> None:
    said = trainer("install", status=1, answer="n\n")
    assert "330 MB" in said
    assert index.asked == []
    assert "computes on cpu" in trainer("install", "--yes")
    assert index.asked


def test_files_for_another_computer(tmp_path: Path, world: World, index: Index) -> None:
    stick = tmp_path / "stick"
    assert "Linux and cpu" in trainer("install", "--save-files", stick, "--yes")
    keep(package_mirror="http://127.0.0.1:9/simple")
    trainer("install", "--from-folder", stick)
    words = ("install", "--save-files", stick, "--from-folder", stick)
    assert "exclude each other" in trainer(*words, status=2)
    assert "goes with --save-files" in trainer("install", "--system", "windows", status=2)


def test_what_cannot_be_is_said(tmp_path: Path, world: World) -> None:
    said = trainer("install", "--from-folder", tmp_path / "nothing", status=1)
    assert "is not a folder" in said
    assert "mps cannot be installed on Linux" in trainer("install", "--backend", "mps", status=1)
