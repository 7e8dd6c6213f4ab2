"""The encoder that is trained: a base from disk, adapters or all weights free, and the way back.

Bases are read as data (`source_folder.py`): safetensors and a white list of settings, no code.
"""

import hashlib
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from trainer.adapter import Adapter
from trainer.config import ConfigError, ModelConfig
from trainer.conversion.onnx_run import open_tokenizer
from trainer.conversion.sentence_model import SentenceModel, fuse_attention
from trainer.conversion.source_folder import Source, read_source
from trainer.running.batches import length_groups, padded

IntArray = npt.NDArray[np.int32]
FloatArray = npt.NDArray[np.float32]

# BioHiCL adapts attention; query and value at rank 8 are the .3 % of the weights it reports
_QUERY_AND_VALUE = {
    "bert": ("query", "value"),
    "roberta": ("query", "value"),
    "xlm-roberta": ("query", "value"),
    "mpnet": ("attn.q", "attn.v"),
    "distilbert": ("q_lin", "v_lin"),
}


class TrainableEncoder(nn.Module):
    """Token ids to unit vectors, with what is to be learnt free and the rest frozen."""

    chunk = 256  # as `TextEncoder.chunk`

    def __init__(self, source: Source, config: ModelConfig) -> None:
        super().__init__()
        self.source = source
        self._options = config
        self.max_tokens = min(config.max_tokens, source.max_tokens)
        self.precision = torch.float32
        self._tokenizer = open_tokenizer(source.tokenizer, self.max_tokens)
        model = SentenceModel(source)
        self.dimension = model.dimension
        self._has_token_types, self._mean = model.has_token_types, model.mean
        self.transformer = model.transformer
        for module in self.transformer.modules():
            if isinstance(module, nn.Dropout):
                module.p = config.dropout
        if config.tuning == "lora":
            self.transformer = _adapted(self.transformer, source.family, config)

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return next(self.transformer.parameters()).device

    def tokenize(self, texts: Sequence[str]) -> list[IntArray]:
        """Token ids of each text, cut at `max_tokens`."""
        # a lone surrogate, which JSON can hold, cannot be tokenised
        clean = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        return [np.array(item.ids, np.int32) for item in self._tokenizer.encode_batch(clean)]

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Ids and mask (batch, tokens) int64 to vectors (batch, dimension) float32 of length 1.

        The transformer computes in `precision`; pooling and length are always in float32.
        """
        types = {"token_type_ids": torch.zeros_like(ids)} if self._has_token_types else {}
        low = self.precision != torch.float32
        with torch.autocast(ids.device.type, dtype=torch.bfloat16, enabled=low):
            tokens = self.transformer(input_ids=ids, attention_mask=mask, **types)[0]
        tokens = tokens.float()
        if self._mean:
            weights = mask.unsqueeze(-1).to(tokens.dtype)
            pooled = (tokens * weights).sum(1) / weights.sum(1).clamp(min=1e-9)
        else:
            pooled = tokens[:, 0]
        return nn.functional.normalize(pooled, dim=1)

    def vectors(self, tokens: Sequence[IntArray], micro: int = 32) -> Tensor:
        """Vectors (texts, dimension) of tokenised texts, without gradient or dropout."""
        training = self.training
        self.eval()
        result = torch.zeros(len(tokens), self.dimension, device=self.device)
        with torch.no_grad():
            lengths, budget = [len(item) for item in tokens], micro * self.max_tokens
            for group in length_groups(lengths, budget, self.device.type):
                result[group] = self(*padded([tokens[i] for i in group], self.device))
        self.train(training)
        return result

    def encode(self, texts: Sequence[str], is_query: bool = False) -> FloatArray:
        """Vectors (texts, dimension) of texts; a query gets the base's query prefix."""
        prefix = self.source.query_prefix if is_query else ""
        found = self.vectors(self.tokenize([prefix + text for text in texts]))
        vectors: FloatArray = found.cpu().numpy()
        return vectors

    @property
    def _plain(self) -> nn.Module:
        """The transformer inside the adapters."""
        adapted = hasattr(self.transformer, "get_base_model")
        return self.transformer.get_base_model() if adapted else self.transformer

    def recompute_activations(self) -> None:
        """Keep only each layer's input and compute the rest again for the gradient."""
        self._plain.activation_checkpointing_enable({"use_reentrant": False})

    def fuse_attention(self) -> None:
        """Fused attention where the family has it, for GPUs."""
        fuse_attention(self._plain)

    def trainable(self) -> dict[str, nn.Parameter]:
        """What the optimiser changes, by name: adapters or all weights."""
        return {name: value for name, value in self.named_parameters() if value.requires_grad}

    def merged_weights(self, share: float = 1.0) -> dict[str, Tensor]:
        """The weights of the plain transformer with the adapters in them, on the CPU.

        `share` 0.5 is half-way between base (0) and trained (1).
        """
        trained = _merged(self.transformer)
        if share == 1.0:
            return trained
        base = SentenceModel(self.source).transformer.state_dict()
        return {
            name: base[name] + share * (value - base[name]) if value.is_floating_point() else value
            for name, value in trained.items()
        }

    def adapter(self, share: float = 1.0) -> Adapter | None:
        """The adapters alone, None when all weights are trained; `share` as in `merged_weights`."""
        if self._options.tuning == "full":
            return None
        inside = "transformer.base_model.model."
        weights = {
            name.removeprefix(inside).removesuffix(".default.weight"): value
            for name, value in self.trainable().items()
        }
        return Adapter(
            rank=self._options.lora_rank,
            alpha=self._options.lora_alpha * share,  # the product is linear in it
            targets=tuple(self._options.lora_targets or _QUERY_AND_VALUE[self.source.family]),
            base=self.source.name,
            base_sha256=weights_hash(self.source),
            pooling=self.source.pooling,
            weights={name: value.detach().cpu().contiguous() for name, value in weights.items()},
        )


