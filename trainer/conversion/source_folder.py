"""Reads a BERT-family model folder as data: weights from safetensors, settings by our own list.

Nothing in the folder is handed to a library that could run code from it: no pickle is opened, no
Python file imported, and of `config.json` only the numbers named here are used.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from trainer.conversion.catalogue import catalogue_entry
from trainer.conversion.model_folder import ConversionError

FAMILIES = ("bert", "mpnet", "distilbert", "roberta", "xlm-roberta")
_SETTINGS = {
    *("vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads"),
    *("intermediate_size", "hidden_act", "max_position_embeddings", "type_vocab_size"),
    *("layer_norm_eps", "pad_token_id", "bos_token_id", "eos_token_id"),
    "relative_attention_num_buckets",
    # distilbert's own names
    *("dim", "n_layers", "n_heads", "hidden_dim", "activation", "sinusoidal_pos_embds"),
}
_FLOATS = ("layer_norm_eps",)
_NAMES = {"hidden_act", "activation"}
_ACTIVATIONS = ("gelu", "gelu_new", "gelu_pytorch_tanh", "relu", "silu")
# of config.json's numbers: an honest model stays far below, a hostile one asks for all the memory
_MOST = {
    **{"vocab_size": 2_000_000, "hidden_size": 8192, "dim": 8192, "num_hidden_layers": 96},
    **{"n_layers": 96, "num_attention_heads": 128, "n_heads": 128, "intermediate_size": 32_768},
    **{"hidden_dim": 32_768, "max_position_embeddings": 32_768, "type_vocab_size": 64},
}
_PICKLES = (".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".h5", ".msgpack")
_LEAST_TOKENS = 8  # of a text that a model reads whole
_LARGEST_JSON = 64 << 20  # bytes; a tokenizer.json of 250,000 words has 17 MB


@dataclass(frozen=True, slots=True)
class Source:
    """A model folder, read and checked."""

    name: str
    family: str  # config.json's model_type
    settings: Mapping[str, Any]
    weights: Path  # model.safetensors
    tokenizer: bytes  # tokenizer.json
    pooling: str
    max_tokens: int
    query_prefix: str
    base: str
    licence: str
    similarity_floor: float | None


def read_source(folder: Path, name: str = "", pooling: str = "") -> Source:
    """Read a sentence-transformers or plain BERT-family folder. Raises ConversionError.

    What the folder does not say (pooling, prefix, token limit) comes from its `manifest.json`,
    which our own encoder folders have, else from the catalogue's entry of that name; `pooling`
    overrides all.
    """
    name = name or folder.resolve().name
    known = {**(catalogue_entry(name) or {}), **_own_manifest(folder)}
    weights = read_weights_path(folder)
    config = _read_object(folder / "config.json")
    family = config.get("model_type")
    if family not in FAMILIES:
        raise ConversionError(f"{folder}: model type {family!r} is not one of {FAMILIES}.")
    if "auto_map" in config:
        raise ConversionError(f"{folder}: config.json asks for code of its own; that is not run.")
    own_pooling = _pooling(folder)  # also refuses modules that are more than pooling
    return Source(
        name=name,
        family=family,
        settings=_settings(folder, config),
        weights=weights,
        tokenizer=read_tokenizer(folder),
        pooling=pooling or own_pooling or known.get("pooling") or _unknown_pooling(folder),
        max_tokens=_max_tokens(folder, config, known),
        query_prefix=_query_prefix(folder) or known.get("query_prefix", ""),
        base=known.get("base", name),
        licence=known.get("licence", "unknown"),
        similarity_floor=known.get("similarity_floor"),
    )


def read_weights_path(folder: Path) -> Path:
    """The folder's `model.safetensors`; ConversionError says what is there instead."""
    path = folder / "model.safetensors"
    if path.is_file():
        return _own_file(path)
    present = sorted(item.name for item in folder.iterdir()) if folder.is_dir() else []
    pickles = [name for name in present if name.endswith(_PICKLES)]
    if pickles:
        raise ConversionError(
            f"{folder}: holds its weights only as {', '.join(pickles)}, a format that can run "
            "code when opened. Get the model as model.safetensors."
        )
    if "adapter_model.safetensors" in present:
        raise ConversionError(f"{folder}: holds an adapter only. Merge it into its base first.")
    if "model.safetensors.index.json" in present:
        raise ConversionError(f"{folder}: weights in several files. Save them as one file first.")
    raise ConversionError(f"{folder}: holds no model.safetensors.")


def _own_manifest(folder: Path) -> dict[str, Any]:
    """What an encoder folder of ours says of itself: a trained encoder can be trained again."""
    said = read_json(folder / "manifest.json", {})
    kinds = {"base": str, "licence": str, "max_tokens": int, "pooling": str, "query_prefix": str}
    if not isinstance(said, dict):
        return {}
    return {key: said[key] for key, kind in kinds.items() if type(said.get(key)) is kind}


