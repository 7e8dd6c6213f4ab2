"""The question that an article is to answer in training: its title, or one that a model wrote.

BiCA asks doc2query (T5) for one query an abstract, by beam search; when no such folder is here the
title is the query. The folder is read as data, like every model folder: safetensors, `config.json`
by a list of numbers, `tokenizer.json`.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from trainer.conversion.model_folder import ConversionError
from trainer.conversion.onnx_run import open_tokenizer
from trainer.conversion.source_folder import read_json, read_tokenizer, read_weights_path
from trainer.encoding import Report, silent
from trainer.training_set import Article

_PROMPT = "generate query: "  # as BiCA's code puts it before the abstract
_BEAMS, _LONGEST_QUERY, _LONGEST_TEXT = 4, 64, 512  # the last two in tokens
_BATCH = 8
_SETTINGS = {
    *("vocab_size", "d_model", "d_kv", "d_ff", "num_layers", "num_decoder_layers", "num_heads"),
    *("relative_attention_num_buckets", "relative_attention_max_distance", "layer_norm_epsilon"),
    *("pad_token_id", "eos_token_id", "decoder_start_token_id", "tie_word_embeddings"),
}
_FEED_FORWARD = ("relu", "gated-gelu", "gated-silu")
_LARGEST = 1_000_000  # of any of these numbers


def title_queries(articles: Sequence[Article]) -> list[str]:
    """The titles."""
    return [article.title for article in articles]


class QueryWriter:
    """Writes one query for each abstract, with a T5 model from a folder on this machine."""

    def __init__(self, folder: Path) -> None:
        """Raises ConversionError when the folder does not hold such a model."""
        import torch
        from transformers import GenerationConfig, T5Config, T5ForConditionalGeneration

        settings = _settings(folder)
        self._tokenizer = open_tokenizer(read_tokenizer(folder), _LONGEST_TEXT)
        self._model = T5ForConditionalGeneration(T5Config(**settings)).eval()
        _load(self._model, read_weights_path(folder))
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        self._model.to(self._device)
        pad = settings.get("pad_token_id", 0)
        self._tokenizer.enable_padding(pad_id=pad)
        self._model.generation_config = GenerationConfig(
            max_length=_LONGEST_QUERY,
            num_beams=_BEAMS,
            early_stopping=True,
            pad_token_id=pad,
            eos_token_id=settings.get("eos_token_id", 1),
            decoder_start_token_id=settings.get("decoder_start_token_id", pad),
        )

    def write(self, abstracts: Sequence[str], report: Report = silent) -> list[str]:
        """One query an abstract; empty where the model wrote nothing."""
        queries: list[str] = []
        for start in range(0, len(abstracts), _BATCH):
            report(start, len(abstracts))
            queries += self._write(abstracts[start : start + _BATCH])
        report(len(abstracts), len(abstracts))
        return queries

    def _write(self, abstracts: Sequence[str]) -> list[str]:
        import torch

        encodings = self._tokenizer.encode_batch([_PROMPT + text for text in abstracts])
        ids = torch.tensor([item.ids for item in encodings], device=self._device)
        mask = torch.tensor([item.attention_mask for item in encodings], device=self._device)
        with torch.inference_mode():
            written = self._model.generate(input_ids=ids, attention_mask=mask)
        texts = self._tokenizer.decode_batch(written.tolist(), skip_special_tokens=True)
        return [text.strip() for text in texts]


def _settings(folder: Path) -> dict[str, Any]:
    config = read_json(folder / "config.json")
    if not isinstance(config, dict) or config.get("model_type") != "t5":
        raise ConversionError(f"{folder}: not a T5 model, which doc2query models are.")
    settings = {key: value for key, value in config.items() if key in _SETTINGS}
    for key, value in settings.items():
        if not isinstance(value, int | float) or not 0 <= value <= _LARGEST:
            raise ConversionError(f"{folder}: config.json has an impossible {key}: {value!r}.")
    feed_forward = config.get("feed_forward_proj", "relu")
    if feed_forward not in _FEED_FORWARD:
        raise ConversionError(f"{folder}: config.json has an unknown feed_forward_proj.")
    return settings | {"feed_forward_proj": feed_forward}


def _load(model: Any, weights: Path) -> None:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        stored = load_file(weights)
        shared = stored.get("shared.weight")
        if shared is not None:  # files keep tied weights once, under any of their names
            for name in ("encoder.embed_tokens.weight", "decoder.embed_tokens.weight"):
                stored.setdefault(name, shared)
            if model.config.tie_word_embeddings:
                stored.setdefault("lm_head.weight", shared)
        model.load_state_dict(stored)
    except (SafetensorError, OSError, ValueError, RuntimeError) as error:
        raise ConversionError(f"{weights}: cannot be used ({str(error)[:300]}).") from error
