"""Installing encoders from a hub, a folder and a zip archive: whole or not at all, told why not."""

import os
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from desktop_app import paths
from desktop_app.encoders.catalogue import CatalogueEntry, load_catalogue
from desktop_app.encoders.hub import Hub
from desktop_app.encoders.installed import installed_encoders
from desktop_app.encoders.model_folder import verify_folder
from desktop_app.encoders.onnx_encoder import load_encoder
from desktop_app.errors import Cancelled, UserError
from desktop_app.tasks import install_encoder
from desktop_app.tasks.install_encoder import (
    Naming,
    install_from_folder,
    install_from_hub,
    install_from_zip,
)
from tests.encoders.hub_server import HubServer, flipped, running_hub, source
from tests.encoders.tiny_encoder import edit_manifest, replace_file, write_tiny_folder
from tests.tasks.tiny_weights import WIDTH, write_weights

needs_pytorch = pytest.mark.skipif(
    paths.trainer_python() is None, reason="PyTorch is in the trainer's environment only"
)


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's encoders, none at first."""
    monkeypatch.setenv("LITMESH_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data" / "encoders"


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    """A finished encoder folder with a file that its manifest does not name."""
    folder = tmp_path / "from a friend"
    write_tiny_folder(folder)
    (folder / "evil.py").write_text("raise SystemExit")
    return folder


@pytest.fixture
def server() -> Iterator[HubServer]:
    with running_hub() as running:
        yield running


def zipped(folder: Path) -> Path:
    return Path(shutil.make_archive(str(folder), "zip", folder.parent, folder.name))


def own_encoders(root: Path) -> list[str]:
    return [info.name for info in installed_encoders([root])]


def on_disk(root: Path) -> list[str]:
    return sorted(path.name for path in root.iterdir())


def entry_of(server: HubServer, folder: Path, name: str) -> CatalogueEntry:
    """The hub offers the folder; an entry that names it."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    server.files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    known = load_catalogue().entry("BioHiCL-Base")
    assert known is not None
    return replace(known, id=name, name=name, dimension=WIDTH, sources=(source(server.files),))


# --- with the real converter ---------------------------------------------------------------------


@needs_pytorch
def test_from_the_hub_with_cls_pooling(server: HubServer, root: Path, tmp_path: Path) -> None:
    folder = write_weights(tmp_path / "weights", "cls")
    entry = entry_of(server, folder, "tiny-cls")
    said: list[tuple[int, int]] = []
    info = install_from_hub(entry, lambda *figures: said.append(figures), Hub(server.address))
    assert (info.folder, info.name, info.dimension) == (root / "tiny-cls", "tiny-cls", WIDTH)
    assert '"pooling": "cls"' in (info.folder / "manifest.json").read_text()
    size = sum(map(len, server.files.values()))
    assert (size, size) in said
    assert said[-1] == (0, 0)
    assert on_disk(root) == ["tiny-cls"]
    assert on_disk(root.parent / "downloads") == []
    vector = load_encoder(info.folder).encode_query("heart")
    np.testing.assert_allclose(np.linalg.norm(vector), 1, atol=1e-5)


@needs_pytorch
def test_from_a_zip_with_mean_pooling_and_pickles_beside(root: Path, tmp_path: Path) -> None:
    folder = write_weights(tmp_path / "My model (1)", "mean", prefix="bert.")
    (folder / "pytorch_model.bin").write_bytes(b"\x80\x04cos\nsystem\n.")
    info = install_from_zip(zipped(folder))
    assert (info.name, info.dimension) == ("My-model-1", WIDTH)
    assert '"pooling": "mean"' in (info.folder / "manifest.json").read_text()
    assert on_disk(root) == ["My-model-1"]


# --- the converter's process, with stand-ins -----------------------------------------------------


def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """A training runtime that does this."""
    program = tmp_path / "python"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("LITMESH_TRAINER_PYTHON", str(program))


posix = pytest.mark.skipif(os.name == "nt", reason="the stand-in is a shell script")


def test_no_training_runtime(
    server: HubServer, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LITMESH_TRAINER_PYTHON", str(tmp_path / "none"))
    folder = write_weights(tmp_path / "weights", "cls")
    with pytest.raises(UserError, match="PyTorch") as told:
        install_from_folder(folder)
    assert "litmesh trainer install" in told.value.hint
    with pytest.raises(UserError, match="PyTorch"):
        install_from_hub(entry_of(server, folder, "tiny-cls"), hub=Hub(server.address))
    assert server.asked == []
    assert on_disk(root) == []


@posix
@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo 'weights of another shape' >&2; exit 1", "weights of another shape"),
        ("echo 'x: does not say how it pools. Name it' >&2; exit 1", "naming “cls” or “mean”"),
        ("exit 3", "it ended with status 3"),
        ("kill -9 $$", "it ended with status -9"),
        ("exit 0", "manifest.json"),  # nothing was written
        ("mkdir -p $4; echo '{}' > $4/manifest.json", "not a valid manifest"),
    ],
)
def test_a_converter_that_fails(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, reason: str
) -> None:
    stand_in(tmp_path, monkeypatch, script)
    with pytest.raises(UserError, match=reason):
        install_from_folder(write_weights(tmp_path / "weights", "cls"))
    assert on_disk(root) == []


@posix
def test_cancelled_while_it_converts(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = tmp_path / "started"
    stand_in(
        tmp_path, monkeypatch, f"mkdir -p $4; echo x > $4/half; echo $$ > {started}; exec sleep 60"
    )

    def report(done: int, total: int) -> None:
        if started.exists() and started.read_text().strip():
            raise Cancelled

    with pytest.raises(Cancelled):
        install_from_folder(write_weights(tmp_path / "weights", "cls"), report)
    assert on_disk(root) == []
    with pytest.raises(ProcessLookupError):
        os.kill(int(started.read_text()), 0)


# --- encoder folders of ours ---------------------------------------------------------------------


def test_a_finished_folder_needs_no_conversion(
    root: Path, ours: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LITMESH_TRAINER_PYTHON", "none")
    info = install_from_folder(ours)
    assert own_encoders(root) == ["tiny"]
    assert sorted(path.name for path in info.folder.iterdir()) == [
        *("README.md", "manifest.json", "model.onnx", "tokenizer.json"),
    ]
    assert (ours / "evil.py").exists()


def test_a_finished_folder_in_a_zip(root: Path, ours: Path) -> None:
    install_from_zip(zipped(ours))
    assert on_disk(root) == ["tiny"]


def test_the_same_encoder_twice_is_one(root: Path, ours: Path) -> None:
    first = install_from_folder(ours)
    assert install_from_zip(zipped(ours)) == first
    assert on_disk(root) == ["tiny"]


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_installing_again_repairs_a_damaged_encoder(root: Path, ours: Path, name: str) -> None:
    first = install_from_folder(ours)
    (first.folder / name).write_bytes(b"half")
    assert install_from_folder(ours) == first
    verify_folder(first.folder)
    assert on_disk(root) == ["tiny"]


def test_another_model_of_the_same_name_stands_beside(root: Path, ours: Path) -> None:
    (root / "tiny").mkdir(parents=True)
    info = install_from_folder(ours)
    assert info.folder == root / info.id
    assert own_encoders(root) == ["tiny"]


@pytest.mark.parametrize("what", ["damaged", "does not fit its check vectors", "wrong width"])
def test_a_bad_folder_is_not_installed(root: Path, ours: Path, what: str) -> None:
    def other_vectors(manifest: dict[str, Any]) -> None:
        check = manifest["check_vectors"]["model.onnx"]
        check["vectors"] = [[-x for x in vector] for vector in check["vectors"]]

    match what:
        case "damaged":
            (ours / "tokenizer.json").write_bytes(b"{}")
        case "wrong width":
            edit_manifest(ours, lambda manifest: manifest.update(name="BiCA-base"))
            what = "This is not BiCA-base"
        case _:
            edit_manifest(ours, other_vectors)
            what = "check vectors"
    with pytest.raises(UserError, match=what):
        install_from_folder(ours)
    assert on_disk(root) == []


def test_a_graph_that_cannot_run_is_not_installed(root: Path, ours: Path) -> None:
    replace_file(ours, "model.onnx", b"\x00" * 100)
    with pytest.raises(UserError):
        install_from_folder(ours)
    assert on_disk(root) == []


def test_cancelled_while_it_is_copied(root: Path, ours: Path) -> None:
    def report(done: int, total: int) -> None:
        if done:
            raise Cancelled

    with pytest.raises(Cancelled):
        install_from_folder(ours, report)
    assert on_disk(root) == []


def test_what_a_crash_left_is_swept_away_later(root: Path, ours: Path) -> None:
    for name in (".installing-old", ".installing-new"):
        (root / name).mkdir(parents=True)
    os.utime(root / ".installing-old", (0, 0))
    install_from_folder(ours)
    assert on_disk(root) == [".installing-new", "tiny"]
    assert own_encoders(root) == ["tiny"]


# --- what is refused -----------------------------------------------------------------------------


def test_pickles_in_a_zip_are_named(root: Path, tmp_path: Path) -> None:
    path = tmp_path / "model.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", '{"model_type": "bert"}')
        archive.writestr("pytorch_model.bin", b"code")
    with pytest.raises(UserError, match=r"only as pytorch_model\.bin"):
        install_from_zip(path)
    assert on_disk(root) == []


def test_no_space_to_convert(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_weights(tmp_path / "weights", "cls")
    os.truncate(folder / "model.safetensors", 1 << 42)  # a hole: it takes no space itself
    with pytest.raises(UserError, match="are free, converting needs"):
        install_from_folder(folder)
    assert on_disk(root) == []


def test_a_download_that_is_not_the_pinned_one_is_never_installed(
    server: HubServer, root: Path, tmp_path: Path
) -> None:
    entry = entry_of(server, write_weights(tmp_path / "weights", "cls"), "tiny-cls")
    server.plan("model.safetensors", flipped, flipped, flipped)
    with pytest.raises(UserError, match="SHA-256 differs"):
        install_from_hub(entry, hub=Hub(server.address, pause=0))
    assert not root.exists()


def test_entries_of_the_catalogue_without_a_pin_are_refused(server: HubServer) -> None:
    for entry in load_catalogue().entries:
        if entry.hub is None or not entry.hub.pinned:
            with pytest.raises(UserError, match="is not pinned yet"):
                install_from_hub(entry, hub=Hub(server.address))
    assert server.asked == []


def test_a_folder_that_cannot_be_written(tmp_path: Path, ours: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    with pytest.raises(UserError, match="could not be written"):
        install_from_folder(ours)


@pytest.mark.parametrize(
    ("name", "usable"), [("a b/ü", "a-b"), ("..", "encoder"), ("-x", "x"), ("n" * 99, "n" * 80)]
)
def test_names_become_usable(name: str, usable: str) -> None:
    assert install_encoder._usable(name) == usable


def test_naming_is_for_weights_alone(root: Path, ours: Path) -> None:
    assert install_from_folder(ours, naming=Naming("other")).name == "tiny"
