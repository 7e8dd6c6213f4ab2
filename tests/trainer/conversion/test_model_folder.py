"""The folder is written whole or not at all, and as the program reads it."""

import os
from pathlib import Path

import numpy as np
import pytest

from tests.encoders.tiny_encoder import DIMENSION, tiny_graph, tiny_tokenizer
from trainer.conversion.model_folder import ConversionError, Encoder, write_folder


def encoder(graph: bytes, dimension: int = DIMENSION) -> Encoder:
    return Encoder(
        name="tiny",
        base="none",
        dimension=dimension,
        max_tokens=12,
        pooling="mean",
        query_prefix="",
        licence="CC0-1.0",
        precision="fp32",
        graphs={"fp32": graph},
        tokenizer=tiny_tokenizer(),
        metrics={"int8_mean_cosine": 0.997},
    )


def test_program_reads_what_is_written(tmp_path: Path) -> None:
    reader = pytest.importorskip("desktop_app.encoders.onnx_encoder", reason="app not installed")
    write_folder(encoder(tiny_graph("cls").SerializeToString()), tmp_path / "tiny")
    vector = reader.load_encoder(tmp_path / "tiny").encode_query("heart")
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-6)
    card = (tmp_path / "tiny" / "README.md").read_text("utf-8")
    assert "CC0-1.0" in card
    assert "int8_mean_cosine: 0.997" in card


def test_existing_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "tiny").mkdir()
    with pytest.raises(ConversionError, match="exists already"):
        write_folder(encoder(tiny_graph().SerializeToString()), tmp_path / "tiny")
    assert os.listdir(tmp_path / "tiny") == []


def test_nothing_is_left_when_the_graph_fails(tmp_path: Path) -> None:
    with pytest.raises(ConversionError, match="shape"):
        write_folder(encoder(tiny_graph().SerializeToString(), dimension=9), tmp_path / "tiny")
    assert os.listdir(tmp_path) == []
