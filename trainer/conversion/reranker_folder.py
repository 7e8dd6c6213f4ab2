"""Makes a reranker's folder from the graph inside a catalogued wheel.

    python -m trainer.conversion.reranker_folder answerai-colbert-small-v1 WHEEL DESTINATION

Needs onnx, onnxruntime and tokenizers, no PyTorch: this is how the second stage is installed. A
catalogued cross-encoder becomes a folder for `mining/judge.py` alone; the program does not use it.
"""

import os
import string
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from tokenizers import Tokenizer

from trainer.conversion.catalogue import catalogue_entry, read_wheel
from trainer.conversion.model_folder import ConversionError, file_records, write_files
from trainer.conversion.onnx_dequantize import free_feed_forward
from trainer.conversion.onnx_graph import has_external_data
from trainer.conversion.wheel_command import run

FloatArray = npt.NDArray[np.float32]

SCHEMA = 2
MODEL_FILE = "model.int8.onnx"
_OUTPUTS = {"cross-encoder": "relevance", "late-interaction": "tokens"}
# of a score; processors without VNNI round otherwise, another model is ten times as far off
_TOLERANCES = {"cross-encoder": 0.5, "late-interaction": 0.02}
_ABOUT = {
    "cross-encoder": "A cross-encoder: it reads question and text together and gives one score.",
    "late-interaction": "A late-interaction model for Litmesh's second stage: the words of a "
    "question are compared with those of an article, each in its context.",
}
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
    scoring: str = entry["scoring"]
    graph = _freed(contents["model.onnx"], _OUTPUTS[scoring])
    tokenizer = contents["tokenizer.json"]
    files = {
        MODEL_FILE: graph,
        "tokenizer.json": tokenizer,
        "README.md": _card(entry).encode(),
    }
    manifest = {
        "schema": SCHEMA,
        "kind": "reranker",
        "scoring": scoring,
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
            "scores": _scores(graph, tokenizer, scoring),
            "tolerance": _TOLERANCES[scoring],
        },
    }
    write_files(files, manifest, destination)


def _freed(content: bytes, output: str) -> bytes:
    """The graph with fp32 activations where int8 costs most, and one output of that name."""
    try:
        model = onnx.load_model_from_string(content)
        if has_external_data(model):
            raise ConversionError("The graph keeps weights in other files.")
        free_feed_forward(model)
        _keep_one_output(model.graph, output)
        onnx.checker.check_model(model)
    except (DecodeError, ValueError) as error:
        raise ConversionError(f"The graph cannot be used: {error}") from error
    freed: bytes = model.SerializeToString(deterministic=True)
    return freed


def _keep_one_output(graph: onnx.GraphProto, output: str) -> None:
    """Its first output alone, renamed, so that nobody takes the graph for one of another kind."""
    old = graph.output[0].name
    del graph.output[1:]
    graph.output[0].name = output
    for node in graph.node:
        node.output[:] = [output if name == old else name for name in node.output]
        node.input[:] = [output if name == old else name for name in node.input]


def _scores(graph: bytes, tokenizer_file: bytes, scoring: str) -> list[float]:
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
    score = _late_score if scoring == "late-interaction" else _cross_score
    return [round(score(session, tokenizer, answer), 5) for answer in _ANSWERS]


def _cross_score(session: Any, tokenizer: Tokenizer, answer: str) -> float:
    """The logit of the pair."""
    pair = tokenizer.encode(_QUESTION, answer)
    return float(_run(session, pair.ids, pair.type_ids)[0])


def _late_score(session: Any, tokenizer: Tokenizer, answer: str) -> float:
    """The mean cosine of the question's words to the nearest token of the answer."""
    question, text = (
        _unit(_run(session, _marked(tokenizer, marker, part)))
        for marker, part in (("[unused0]", _QUESTION), ("[unused1]", answer))
    )
    marks = {tokenizer.token_to_id(mark) for mark in string.punctuation}
    telling = [token not in marks for token in _marked(tokenizer, "[unused1]", answer)]
    return float((question[2:-1] @ text[telling].T).max(axis=1).mean())


def _marked(tokenizer: Tokenizer, marker: str, text: str) -> list[int]:
    begin, kind, end = (_id(tokenizer, token) for token in ("[CLS]", marker, "[SEP]"))
    return [begin, kind, *tokenizer.encode(text, add_special_tokens=False).ids, end]


def _id(tokenizer: Tokenizer, token: str) -> int:
    number = tokenizer.token_to_id(token)
    if number is None:
        raise ConversionError(f"The tokenizer has no {token}.")
    return number


def _unit(tokens: FloatArray) -> FloatArray:
    return np.asarray(tokens / np.linalg.norm(tokens, axis=1, keepdims=True), np.float32)


def _run(session: Any, ids: Sequence[int], type_ids: Sequence[int] | None = None) -> FloatArray:
    """The graph's only output for one text or pair, without the batch."""
    feeds = {
        "input_ids": np.array([ids], np.int64),
        "attention_mask": np.ones((1, len(ids)), np.int64),
        "token_type_ids": np.array([type_ids or [0] * len(ids)], np.int64),
    }
    return np.asarray(session.run(None, feeds)[0][0], np.float32)


def _card(entry: dict[str, Any]) -> str:
    source = next(item for item in entry["sources"] if item["kind"] == "wheel")
    return "\n".join(
        [
            f"# {entry['name']}",
            "",
            _ABOUT[entry["scoring"]],
            "",
            f"- Weights: {entry['base']}, int8 as in the package {source['package']} "
            f"{source['version']}; the second product of each feed-forward block runs in fp32",
            f"- Licence of the weights: {entry['licence']}",
            f"- At most {entry['max_tokens']} tokens",
            "",
        ]
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; exit status 0 done, 1 failed."""
    return run(make_folder, __doc__, arguments)


if __name__ == "__main__":
    sys.exit(main())
