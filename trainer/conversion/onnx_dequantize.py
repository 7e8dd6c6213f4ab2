"""Takes single matrix products of a dynamic int8 graph back to fp32 activations.

The second product of a feed-forward block has the widest activations: rounding them costs most of
the accuracy that int8 loses (docs/decisions/encoders.md). The weights stay int8 in the file and are
widened when the graph is loaded.
"""

import onnx
from onnx import TensorProto, helper, numpy_helper

_FFN_DOWN = "output/dense/MatMul_quant"
_NOT_FFN = "attention"


def free_feed_forward(model: onnx.ModelProto) -> int:
    """Replace the int8 product of every `layer.N/output/dense` by an fp32 one, in place.

    Knows the form that ONNX Runtime's dynamic quantiser writes: DynamicQuantizeLinear,
    MatMulInteger, Cast, Mul by both scales. Returns how many were replaced; raises ValueError for
    another form.
    """
    found = [
        node
        for node in model.graph.node
        if node.op_type == "MatMulInteger"
        and node.name.endswith(_FFN_DOWN)
        and _NOT_FFN not in node.name
    ]
    for node in found:
        _replace(model.graph, node)
    return len(found)


def _replace(graph: onnx.GraphProto, product: onnx.NodeProto) -> None:
    quantized, weight, _, zero_point = product.input
    source = _producer(graph, quantized, "DynamicQuantizeLinear")
    cast = _consumer(graph, product.output[0], "Cast")
    scaled = _consumer(graph, cast.output[0], "Mul")
    both = _producer(graph, scaled.input[1], "Mul")
    if set(both.input) & set(source.output) != {source.output[1]}:
        raise ValueError(f"{product.name}: scales of an unknown form")
    (scale,) = set(both.input) - {source.output[1]}
    _check_symmetric(graph, zero_point)
    name = product.name.removesuffix("_quant")
    new = [
        helper.make_node("Cast", [weight], [f"{name}_wide"], to=TensorProto.FLOAT),
        helper.make_node("Mul", [f"{name}_wide", scale], [f"{name}_weight"]),
        helper.make_node("MatMul", [source.input[0], f"{name}_weight"], [scaled.output[0]], name),
    ]
    place = list(graph.node).index(scaled)
    for offset, node in enumerate(new):
        graph.node.insert(place + offset, node)
    for node in (source, product, cast, scaled, both):
        graph.node.remove(node)


def _check_symmetric(graph: onnx.GraphProto, zero_point: str) -> None:
    values = next(item for item in graph.initializer if item.name == zero_point)
    if numpy_helper.to_array(values).any():
        raise ValueError(f"{zero_point}: weights with a zero point are not supported")


def _producer(graph: onnx.GraphProto, tensor: str, kind: str) -> onnx.NodeProto:
    return _only([node for node in graph.node if tensor in node.output], kind, tensor)


def _consumer(graph: onnx.GraphProto, tensor: str, kind: str) -> onnx.NodeProto:
    return _only([node for node in graph.node if tensor in node.input], kind, tensor)


def _only(nodes: list[onnx.NodeProto], kind: str, tensor: str) -> onnx.NodeProto:
    if [node.op_type for node in nodes] != [kind]:
        raise ValueError(f"{tensor}: expected one {kind}")
    return nodes[0]
