"""Installed encoders are listed from manifests alone."""

import shutil
import subprocess
import sys
from pathlib import Path

from desktop_app.encoders.installed import broken_encoders, default_encoder, installed_encoders
from tests.encoders.tiny_encoder import edit_manifest


def copy_as(folder: Path, name: str) -> Path:
    """A second encoder beside the first, under another name."""
    other = folder.with_name(name)
    shutil.copytree(folder, other)
    edit_manifest(other, lambda manifest: manifest.update(name=name))
    return other


def test_lists_what_is_there(tiny_folder: Path) -> None:
    copy_as(tiny_folder, "other")
    found = installed_encoders([tiny_folder.parent, tiny_folder.parent / "absent"])
    assert [info.name for info in found] == ["other", "tiny"]
    assert found[1].id.startswith("tiny-")
    assert found[1].folder == tiny_folder
    assert found[1].size > (tiny_folder / "model.onnx").stat().st_size


def test_same_encoder_in_two_roots_is_one(tiny_folder: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny_folder, tmp_path / "second" / "tiny")
    found = installed_encoders([tmp_path / "second", tiny_folder.parent])
    assert [info.folder for info in found] == [tmp_path / "second" / "tiny"]


def test_half_written_and_broken_folders_are_not_offered(tiny_folder: Path) -> None:
    shutil.copytree(tiny_folder, tiny_folder.with_name(".tiny.part"))
    broken = copy_as(tiny_folder, "broken")
    (broken / "manifest.json").write_text("{")
    assert [info.name for info in installed_encoders([tiny_folder.parent])] == ["tiny"]
    (problem,) = broken_encoders([tiny_folder.parent])
    assert problem.file == str(broken)
    assert problem.remedy


def test_default_is_the_catalogues_then_any(tiny_folder: Path) -> None:
    roots = [tiny_folder.parent]
    first = default_encoder(roots=roots)
    assert first is not None
    assert first.name == "tiny"
    copy_as(tiny_folder, "bge-small-en-v1.5")
    catalogues = default_encoder(roots=roots)
    assert catalogues is not None
    assert catalogues.name == "bge-small-en-v1.5"


def test_wanted_encoder_by_id_or_name_or_none(tiny_folder: Path) -> None:
    roots = [tiny_folder.parent]
    by_name = default_encoder("tiny", roots)
    assert by_name is not None
    assert default_encoder(by_name.id, roots) == by_name
    assert default_encoder("tiny-000000000000", roots) is None


def test_nothing_installed(tmp_path: Path) -> None:
    assert installed_encoders([tmp_path]) == []
    assert default_encoder(roots=[tmp_path]) is None


def test_importing_loads_no_runtime() -> None:
    code = (
        "import sys, desktop_app.encoders.onnx_encoder, desktop_app.encoders.installed;"
        "desktop_app.encoders.installed.installed_encoders();"
        "print([m for m in ('onnxruntime', 'onnx', 'torch') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