def _settings(folder: Path, config: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that we know, each of its kind and within reason."""
    settings = {key: value for key, value in config.items() if key in _SETTINGS}
    for key, value in settings.items():
        if key in _NAMES:
            good = value in _ACTIVATIONS
        elif key in _FLOATS:
            good = isinstance(value, float) and 0 < value < 1
        elif key.endswith("_token_id"):
            good = value is None or (type(value) is int and 0 <= value < _MOST["vocab_size"])
        elif key == "sinusoidal_pos_embds":
            good = isinstance(value, bool)
        else:
            good = type(value) is int and 0 < value <= _MOST.get(key, 1024)
        if not good:
            raise ConversionError(f"{folder}: config.json has an impossible {key}: {value!r:.60}.")
    for width, heads in (("hidden_size", "num_attention_heads"), ("dim", "n_heads")):
        if settings.get(width, 0) % settings.get(heads, 1):
            raise ConversionError(f"{folder}: config.json's {width} is no multiple of {heads}.")
    for key in ("pad_token_id", "bos_token_id", "eos_token_id"):
        if (settings.get(key) or 0) >= settings.get("vocab_size", _MOST["vocab_size"]):
            raise ConversionError(f"{folder}: config.json's {key} is no word of its vocabulary.")
    return settings


def _pooling(folder: Path) -> str:
    """Pooling as sentence-transformers stores it; empty when the folder does not say."""
    modules = read_json(folder / "modules.json", [])
    if not isinstance(modules, list) or not all(isinstance(one, dict) for one in modules):
        raise ConversionError(f"{folder}: modules.json is not a list of objects.")
    kinds = [str(module.get("type")).rsplit(".", 1)[-1] for module in modules]
    if not set(kinds) <= {"Transformer", "Pooling", "Normalize"}:
        raise ConversionError(f"{folder}: modules {kinds} cannot be put into one graph.")
    for module, kind in zip(modules, kinds, strict=True):
        if kind == "Pooling":
            return _pooling_mode(
                folder, _read_object(folder / _inside(module.get("path")) / "config.json")
            )
    return ""


def _pooling_mode(folder: Path, config: Mapping[str, Any]) -> str:
    names = {"pooling_mode_cls_token": "cls", "pooling_mode_mean_tokens": "mean"}
    modes = [key for key, value in config.items() if key.startswith("pooling_mode_") and value]
    mode = config.get("pooling_mode") or "+".join(names.get(key, key) for key in modes)
    if mode not in ("cls", "mean"):
        raise ConversionError(f"{folder}: pooling {mode!r} is not supported, only cls and mean.")
    return str(mode)


def _unknown_pooling(folder: Path) -> str:
    raise ConversionError(
        f"{folder}: does not say how it pools. Name it: --pooling cls or "
        "mean, in a training model.pooling."
    )


def _max_tokens(folder: Path, config: Mapping[str, Any], known: Mapping[str, Any]) -> int:
    # RoBERTa and MPNet count positions from the padding token on
    offset = 0 if config["model_type"] in ("bert", "distilbert") else 2
    longest = int(config.get("max_position_embeddings", 512)) - offset
    stored = _read_object(folder / "sentence_bert_config.json", {}).get("max_seq_length")
    most = stored or known.get("max_tokens") or longest
    if type(most) is not int or min(most, longest) < _LEAST_TOKENS:
        raise ConversionError(f"{folder}: an impossible max_seq_length: {most!r:.60}.")
    return min(most, longest)


def _query_prefix(folder: Path) -> str:
    settings = _read_object(folder / "config_sentence_transformers.json", {})
    prompts = settings.get("prompts") or {}
    prefix = (prompts.get("query") or "") if isinstance(prompts, dict) else None
    if not isinstance(prefix, str):
        raise ConversionError(f"{folder}: its prompts are not texts by name.")
    return prefix


def read_tokenizer(folder: Path) -> bytes:
    """The folder's `tokenizer.json`, which can be opened. Raises ConversionError."""
    path = folder / "tokenizer.json"
    if not path.is_file():
        raise ConversionError(f"{folder}: holds no tokenizer.json.")
    content = read_small_file(path)
    try:
        Tokenizer.from_str(content.decode("utf-8"))
    except Exception as error:  # the package raises Exception itself
        raise ConversionError(f"{path}: cannot be used ({error}).") from error
    return content


def _inside(name: object) -> str:
    if not isinstance(name, str) or Path(name).name != name or name == "..":
        raise ConversionError(f"modules.json points outside its folder: {name!r}.")
    return name


def read_json(path: Path, default: Any = None) -> Any:
    """A JSON file's content, `default` when it is absent and a default is given."""
    if default is not None and not path.is_file():
        return default
    try:
        return json.loads(read_small_file(path))
    except (ValueError, RecursionError) as error:
        raise ConversionError(f"{path}: not valid JSON ({error}).") from error


def _read_object(path: Path, default: Any = None) -> dict[str, Any]:
    content = read_json(path, default)
    if not isinstance(content, dict):
        raise ConversionError(f"{path}: is not an object.")
    return content


def read_small_file(path: Path) -> bytes:
    """The content of a file of the folder, links out of it refused. Raises ConversionError."""
    _own_file(path)
    try:
        if path.stat().st_size > _LARGEST_JSON:
            raise ConversionError(f"{path}: too large.")
        return path.read_bytes()
    except OSError as error:
        raise ConversionError(f"{path}: cannot be read ({error.strerror}).") from error


def _own_file(path: Path) -> Path:
    """The path, unless it leads out of its model's folder.

    A model hub's cache links from `snapshots/COMMIT/` to `blobs/` beside `snapshots`: that is let
    through, no other link is.
    """
    folder = path.parent.resolve()
    target = path.resolve()
    roots = [folder, *(parent for parent in folder.parents if parent.name == "snapshots")]
    allowed = [folder, *(root.parent / "blobs" for root in roots if root.name == "snapshots")]
    if path.is_symlink() and not any(target.is_relative_to(root) for root in allowed):
        raise ConversionError(f"{path}: a link that leads out of the model's folder.")
    return path
