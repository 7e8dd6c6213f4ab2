"""Conversion of small random models: PyTorch, fp32 ONNX and int8 ONNX agree."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is in the trainer's environment only")
import safetensors.torch  # noqa: E402
import transformers  # noqa: E402

from tests.encoders.tiny_encoder import WORDS, tiny_tokenizer  # noqa: E402
from trainer.conversion.convert import convert, main  # noqa: E402
from trainer.conversion.model_folder import ConversionError  # noqa: E402
from trainer.conversion.onnx_run import encode, open_tokenizer  # noqa: E402
from trainer.conversion.source_folder import read_source  # noqa: E402

SIZES = {
    "vocab_size": len(WORDS),
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 64,
    "max_position_embeddings": 64,
}
TEXTS = ["heart", "gene lung query", "asks " * 40, "unknown words"]


def write_model(folder: Path, kind: str, prefix: str = "") -> Any:
    """A random model of that family, saved as its makers do; returns the PyTorch model."""
    torch.manual_seed(4)
    config = getattr(transformers, f"{kind}Config")(**SIZES)
    model = getattr(transformers, f"{kind}Model")(config).eval()
    with torch.no_grad():  # random weights as small as the default make all vectors alike
        for weight in model.parameters():
            weight.mul_(4 if weight.dim() > 1 else 1)
    folder.mkdir(parents=True)
    state = {prefix + name: value for name, value in model.state_dict().items()}
    safetensors.torch.save_file(state, folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(config.to_dict()))
    (folder / "tokenizer.json").write_bytes(tiny_tokenizer())
    return model


def by_hand(model: Any, text: str, pooling: str) -> Any:
    """The vector of a text by the definition of the pooling."""
    ids = torch.tensor([open_tokenizer(tiny_tokenizer(), 62).encode(text).ids])
    with torch.no_grad():
        tokens = model(ids)[0][0]
    pooled = tokens[0] if pooling == "cls" else tokens.mean(0)
    return (pooled / pooled.norm()).numpy()


@pytest.mark.parametrize("pooling", ["cls", "mean"])
@pytest.mark.parametrize("kind", ["Bert", "MPNet", "Roberta"])
def test_onnx_equals_pytorch(tmp_path: Path, kind: str, pooling: str) -> None:
    model = write_model(tmp_path / "model", kind)
    metrics = convert(tmp_path / "model", tmp_path / "out", "tiny", pooling)
    assert metrics["fp32_max_difference"] <= 1e-5
    graph = (tmp_path / "out" / "model.onnx").read_bytes()
    vectors = encode(graph, open_tokenizer(tiny_tokenizer(), 62), TEXTS)
    expected = [by_hand(model, text, pooling) for text in TEXTS]
    np.testing.assert_allclose(vectors, expected, atol=1e-5)


def test_int8_is_near_and_offered(tmp_path: Path) -> None:
    write_model(tmp_path / "model", "Bert")
    metrics = convert(tmp_path / "model", tmp_path / "out", "tiny", "mean")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert 0.99 <= metrics["int8_mean_cosine"] < 1
    assert manifest["precision"] == "int8"
    assert set(manifest["files"]) == {
        *("model.onnx", "model.int8.onnx", "tokenizer.json", "README.md"),
        *("model.safetensors", "config.json"),  # it can be trained
    }
    assert read_source(tmp_path / "out").pooling == "mean"
    graphs = [(tmp_path / "out" / name).read_bytes() for name in ("model.onnx", "model.int8.onnx")]
    fp32, int8 = (encode(graph, open_tokenizer(tiny_tokenizer(), 62), TEXTS) for graph in graphs)
    assert 0 < np.abs(fp32 - int8).max() < 0.05


def test_task_models_prefix_is_understood(tmp_path: Path) -> None:
    write_model(tmp_path / "plain", "Bert")
    write_model(tmp_path / "task", "Bert", prefix="bert.")
    for name in ("plain", "task"):
        convert(tmp_path / name, tmp_path / f"{name}-out", "tiny", "cls")
    manifests = [
        json.loads((tmp_path / f"{name}-out" / "manifest.json").read_text())
        for name in ("plain", "task")
    ]
    assert manifests[0]["check_vectors"] == manifests[1]["check_vectors"]


def test_program_loads_the_result(tmp_path: Path) -> None:
    reader = pytest.importorskip("desktop_app.encoders.onnx_encoder", reason="app not installed")
    model = write_model(tmp_path / "model", "Bert")
    convert(tmp_path / "model", tmp_path / "out", "tiny", "mean")
    encoder = reader.load_encoder(tmp_path / "out", precision="fp32")
    vectors = encoder.encode_documents(TEXTS)
    expected = [by_hand(model, text, "mean") for text in TEXTS]
    np.testing.assert_allclose(vectors, expected, atol=1e-5)


def test_missing_weights_are_named(tmp_path: Path) -> None:
    write_model(tmp_path / "model", "Bert")
    path = tmp_path / "model" / "model.safetensors"
    state = safetensors.torch.load_file(path)
    del state["encoder.layer.1.output.dense.weight"]
    safetensors.torch.save_file(state, path)
    with pytest.raises(ConversionError, match=r"layer\.1\.output\.dense\.weight"):
        convert(tmp_path / "model", tmp_path / "out", "tiny", "cls")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("content", [b"", b"\x80\x04pickle", b"\xff" * 64])
def test_weights_that_are_no_safetensors(tmp_path: Path, content: bytes) -> None:
    write_model(tmp_path / "model", "Bert")
    (tmp_path / "model" / "model.safetensors").write_bytes(content)
    with pytest.raises(ConversionError, match=r"model\.safetensors"):
        convert(tmp_path / "model", tmp_path / "out", "tiny", "cls")


def test_command_line_says_why_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_model(tmp_path / "model", "Bert")
    (tmp_path / "model" / "model.safetensors").rename(tmp_path / "model" / "pytorch_model.bin")
    assert main([str(tmp_path / "model"), str(tmp_path / "out"), "--pooling", "cls"]) == 1
    assert "pytorch_model.bin" in capsys.readouterr().err
