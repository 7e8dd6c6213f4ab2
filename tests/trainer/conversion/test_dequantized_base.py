"""int8 weights widen to the numbers they stand for, under PyTorch's names."""

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

pytest.importorskip("safetensors", reason="safetensors is in the trainer's environment only")
from trainer.conversion.dequantized_base import widened_weights

TABLES = [f"embeddings.{kind}_embeddings.weight" for kind in ("word", "position", "token_type")]


def quantized_bert() -> onnx.ModelProto:
    """The parts of an int8 BERT graph that carry weights, named as its quantiser does."""
    arrays = {"encoder.layer.0.output.dense.bias": np.arange(2, dtype=np.float32)}
    for name in TABLES:
        arrays[f"{name}_quantized"] = np.array([[0, 128], [255, 130]], np.uint8)
        arrays[f"{name}_zero_point"] = np.array(128, np.uint8)
        arrays[f"{name}_scale"] = np.array(0.5, np.float32)
    arrays["m_quantized"] = np.array([[1, -2], [3, 4], [-127, 6]], np.int8)
    arrays["m_zero_point"] = np.zeros(2, np.int8)
    arrays["m_scale"] = np.array([0.1, 0.2], np.float32)
    node = helper.make_node(
        "MatMulInteger",
        ["a", "m_quantized", "a_zero", "m_zero_point"],
        ["y"],
        "/encoder/layer.0/output/dense/MatMul_quant",
    )
    tensors = [numpy_helper.from_array(value, name) for name, value in arrays.items()]
    return helper.make_model(helper.make_graph([node], "g", [], [], tensors))


def test_weights_are_widened_and_named() -> None:
    weights = widened_weights(quantized_bert().SerializeToString())
    dense = "encoder.layer.0.output.dense"
    assert set(weights) == {*TABLES, f"{dense}.weight", f"{dense}.bias"}
    np.testing.assert_allclose(weights[TABLES[0]], np.array([[-64.0, 0.0], [63.5, 1.0]]))
    np.testing.assert_allclose(
        weights[f"{dense}.weight"], [[0.1, 0.3, -12.7], [-0.4, 0.8, 1.2]], rtol=1e-6
    )
    np.testing.assert_array_equal(weights[f"{dense}.bias"], [0, 1])
    assert all(value.dtype == np.float32 for value in weights.values())
