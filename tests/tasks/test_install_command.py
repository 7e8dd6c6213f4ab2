"""`litmesh encoders install` as a user runs it."""

import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from desktop_app.cli import install as cli_install
from desktop_app.cli.litmesh import litmesh
from desktop_app.encoders.catalogue import Catalogue, load_catalogue
from tests.encoders.hub_server import HubServer, running_hub, source
from tests.encoders.tiny_encoder import write_tiny_folder


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LITMESH_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data" / "encoders"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[HubServer]:
    """A hub with a catalogue that pins BiCA-small to it."""
    with running_hub() as running:
        known = load_catalogue()
        entries = [
            replace(entry, sources=(source(),)) if entry.id == "BiCA-small" else entry
            for entry in known.entries
        ]
        catalogue = Catalogue(tuple(entries), known.default_id)
        monkeypatch.setattr(cli_install, "load_catalogue", lambda: catalogue)
        yield running


def install(*words: object, answer: str | None = None) -> Result:
    arguments = ["encoders", "install", *map(str, words)]
    return CliRunner().invoke(litmesh, arguments, input=answer)


@pytest.mark.parametrize("form", ["folder", "zip"])
def test_a_folder_or_a_zip_for_people(tmp_path: Path, root: Path, form: str) -> None:
    folder = tmp_path / "encoder"
    write_tiny_folder(folder)
    made = shutil.make_archive(str(folder), "zip", folder) if form == "zip" else folder
    done = install(made)
    assert done.exit_code == 0, done.output
    assert f"is installed in {root / 'tiny'}" in done.stdout
    assert "litmesh encoders use tiny-" in done.stdout


def test_as_json(tmp_path: Path, root: Path) -> None:
    write_tiny_folder(tmp_path / "encoder")
    answer = json.loads(install(tmp_path / "encoder", "--json").stdout)
    assert (answer["name"], answer["dimension"]) == ("tiny", 8)
    assert answer["folder"] == str(root / "tiny")
    assert answer["id"].startswith("tiny-")


def test_what_is_not_pinned_is_refused_with_the_remedy() -> None:
    done = install("BioHiCL-Base", "--yes")
    assert done.exit_code == 1
    assert "LunaLan07/BioHiCL-Base is not pinned yet" in done.stderr
    assert "install that folder" in done.stderr


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    done = install("BioHiCL")
    assert done.exit_code == 1
    assert "no encoder known by name" in done.stderr
    assert "BioHiCL-Base, BioHiCL-Large" in done.stderr


@pytest.mark.parametrize("answer", ["n\n", "\n"])
def test_nothing_is_sent_before_yes(server: HubServer, answer: str) -> None:
    done = install("BiCA-small", "--address", server.address, answer=answer)
    assert done.exit_code == 1
    assert "Nothing of your library is sent" in done.stderr
    assert f"from {server.address}: the files of someone/tiny" in done.stderr
    assert "nothing was installed" in done.stderr
    assert server.asked == []


@pytest.mark.parametrize(("options", "answer"), [((), "y\n"), (("--yes",), None)])
def test_after_yes_it_is_fetched(
    server: HubServer,
    monkeypatch: pytest.MonkeyPatch,
    options: tuple[str, ...],
    answer: str | None,
) -> None:
    """Without PyTorch it cannot be converted: that it says so shows that all files came."""
    monkeypatch.setenv("LITMESH_TRAINER_PYTHON", sys.executable)
    done = install("BiCA-small", "--address", server.address, *options, answer=answer)
    assert done.exit_code == 1
    assert len(server.asked) == 4
    assert "The training runtime is not whole: install it again" in done.stderr


def test_a_file_that_is_no_zip(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"weights")
    done = install(tmp_path / "model.safetensors")
    assert done.exit_code == 1
    assert "is no sound zip archive" in done.stderr
