"""Files for a computer without a network: saved from an index, installed from their folder."""

import json
import os
from dataclasses import asdict
from pathlib import Path

import pytest

from desktop_app import files
from desktop_app.errors import Cancelled, UserError
from desktop_app.settings import keep
from desktop_app.tasks.training.environment.install import install
from desktop_app.tasks.training.environment.machine import Backend
from desktop_app.tasks.training.environment.plan import make_plan
from desktop_app.tasks.training.environment.save_files import (
    MANIFEST,
    plan_for_folder,
    plan_for_system,
    save_files,
)
from tests.tasks.training.environment.stand_in import (
    Index,
    World,
    write_wheel,
)

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the stand-in links to programs")


def test_saved_files_install_without_a_network(tmp_path: Path, world: World, index: Index) -> None:
    seen: list[tuple[int, int]] = []
    folder = tmp_path / "stick" / "files"
    manifest = save_files(make_plan(), folder, lambda done, total: seen.append((done, total)))
    assert (manifest.system, manifest.backend) == ("Linux", "cpu")
    names = {MANIFEST, world.wheel("torch").name, world.wheel("tinystack").name}
    assert {path.name for path in folder.iterdir()} == names
    size = sum(path.stat().st_size for path in world.wheels.iterdir())
    assert seen[-1] == (size, size)
    keep(package_mirror="http://127.0.0.1:9/simple")  # would not answer
    assert install(plan_for_folder(folder), source=folder).torch == "2.13.0"


def test_saving_goes_on_and_repairs(tmp_path: Path, world: World, index: Index) -> None:
    folder = tmp_path / "files"

    def stop(done: int, total: int) -> None:
        if done:
            raise Cancelled

    with pytest.raises(Cancelled):
        save_files(make_plan(), folder, stop)
    assert not (folder / MANIFEST).exists()
    save_files(make_plan(), folder)
    torch = world.wheel("torch")
    (folder / torch.name).write_bytes(b"damaged on the stick")
    index.asked.clear()
    save_files(make_plan(), folder)
    assert files.sha256(folder / torch.name) == files.sha256(torch)
    fetched = [place for place in index.asked if place.startswith("/files")]
    assert fetched == [f"/files/{torch.name}"]


def test_another_file_than_the_lock_names_is_refused(
    tmp_path: Path, world: World, index: Index
) -> None:
    write_wheel(world.wheels, "torch", "2.13.0", {"torch": "evil = True"})
    with pytest.raises(UserError, match=r"another torch.*SHA-256 differs"):
        save_files(make_plan(), tmp_path / "files")
    assert not (tmp_path / "files" / MANIFEST).exists()


def test_files_for_another_system(tmp_path: Path, world: World, index: Index) -> None:
    folder = tmp_path / "files"
    manifest = save_files(plan_for_system("Darwin"), folder)
    assert (manifest.system, manifest.backend) == ("Darwin", "mps")
    with pytest.raises(UserError, match="mps cannot be installed on Linux"):
        plan_for_folder(folder)
    save_files(plan_for_system("Windows"), folder)
    with pytest.raises(UserError, match="holds files for Windows, this computer has Linux"):
        plan_for_folder(folder)


def test_a_folder_that_does_not_fit_is_refused(tmp_path: Path, world: World, index: Index) -> None:
    folder = tmp_path / "files"
    manifest = asdict(save_files(make_plan(), folder))
    with pytest.raises(UserError, match="is not a folder"):
        plan_for_folder(tmp_path / "nothing")
    for change, words in (
        ({"digest": "0" * 12, "litmesh": "0.1"}, "saved by Litmesh 0.1, with other versions"),
        ({"backend": "tpu"}, "is for tpu"),
        ({"backend": 3}, "is damaged"),
        ({"more": ""}, "is damaged"),
    ):
        (folder / MANIFEST).write_text(json.dumps(manifest | change))
        with pytest.raises(UserError, match=words):
            plan_for_folder(folder)
    (folder / MANIFEST).unlink()  # wheels alone: the hashes decide
    assert plan_for_folder(folder).backend is Backend.CPU
