"""A tiny but real encoder folder: word vectors, pooled by the trainer's own graph code."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from trainer.conversion.model_folder import Encoder, write_folder
from trainer.conversion.onnx_graph import append_pooling

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "heart", "lung", "gene", "query", "asks", "boom"]
DIMENSION = 8
PREFIX = "query asks "
MAX_TOKENS = 12

Editor = Callable[[dict[str, Any]], object]


def word_table() -> npt.NDArray[np.float32]:
    """A vector per word, fixed; the word "boom" is not finite."""
    table = np.random.default_rng(1).normal(size=(len(WORDS), DIMENSION)).astype(np.float32)
    table[WORDS.index("boom")] = np.inf
    return table


def tiny_graph(pooling: str = "mean") -> onnx.ModelProto:
    """input_ids, attention_mask -> sentence_embedding, by table look-up and pooling."""
    integers = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"])
        for name in ("input_ids", "attention_mask")
    ]
    hidden = helper.make_tensor_value_info(
        "tokens_out", TensorProto.FLOAT, ["batch", "tokens", DIMENSION]
    )
    nodes = [helper.make_node("Gather", ["table", "input_ids"], ["tokens_out"], name="look_up")]
    graph = helper.make_graph(
        nodes, "tiny", integers, [hidden], [numpy_helper.from_array(word_table(), "table")]
    )
    opset = [helper.make_opsetid("", 17)]
    model = helper.make_model(graph, opset_imports=opset, ir_version=8)
    append_pooling(model, pooling, DIMENSION)
    return model


def tiny_tokenizer() -> bytes:
    """Whole words between [CLS] and [SEP], with a wrong limit and padding, as some files have."""
    words = {word: number for number, word in enumerate(WORDS)}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    tokenizer.enable_truncation(5)
    tokenizer.enable_padding(length=5)
    return tokenizer.to_str().encode()


def write_tiny_folder(folder: Path) -> None:
    """Write an encoder folder as the converter does."""
    encoder = Encoder(
        name="tiny",
        base="none",
        dimension=DIMENSION,
        max_tokens=MAX_TOKENS,
        pooling="mean",
        query_prefix=PREFIX,
        licence="CC0-1.0",
        precision="fp32",
        graphs={"fp32": tiny_graph().SerializeToString()},
        tokenizer=tiny_tokenizer(),
        similarity_floor=0.25,
    )
    write_folder(encoder, folder)


def edit_manifest(folder: Path, edit: Editor) -> None:
    """Change the manifest as an attacker or an accident would."""
    path = folder / "manifest.json"
    content = json.loads(path.read_text("utf-8"))
    edit(content)
    path.write_text(json.dumps(content), "utf-8")


def replace_file(folder: Path, name: str, content: bytes) -> None:
    """Put other content in a file and make the manifest agree with it."""
    (folder / name).write_bytes(content)
    record = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    edit_manifest(folder, lambda manifest: manifest["files"].update({name: record}))
