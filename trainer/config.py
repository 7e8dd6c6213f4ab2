"""What a training run is told: every option with its default, its meaning and where it comes from.

A run's `config.json` holds these objects as JSON; what it leaves out has the default. Standard
library only, so that the window can show the options too.

Sources: "BioHiCL" is arXiv 2604.15591, "BiCA" arXiv 2511.08029, "ours" what the papers leave open.
"""

import json
from collections.abc import Mapping
from dataclasses import MISSING, Field, asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

Device = Literal["auto", "cpu", "cuda", "mps"]

_LARGEST_FILE = 1 << 20  # bytes

# where queries from headings are learnt, an option that is left out has this default instead
_OF_HEADINGS: dict[str, dict[str, Any]] = {
    "model": {"dropout": 0.0},  # the teacher's small preferences drown in its noise
    "schedule": {"learning_rate": 1e-4},
}
_OF_CITATIONS = _OF_HEADINGS | {"schedule": {"learning_rate": 8e-4}}  # measured: recipes.md


class ConfigError(Exception):
    """A configuration that cannot be used: which option and why."""

    def __init__(self, option: str, reason: str) -> None:
        super().__init__(f"{option}: {reason}")
        self.option = option
        self.reason = reason


def _option(
    default: Any, text: str, source: str = "ours", least: float = 0, most: float = float("inf")
) -> Any:
    """A field with its meaning, its source and the range of its numbers."""
    return field(
        default=default, metadata={"text": text, "source": source, "least": least, "most": most}
    )


@dataclass(frozen=True, slots=True)
class LabelConfig:
    """How headings become label vectors."""

    ancestors: bool = _option(True, "add the ancestors of every heading", "BioHiCL 3.1")
    depth_weight: bool = _option(True, "weigh a node by log(depth + 1)", "BioHiCL 3.1")
    check_tags: bool = _option(False, "keep Humans, Female, Adult … as labels when not major")


@dataclass(frozen=True, slots=True)
class LossConfig:
    """The terms of the loss."""

    regression: float = _option(1.0, "weight of the mean (SimE - SimL)^2", "BioHiCL eq. 4")
    contrastive: float = _option(0.1, "lambda, weight of the contrastive term", "BioHiCL eq. 6")
    positive_above: float = _option(0.3, "beta: positives have SimL above it", "BioHiCL", most=1)
    negative_up_to: float = _option(
        0.0, "negatives have SimL up to it; the paper takes SimL = 0", "BioHiCL", most=1
    )
    contrastive_form: Literal["as_printed", "weighted"] = _option(
        "weighted", "SimL inside the logarithm, where it has no gradient, or before it"
    )
    temperature: float = _option(
        0.05, "divides SimE in the contrastive term; the paper prints none", least=1e-3
    )
    positives: Literal["one", "all"] = _option(
        "all", "positives of an anchor: the one of greatest SimL, or the mean over all"
    )
    ranking: float = _option(1.0, "weight of the ranking term (bica, combined)", "BiCA 3.3")
    ranking_scale: float = _option(20.0, "multiplies cosines in the ranking term", "BiCA 3.3", 1)
    label_share: float = _option(1.0, "weight of the BioHiCL loss in the combined recipe")
    distillation: float = _option(
        0.0, "weight of keeping the base's own similarities: mean (SimE - SimBase)^2"
    )
    distillation_texts: int = _option(32, "texts of a batch on which that is computed", least=2)
    margin: float = _option(
        0.0, "weight of the teacher's score margins, where pairs.jsonl has scores (GPL, MarginMSE)"
    )
    margin_scale: float = _option(
        0.05, "a teacher's margin of 1 asks for this difference of cosines"
    )
    label_shift: float = _option(
        0.08, "gamma, added to the base's cosine with the article of greatest SimL (headings)"
    )
    label_temperature: float = _option(
        0.02, "tau, divides the cosines whose order is learnt (headings)", least=1e-3
    )
    anchor: float = _option(
        50.0, "weight of 1 - cosine of an article's vector now and before training (headings)"
    )
    anchored_documents: int = _option(4, "articles of a step on which that is computed", least=1)


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """What is trained, and how much of it."""

    tuning: Literal["lora", "full"] = _option("lora", "adapters or all weights", "BioHiCL 4.1")
    lora_rank: int = _option(8, "rank of the adapters; 8 on query and value is .27 %", least=1)
    lora_alpha: float = _option(16.0, "scale of the adapters, divided by the rank", least=1e-6)
    lora_targets: tuple[str, ...] = _option((), "layers with adapters; none: query and value")
    lora_dropout: float = _option(0.0, "dropout before the adapters", most=0.9)
    dropout: float = _option(0.1, "dropout of the encoder itself", "BERT", most=0.9)
    pooling: Literal["", "cls", "mean"] = _option("", "empty: as the base's folder says")
    max_tokens: int = _option(256, "tokens of a text; never more than the base can take", least=8)
    merge: float = _option(
        1.0, "share of the trained weights in the result; 0.5 is half-way to the base", most=1
    )


