"""The freed matrix product computes what fp32 activations times the int8 weights give."""

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from trainer.conversion.onnx_dequantize import free_feed_forward

NAME = "/encoder/layer.0/output/dense/MatMul"
WEIGHT = np.random.default_rng(5).integers(-127, 128, (6, 3), np.int8)
SCALE = np.array([0.01, 0.02, 0.03], np.float32)
GIVEN = np.random.default_rng(6).normal(size=(2, 6)).astype(np.float32)


def quantized(name: str = NAME, zero: int = 0) -> onnx.ModelProto:
    """One dynamic int8 product as ONNX Runtime's quantiser writes it."""
    nodes = [
        helper.make_node("DynamicQuantizeLinear", ["x"], ["x_quantized", "x_scale", "x_zero"]),
        helper.make_node("Mul", ["x_scale", "w_scale"], ["both"]),
        helper.make_node(
            "MatMulInteger", ["x_quantized", "w", "x_zero", "w_zero"], ["y32"], name + "_quant"
        ),
        helper.make_node("Cast", ["y32"], ["y_cast"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["y_cast", "both"], ["y"]),
    ]
    weights = [
        numpy_helper.from_array(WEIGHT, "w"),
        numpy_helper.from_array(SCALE, "w_scale"),
        numpy_helper.from_array(np.full(3, zero, np.int8), "w_zero"),
    ]
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", 6])
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, ["batch", 3])
    graph = helper.make_graph(nodes, "g", [x], [y], weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 11)], ir_version=6)


def test_product_is_exact_after_it_is_freed() -> None:
    model = quantized()
    assert free_feed_forward(model) == 1
    onnx.checker.check_model(model)
    assert [node.op_type for node in model.graph.node] == ["Cast", "Mul", "MatMul"]
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    exact = GIVEN @ (WEIGHT * SCALE)
    np.testing.assert_allclose(session.run(None, {"x": GIVEN})[0], exact, atol=1e-5)


def test_attention_products_stay_int8() -> None:
    assert free_feed_forward(quantized("/encoder/layer.0/attention/output/dense/MatMul")) == 0


def test_weights_of_another_form_are_refused() -> None:
    with pytest.raises(ValueError, match="zero point"):
        free_feed_forward(quantized(zero=3))
    model = quantized()
    model.graph.node[0].op_type = "QuantizeLinear"
    with pytest.raises(ValueError, match="DynamicQuantizeLinear"):
        free_feed_forward(model)
