"""What a folder that somebody wants to install is taken for, and what is said of the others."""

import json
from pathlib import Path
from typing import Any

import pytest

from desktop_app.encoders.model_source import look
from desktop_app.errors import UserError
from tests.encoders.tiny_encoder import write_tiny_folder


def write_weights(folder: Path, **config: Any) -> Path:
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps({"model_type": "bert"} | config))
    (folder / "tokenizer.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(b"12345")
    return folder


def refusal(folder: Path, *left_out: str) -> str:
    with pytest.raises(UserError) as told:
        look(folder, left_out)
    return str(told.value)


def test_weights(tmp_path: Path) -> None:
    folder = write_weights(tmp_path / "BiCA-small")
    found = look(folder)
    assert (found.folder, found.name, found.finished, found.weights) == (
        folder,
        "BiCA-small",
        False,
        5,
    )


def test_an_encoder_of_ours(tmp_path: Path) -> None:
    write_tiny_folder(tmp_path / "whatever")
    found = look(tmp_path / "whatever")
    assert (found.name, found.finished) == ("tiny", True)


def test_folders_around_it(tmp_path: Path) -> None:
    folder = write_weights(tmp_path / "a" / "b" / "model")
    (tmp_path / "a" / "__MACOSX").mkdir()
    assert look(tmp_path / "a").folder == folder


def test_two_folders_are_not_chosen_from(tmp_path: Path) -> None:
    write_weights(tmp_path / "a" / "one")
    write_weights(tmp_path / "a" / "two")
    assert "holds no model.safetensors" in refusal(tmp_path / "a")


def test_the_name_in_a_hubs_cache(tmp_path: Path) -> None:
    folder = write_weights(tmp_path / "models--LunaLan07--BioHiCL-Base" / "snapshots" / "ab12")
    assert look(folder).name == "BioHiCL-Base"


@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.PT", "tf_model.h5"])
def test_pickles_only(tmp_path: Path, name: str) -> None:
    folder = write_weights(tmp_path / "model")
    (folder / "model.safetensors").rename(folder / name)
    said = refusal(folder)
    assert name in said
    assert "can run code" in said


def test_pickles_that_an_archive_had(tmp_path: Path) -> None:
    folder = write_weights(tmp_path / "model")
    (folder / "model.safetensors").unlink()
    assert "only as pytorch_model.bin" in refusal(folder, "pytorch_model.bin")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("adapter_model.safetensors", "an adapter and not a whole model"),
        ("model.safetensors.index.json", "in several files"),
        ("other.txt", "holds no model.safetensors"),
    ],
)
def test_other_weights(tmp_path: Path, name: str, reason: str) -> None:
    folder = write_weights(tmp_path / "model")
    (folder / "model.safetensors").rename(folder / name)
    assert reason in refusal(folder)


@pytest.mark.parametrize("family", ["llama", None, {"deep": [1] * 100}])
def test_other_architectures(tmp_path: Path, family: object) -> None:
    said = refusal(write_weights(tmp_path / "model", model_type=family))
    assert "is not supported" in said
    assert "BERT" in said


def test_code_of_its_own(tmp_path: Path) -> None:
    said = refusal(write_weights(tmp_path / "model", auto_map={"AutoModel": "evil.py"}))
    assert "code of its own" in said


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"[" * 100_000, b"\xff", b'"bert"', bytes(2 << 20)]
)
def test_bad_settings(tmp_path: Path, content: bytes) -> None:
    folder = write_weights(tmp_path / "model")
    (folder / "config.json").write_bytes(content)
    assert "config.json" in refusal(folder)


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    folder = write_weights(tmp_path / "model")
    (folder / name).unlink()
    assert name in refusal(folder)


def test_no_folder(tmp_path: Path) -> None:
    assert "cannot be read" in refusal(tmp_path / "none")
