"""A small trained folder becomes an encoder folder that the program loads; bad int8 is refused."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

pytest.importorskip("torch", reason="PyTorch is in the trainer's environment only")
from tests.encoders.tiny_encoder import WORDS
from tests.trainer.conversion.test_convert import TEXTS, by_hand, write_model
from tests.trainer.small_training_set import article, write_set
from trainer import export
from trainer.config import parse_config
from trainer.conversion.model_folder import ConversionError
from trainer.conversion.source_folder import read_source
from trainer.evaluate import evaluate, write_evaluation
from trainer.export import export_encoder, export_run, main
from trainer.export_checks import RunFacts, Sample, similarity_floor
from trainer.training_set import TrainingSet

FACTS = RunFacts(base="someone/base", licence="MIT", recipe="bica", steps=12, seed=5)
SECRET = "Confidential title of nobody's business"


def small_set(folder: Path) -> TrainingSet:
    """Sixty articles in the words that the tiny tokenizer knows."""
    known = WORDS[4:9]
    articles = []
    for n in range(1, 61):
        words = [known[n % 5], known[n // 5 % 5], known[n // 25 % 5]]
        title = f"{' '.join(words)} about {SECRET} {n}"
        articles.append(article(n, title=title, abstract=f"{words[0]} {words[2]}. {words[1]}."))
    return write_set(folder, articles, held_out={"test": list(range(1, 41))})


@pytest.fixture
def training_set(tmp_path: Path) -> TrainingSet:
    return small_set(tmp_path / "set")


def result_folder(folder: Path) -> Any:
    """A small model in the form of sentence-transformers."""
    model = write_model(folder, "Bert")
    modules = [
        {"type": f"sentence_transformers.models.{kind}", "path": path}
        for kind, path in (("Transformer", ""), ("Pooling", "1_Pooling"))
    ]
    (folder / "modules.json").write_text(json.dumps(modules))
    (folder / "1_Pooling").mkdir()
    pooling = {"pooling_mode_mean_tokens": True}
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(pooling))
    return model


def manifest_of(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))
    return content


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any, Any]:
    """An exported folder, what was measured, and the PyTorch model."""
    folder = tmp_path_factory.mktemp("exported")
    model = result_folder(folder / "result")
    training_set = small_set(folder / "set")
    about = export_encoder(folder / "result", folder / "out", "mine", FACTS, training_set)
    return folder / "out", about, model


def test_the_folder_holds_all_that_it_promises(exported: tuple[Path, Any, Any]) -> None:
    folder, about, _ = exported
    manifest = manifest_of(folder)
    expected = {"model.onnx", "tokenizer.json", "model.safetensors", "config.json", "README.md"}
    assert set(manifest["files"]) - {"model.int8.onnx"} == expected
    assert manifest["training"]["base"] == manifest["base"] == "someone/base"
    assert manifest["training"]["evaluation"] is None
    assert manifest["similarity_floor"] == about.floor
    assert about.floor is not None
    assert -1 < about.floor < 1
    assert manifest["metrics"]["fp32_max_difference"] <= 1e-5
    assert {"fp32_ndcg", "int8_ndcg", "int8_ndcg_loss"} <= set(manifest["metrics"])


def test_the_program_loads_it_unchanged(exported: tuple[Path, Any, Any]) -> None:
    reader = pytest.importorskip("desktop_app.encoders.onnx_encoder", reason="app not installed")
    folders = pytest.importorskip("desktop_app.encoders.model_folder")
    folder, about, model = exported
    folders.verify_folder(folder)
    encoder = reader.load_encoder(folder, precision="fp32")
    expected = [by_hand(model, text, "mean") for text in TEXTS]
    np.testing.assert_allclose(encoder.encode_documents(TEXTS), expected, atol=1e-5)
    assert encoder.similarity_floor == about.floor


def test_reading_it_needs_no_pytorch(exported: tuple[Path, Any, Any]) -> None:
    code = (
        "import sys; from pathlib import Path;"
        "from desktop_app.encoders.model_folder import verify_folder;"
        "print(verify_folder(Path(sys.argv[1])).name, 'torch' in sys.modules)"
    )
    command = [sys.executable, "-c", code, str(exported[0])]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.stdout.split() == ["mine", "False"], done.stderr


def test_a_trained_encoder_can_be_trained_again(exported: tuple[Path, Any, Any]) -> None:
    folder = exported[0]
    first, again = read_source(folder.parent / "result"), read_source(folder)
    assert (again.pooling, again.max_tokens) == (first.pooling, first.max_tokens)
    assert (again.base, again.licence) == ("someone/base", "MIT")
    assert again.settings == first.settings
    assert again.weights.read_bytes() == first.weights.read_bytes()


def spoil_int8(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """int8 becomes the graph of another model."""
    from trainer.conversion.sentence_model import SentenceModel

    write_model(tmp_path / "other", "MPNet")
    other = SentenceModel(read_source(tmp_path / "other", pooling="mean")).to_onnx()
    monkeypatch.setattr(export, "to_int8", lambda graph: other)


def test_int8_that_strays_is_refused(
    tmp_path: Path, training_set: TrainingSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    result_folder(tmp_path / "result")
    spoil_int8(monkeypatch, tmp_path)
    about = export_encoder(tmp_path / "result", tmp_path / "out", "mine", FACTS, training_set)
    manifest = manifest_of(tmp_path / "out")
    assert (about.precision, manifest["precision"]) == ("fp32", "fp32")
    assert "model.int8.onnx" not in manifest["files"]
    assert "int8 was refused" in (tmp_path / "out" / "README.md").read_text("utf-8")


def test_int8_that_finds_less_is_refused(
    tmp_path: Path, training_set: TrainingSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    result_folder(tmp_path / "result")
    values = iter([0.8, 0.8 * 0.994])
    monkeypatch.setattr(export, "ndcg", lambda *_: next(values))
    about = export_encoder(tmp_path / "result", tmp_path / "out", "mine", FACTS, training_set)
    assert about.precision == "fp32"
    assert "0.5%" in about.refused
    values = iter([0.8, 0.8 * 0.996])
    about = export_encoder(tmp_path / "result", tmp_path / "two", "mine", FACTS, training_set)
    assert about.precision == "int8"


def test_the_floor_is_what_one_in_twenty_unrelated_pairs_pass() -> None:
    chance = np.random.default_rng(1)

    def unit(values: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
        return np.asarray(values / np.linalg.norm(values, axis=1, keepdims=True), np.float32)

    documents = unit(chance.normal(size=(200, 16)))
    queries = unit(documents[:100] + 0.1 * chance.normal(size=(100, 16)))
    sample = Sample(["?"] * 100, range(100), ["."] * 200)
    floor, above = similarity_floor(sample, queries, documents)
    assert floor is not None
    others = (queries @ documents.T)[~np.eye(100, 200, dtype=bool)]
    assert float((others > floor).mean()) == pytest.approx(0.05, abs=0.005)
    assert above == 1
    few = Sample(["?"] * 19, range(19), ["."] * 200)
    assert similarity_floor(few, queries[:19], documents) == (None, 0.0)


# --- a run ---------------------------------------------------------------------------------------


def run_folder(folder: Path, training_set: TrainingSet, base: Path) -> None:
    """What a finished training leaves."""
    result_folder(folder / "result")
    given = {"training_set": str(training_set.folder), "base": str(base), "run": str(folder)}
    (folder / "config.json").write_text(parse_config({**given, "recipe": "bica"}).to_json())
    (folder / "state.json").write_text(json.dumps({"status": "finished", "step": 90}))
    (folder / "mining.json").write_text(json.dumps({"pairs": 20, "by_citations": 3}))


@pytest.fixture
def run(tmp_path: Path, training_set: TrainingSet) -> Path:
    result_folder(tmp_path / "base")
    run_folder(tmp_path / "run", training_set, tmp_path / "base")
    return tmp_path / "run"


def evaluated(run: Path, training_set: TrainingSet, offered: bool) -> Mapping[str, Any]:
    from tests.trainer.small_training_set import WordEncoder

    found = evaluate(training_set, WordEncoder(1.0), WordEncoder())
    found["verdict"]["offered"] = offered
    write_evaluation(found, run / "evaluation.json")
    return found


def test_a_run_is_exported_with_its_story(
    run: Path, training_set: TrainingSet, tmp_path: Path
) -> None:
    evaluation = evaluated(run, training_set, offered=True)
    export_run(run, tmp_path / "out", "mine")
    manifest = manifest_of(tmp_path / "out")
    training = manifest["training"]
    assert (training["recipe"], training["steps"]) == ("bica", 90)
    assert training["training_set"] == training_set.sha256
    assert training["evaluation"]["signals"] == json.loads(json.dumps(evaluation["signals"]))
    card = (tmp_path / "out" / "README.md").read_text("utf-8")
    for words in ("bica, lora, 90 steps", "60 articles", "40 test", "mined pairs: 20", "nDCG@10"):
        assert words in card
    assert evaluation["verdict"]["words"] in card


def test_no_text_of_the_user_leaves_with_the_model(
    run: Path, training_set: TrainingSet, tmp_path: Path
) -> None:
    evaluated(run, training_set, offered=True)
    assert SECRET in (run / "evaluation.json").read_text("utf-8")
    export_run(run, tmp_path / "out", "mine")
    for path in (tmp_path / "out").iterdir():
        assert SECRET.encode() not in path.read_bytes(), path.name


def test_without_an_improvement_it_stays_unless_told(
    run: Path, training_set: TrainingSet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    evaluated(run, training_set, offered=False)
    assert main([str(run), str(tmp_path / "out")]) == 1
    assert "Not exported" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    assert main([str(run), str(tmp_path / "out"), "--anyway"]) == 0
    assert manifest_of(tmp_path / "out")["name"] == "out"


def test_an_existing_folder_is_left_alone(
    run: Path, training_set: TrainingSet, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    with pytest.raises(ConversionError, match="exists already"):
        export_run(run, tmp_path / "out", "mine")
