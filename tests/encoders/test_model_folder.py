"""What is wrong with an encoder's folder is found before it is used, and named with a remedy."""

from pathlib import Path
from typing import Any

import pytest

from desktop_app.encoders.model_folder import read_manifest, verify_folder
from desktop_app.encoders.onnx_encoder import load_encoder
from desktop_app.errors import UserError
from tests.encoders.test_onnx_scan import external
from tests.encoders.tiny_encoder import DIMENSION, edit_manifest, replace_file, tiny_graph


def test_whole_folder_verifies(tiny_folder: Path) -> None:
    manifest = verify_folder(tiny_folder)
    assert (manifest.name, manifest.dimension, manifest.precision) == ("tiny", DIMENSION, "fp32")
    assert manifest.similarity_floor == 0.25
    sha256 = manifest.files["model.onnx"].sha256
    assert manifest.encoder_id() == f"tiny-{sha256[:12]}"


def assert_refused(folder: Path, *words: str) -> None:
    """Loading and verifying both fail with a UserError that holds the words and a remedy."""
    for attempt in (load_encoder, verify_folder):
        with pytest.raises(UserError) as caught:
            attempt(folder)
        assert caught.value.hint
        for word in words:
            assert word in caught.value.message


def test_changed_byte(tiny_folder: Path) -> None:
    path = tiny_folder / "model.onnx"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    assert_refused(tiny_folder, str(path), "SHA-256")


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_missing_file(tiny_folder: Path, name: str) -> None:
    (tiny_folder / name).unlink()
    assert_refused(tiny_folder, str(tiny_folder / name), "missing")


def test_wrong_size_is_seen_before_reading(tiny_folder: Path) -> None:
    with open(tiny_folder / "model.onnx", "ab") as file:
        file.write(b"more")
    assert_refused(tiny_folder, "model.onnx", "size")


def test_link(tiny_folder: Path, tmp_path: Path) -> None:
    path = tiny_folder / "tokenizer.json"
    path.rename(tmp_path / "elsewhere.json")
    path.symlink_to(tmp_path / "elsewhere.json")
    assert_refused(tiny_folder, str(path), "plain file")


def test_missing_manifest(tiny_folder: Path) -> None:
    (tiny_folder / "manifest.json").unlink()
    assert_refused(tiny_folder, str(tiny_folder / "manifest.json"), "cannot be read")


def test_external_data(tiny_folder: Path) -> None:
    model = tiny_graph()
    model.graph.initializer.append(external())
    replace_file(tiny_folder, "model.onnx", model.SerializeToString())
    assert_refused(tiny_folder, str(tiny_folder / "model.onnx"), "another file")


@pytest.mark.parametrize(
    "content",
    [
        b"\x80\x04\x95\x1d\x00\x00\x00\x8c\x05posix\x8c\x06system\x93\x8c\x04true\x85R.",
        b"cposix\nsystem\n(S'true'\ntR.",  # the oldest form, plain text
        b"PK\x03\x04" + bytes(60),  # a zip, as PyTorch writes
    ],
)
def test_pickle_under_a_models_name(tiny_folder: Path, content: bytes) -> None:
    replace_file(tiny_folder, "model.onnx", content)
    assert_refused(tiny_folder, str(tiny_folder / "model.onnx"), "not an ONNX model")


@pytest.mark.parametrize(
    "name",
    [
        "../model.onnx",
        "/etc/passwd.json",
        "sub/model.onnx",
        "..\\a.onnx",
        "C:a.onnx",
        "a.bin",
        ".json",
    ],
)
def test_file_names_stay_in_the_folder(tiny_folder: Path, name: str) -> None:
    record = {"sha256": "0" * 64, "bytes": 1}
    edit_manifest(tiny_folder, lambda manifest: manifest["files"].update({name: record}))
    assert_refused(tiny_folder, str(tiny_folder / "manifest.json"))


@pytest.mark.parametrize(
    "change",
    [
        {"name": "../tiny"},
        {"name": 7},
        {"dimension": 0},
        {"dimension": True},
        {"dimension": DIMENSION + 1},
        {"max_tokens": 10**9},
        {"precision": "int4"},
        {"precision": "int8"},
        {"files": []},
        {"check_vectors": {}},
        {"query_prefix": None},
        {"similarity_floor": "high"},
    ],
)
def test_wrong_value(tiny_folder: Path, change: dict[str, Any]) -> None:
    edit_manifest(tiny_folder, lambda manifest: manifest.update(change))
    assert_refused(tiny_folder)


def test_newer_schema_says_so(tiny_folder: Path) -> None:
    edit_manifest(tiny_folder, lambda manifest: manifest.update(schema=2))
    assert_refused(tiny_folder, "schema 2")


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff\xfe", b"[" * 100_000, b'{"schema": 1}'])
def test_not_a_manifest(tiny_folder: Path, content: bytes) -> None:
    (tiny_folder / "manifest.json").write_bytes(content)
    with pytest.raises(UserError, match=r"manifest\.json"):
        read_manifest(tiny_folder)


def test_spoilt_tokenizer(tiny_folder: Path) -> None:
    replace_file(tiny_folder, "tokenizer.json", b'{"version": "1.0"}')
    with pytest.raises(UserError, match=r"tokenizer\.json"):
        load_encoder(tiny_folder)
