"""The encoder of a library: the default, a choice, the way back, an encoder that is gone."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from desktop_app.encoders.installed import EncoderInfo, default_encoder
from desktop_app.tasks import library_encoder
from tests.encoders.tiny_encoder import edit_manifest, write_tiny_folder

WRONG = ["", "[]", "{", '{"schema": 2, "encoder": "x", "before": []}', '{"schema": 1}']


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[EncoderInfo]:
    """Two encoders of the user's beside the default one."""
    monkeypatch.setenv("LITMESH_DATA_DIR", str(tmp_path / "data"))
    found = []
    for name in ("one", "other"):
        folder = tmp_path / "data" / "encoders" / name
        write_tiny_folder(folder)

        def rename(manifest: dict[str, Any], name: str = name) -> None:
            manifest["name"] = name

        edit_manifest(folder, rename)
        info = default_encoder(name)
        assert info is not None
        found.append(info)
    return found


def used(folder: Path) -> str:
    info = library_encoder.encoder_of(folder)
    assert info is not None
    return info.name


def test_choices_and_the_way_back(
    tmp_path: Path, two: list[EncoderInfo], default_encoder_folder: Path
) -> None:
    normal = used(tmp_path)
    assert normal == default_encoder_folder.name
    assert library_encoder.earlier(tmp_path) is None
    for info in two:
        library_encoder.choose(tmp_path, info)
        assert used(tmp_path) == info.name
    back = library_encoder.earlier(tmp_path)
    assert back == two[0]
    library_encoder.choose(tmp_path, two[0])
    assert library_encoder.earlier(tmp_path) == two[1]  # and forward again
    library_encoder.forget(tmp_path, two[1].id)
    left = library_encoder.earlier(tmp_path)
    assert left is not None
    assert left.name == normal


def test_an_encoder_that_is_gone_leaves_the_default(tmp_path: Path, two: list[EncoderInfo]) -> None:
    library_encoder.choose(tmp_path, two[0])
    shutil.rmtree(two[0].folder)
    assert used(tmp_path) not in ("one", "other")
    assert library_encoder.missing_choice(tmp_path) == two[0].id
    assert library_encoder.chosen(tmp_path).encoder == two[0].id  # it may come back


@pytest.mark.parametrize("content", WRONG)
def test_a_damaged_choice_counts_as_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "encoder.json").write_text(content)
    assert library_encoder.chosen(tmp_path) == library_encoder.Chosen()
    assert used(tmp_path)


def test_the_file_is_as_described(tmp_path: Path, two: list[EncoderInfo]) -> None:
    library_encoder.choose(tmp_path, two[0])
    said = json.loads((tmp_path / "encoder.json").read_text())
    assert said["schema"] == 1
    assert said["encoder"] == two[0].id
    assert len(said["before"]) == 1
