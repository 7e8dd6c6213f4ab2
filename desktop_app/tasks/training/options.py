"""The options of a training that the window shows to experts, with their explanations.

Meaning, range and default come from trainer/config.py; here is which of them are shown, and how
they are called.
"""

import types
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any, Literal, get_args, get_origin, get_type_hints

from desktop_app.errors import UserError
from desktop_app.tasks.training.durations import config_of
from desktop_app.tasks.training.train_encoder import RECIPES
from trainer.config import (
    BatchConfig,
    GuardConfig,
    LabelConfig,
    LossConfig,
    ModelConfig,
    ScheduleConfig,
    TrainConfig,
    options,
)

_SECTIONS: dict[str, type[Any]] = {
    "": TrainConfig,
    "labels": LabelConfig,
    "loss": LossConfig,
    "model": ModelConfig,
    "batch": BatchConfig,
    "schedule": ScheduleConfig,
    "guard": GuardConfig,
}
SHOWN = {
    "schedule.steps": "Steps",
    "schedule.epochs": "Passes over the library",
    "schedule.learning_rate": "Learning rate",
    "model.tuning": "What is trained",
    "model.lora_rank": "Rank of the adapters",
    "model.max_tokens": "Tokens of a text",
    "model.merge": "Share of the new weights",
    "batch.size": "Articles in a step",
    "batch.hard_negatives": "Hard negatives of a query",
    "batch.mine": "Hard negatives from",
    "loss.label_share": "Weight of the MeSH losses",
    "loss.contrastive": "Weight of the contrastive loss",
    "loss.distillation": "Weight of staying like the base",
    "schedule.device": "Device",
    "guard.evaluate_every": "Steps between validations",
    "seed": "Seed",
}


@dataclass(frozen=True, slots=True)
class Option:
    """One option as the window shows it."""

    name: str  # dotted, as in trainer/config.py
    label: str
    text: str  # what it means, in a line
    kind: type[Any]  # int, float, bool, str
    default: Any
    choices: tuple[str, ...]  # of a str with few values
    least: float
    most: float
    recipes: str = ""  # what it is when left out, where recipes differ; else "": the default


def shown_options() -> list[Option]:
    """The options of the expert drawer, in order, with what each recipe really uses."""
    configs = {recipe: _values(config_of(recipe)) for recipe in RECIPES}
    found = []
    for name, label in SHOWN.items():
        used = {recipe: values[name] for recipe, values in configs.items()}
        differ = name != "recipe" and len(set(used.values())) > 1
        words = ", ".join(f"{recipe} {value:g}" for recipe, value in used.items()) if differ else ""
        found.append(replace(_option(name, label), recipes=words))
    return found


def _values(config: TrainConfig) -> dict[str, Any]:
    """Shown options of a configuration by their dotted names."""
    return {name: attrgetter(name)(config) for name in SHOWN}


def option_value(name: str, text: str) -> Any:
    """An option's value from text. Raises UserError when there is none of that name or kind."""
    known = [
        one for one in options() if "." in one or one == "seed"
    ]  # others: options of their own
    if name not in known:
        raise UserError(f"There is no option {name}.", f"There are: {', '.join(known)}.")
    option = _option(name, name)
    try:
        if option.kind is bool:
            return {"true": True, "false": False}[text.lower()]
        if option.kind is tuple:
            return [part for part in text.split(",") if part]
        return option.kind(text)
    except (ValueError, KeyError) as error:
        raise UserError(f"{name}: {text!r} is no {option.kind.__name__}.") from error


def _option(name: str, label: str) -> Option:
    item = options()[name]
    section, _, field = name.rpartition(".")
    hint = get_type_hints(_SECTIONS[section])[field]
    choices = tuple(map(str, get_args(hint))) if get_origin(hint) is Literal else ()
    kind = str if choices else tuple if isinstance(hint, types.GenericAlias) else hint
    said = item.metadata
    text = said["text"] if said["source"] == "ours" else f"{said['text']} ({said['source']})"
    return Option(name, label, text, kind, item.default, choices, said["least"], said["most"])
