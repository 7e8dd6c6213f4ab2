"""An adapter added to its base is the trained model; to anything else it is not added."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="PyTorch is in the trainer's environment only")
import numpy as np
import safetensors.torch
import torch

from tests.trainer.tiny_base import run, run_config, write_base
from trainer.adapter import DESCRIPTION, WEIGHTS, read_adapter
from trainer.config import ModelConfig
from trainer.merge_adapter import main
from trainer.model import load_encoder


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trained")
    model = {"merge": 0.5, "lora_rank": 3}
    run(run_config(folder, model=model, schedule={"steps": 3, "learning_rate": 1e-2}))
    return folder


def merge(base: Path, adapter: Path, destination: Path) -> int:
    return main([str(base), str(adapter), str(destination)])


def test_base_and_adapter_make_the_result(trained: Path, tmp_path: Path) -> None:
    result = trained / "run" / "result"
    (tmp_path / "adapter").mkdir()
    for name in (WEIGHTS, DESCRIPTION):
        (tmp_path / "adapter" / name).write_bytes((result / name).read_bytes())
    assert merge(trained / "base", tmp_path / "adapter", tmp_path / "merged") == 0
    theirs = safetensors.torch.load_file(result / "model.safetensors")
    ours = safetensors.torch.load_file(tmp_path / "merged" / "model.safetensors")
    base = safetensors.torch.load_file(trained / "base" / "model.safetensors")
    assert ours.keys() == theirs.keys()
    for name, value in theirs.items():
        torch.testing.assert_close(ours[name], value, atol=1e-6, rtol=0)
    query = "encoder.layer.0.attention.self.query.weight"
    assert (ours[query] - base[query]).abs().max() > 1e-4
    assert (result / WEIGHTS).stat().st_size < 0.2 * (result / "model.safetensors").stat().st_size
    config = ModelConfig(tuning="full", pooling="mean")
    vectors = [load_encoder(f, config).encode(["word3"]) for f in (tmp_path / "merged", result)]
    np.testing.assert_allclose(vectors[0], vectors[1], atol=1e-5)


def test_another_base_is_refused(
    trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = write_base(tmp_path / "other", seed=9)
    assert merge(other, trained / "run" / "result", tmp_path / "merged") == 1
    assert "not the base that the adapter was learnt on" in capsys.readouterr().err
    assert not (tmp_path / "merged").exists()


def test_a_folder_that_is_there_is_left_alone(trained: Path, tmp_path: Path) -> None:
    assert merge(trained / "base", trained / "run" / "result", tmp_path) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda about: about | {"schema": 2}, "no adapter that this trainer reads"),
        (lambda about: about | {"rank": 0}, "impossible rank"),
        (lambda about: about | {"rank": 4}, "another shape"),
        (lambda about: about | {"alpha": "16"}, "impossible alpha"),
        (lambda about: about | {"sha256": "0"}, "damaged"),
        (lambda about: about | {"pooling": "max"}, "how it pools"),
        (lambda about: [about], "no adapter"),
    ],
)
def test_what_is_no_adapter_is_refused(
    trained: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    change: Callable[[dict[str, object]], object],
    words: str,
) -> None:
    result = trained / "run" / "result"
    about = json.loads((result / DESCRIPTION).read_text("utf-8"))
    (tmp_path / DESCRIPTION).write_text(json.dumps(change(about)), "utf-8")
    (tmp_path / WEIGHTS).write_bytes((result / WEIGHTS).read_bytes())
    assert merge(trained / "base", tmp_path, tmp_path / "merged") == 1
    assert words in capsys.readouterr().err


def test_a_layer_of_another_model_is_refused(trained: Path) -> None:
    adapter = read_adapter(trained / "run" / "result")
    with pytest.raises(Exception, match="layer"):
        adapter.added_to({"other.weight": torch.zeros(2, 2)})


def test_full_tuning_has_no_adapter(tmp_path: Path) -> None:
    run(run_config(tmp_path, model={"tuning": "full"}, schedule={"steps": 1}))
    assert not (tmp_path / "run" / "result" / WEIGHTS).exists()
