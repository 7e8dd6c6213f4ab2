"""Makes a trainable base from an installed encoder whose only graph is int8.

    python -m trainer.conversion.installed_base INSTALLED DESTINATION

The program ships its default encoder as an int8 graph alone. Widened, it is a BERT whose vectors
stay within cosine .998 of the graph's, so the encoder at hand can be trained without a download.
"""

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import numpy_helper
from safetensors.numpy import save_file

from trainer.conversion.dequantized_base import Weights, widened_weights
from trainer.conversion.model_folder import MODEL_FILES, ConversionError
from trainer.conversion.source_folder import read_json
from trainer.moves import move

_ATTENTION = "/encoder/layer.0/attention/self/"
_KEPT = ("base", "licence", "max_tokens", "pooling", "query_prefix")  # of the manifest


def write_installed_base(installed: Path, destination: Path) -> None:
    """Write the folder whole or not at all. Raises ConversionError, OSError.

    ConversionError for graphs that are no int8 BERT under the names of `transformers`.
    """
    if destination.exists():
        raise ConversionError(f"{destination} exists already.")
    manifest = read_json(installed / "manifest.json")
    graph = (installed / MODEL_FILES["int8"]).read_bytes()
    try:
        weights = widened_weights(graph) | _freed_weights(graph)
        config = _config(weights, _heads(graph, weights))
    except KeyError as error:
        raise ConversionError(
            f"{installed}: its graph has no {error}; it cannot be trained."
        ) from (error)
    part = destination.with_name(f".{destination.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        _write(part, config, {key: manifest[key] for key in _KEPT})
        shutil.copyfile(installed / "tokenizer.json", part / "tokenizer.json")
        save_file(weights, part / "model.safetensors", metadata={"format": "pt"})
        move(part, destination)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _freed_weights(graph: bytes) -> Weights:
    """The weights of products that `onnx_dequantize.py` took back to fp32 activations."""
    model = onnx.load_model_from_string(graph)
    stored = {item.name: item for item in model.graph.initializer}
    made = {node.output[0]: node for node in model.graph.node}
    weights: Weights = {}
    for node in model.graph.node:
        name = node.name.removesuffix("/MatMul").strip("/").replace("/", ".")
        scaled = made.get(node.input[1]) if node.op_type == "MatMul" else None
        if scaled is not None and node.input[1] == f"{node.name}_weight":
            steps = numpy_helper.to_array(stored[made[scaled.input[0]].input[0]])
            scale = numpy_helper.to_array(stored[scaled.input[1]])
            product = steps.astype(np.float32) * scale
            weights[f"{name}.weight"] = np.ascontiguousarray(product.T)
    return weights


def _config(weights: Weights, heads: int) -> dict[str, Any]:
    words, hidden = weights["embeddings.word_embeddings.weight"].shape
    layers = {name.split(".")[2] for name in weights if name.startswith("encoder.layer.")}
    return {
        "model_type": "bert",
        "architectures": ["BertModel"],
        "vocab_size": words,
        "hidden_size": hidden,
        "num_hidden_layers": len(layers),
        "num_attention_heads": heads,
        "intermediate_size": weights["encoder.layer.0.intermediate.dense.bias"].shape[0],
        "hidden_act": "gelu",
        "max_position_embeddings": weights["embeddings.position_embeddings.weight"].shape[0],
        "type_vocab_size": weights["embeddings.token_type_embeddings.weight"].shape[0],
        "layer_norm_eps": 1e-12,
        "pad_token_id": 0,
    }


def _heads(graph: bytes, weights: Weights) -> int:
    """The attention heads, which no weight's shape tells: from the sizes in the first layer."""
    hidden = weights["embeddings.word_embeddings.weight"].shape[1]
    sizes = set()
    for node in onnx.load_model_from_string(graph).graph.node:
        if node.op_type == "Constant" and node.name.startswith(_ATTENTION):
            value = numpy_helper.to_array(node.attribute[0].t)
            if value.dtype.kind == "i":
                sizes |= {int(size) for size in value.reshape(-1)}
    pairs = {(heads, width) for heads in sizes for width in sizes if heads * width == hidden}
    found = {heads for heads, width in pairs if 1 < heads <= width}
    if len(found) != 1:
        raise KeyError("size of its attention heads")
    return found.pop()


def _write(folder: Path, config: dict[str, Any], said: dict[str, Any]) -> None:
    kinds = ("Transformer", "Pooling", "Normalize")
    places = ("", "1_Pooling", "2_Normalize")
    modules = [
        {"idx": n, "name": str(n), "path": place, "type": f"sentence_transformers.models.{kind}"}
        for n, (place, kind) in enumerate(zip(places, kinds, strict=True))
    ]
    (folder / "1_Pooling").mkdir()
    for path, content in {
        "config.json": config,
        "modules.json": modules,
        "1_Pooling/config.json": {"pooling_mode": said["pooling"]},
        "sentence_bert_config.json": {"max_seq_length": said["max_tokens"]},
        "config_sentence_transformers.json": {"prompts": {"query": said["query_prefix"]}},
        "manifest.json": said,
    }.items():
        (folder / path).write_text(json.dumps(content, indent=1) + "\n", "utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; exit status 0 done, 1 failed."""
    parser = argparse.ArgumentParser(prog="trainer.conversion.installed_base", description=__doc__)
    parser.add_argument("installed", type=Path, help="an encoder's folder of the program")
    parser.add_argument("destination", type=Path, help="folder to make; must not exist")
    given = parser.parse_args(arguments)
    try:
        write_installed_base(given.installed, given.destination)
    except (ConversionError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(given.destination)
    return 0


if __name__ == "__main__":
    sys.exit(main())
