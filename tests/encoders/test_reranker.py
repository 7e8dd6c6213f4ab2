"""The reranker's folder and the real model inside it."""

import json
import shutil
from pathlib import Path

import pytest

from desktop_app.encoders.reranker import Reranker, find_reranker, load_reranker
from desktop_app.errors import Cancelled, UserError

QUESTION = "what lowers blood glucose?"
TEXTS = (
    "Zinc lozenges shortened colds in adults. " * 40,
    "Metformin lowers fasting glucose in type 2 diabetes.",
    "",
)


@pytest.fixture(scope="module")
def reranker(reranker_folder: Path) -> Reranker:
    return load_reranker(reranker_folder)


def test_the_answer_scores_above_the_rest(reranker: Reranker) -> None:
    scores = reranker.score(QUESTION, TEXTS)
    assert scores.shape == (3,)
    assert int(scores.argmax()) == 1
    assert reranker.id.startswith("answerai-colbert-small-v1-")


def test_a_score_does_not_depend_on_what_stands_beside_it(reranker: Reranker) -> None:
    together = reranker.score(QUESTION, TEXTS).tolist()
    alone = [float(reranker.score(QUESTION, [text])[0]) for text in TEXTS]
    assert together == alone
    assert together == reranker.score(QUESTION, TEXTS).tolist()


def test_long_and_odd_texts_are_scored(reranker: Reranker) -> None:
    odd = ["\ud800 lone", "\x00", "word " * 5000]
    assert len(reranker.score("query " * 2000, odd)) == 3
    assert reranker.score(QUESTION, []).shape == (0,)


def test_progress_ends_with_all_and_a_cancel_stops(reranker: Reranker) -> None:
    seen: list[tuple[int, int]] = []
    reranker.score(QUESTION, TEXTS, lambda done, total: seen.append((done, total)))
    assert seen[0] == (0, 3)
    assert seen[-1] == (3, 3)

    def cancel(done: int, total: int) -> None:
        if done:
            raise Cancelled

    with pytest.raises(Cancelled):
        reranker.score(QUESTION, TEXTS, cancel)


def _copy(folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(folder, tmp_path / "reranker"))


def test_a_damaged_graph_is_refused(reranker_folder: Path, tmp_path: Path) -> None:
    folder = _copy(reranker_folder, tmp_path)
    graph = folder / "model.int8.onnx"
    content = bytearray(graph.read_bytes())
    content[len(content) // 2] ^= 1
    graph.write_bytes(content)
    with pytest.raises(UserError, match="SHA-256"):
        load_reranker(folder)


def test_other_scores_than_those_promised_are_refused(
    reranker_folder: Path, tmp_path: Path
) -> None:
    folder = _copy(reranker_folder, tmp_path)
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    manifest["check_scores"]["scores"][0] -= 0.2
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(UserError, match="check scores"):
        load_reranker(folder)


@pytest.mark.parametrize(
    "change",
    [{"kind": "encoder"}, {"schema": 1}, {"scoring": "cross-encoder"}, {"model": "other.onnx"}],
)
def test_a_manifest_of_another_kind_is_refused(
    reranker_folder: Path, tmp_path: Path, change: dict[str, object]
) -> None:
    folder = _copy(reranker_folder, tmp_path)
    manifest = json.loads((folder / "manifest.json").read_text("utf-8")) | change
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(UserError, match="not a valid manifest"):
        load_reranker(folder)


def test_the_first_folder_with_a_manifest_is_found(reranker_folder: Path, tmp_path: Path) -> None:
    root = _copy(reranker_folder, tmp_path / "root").parent
    assert find_reranker([tmp_path, root]) == root / "reranker"
    assert find_reranker([tmp_path, tmp_path / "absent"]) is None
