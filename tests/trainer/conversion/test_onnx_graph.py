"""Pooling inside the graph equals pooling by hand."""

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper

from trainer.conversion.onnx_graph import OUTPUT, append_pooling

TOKENS = np.random.default_rng(3).normal(size=(2, 5, 4)).astype(np.float32)
MASK = np.array([[1, 1, 1, 1, 1], [1, 1, 0, 0, 0]], np.int64)


def graph_over_tokens(opset: int) -> onnx.ModelProto:
    """A graph that hands its token vectors through."""
    shape: list[str | int | None] = ["batch", "tokens", 4]
    given = helper.make_tensor_value_info("vectors", TensorProto.FLOAT, shape)
    mask = helper.make_tensor_value_info("attention_mask", TensorProto.INT64, shape[:2])
    hidden = helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, shape)
    node = helper.make_node("Identity", ["vectors"], ["last_hidden_state"])
    graph = helper.make_graph([node], "tokens", [given, mask], [hidden])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=6)


def run(model: onnx.ModelProto, vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    result: npt.NDArray[np.float32] = session.run(
        [OUTPUT], {"vectors": vectors, "attention_mask": MASK}
    )[0]
    return result


@pytest.mark.parametrize("opset", [11, 13, 17])
@pytest.mark.parametrize("pooling", ["cls", "mean"])
def test_pooled_and_of_length_one(pooling: str, opset: int) -> None:
    model = graph_over_tokens(opset)
    append_pooling(model, pooling, 4)
    mean = np.stack([TOKENS[0].mean(axis=0), TOKENS[1, :2].mean(axis=0)])
    expected = TOKENS[:, 0] if pooling == "cls" else mean
    expected = expected / np.linalg.norm(expected, axis=1, keepdims=True)
    np.testing.assert_allclose(run(model, TOKENS), expected, atol=1e-6)


def test_zero_vector_is_not_divided_by_zero() -> None:
    model = graph_over_tokens(17)
    append_pooling(model, "cls", 4)
    np.testing.assert_array_equal(run(model, np.zeros_like(TOKENS)), np.zeros((2, 4)))


def test_what_is_not_supported_is_said() -> None:
    with pytest.raises(ValueError, match="max"):
        append_pooling(graph_over_tokens(17), "max", 4)
    with pytest.raises(ValueError, match="opset 18"):
        append_pooling(graph_over_tokens(18), "cls", 4)
