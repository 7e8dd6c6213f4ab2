"""Runs a converted graph on sentences: for its check vectors and for comparing precisions."""

import os
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

FloatArray = npt.NDArray[np.float32]


def open_tokenizer(content: bytes, max_tokens: int) -> Tokenizer:
    """The tokenizer with our limit and without padding, whatever its file says of both."""
    tokenizer = Tokenizer.from_str(content.decode("utf-8"))
    tokenizer.enable_truncation(max_tokens)
    tokenizer.no_padding()
    return tokenizer


def encode(graph: bytes, tokenizer: Tokenizer, texts: Sequence[str]) -> FloatArray:
    """The graph's vectors, (len(texts), dimension): every text alone, one thread, on the CPU."""
    session = open_graph(graph)
    return np.stack([run_graph(session, tokenizer.encode(text).ids) for text in texts])


def open_graph(graph: bytes) -> Any:
    """A session of ONNX Runtime over the graph: one thread, on the CPU, without telemetry."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # before the import, else it writes a device id
    import onnxruntime

    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def run_graph(
    session: Any, ids: Sequence[int], segments: Sequence[int] | None = None
) -> FloatArray:
    """The first output for one text, (dimension,) float32; `segments` are its token types."""
    given = {
        "input_ids": np.array([ids], np.int64),
        "attention_mask": np.ones((1, len(ids)), np.int64),
        "token_type_ids": np.array([segments or [0] * len(ids)], np.int64),
    }
    feeds = {item.name: given[item.name] for item in session.get_inputs()}
    vector: FloatArray = session.run(None, feeds)[0][0]
    return vector
