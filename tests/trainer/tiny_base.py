"""A random BERT of 15,000 weights and a training set of invented articles that it can train on."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.processors import TemplateProcessing
from transformers import BertConfig, BertModel

from tests.trainer.small_training_set import article, heading, write_set
from trainer.config import TrainConfig, parse_config
from trainer.protocol import Event, Step
from trainer.running.stopping import StopFlag
from trainer.train import train

torch.set_num_threads(1)  # for so small a model more only get in each other's way

_BRANCHES = ("C04.588", "C14.280.647", "E02.319", "G07.203", "N06.850", "F03.600")


def write_base(folder: Path, seed: int = 3) -> Path:
    """A plain BERT folder with mean pooling."""
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=300,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
    )
    folder.mkdir(parents=True)
    model = BertModel(config, add_pooling_layer=False)
    safetensors.torch.save_file(model.state_dict(), folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(config.to_dict()), "utf-8")
    (folder / "tokenizer.json").write_text(_tokenizer(), "utf-8")
    return folder


def _tokenizer() -> str:
    """A token for each word of `small_training_set.article`."""
    words = "[PAD] [UNK] [CLS] [SEP] . Effect of on and We studied again Methods were tests It was"
    words += " then In the end helped much " + " ".join(f"word{number}" for number in range(200))
    vocabulary = {word: number for number, word in enumerate(words.split())}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = BertPreTokenizer()
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return str(tokenizer.to_str())


def write_training_set(folder: Path, articles: int = 40, citations: bool = True) -> Path:
    """Articles of six branches of the tree; a fifth is for validation."""
    lines = []
    for number in range(1, articles + 1):
        branch = _BRANCHES[number % len(_BRANCHES)]
        headings = [
            heading(f"Thing {number % 12}", f"{branch}.{number % 12:03}"),
            heading("Humans", "B01.050.150", major=False) | {"ui": "D006801"},
        ]
        lines.append(article(number, headings=headings))
    edges = [(n, n + step) for n in range(1, articles - 7) for step in (3, 7)] if citations else []
    held_out = {"validation": [n for n in range(1, articles + 1) if n % 5 == 0], "test": [1]}
    terms = {f"Thing {n}": [f"word{n} word{n + 1}", "Of Then, word7"] for n in range(12)}
    write_set(folder, lines, edges, held_out=held_out, terms=terms)
    return folder


def run_config(folder: Path, **options: Any) -> TrainConfig:
    """A run of six steps on the CPU in fp32 below `folder`, where base and set are made."""
    if not (folder / "base").is_dir():
        write_base(folder / "base")
        write_training_set(folder / "set")
    sections: dict[str, Any] = {
        "training_set": str(folder / "set"),
        "base": str(folder / "base"),
        "run": str(folder / "run"),
        "recipe": "biohicl",
        "model": {"pooling": "mean", "max_tokens": 48},
        "batch": {"size": 8, "micro": 4, "anchors": "articles"},
        "schedule": {"steps": 6, "device": "cpu", "precision": "fp32", "learning_rate": 1e-3},
        "guard": {"evaluate_every": 3},
    }
    for name, value in options.items():
        merged = isinstance(value, Mapping) and name in sections
        sections[name] = {**sections[name], **value} if merged else value
    return parse_config(sections)


def run(config: TrainConfig, stop: StopFlag | None = None) -> list[Event]:
    """Train in this process; what was said."""
    events: list[Event] = []
    train(config, events.append, stop or StopFlag())
    return events


def losses(events: list[Event]) -> dict[int, float]:
    """The loss of every step that was told."""
    return {event.step: event.loss for event in events if isinstance(event, Step)}