def load_encoder(
    folder: Path, config: ModelConfig, name: str = "", seed: int = 1
) -> TrainableEncoder:
    """The encoder in a folder, ready to train. Raises ConversionError.

    `name` is the base's name in the catalogue, where the folder does not say prefix and pooling.
    """
    torch.manual_seed(seed)  # adapters begin at random
    return TrainableEncoder(read_source(folder, name, config.pooling), config)


def weights_hash(source: Source) -> str:
    """SHA-256 of the base's weights: a run resumes only on the base that it began with."""
    with open(source.weights, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _adapted(transformer: nn.Module, family: str, config: ModelConfig) -> nn.Module:
    from peft import LoraConfig, get_peft_model

    targets = config.lora_targets or _QUERY_AND_VALUE[family]
    adapters = LoraConfig(
        r=config.lora_rank,
        lora_alpha=config.lora_alpha,
        lora_dropout=config.lora_dropout,
        target_modules=list(targets),
        bias="none",
    )
    with warnings.catch_warnings():
        # peft still asks for an older name of a property of transformers
        warnings.filterwarnings("ignore", "`is_gradient_checkpointing`", FutureWarning)
        try:
            return get_peft_model(transformer, adapters)
        except ValueError as error:  # none of these layers is there
            raise ConfigError("model.lora_targets", str(error)) from error


def _merged(transformer: nn.Module) -> dict[str, Tensor]:
    """The plain transformer's weights; adapters are added in and taken out again."""
    adapted = hasattr(transformer, "merge_adapter")
    if adapted:
        transformer.merge_adapter()
    plain = transformer.get_base_model() if adapted else transformer
    weights = {
        name.replace(".base_layer.", "."): value.detach().cpu().clone().contiguous()
        for name, value in plain.state_dict().items()
        if ".lora_" not in name
    }
    if adapted:
        transformer.unmerge_adapter()
    return weights
