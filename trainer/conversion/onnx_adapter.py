"""Adds an adapter to the int8 graph of the base that it was learnt on, without PyTorch.

The trained weight W + alpha / rank * lora_B @ lora_A is rounded anew, per channel: on the grid of
the base's scales the small changes would be lost.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import numpy_helper

from trainer.conversion.model_folder import ConversionError

Array = npt.NDArray[Any]
_LARGEST = 127  # of int8, symmetric


def add_adapter(model: onnx.ModelProto, folder: Path) -> int:
    """Add the adapter in `folder` (form: `trainer.adapter`) to the products it names, in place.

    Knows the form that ONNX Runtime's dynamic quantiser writes: MatMulInteger on NAME_quantized
    with NAME_scale and NAME_zero_point. Returns how many weights were changed. Raises
    ConversionError: a damaged adapter, a layer that the graph lacks, another shape.
    """
    weights, factor = _read(folder)
    products = {_layer(node): node for node in model.graph.node if node.op_type == "MatMulInteger"}
    stored = {item.name: item for item in model.graph.initializer}
    layers = sorted({key.rpartition(".")[0] for key in weights})
    for layer in layers:
        down, up = weights.get(f"{layer}.lora_A"), weights.get(f"{layer}.lora_B")
        node = products.get(layer)
        if node is None or down is None or up is None:
            raise ConversionError(f"The adapter is for a layer {layer!r}, which is not whole.")
        name = node.input[1].removesuffix("_quantized")
        own = _widened(stored, name)
        if up.shape[0] != own.shape[1] or down.shape[1] != own.shape[0]:
            raise ConversionError(f"The adapter of {layer} has another shape than its layer.")
        _store(stored, name, own + factor * (up @ down).T)
    return len(layers)


def _read(folder: Path) -> tuple[dict[str, Array], float]:
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        about = json.loads((folder / "adapter.json").read_bytes())
        content = (folder / "adapter.safetensors").read_bytes()
        if hashlib.sha256(content).hexdigest() != about["sha256"]:
            raise ConversionError(f"{folder}: adapter.safetensors is damaged (SHA-256 differs).")
        weights = {name: value.astype(np.float32) for name, value in load(content).items()}
        return weights, float(about["alpha"]) / int(about["rank"])
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
        raise ConversionError(f"{folder}: no adapter that can be read ({error}).") from error


def _layer(node: onnx.NodeProto) -> str:
    """`/encoder/layer.0/attention/self/query/MatMul_quant` by the name that transformers gives."""
    return str(node.name).removesuffix("/MatMul_quant").strip("/").replace("/", ".")


def _widened(stored: dict[str, onnx.TensorProto], name: str) -> Array:
    steps = numpy_helper.to_array(stored[f"{name}_quantized"]).astype(np.float32)
    zero = numpy_helper.to_array(stored[f"{name}_zero_point"]).astype(np.float32)
    return np.asarray((steps - zero) * numpy_helper.to_array(stored[f"{name}_scale"]))


def _store(stored: dict[str, onnx.TensorProto], name: str, weight: Array) -> None:
    """Round to int8 with one scale for each output, the zero point at zero."""
    scale = np.maximum(np.abs(weight).max(axis=0) / _LARGEST, np.finfo(np.float32).tiny)
    steps = np.clip(np.rint(weight / scale), -_LARGEST, _LARGEST).astype(np.int8)
    for ending, value in (
        ("quantized", steps),
        ("scale", scale.astype(np.float32)),
        ("zero_point", np.zeros(scale.shape, np.int8)),
    ):
        full = f"{name}_{ending}"
        stored[full].CopyFrom(numpy_helper.from_array(value, full))
