"""A folder with the weights of a small random BERT, as its makers publish one; without PyTorch."""

import json
import struct
from pathlib import Path

import numpy as np

from tests.encoders.tiny_encoder import WORDS, tiny_tokenizer

WIDTH = 32
_LAYERS, _INNER, _POSITIONS = 2, 64, 64


def write_weights(folder: Path, pooling: str, prefix: str = "", seed: int = 1) -> Path:
    """Weights, settings, tokenizer and, unless `pooling` is "", sentence-transformers' modules.

    `prefix` stands before every weight's name, as in a model with a head ("bert.").
    """
    (folder / "1_Pooling").mkdir(parents=True)
    config = {
        "model_type": "bert",
        "vocab_size": len(WORDS),
        "hidden_size": WIDTH,
        "num_hidden_layers": _LAYERS,
        "num_attention_heads": 4,
        "intermediate_size": _INNER,
        "max_position_embeddings": _POSITIONS,
        "type_vocab_size": 2,
    }
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "tokenizer.json").write_bytes(tiny_tokenizer())
    (folder / "model.safetensors").write_bytes(_safetensors(prefix, seed))
    if pooling:
        modules = [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.Pooling"},
        ]
        modes = {f"pooling_mode_{kind}": False for kind in ("cls_token", "mean_tokens")}
        modes[f"pooling_mode_{pooling}_token" + "s" * (pooling == "mean")] = True
        (folder / "modules.json").write_text(json.dumps(modules))
        (folder / "1_Pooling" / "config.json").write_text(json.dumps(modes))
    return folder


def _shapes() -> dict[str, tuple[int, ...]]:
    """Every weight of a BERT by the names that the family has."""
    embeddings = {"word": len(WORDS), "position": _POSITIONS, "token_type": 2}
    shapes: dict[str, tuple[int, ...]] = {
        f"embeddings.{name}_embeddings.weight": (size, WIDTH) for name, size in embeddings.items()
    }
    shapes |= {f"embeddings.LayerNorm.{part}": (WIDTH,) for part in ("weight", "bias")}
    dense = {
        **{f"attention.self.{name}": (WIDTH, WIDTH) for name in ("query", "key", "value")},
        "attention.output.dense": (WIDTH, WIDTH),
        "intermediate.dense": (_INNER, WIDTH),
        "output.dense": (WIDTH, _INNER),
    }
    for layer in range(_LAYERS):
        start = f"encoder.layer.{layer}."
        for name, shape in dense.items():
            shapes |= {f"{start}{name}.weight": shape, f"{start}{name}.bias": shape[:1]}
        for name in ("attention.output.LayerNorm", "output.LayerNorm"):
            shapes |= {f"{start}{name}.{part}": (WIDTH,) for part in ("weight", "bias")}
    return shapes


def _safetensors(prefix: str, seed: int) -> bytes:
    random = np.random.default_rng(seed)
    header: dict[str, object] = {}
    content = b""
    for name, shape in _shapes().items():
        values = random.normal(0, 0.2, shape).astype("<f4")
        values += name.endswith("LayerNorm.weight")  # about 1, as they begin
        end = len(content) + values.nbytes
        entry = {"dtype": "F32", "shape": list(shape), "data_offsets": [len(content), end]}
        header[prefix + name] = entry
        content += values.tobytes()
    said = json.dumps(header).encode()
    return struct.pack("<Q", len(said)) + said + content
