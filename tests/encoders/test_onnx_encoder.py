"""A loaded encoder: prefix, limits, order, threads, cancelling, wrong graphs, privacy."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from desktop_app.encoders.onnx_encoder import load_encoder
from desktop_app.encoders.onnx_session import PROVIDERS, runtime
from desktop_app.errors import Cancelled, UserError
from tests.encoders.tiny_encoder import (
    DIMENSION,
    MAX_TOKENS,
    PREFIX,
    WORDS,
    edit_manifest,
    replace_file,
    tiny_graph,
    word_table,
)

TEXTS = ["heart", "lung gene", "gene heart lung query", "", "asks gene " * 20, "nothing known"]


def expected(text: str) -> np.ndarray:
    """The tiny encoder by hand: mean of word vectors with [CLS] and [SEP], length 1."""
    words = [word if word in WORDS else "[UNK]" for word in text.split()][: MAX_TOKENS - 2]
    rows = [WORDS.index(word) for word in ["[CLS]", *words, "[SEP]"]]
    mean = word_table()[rows].mean(axis=0)
    return mean / np.linalg.norm(mean)  # type: ignore[no-any-return]


def test_vectors_are_what_the_graph_means(tiny_folder: Path) -> None:
    vectors = load_encoder(tiny_folder).encode_documents(TEXTS)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(TEXTS), DIMENSION)
    np.testing.assert_allclose(vectors, [expected(text) for text in TEXTS], atol=1e-6)


def test_prefix_is_for_queries_only(tiny_folder: Path) -> None:
    encoder = load_encoder(tiny_folder)
    query = encoder.encode_query("heart")
    assert query.shape == (DIMENSION,)
    np.testing.assert_allclose(query, expected(PREFIX + "heart"), atol=1e-6)
    np.testing.assert_array_equal(query, encoder.encode_documents([PREFIX + "heart"])[0])
    assert not np.allclose(query, encoder.encode_documents(["heart"])[0], atol=1e-3)


def test_text_is_cut_at_max_tokens(tiny_folder: Path) -> None:
    encoder = load_encoder(tiny_folder)
    kept = MAX_TOKENS - 2  # [CLS] and [SEP] count
    texts = ["heart " * kept, "heart " * kept + "gene " * 50, "heart " * (kept - 1) + "gene"]
    whole, cut, last = encoder.encode_documents(texts)
    np.testing.assert_array_equal(whole, cut)
    assert not np.allclose(whole, last, atol=1e-3)  # the limit is not shorter than we say


def test_no_texts(tiny_folder: Path) -> None:
    assert load_encoder(tiny_folder).encode_documents([]).shape == (0, DIMENSION)


def test_text_that_is_not_unicode_is_encoded_too(tiny_folder: Path) -> None:
    vectors = load_encoder(tiny_folder).encode_documents(
        ["heart \ud800", "\x00", "\u202eβ-catenin 🫀"]
    )
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


@pytest.mark.parametrize("workers", [1, 2, 5])
@pytest.mark.parametrize("batch", [1, 4])
def test_workers_and_batches_change_nothing(tiny_folder: Path, workers: int, batch: int) -> None:
    texts = [" ".join(WORDS[4 + (n * 7 + k) % 5] for k in range(1 + n % 9)) for n in range(61)]
    reference = load_encoder(tiny_folder, workers=1).encode_documents(texts)
    encoder = load_encoder(tiny_folder, workers=workers)
    encoder.batch = batch
    np.testing.assert_allclose(encoder.encode_documents(texts), reference, atol=1e-6)


def test_report_counts_up_to_all(tiny_folder: Path) -> None:
    calls: list[tuple[int, int]] = []
    load_encoder(tiny_folder).encode_documents(
        ["heart"] * 30, lambda done, total: calls.append((done, total))
    )
    assert calls[0] == (0, 30)
    assert calls[-1] == (30, 30)
    assert calls == sorted(calls)


@pytest.mark.parametrize("after", [0, 1, 17, 30])
def test_cancel_between_texts(tiny_folder: Path, after: int) -> None:
    encoder = load_encoder(tiny_folder)
    seen: list[int] = []

    def report(done: int, total: int) -> None:
        seen.append(done)
        if done >= after:
            raise Cancelled

    with pytest.raises(Cancelled):
        encoder.encode_documents(["heart"] * 30, report)
    assert seen[-1] == after
    assert encoder.encode_documents(["heart"]).shape == (1, DIMENSION)  # still usable


def test_numbers_that_are_none_are_refused(tiny_folder: Path) -> None:
    with pytest.raises(UserError, match="unusable numbers"):
        load_encoder(tiny_folder).encode_documents(["heart", "boom"])


def test_wrong_check_vectors(tiny_folder: Path) -> None:
    model = tiny_graph()
    model.graph.initializer[0].CopyFrom(numpy_helper.from_array(-word_table()[:, ::-1], "table"))
    replace_file(tiny_folder, "model.onnx", model.SerializeToString())
    with pytest.raises(UserError, match="check vectors") as caught:
        load_encoder(tiny_folder)
    assert "model.onnx" in caught.value.message
    assert caught.value.hint


def test_infinite_check_vectors_are_no_pass(tiny_folder: Path) -> None:
    vectors = [[float("nan")] * DIMENSION] * 2
    edit_manifest(tiny_folder, lambda m: m["check_vectors"]["model.onnx"].update(vectors=vectors))
    with pytest.raises(UserError, match="check vectors"):
        load_encoder(tiny_folder)


@pytest.mark.parametrize("spoil", ["operator", "output", "input"])
def test_graph_that_is_no_encoder(tiny_folder: Path, spoil: str) -> None:
    model = tiny_graph()
    if spoil == "operator":
        model.graph.node[0].op_type = "NoSuchOperator"
    elif spoil == "output":
        model.graph.output.append(onnx.helper.make_tensor_value_info("pooled", 1, None))
    else:
        model.graph.input.append(onnx.helper.make_tensor_value_info("extra", 1, [1]))
    replace_file(tiny_folder, "model.onnx", model.SerializeToString())
    with pytest.raises(UserError, match="tiny") as caught:
        load_encoder(tiny_folder)
    assert caught.value.hint


def test_precision_that_is_not_there(tiny_folder: Path) -> None:
    with pytest.raises(UserError, match="no int8 model"):
        load_encoder(tiny_folder, precision="int8")


def test_provider_is_read_from_the_session(tiny_folder: Path) -> None:
    encoder = load_encoder(tiny_folder)
    assert encoder.provider == "CPUExecutionProvider"
    assert encoder.provider_note == ""


@pytest.mark.parametrize("device", [name for name in PROVIDERS if name != "cpu"])
def test_device_that_is_not_there_is_said(tiny_folder: Path, device: str) -> None:
    if PROVIDERS[device] in runtime().get_available_providers():
        pytest.skip(f"{device} is part of this installation")
    encoder = load_encoder(tiny_folder, device=device)
    assert encoder.provider == "CPUExecutionProvider"
    assert PROVIDERS[device] in encoder.provider_note
    assert encoder.batch == 1


def test_no_telemetry_file_is_written(tiny_folder: Path, tmp_path: Path) -> None:
    """Also when nothing set the variable before: the package sets it by itself."""
    home = tmp_path / "home"
    home.mkdir()
    code = (
        "import os, sys, pathlib; from desktop_app.encoders.onnx_encoder import load_encoder;"
        "load_encoder(pathlib.Path(sys.argv[1])).encode_query('heart');"
        "assert os.environ['ORT_DISABLE_TELEMETRY'] == '1'"
    )
    variables = {key: value for key, value in os.environ.items() if key != "ORT_DISABLE_TELEMETRY"}
    moved = {name: str(home) for name in ("HOME", "XDG_CACHE_HOME", "LOCALAPPDATA", "USERPROFILE")}
    subprocess.run([sys.executable, "-c", code, tiny_folder], env=variables | moved, check=True)
    assert list(home.rglob("*")) == []
