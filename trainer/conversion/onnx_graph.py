"""Small changes to ONNX graphs: pooling and length 1 go into the graph, nothing outside it.

With them inside, the program never has to know how a model pools.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

OUTPUT = "sentence_embedding"
_LATEST_OPSET = 17  # ReduceL2 takes its axes as an attribute up to there


def append_pooling(model: onnx.ModelProto, pooling: str, dimension: int) -> None:
    """Turn token vectors (batch, tokens, dimension) into one unit vector a text, in place.

    `pooling` is "cls" (first token) or "mean" (over the attention mask; the sum is enough, as the
    length becomes 1 afterwards). The only output is `sentence_embedding` (batch, dimension).
    Raises ValueError for another pooling or a graph of a newer opset.
    """
    opset = max(entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx"))
    if opset > _LATEST_OPSET:
        raise ValueError(f"the graph has opset {opset}, at most {_LATEST_OPSET} is supported")
    graph = model.graph
    tokens = graph.output[0].name
    if pooling == "cls":
        _constant(graph, "pooling_first", np.array(0, np.int64))
        graph.node.append(_node("Gather", [tokens, "pooling_first"], "pooled", axis=1))
    elif pooling == "mean":
        _append_sum(graph, tokens)
    else:
        raise ValueError(f"unknown pooling {pooling!r}")
    _constant(graph, "pooling_least_norm", np.array([1e-12], np.float32))
    graph.node.append(_node("ReduceL2", ["pooled"], "pooled_norm", axes=[1], keepdims=1))
    graph.node.append(_node("Max", ["pooled_norm", "pooling_least_norm"], "pooled_divisor"))
    graph.node.append(_node("Div", ["pooled", "pooled_divisor"], OUTPUT))
    del graph.output[:]
    graph.output.append(
        helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["batch", dimension])
    )
    onnx.checker.check_model(model)


def has_external_data(model: onnx.ModelProto) -> bool:
    """True when a weight of the graph lies in another file."""
    return any(
        tensor.data_location == TensorProto.EXTERNAL or tensor.external_data
        for tensor in model.graph.initializer
    )


def _append_sum(graph: onnx.GraphProto, tokens: str) -> None:
    _constant(graph, "pooling_row", np.array([0, 1, -1], np.int64))
    _constant(graph, "pooling_flat", np.array([0, -1], np.int64))
    graph.node.append(_node("Cast", ["attention_mask"], "pooling_mask", to=TensorProto.FLOAT))
    graph.node.append(_node("Reshape", ["pooling_mask", "pooling_row"], "pooling_weights"))
    graph.node.append(_node("MatMul", ["pooling_weights", tokens], "pooling_sum"))
    graph.node.append(_node("Reshape", ["pooling_sum", "pooling_flat"], "pooled"))


def _constant(graph: onnx.GraphProto, name: str, value: npt.NDArray[Any]) -> None:
    graph.initializer.append(numpy_helper.from_array(value, name))


def _node(kind: str, inputs: list[str], output: str, **attributes: Any) -> onnx.NodeProto:
    return helper.make_node(kind, inputs, [output], name=f"{output}_{kind}", **attributes)
