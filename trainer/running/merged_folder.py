"""Writes trained weights as a folder of sentence-transformers, the adapters merged and beside."""

import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from safetensors.torch import save_file
from torch import Tensor

from trainer.adapter import Adapter, write_adapter
from trainer.conversion.source_folder import Source
from trainer.model import TrainableEncoder
from trainer.moves import put_in_place

_BESIDE = ("tokenizer_config.json", "special_tokens_map.json", "vocab.txt", "merges.txt")


def write_merged(encoder: TrainableEncoder, destination: Path, share: float) -> None:
    """Write what was trained, with the adapters apart too; `share` as in `merged_weights`."""
    weights = encoder.merged_weights(share)
    write_weights(weights, encoder.source, encoder.dimension, destination, encoder.adapter(share))


def write_weights(
    weights: Mapping[str, Tensor],
    source: Source,
    dimension: int,
    destination: Path,
    adapter: Adapter | None = None,
) -> None:
    """Write the folder whole, in place of an earlier one."""
    destination.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{destination.name}.", dir=destination.parent))
    try:
        save_file(dict(weights), temporary / "model.safetensors", metadata={"format": "pt"})
        if adapter is not None:
            write_adapter(adapter, temporary)
        _write_description(source, dimension, temporary)
        temporary.chmod(0o755)
        put_in_place(temporary, destination)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _write_description(source: Source, dimension: int, folder: Path) -> None:
    kinds = [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
    modules = [
        {
            "idx": number,
            "name": str(number),
            "path": path,
            "type": f"sentence_transformers.models.{kind}",
        }
        for number, (path, kind) in enumerate(kinds)
    ]
    pooling = {
        "word_embedding_dimension": dimension,
        "pooling_mode_cls_token": source.pooling == "cls",
        "pooling_mode_mean_tokens": source.pooling == "mean",
        "pooling_mode_max_tokens": False,
        "pooling_mode_mean_sqrt_len_tokens": False,
    }
    prompts = {"prompts": {"query": source.query_prefix, "document": ""}}
    contents = {
        "config.json": {"model_type": source.family, **source.settings},
        "modules.json": modules,
        "1_Pooling/config.json": pooling,
        "sentence_bert_config.json": {"max_seq_length": source.max_tokens, "do_lower_case": False},
        "config_sentence_transformers.json": {**prompts, "similarity_fn_name": "cosine"},
    }
    for name in ("1_Pooling", "2_Normalize"):
        (folder / name).mkdir()
    for name, content in contents.items():
        (folder / name).write_text(json.dumps(content, indent=1), encoding="utf-8")
    (folder / "tokenizer.json").write_bytes(source.tokenizer)
    for name in _BESIDE:
        beside = source.weights.parent / name
        if beside.is_file() and b"auto_map" not in beside.read_bytes():
            shutil.copyfile(beside, folder / name)