@dataclass(frozen=True, slots=True)
class BatchConfig:
    """What is in a step."""

    size: int = _option(32, "articles, or queries with a positive, of a step", least=2, most=65_536)
    mine: Literal["citations", "neighbours", "random", "none"] = _option(
        "citations", "hard negatives when the run has no pairs.jsonl; two of these are controls"
    )
    hard_negatives: int = _option(7, "mined negatives of a query, at most", "BiCA: 6.5 on average")
    text: Literal["auto", "abstract", "title_abstract"] = _option(
        "auto", "text of an article; auto: no title where titles are queries, else as indexed"
    )
    anchors: Literal["auto", "articles", "titles", "headings"] = _option(
        "auto",
        "what the label losses compare with articles: articles as published, titles, or queries "
        "written from headings, against vectors of articles that stay; auto: headings",
        "BioHiCL; titles and headings ours",
    )
    citations: Literal["auto", "answers", "negatives"] = _option(
        "auto",
        "what a title learns of the articles cited: that they answer it too, or that they do not "
        "(BiCA's hard negatives); auto: answers where combined asks by headings",
    )
    candidates: int = _option(
        20_000, "articles that a step's queries are compared with, at most (headings)", least=2
    )
    grouped: bool = _option(True, "put texts of one length into a batch, for less padding")
    micro: int = _option(8, "texts in one pass of the model; halved when memory ends", least=1)
    cached: Literal["auto", "always", "never"] = _option(
        "auto", "compute vectors twice to hold one micro batch only (GradCache, arXiv 2101.06983)"
    )
    checkpointing: bool = _option(False, "recompute activations of a layer to save memory")


@dataclass(frozen=True, slots=True)
class ScheduleConfig:
    """How long, how fast, on what."""

    steps: int = _option(
        0, "optimiser steps; 0: as many as `epochs` give, 100 of queries at least", most=10**7
    )
    epochs: float = _option(1.0, "passes over the examples", least=1e-6, most=10_000)
    learning_rate: float = _option(2e-4, "peak; 2e-4 for LoRA, 2e-5 for full tuning", least=1e-9)
    warmup: float = _option(0.1, "share of the steps that warm up, never a step count", most=1)
    decay: Literal["linear", "cosine", "constant"] = _option("cosine", "after the warm-up")
    weight_decay: float = _option(0.01, "AdamW's decoupled decay", most=1)
    clip: float = _option(1.0, "greatest norm of the gradient", least=1e-6)
    device: Device = _option("auto", "auto: the best there is")  # noqa: RUF009
    precision: Literal["auto", "fp32", "bf16"] = _option(
        "auto", "auto: bf16 where the processor computes in it, weights stay fp32"
    )
    threads: int = _option(0, "threads of the processor; 0: as PyTorch chooses")


@dataclass(frozen=True, slots=True)
class GuardConfig:
    """When the run looks at itself and what it keeps."""

    evaluate_every: int = _option(100, "steps between validations; 0: at the end alone")
    validation_articles: int = _option(400, "validation articles searched, at most", least=4)
    checkpoint_seconds: float = _option(300.0, "seconds between checkpoints", least=0.0)
    keep: int = _option(2, "checkpoints kept besides the best", least=1)
    best: bool = _option(True, "the result is the best validated step, not the last")


