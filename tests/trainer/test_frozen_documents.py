"""The base's vectors are computed once, go on after a stop, and are never those of other texts."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="PyTorch is in the trainer's environment only")
from tests.trainer.tiny_base import write_base
from trainer import frozen_documents as module
from trainer.config import ModelConfig
from trainer.frozen_documents import frozen_documents
from trainer.model import TrainableEncoder, load_encoder
from trainer.running.stopping import StopRequested

TEXTS = [f"Effect of word{n} on " + "word3 " * (n % 7) for n in range(50)]


@pytest.fixture
def base(tmp_path: Path) -> TrainableEncoder:
    return load_encoder(write_base(tmp_path / "base"), ModelConfig(tuning="full", pooling="mean"))


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BLOCK", 8)


def blocks(base: TrainableEncoder, folder: Path, texts: list[str], last: int = 99) -> int:
    """Compute or read the vectors, which must be right; how many blocks were computed."""
    computed = 0

    def check() -> None:
        nonlocal computed
        if computed == last:
            raise StopRequested
        computed += 1

    found = frozen_documents(base, base.tokenize(texts), {"base": "b"}, folder, check)
    np.testing.assert_allclose(found, base.encode(texts), atol=1e-6)
    return computed


def test_vectors_are_computed_once(base: TrainableEncoder, tmp_path: Path) -> None:
    assert blocks(base, tmp_path / "documents", TEXTS) == 7
    assert blocks(base, tmp_path / "documents", TEXTS) == 0
    assert not (tmp_path / "documents" / ".part").exists()


def test_a_stop_costs_a_block_at_most(base: TrainableEncoder, tmp_path: Path) -> None:
    with pytest.raises(StopRequested):
        blocks(base, tmp_path, TEXTS, last=3)
    with open(tmp_path / ".part", "ab") as file:
        file.write(b"half a row")  # as a killed process leaves it
    assert blocks(base, tmp_path, TEXTS) == 4


def test_other_texts_and_damage_begin_anew(base: TrainableEncoder, tmp_path: Path) -> None:
    with pytest.raises(StopRequested):
        blocks(base, tmp_path, TEXTS, last=3)
    assert blocks(base, tmp_path, TEXTS[:-1]) == 7
    path = tmp_path / "vectors.npy"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    assert blocks(base, tmp_path, TEXTS[:-1]) == 7
