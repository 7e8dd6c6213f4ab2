"""int8 graphs: every matrix product but the second of each feed-forward block, per channel.

Leaving `layer.N/output/dense` in fp32 keeps the mean cosine to fp32 at .996 instead of .991, and
per-channel scales are a must (.90 without). The graph is not fused before: ONNX Runtime does that
when it loads, and its own way was 10 % faster. docs/decisions/encoders.md has the numbers.
"""

import logging
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import onnx

# BERT, RoBERTa, MPNet; DistilBERT
_FFN_DOWN = ("/output/dense/MatMul", "/ffn/lin2/MatMul")
_THEIRS = "infer_shapes_path"
_NOT_FFN = "attention/output/dense"


def to_int8(graph: bytes) -> bytes:
    """The graph with int8 weights; activations are scaled when it runs (dynamic)."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    temporary = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    with temporary as folder, _quiet(), _any_path():
        path, small = Path(folder) / "in.onnx", Path(folder) / "out.onnx"
        path.write_bytes(graph)
        quantize_dynamic(
            path,
            small,
            op_types_to_quantize=["MatMul"],
            per_channel=True,
            weight_type=QuantType.QInt8,
            nodes_to_exclude=_kept_in_fp32(onnx.load_model_from_string(graph)),
            extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
        )
        return small.read_bytes()


def _kept_in_fp32(model: Any) -> list[str]:
    return [
        node.name
        for node in model.graph.node
        if node.op_type == "MatMul" and node.name.endswith(_FFN_DOWN) and _NOT_FFN not in node.name
    ]


@contextmanager
def _any_path() -> Iterator[None]:
    """Let Python write the graph whose shapes are inferred.

    onnx's own function writes nothing, without a word, where Windows' path is not ASCII.
    """
    theirs = getattr(onnx.shape_inference, _THEIRS)

    def ours(path: str, output: str) -> None:
        onnx.save_model(onnx.shape_inference.infer_shapes(onnx.load_model(path)), output)

    setattr(onnx.shape_inference, _THEIRS, ours)
    try:
        yield
    finally:
        setattr(onnx.shape_inference, _THEIRS, theirs)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep back what the quantiser says of every model: that it could be prepared first."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
