"""A model folder encodes the same by ONNX Runtime, by PyTorch, in any company."""

from pathlib import Path
from typing import get_args

import numpy as np
import pytest

pytest.importorskip("torch", reason="PyTorch is in the trainer's environment only")
import torch

from tests.trainer.conversion.test_convert import TEXTS, by_hand, write_model
from trainer import encoding
from trainer.config import Device
from trainer.conversion.source_folder import read_source
from trainer.encoding import GraphEncoder, TorchEncoder, encode_all, open_encoder
from trainer.out_of_memory import OutOfMemory


def test_both_ways_are_the_definition(tmp_path: Path) -> None:
    model = write_model(tmp_path / "model", "Bert")
    expected = [by_hand(model, text, "mean") for text in TEXTS]
    by_graph = open_encoder(tmp_path / "model", pooling="mean")
    by_torch = TorchEncoder(read_source(tmp_path / "model", pooling="mean"), "cpu")
    for encoder in (by_graph, by_torch):
        np.testing.assert_allclose(encoder.encode(TEXTS, False), expected, atol=1e-5)


def test_queries_get_the_prefix(tmp_path: Path) -> None:
    write_model(tmp_path / "model", "Bert")
    name = "bge-small-en-v1.5"
    prefix = read_source(tmp_path / "model", name).query_prefix
    encoders = [
        open_encoder(tmp_path / "model", name),
        TorchEncoder(read_source(tmp_path / "model", name), "cpu"),
    ]
    for encoder in encoders:
        query = encoder.encode(["heart"], True)
        np.testing.assert_allclose(query, encoder.encode([prefix + "heart"], False), atol=1e-6)
        assert not np.allclose(query, encoder.encode(["heart"], False), atol=1e-3)


def test_chunks_and_reports(tmp_path: Path) -> None:
    write_model(tmp_path / "model", "Bert")
    encoder = open_encoder(tmp_path / "model", pooling="cls")
    told: list[tuple[int, int]] = []
    texts = [f"heart {'lung ' * (n % 7)}\ud800" for n in range(100)]
    vectors = encode_all(encoder, texts, False, lambda *numbers: told.append(numbers))
    assert told == [(0, 100), (64, 100), (100, 100)]
    np.testing.assert_allclose(vectors[99:], encoder.encode(texts[99:], False), atol=1e-6)
    assert encode_all(encoder, [], True).size == 0


def test_the_device_that_was_chosen_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_model(tmp_path / "model", "Bert")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    opened: list[str] = []
    monkeypatch.setattr(encoding, "TorchEncoder", lambda source, device: opened.append(device))
    for device in get_args(Device):
        found = open_encoder(tmp_path / "model", pooling="cls", device=device)
        assert isinstance(found, GraphEncoder) == (device in ("cpu", "mps"))
    assert opened == ["cuda", "cuda"]


def limited(encoder: TorchEncoder, most: int, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Let memory end above `most` texts; the sizes that were tried."""
    run, tried = encoder._run, []

    def short(texts: list[str]) -> encoding.FloatArray:
        tried.append(len(texts))
        if len(texts) > most:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return run(texts)

    monkeypatch.setattr(encoder, "_run", short)
    return tried


def test_texts_that_do_not_fit_at_once_are_read_in_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_model(tmp_path / "model", "Bert")
    encoder = TorchEncoder(read_source(tmp_path / "model", pooling="cls"), "cpu")
    texts = [f"heart {'lung ' * (n % 40)}" for n in range(200)]
    expected = encoder.encode(texts, False)
    tried = limited(encoder, 20, monkeypatch)
    found = encode_all(encoder, texts, False)
    np.testing.assert_allclose(found, expected, atol=1e-5)
    assert tried[:3] == [64, 32, 16]
    assert max(tried[3:]) == 16  # once is enough to know
    assert encoder.chunk > len(texts)  # all are sorted by length together
    limited(encoder, 0, monkeypatch)
    with pytest.raises(OutOfMemory, match="choose the processor"):
        encoder.encode(texts, False)
