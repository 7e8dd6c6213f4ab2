"""int8 graphs are made wherever the temporary folder is."""

import tempfile
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

pytest.importorskip("onnxruntime.quantization")
from trainer.conversion.quantize import to_int8


def graph() -> bytes:
    """One product of matrices."""
    sides = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", 8]) for name in "xy"]
    weights = numpy_helper.from_array(np.eye(8, dtype=np.float32), "w")
    product = helper.make_node("MatMul", ["x", "w"], ["y"], name="product")
    made = helper.make_graph([product], "g", sides[:1], sides[1:], [weights])
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    content: bytes = model.SerializeToString()
    return content


def test_onnx_own_way_of_writing_is_not_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Windows it writes nothing where the path is not ASCII, and raises nothing."""
    folder = tmp_path / "Jörg"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setattr(onnx.shape_inference, "infer_shapes_path", nothing)
    operators = {node.op_type for node in onnx.load_model_from_string(to_int8(graph())).graph.node}
    assert "MatMulInteger" in operators
    assert "MatMul" not in operators
    assert not list(folder.iterdir())
    assert onnx.shape_inference.infer_shapes_path is nothing


def nothing(*_: object) -> None:
    """Neither a file nor an error."""
