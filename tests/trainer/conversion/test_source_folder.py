"""A model folder is read as data: pickles, code and unknown forms are refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.encoders.tiny_encoder import tiny_tokenizer
from trainer.conversion.model_folder import ConversionError
from trainer.conversion.source_folder import read_source

BERT = {"model_type": "bert", "hidden_size": 32, "max_position_embeddings": 64}


def write(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), "utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A plain BERT folder; its weights are not read here."""
    write(tmp_path / "model" / "config.json", BERT)
    (tmp_path / "model" / "model.safetensors").write_bytes(b"")
    (tmp_path / "model" / "tokenizer.json").write_bytes(tiny_tokenizer())
    return tmp_path / "model"


def as_sentence_model(folder: Path, pooling: dict[str, Any], *extra: str) -> None:
    kinds = ["Transformer", "Pooling", *extra]
    paths = ["", "1_Pooling", *(f"{n}_{kind}" for n, kind in enumerate(extra, 2))]
    modules = [
        {"type": f"sentence_transformers.models.{kind}", "path": path}
        for kind, path in zip(kinds, paths, strict=True)
    ]
    write(folder / "modules.json", modules)
    write(folder / "1_Pooling" / "config.json", pooling)


@pytest.mark.parametrize(
    ("config", "pooling"),
    [
        ({"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}, "cls"),
        ({"pooling_mode_cls_token": False, "pooling_mode_mean_tokens": True}, "mean"),
        ({"embedding_dimension": 32, "pooling_mode": "mean"}, "mean"),
    ],
)
def test_pooling_from_the_folder(folder: Path, config: dict[str, Any], pooling: str) -> None:
    as_sentence_model(folder, config, "Normalize")
    assert read_source(folder).pooling == pooling


def test_folder_wins_over_catalogue_and_the_option_over_both(folder: Path) -> None:
    assert read_source(folder, "BioHiCL-Base").pooling == "cls"
    as_sentence_model(folder, {"pooling_mode_mean_tokens": True})
    assert read_source(folder, "BioHiCL-Base").pooling == "mean"
    assert read_source(folder, "BioHiCL-Base", "cls").pooling == "cls"


def test_catalogue_fills_what_the_folder_does_not_say(folder: Path) -> None:
    source = read_source(folder, "bge-small-en-v1.5")
    assert source.query_prefix.startswith("Represent this sentence")
    assert source.licence == "MIT"
    assert source.max_tokens == 64  # the catalogue says 512, the model has 64 positions


def test_own_limit_and_prompt(folder: Path) -> None:
    write(folder / "sentence_bert_config.json", {"max_seq_length": 48})
    write(folder / "config_sentence_transformers.json", {"prompts": {"query": "find: "}})
    source = read_source(folder, pooling="mean")
    assert (source.max_tokens, source.query_prefix) == (48, "find: ")


def test_unknown_pooling_asks(folder: Path) -> None:
    with pytest.raises(ConversionError, match="--pooling"):
        read_source(folder)


@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.pt", "weights.pkl"])
def test_pickles_are_refused(folder: Path, name: str) -> None:
    (folder / "model.safetensors").rename(folder / name)
    with pytest.raises(ConversionError, match=name) as caught:
        read_source(folder, pooling="mean")
    assert "safetensors" in str(caught.value)


@pytest.mark.parametrize("name", ["adapter_model.safetensors", "model.safetensors.index.json"])
def test_other_weights_say_what_to_do(folder: Path, name: str) -> None:
    (folder / "model.safetensors").rename(folder / name)
    with pytest.raises(ConversionError, match="first"):
        read_source(folder, pooling="mean")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"auto_map": {"AutoModel": "modeling.Model"}}, "not run"),
        ({"model_type": "gpt2"}, "gpt2"),
        ({"model_type": None}, "None"),
    ],
)
def test_other_models_are_refused(folder: Path, change: dict[str, Any], words: str) -> None:
    write(folder / "config.json", BERT | change)
    with pytest.raises(ConversionError, match=words):
        read_source(folder, pooling="mean")


def test_only_known_settings_are_taken(folder: Path) -> None:
    write(folder / "config.json", BERT | {"_attn_implementation_internal": "x/y", "layers": 3})
    settings = read_source(folder, pooling="mean").settings
    assert settings == {"hidden_size": 32, "max_position_embeddings": 64}


@pytest.mark.parametrize("pooling", [{"pooling_mode_max_tokens": True}, {}])
def test_other_poolings_are_refused(folder: Path, pooling: dict[str, Any]) -> None:
    as_sentence_model(folder, pooling)
    with pytest.raises(ConversionError, match="only cls and mean"):
        read_source(folder)


def test_further_modules_are_refused(folder: Path) -> None:
    as_sentence_model(folder, {"pooling_mode_mean_tokens": True}, "Dense")
    with pytest.raises(ConversionError, match="Dense"):
        read_source(folder)


def test_module_path_stays_in_the_folder(folder: Path) -> None:
    write(folder / "modules.json", [{"type": "x.Pooling", "path": "../outside"}])
    with pytest.raises(ConversionError, match="outside"):
        read_source(folder)


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json"])
def test_damaged_file_is_named(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"{")
    with pytest.raises(ConversionError, match=name):
        read_source(folder, pooling="mean")
