"""A trainable base of an installed int8 graph: the same vectors, or nothing at all."""

import shutil
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="PyTorch is in the trainer's environment only")
import onnx

from trainer.config import ModelConfig
from trainer.conversion.installed_base import main, write_installed_base
from trainer.conversion.model_folder import ConversionError
from trainer.conversion.onnx_run import encode, open_tokenizer
from trainer.model import load_encoder

TEXTS = ["Metformin lowers fasting glucose.", "Zinc lozenges shortened colds in adults."]


def test_the_default_encoder_becomes_a_base(default_encoder_folder: Path, tmp_path: Path) -> None:
    base = tmp_path / "base"
    assert main([str(default_encoder_folder), str(base)]) == 0
    encoder = load_encoder(base, ModelConfig())
    assert (encoder.source.pooling, encoder.dimension) == ("cls", 384)
    assert encoder.source.query_prefix.startswith("Represent this sentence")
    graph = (default_encoder_folder / "model.int8.onnx").read_bytes()
    content = (default_encoder_folder / "tokenizer.json").read_bytes()
    installed = encode(graph, open_tokenizer(content, 256), TEXTS)
    cosines = np.sum(installed * encoder.encode(TEXTS), axis=1)
    assert cosines.min() > 0.99
    with pytest.raises(ConversionError, match="exists already"):
        write_installed_base(default_encoder_folder, base)


def test_another_graph_leaves_nothing(
    default_encoder_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    installed = tmp_path / "installed"
    installed.mkdir()
    for name in ("manifest.json", "tokenizer.json"):
        shutil.copyfile(default_encoder_folder / name, installed / name)
    value = onnx.helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, [1])
    node = onnx.helper.make_node("Identity", ["x"], ["y"])
    made = onnx.helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [1])
    graph = onnx.helper.make_graph([node], "other", [value], [made])
    (installed / "model.int8.onnx").write_bytes(onnx.helper.make_model(graph).SerializeToString())
    assert main([str(installed), str(tmp_path / "base")]) == 1
    assert "cannot be trained" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["installed"]