@dataclass(frozen=True, slots=True)
class TrainConfig:
    """A training run."""

    training_set: str = _option(MISSING, "folder of the training set")
    base: str = _option(MISSING, "folder of the encoder to start from (safetensors)")
    run: str = _option(MISSING, "folder of this run; made, or resumed when it holds one")
    recipe: Literal["biohicl", "bica", "combined"] = _option(
        "combined", "which losses on which examples"
    )
    base_name: str = _option("", "catalogue name of the base, for its prefix and pooling")
    seed: int = _option(1, "of the order of examples, dropout and adapters", most=2**32 - 1)
    labels: LabelConfig = field(default_factory=LabelConfig)
    loss: LossConfig = field(default_factory=LossConfig)
    model: ModelConfig = field(default_factory=ModelConfig)
    batch: BatchConfig = field(default_factory=BatchConfig)
    schedule: ScheduleConfig = field(default_factory=ScheduleConfig)
    guard: GuardConfig = field(default_factory=GuardConfig)

    @property
    def label_anchors(self) -> str:
        """What the label losses compare with articles; "" for a recipe without them."""
        if self.recipe == "bica":
            return ""
        return "headings" if self.batch.anchors == "auto" else self.batch.anchors

    @property
    def cited_answer(self) -> bool:
        """Whether titles learn that cited articles answer them too."""
        asked = self.recipe == "combined" and self.label_anchors == "headings"
        return asked and self.batch.citations != "negatives"

    @property
    def ranks(self) -> bool:
        """Whether there is a ranking loss, on pairs with hard negatives."""
        return self.recipe != "biohicl" and not self.cited_answer

    def to_json(self) -> str:
        """The configuration as the text of a config.json."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n"


def read_config(path: Path) -> TrainConfig:
    """Read a config.json; raises ConfigError naming the option."""
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise ConfigError(str(path), "is too large for a configuration.")
        data = json.loads(path.read_bytes())
    except OSError as error:
        raise ConfigError(str(path), f"cannot be read ({error.strerror}).") from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(str(path), f"is not valid JSON ({error}).") from error
    return parse_config(data)


def parse_config(data: object) -> TrainConfig:
    """The configuration in decoded JSON; raises ConfigError naming the option."""
    config: TrainConfig = _parsed(TrainConfig, data, "")
    if config.label_anchors == "headings" and isinstance(data, dict):
        defaults = _OF_CITATIONS if config.cited_answer else _OF_HEADINGS
        data = data | {name: own | data.get(name, {}) for name, own in defaults.items()}
        config = _parsed(TrainConfig, data, "")
    if _learns_nothing(config):
        raise ConfigError("loss", "all terms of the recipe have weight 0: nothing to learn.")
    return config


def options() -> dict[str, Field[Any]]:
    """Every option by its dotted name, with `metadata` "text", "source", "least" and "most"."""
    found: dict[str, Field[Any]] = {}
    for item in fields(TrainConfig):
        if item.metadata:
            found[item.name] = item
        elif isinstance(item.default_factory, type):
            inner = fields(item.default_factory)
            found |= {f"{item.name}.{option.name}": option for option in inner}
    return found


def _learns_nothing(config: TrainConfig) -> bool:
    loss = config.loss
    if config.label_anchors == "headings":
        return not config.ranks and loss.label_shift == 0
    return not config.ranks and loss.regression == loss.contrastive == 0


def _parsed(kind: Any, data: object, place: str) -> Any:
    if not isinstance(data, dict):
        raise ConfigError(place or "config", "must be an object.")
    known = {item.name: item for item in fields(kind)}
    for name in data:
        if name not in known:
            raise ConfigError(f"{place}{name}", f"is no option; there are: {', '.join(known)}.")
    hints = get_type_hints(kind)
    values = {
        name: _value(hints[name], data[name], f"{place}{name}", item.metadata)
        for name, item in known.items()
        if name in data
    }
    for name, item in known.items():
        if name not in values and item.default is MISSING and item.default_factory is MISSING:
            raise ConfigError(f"{place}{name}", "is missing.")
    return kind(**values)


def _value(kind: Any, value: Any, place: str, metadata: Mapping[str, Any]) -> Any:
    if hasattr(kind, "__dataclass_fields__"):
        return _parsed(kind, value, f"{place}.")
    if get_origin(kind) is Literal:
        if value not in get_args(kind):
            raise ConfigError(place, f"must be one of {', '.join(get_args(kind))}.")
        return value
    if get_origin(kind) is tuple:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise ConfigError(place, "must be a list of texts.")
        return tuple(value)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise ConfigError(place, f"must be {kind.__name__}, not {value!r:.40}.")
    if kind in (int, float) and not metadata["least"] <= value <= metadata["most"]:
        limits = f"from {metadata['least']:g} to {metadata['most']:g}"
        raise ConfigError(place, f"must be {limits}, not {value}.")
    return value
