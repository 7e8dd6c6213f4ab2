"""The PyTorch side of a conversion: a BERT-family model with pooling and length 1 inside."""

import warnings
from collections.abc import Sequence
from io import BytesIO
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import (
    BertConfig,
    BertModel,
    DistilBertConfig,
    DistilBertModel,
    MPNetConfig,
    MPNetModel,
    RobertaConfig,
    RobertaModel,
    XLMRobertaConfig,
    XLMRobertaModel,
)

from trainer.conversion.model_folder import ConversionError
from trainer.conversion.onnx_graph import OUTPUT
from trainer.conversion.source_folder import Source

_MODELS: dict[str, tuple[Any, Any]] = {
    "bert": (BertConfig, BertModel),
    "distilbert": (DistilBertConfig, DistilBertModel),
    "mpnet": (MPNetConfig, MPNetModel),
    "roberta": (RobertaConfig, RobertaModel),
    "xlm-roberta": (XLMRobertaConfig, XLMRobertaModel),
}
_OPSET = 17


class SentenceModel(nn.Module):
    """Token ids to unit vectors (batch, dimension)."""

    def __init__(self, source: Source) -> None:
        super().__init__()
        config_class, model_class = _MODELS[source.family]
        config = config_class(**source.settings)
        config._attn_implementation = "eager"  # what the exporter and its fusions understand
        extra = {} if source.family == "distilbert" else {"add_pooling_layer": False}
        self.transformer = model_class(config, **extra)
        self.has_token_types = source.family == "bert"
        self.mean = source.pooling == "mean"
        self.dimension = int(config.hidden_size)
        _load(self.transformer, source)
        self.eval()

    def forward(
        self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor | None = None
    ) -> Tensor:
        """Ids (batch, tokens) int64 to vectors (batch, dimension) float32 of length 1."""
        given = {"token_type_ids": token_type_ids} if self.has_token_types else {}
        tokens = self.transformer(input_ids, attention_mask=attention_mask, **given)[0]
        if self.mean:
            weights = attention_mask.unsqueeze(-1).to(tokens.dtype)
            pooled = (tokens * weights).sum(1) / weights.sum(1).clamp(min=1e-9)
        else:
            pooled = tokens[:, 0]
        return nn.functional.normalize(pooled, dim=1)

    def encode(self, tokenizer: Tokenizer, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Vectors of texts, one at a time: what the exported graph is compared with."""
        rows = []
        with torch.no_grad():
            for text in texts:
                ids = torch.tensor([tokenizer.encode(text).ids])
                mask = torch.ones_like(ids)
                types = (torch.zeros_like(ids),) if self.has_token_types else ()
                rows.append(self(ids, mask, *types)[0].numpy())
        return np.stack(rows)

    def to_onnx(self) -> bytes:
        """The fp32 graph, batch and length free.

        By the older exporter: ONNX Runtime knows the patterns of its graphs and runs them faster.
        """
        names = ["input_ids", "attention_mask", "token_type_ids"][
            : 3 if self.has_token_types else 2
        ]
        ids = torch.ones((2, 16), dtype=torch.int64)
        example = (ids, ids, torch.zeros_like(ids))[: len(names)]
        axes = {name: {0: "batch", 1: "tokens"} for name in names}
        buffer = BytesIO()
        with warnings.catch_warnings(), torch.no_grad():
            warnings.simplefilter("ignore")  # the older exporter says that it is old
            torch.onnx.export(
                self,
                example,
                buffer,
                input_names=names,
                output_names=[OUTPUT],
                dynamic_axes={**axes, OUTPUT: {0: "batch"}},
                opset_version=_OPSET,
                dynamo=False,
            )
        return buffer.getvalue()


def fuse_attention(transformer: Any) -> None:
    """Fused attention where the family has it, for GPUs."""
    if getattr(transformer, "_supports_sdpa", False):
        transformer.set_attn_implementation("sdpa")


def _load(model: nn.Module, source: Source) -> None:
    """Weights from safetensors, with or without the prefix that a task's model puts before."""
    try:
        stored = load_file(source.weights)
    except (SafetensorError, OSError, ValueError) as error:
        raise ConversionError(f"{source.weights}: cannot be read ({error}).") from error
    wanted = model.state_dict()
    for prefix in ("", "bert.", "roberta.", "mpnet.", "distilbert.", "model."):
        if f"{prefix}embeddings.word_embeddings.weight" in stored:
            break
    found = {
        key: stored[prefix + key].to(value.dtype)
        for key, value in wanted.items()
        if prefix + key in stored and stored[prefix + key].shape == value.shape
    }
    missing = sorted(set(wanted) - set(found))
    if missing:
        raise ConversionError(f"{source.weights}: lacks or misshapes {', '.join(missing[:5])}.")
    model.load_state_dict(found)
