"""External data is found wherever ONNX allows a tensor, and damaged bytes never pass or crash."""

import random

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from desktop_app.encoders.onnx_scan import _CHILDREN, RefusedModelError, check_self_contained
from tests.encoders.tiny_encoder import tiny_graph

_NAMES = {
    "ModelProto": "Model",
    "TrainingInfoProto": "Training",
    "GraphProto": "Graph",
    "FunctionProto": "Function",
    "NodeProto": "Node",
    "AttributeProto": "Attribute",
    "SparseTensorProto": "Sparse",
    "TensorProto": "Tensor",
}


def external(name: str = "weights") -> TensorProto:
    """A tensor that lies in another file."""
    tensor = numpy_helper.from_array(np.ones(3, np.float32), name)
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="../../secret")
    return tensor


def in_initializer(model: onnx.ModelProto) -> None:
    model.graph.initializer.append(external())


def in_attribute(model: onnx.ModelProto) -> None:
    model.graph.node.append(helper.make_node("Constant", [], ["c"], value=external()))


def in_subgraph(model: onnx.ModelProto) -> None:
    inner = helper.make_graph([], "inner", [], [], [external()])
    model.graph.node.append(helper.make_node("If", ["x"], ["y"], then_branch=inner))


def in_sparse_initializer(model: onnx.ModelProto) -> None:
    model.graph.sparse_initializer.add().values.CopyFrom(external())


def in_function(model: onnx.ModelProto) -> None:
    constant = helper.make_node("Constant", [], ["c"], value=external())
    model.functions.add(name="f", domain="d").node.append(constant)


def only_location(model: onnx.ModelProto) -> None:
    model.graph.initializer[0].data_location = TensorProto.EXTERNAL


def only_path(model: onnx.ModelProto) -> None:
    model.graph.initializer[0].external_data.add(key="location", value="weights.bin")


PLACES = [
    in_initializer,
    in_attribute,
    in_subgraph,
    in_sparse_initializer,
    in_function,
    only_location,
    only_path,
]


def test_self_contained_model_passes() -> None:
    check_self_contained(tiny_graph().SerializeToString())


@pytest.mark.parametrize("spoil", PLACES)
def test_external_data_is_found(spoil) -> None:  # type: ignore[no-untyped-def]
    model = tiny_graph()
    spoil(model)
    with pytest.raises(RefusedModelError, match="another file"):
        check_self_contained(model.SerializeToString())


def test_operators_that_no_encoder_needs_are_refused() -> None:
    for domain, operator in [
        ("", "Loop"),
        ("", "If"),
        ("", "Scan"),
        ("", "Tile"),
        ("", "ImageDecoder"),
        ("", "matmul"),
        ("ai.onnx.contrib", "PythonOp"),
        ("com.example", "MatMul"),
        ("com.microsoft", "MatMul"),
        ("", ""),
    ]:
        model = tiny_graph()
        model.graph.node.append(helper.make_node(operator, ["a"], ["b"], domain=domain))
        with pytest.raises(RefusedModelError, match="operator") as caught:
            check_self_contained(model.SerializeToString())
        assert operator in str(caught.value)


def test_operator_named_twice_counts_as_the_reader_takes_it() -> None:
    """Protobuf keeps the last of a field that comes twice."""
    model = tiny_graph()
    node = helper.make_node("Identity", ["a"], ["b"]).SerializeToString() + b"\x22\x04Loop"
    assert onnx.NodeProto.FromString(node).op_type == "Loop"
    graph = b"\x0a" + bytes([len(node)]) + node
    content = model.SerializeToString() + b"\x3a" + bytes([len(graph)]) + graph
    with pytest.raises(RefusedModelError, match="Loop"):
        check_self_contained(content)


def test_operator_inside_a_function_or_subgraph_is_found() -> None:
    model = tiny_graph()
    model.functions.add(name="f", domain="d").node.append(helper.make_node("Loop", ["a"], ["b"]))
    with pytest.raises(RefusedModelError, match="Loop"):
        check_self_contained(model.SerializeToString())
    inner = helper.make_graph([helper.make_node("Loop", ["a"], ["b"])], "inner", [], [])
    model = tiny_graph()
    model.graph.node.append(helper.make_node("Identity", ["x"], ["y"], then_branch=inner))
    with pytest.raises(RefusedModelError, match="Loop"):
        check_self_contained(model.SerializeToString())


def test_every_way_from_model_to_tensor_is_walked() -> None:
    """The field table against the definitions of the onnx package that is pinned."""
    classes = {_NAMES[name]: getattr(onnx, name) for name in _NAMES}
    for name, proto in classes.items():
        fields = {
            field.number: _NAMES[field.message_type.name]
            for field in proto.DESCRIPTOR.fields
            if field.message_type is not None and field.message_type.name in _NAMES
        }
        assert _CHILDREN[name] == fields, name


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x80\x04\x95\x10\x00\x00\x00",  # a pickle
        b"PK\x03\x04rest of a zip, as torch.save writes",
        b"7z\xbc\xaf'\x1c",
        b"{}",
        b"\x3b\x00\x3c",  # a protobuf group
        b"\x3a\xff\xff\xff\xff\x0f",  # a graph longer than the file
        b"\x3a" + b"\xff" * 20,  # a length without end
    ],
)
def test_what_is_no_model_is_refused(content: bytes) -> None:
    with pytest.raises(RefusedModelError):
        check_self_contained(content)


def test_location_larger_than_32_bits_is_no_way_round() -> None:
    """The real reader cuts an enum to 32 bits: 2**32 + 1 means external."""
    tensor = b"\x70\x81\x80\x80\x80\x10"  # field 14
    graph = b"\x2a" + bytes([len(tensor)]) + tensor
    with pytest.raises(RefusedModelError, match="another file"):
        check_self_contained(b"\x3a" + bytes([len(graph)]) + graph)


def test_deep_nesting_is_refused() -> None:
    content = b""
    for _ in range(100):  # graph in attribute in node in graph …
        for tag in (b"\x32", b"\x2a", b"\x0a"):
            size, rest = len(content) & 0x7F | 0x80, len(content) >> 7
            content = tag + bytes([size, rest & 0x7F]) + content
    with pytest.raises(RefusedModelError, match="deep"):
        check_self_contained(
            b"\x3a" + bytes([len(content) & 0x7F | 0x80, len(content) >> 7]) + content
        )


def test_damaged_bytes_are_passed_or_refused_but_never_crash() -> None:
    chance = random.Random(7)
    whole = tiny_graph().SerializeToString()
    refused = 0
    for _ in range(500):
        spoilt = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
        try:
            check_self_contained(bytes(spoilt[: chance.randint(1, len(spoilt))]))
        except RefusedModelError:
            refused += 1
    assert refused > 250
