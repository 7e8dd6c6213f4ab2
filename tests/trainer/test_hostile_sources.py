"""Hostile folders for the trainer: refused as data, nothing outside is read, no memory is taken."""

import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="PyTorch is in the trainer's environment only")
import torch
from safetensors.torch import load_file, save_file

from tests.trainer.conversion.test_convert import write_model
from trainer.conversion.convert import convert
from trainer.conversion.model_folder import ConversionError
from trainer.conversion.source_folder import read_source
from trainer.encoding import open_encoder

Spoil = Callable[[Path], None]


def config_says(**change: Any) -> Spoil:
    def spoil(folder: Path) -> None:
        config = json.loads((folder / "config.json").read_text())
        (folder / "config.json").write_text(json.dumps(config | change))

    return spoil


def file_is(name: str, content: bytes) -> Spoil:
    def spoil(folder: Path) -> None:
        (folder / name).write_bytes(content)

    return spoil


def header(content: bytes, length: int | None = None) -> Spoil:
    """A safetensors header before a little data."""
    size = struct.pack("<Q", len(content) if length is None else length)
    return file_is("model.safetensors", size + content + bytes(64))


def tensor(shape: list[int], start: int, end: int) -> Spoil:
    entry = {"dtype": "F32", "shape": shape, "data_offsets": [start, end]}
    return header(json.dumps({"embeddings.word_embeddings.weight": entry}).encode())


def linked(name: str) -> Spoil:
    def spoil(folder: Path) -> None:
        outside = folder.parent / f"outside-{name}"
        (folder / name).rename(outside)
        (folder / name).symlink_to(outside)

    return spoil


def pooling_is(content: bytes) -> Spoil:
    def spoil(folder: Path) -> None:
        (folder / "modules.json").write_bytes(b'[{"type": "x.Pooling", "path": "1_Pooling"}]')
        (folder / "1_Pooling").mkdir(exist_ok=True)
        (folder / "1_Pooling" / "config.json").write_bytes(content)

    return spoil


CASES: dict[str, Spoil] = {
    "layers": config_says(num_hidden_layers=10**9),
    "width": config_says(hidden_size=10**9),
    "words": config_says(vocab_size=10**12),
    "positions": config_says(max_position_embeddings=10**10),
    "negative": config_says(hidden_size=-32),
    "text for a number": config_says(hidden_size="32"),
    "true for a number": config_says(num_attention_heads=True),
    "heads": config_says(num_attention_heads=5),
    "no heads": config_says(num_attention_heads=0),
    "epsilon": config_says(layer_norm_eps="nan"),
    "activation": config_says(hidden_act="os.system"),
    "nested activation": config_says(hidden_act={"a": 1}),
    "code": config_says(auto_map={"AutoModel": "evil.Model"}),
    "family": config_says(model_type="../../evil"),
    "config is a list": file_is("config.json", b"[]"),
    "config is deep": file_is("config.json", b"[" * 200_000),
    "config is large": file_is("config.json", b" " * (65 << 20)),
    "header longer than the file": header(b"{}", 1 << 40),
    "header cut": header(b'{"a"'),
    "header deep": header(b'{"a":' * 10_000),
    "offsets outside": tensor([16], 0, 1 << 40),
    "offsets backwards": tensor([16], 64, 0),
    "shape beyond its data": tensor([1 << 40, 1 << 40], 0, 64),
    "pickle as weights": file_is("model.safetensors", b"\x80\x04cos\nsystem\n(S'true'\ntR."),
    "archive as weights": file_is("model.safetensors", b"PK\x03\x04" + bytes(100)),
    "tokenizer is no tokenizer": file_is("tokenizer.json", b'{"model": {"type": "evil"}}'),
    "tokenizer is deep": file_is("tokenizer.json", b'{"a":' * 100_000),
    "link to config": linked("config.json"),
    "link to weights": linked("model.safetensors"),
    "link to tokenizer": linked("tokenizer.json"),
    "modules outside": file_is("modules.json", b'[{"type": "x.Pooling", "path": "../x"}]'),
    "modules is an object": file_is("modules.json", b"{}"),
    "modules is null": file_is("modules.json", b"null"),
    "modules are texts": file_is("modules.json", b'["x"]'),
    "module without type": file_is("modules.json", b'[{"path": ""}]'),
    "module without path": file_is("modules.json", b'[{"type": "x.Pooling"}]'),
    "pooling is a list": pooling_is(b"[]"),
    "limits are a list": file_is("sentence_bert_config.json", b"[]"),
    "limit is text": file_is("sentence_bert_config.json", b'{"max_seq_length": "abc"}'),
    "limit is negative": file_is("sentence_bert_config.json", b'{"max_seq_length": -5}'),
    "limit is infinite": file_is("sentence_bert_config.json", b'{"max_seq_length": Infinity}'),
    "limit is one": file_is("sentence_bert_config.json", b'{"max_seq_length": 1}'),
    "prompts are a list": file_is("config_sentence_transformers.json", b'{"prompts": ["q"]}'),
    "prompt is a number": file_is(
        "config_sentence_transformers.json", b'{"prompts": {"query": 1}}'
    ),
    "prompts in a list": file_is("config_sentence_transformers.json", b"[]"),
    "padding outside the words": config_says(pad_token_id=10**6),
    "modules with code": file_is("modules.json", b'[{"type": "os.system", "path": ""}]'),
}


@pytest.mark.parametrize("name", CASES)
def test_hostile_source(tmp_path: Path, name: str) -> None:
    write_model(tmp_path / "model", "Bert")
    CASES[name](tmp_path / "model")
    with pytest.raises(ConversionError):
        open_encoder(tmp_path / "model", pooling="mean")
    with pytest.raises(ConversionError):
        convert(tmp_path / "model", tmp_path / "out", "tiny", "mean")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "tensor", ["embeddings.LayerNorm.weight", "embeddings.word_embeddings.weight"]
)
def test_weights_that_are_no_numbers(tmp_path: Path, tensor: str) -> None:
    write_model(tmp_path / "model", "Bert")
    path = tmp_path / "model" / "model.safetensors"
    weights = load_file(path)
    name = next(key for key in weights if key.endswith(tensor))
    weights[name][:] = torch.nan
    save_file(weights, path, metadata={"format": "pt"})
    with pytest.raises(ConversionError, match="differs from PyTorch"):
        convert(tmp_path / "model", tmp_path / "out", "tiny", "mean")
    assert not (tmp_path / "out").exists()


def test_a_hubs_cache_of_links_is_taken(tmp_path: Path) -> None:
    """Its snapshots link to the blobs beside them."""
    write_model(tmp_path / "models--x" / "snapshots" / "abc", "Bert")
    folder = tmp_path / "models--x" / "snapshots" / "abc"
    (tmp_path / "models--x" / "blobs").mkdir()
    for name in ("config.json", "model.safetensors", "tokenizer.json"):
        (folder / name).rename(tmp_path / "models--x" / "blobs" / name)
        (folder / name).symlink_to(Path("..") / ".." / "blobs" / name)
    assert read_source(folder, pooling="mean").family == "bert"
