"""How long a training will take and what memory: its tokens, times what this machine measured.

Every phase is counted, from the base to the exported encoder; what the phases do is in trainer/
(train.py, evaluate.py, export.py). Measured beside the truth in docs/benchmarks.md.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from trainer.config import TrainConfig, parse_config

CHARACTERS = 4.5  # a token of a biomedical abstract in BERT's vocabulary
_TITLE = 30  # tokens of a title or a query from headings, with the base's prefix
_TRAIN, _HELD_OUT = 0.75, 0.15  # shares of the split
_QUERY_STEPS = 100  # least steps of queries (trainer/train.py)
_STARTING = 26  # times as long as importing PyTorch alone: four processes, graphs made and checked
_EXPORTED = 900  # texts that the graphs are compared on, by each of two graphs
_INT8 = 0.6  # of the fp32 graph's time
_COPIES = 3  # of the weights: the model, the optimizer's share, those kept of the best step
_PYTORCH = 0.6e9  # bytes of a process that has imported it


@dataclass(frozen=True, slots=True)
class Work:
    """What a library gives to do."""

    articles: int
    tokens: float  # of an article, title and abstract, on average


def seconds_of(recipe: str, work: Work, speed: Mapping[str, float]) -> float:
    """Seconds of a run from start to verdict and export.

    `speed`: seconds a token to "read", to "learn", to "judge" with, and of the exported "graph";
    "start" is that of importing PyTorch (trainer/running/speed.py).
    """
    config = config_of(recipe)
    read, learn, judge, graph = (speed[name] for name in ("read", "learn", "judge", "graph"))
    article = min(work.tokens, config.model.max_tokens)
    trained = _TRAIN * work.articles
    examples = max(trained / config.batch.size, 1) * config.schedule.epochs
    if config.ranks:
        steps = math.ceil(examples)
        step = _learnt(config, article) * learn
        before = trained * (_TITLE + article) * judge  # the pairs are mined
    else:
        steps = max(math.ceil(examples), _QUERY_STEPS)
        step = _learnt(config, article) * learn + config.batch.size * _TITLE * read
        before = trained * article * read  # the articles that stay
    looks = 1 + math.ceil(steps / config.guard.evaluate_every)
    searched = min(work.articles, config.guard.validation_articles)
    validating = looks * _compared(searched, work.articles, article) * read
    judging = 2 * _compared(min(work.articles, 20_000), work.articles, work.tokens) * judge
    held_out = min(_HELD_OUT * work.articles, 300)
    exporting = (min(_EXPORTED, work.articles) * work.tokens + held_out * _TITLE) * graph
    fixed = _STARTING * speed["start"]
    return fixed + before + steps * step + validating + judging + (1 + _INT8) * exporting


def memory_of(recipe: str, work: Work, weights: int, a_token: int, free: int) -> int:
    """Bytes that the trainer's process will hold at most.

    `weights`: bytes of the base's; `a_token`: of the activations of a token; `free`: of the device.
    As in trainer/train.py, a step keeps all its activations when they fill at most half of what is
    free, else those of one group of texts at a time.
    """
    config = config_of(recipe)
    article = min(work.tokens, config.model.max_tokens)
    activations = _learnt(config, article) * a_token
    if activations > free // 2:
        activations = min(activations, config.batch.micro * config.model.max_tokens * a_token)
    return round(_PYTORCH + _COPIES * weights + activations)


def _learnt(config: TrainConfig, article: float) -> float:
    """Tokens of a step that go through the model with their gradient."""
    queries = config.batch.size * _TITLE
    if config.ranks:
        return queries + config.batch.size * (1 + config.batch.hard_negatives) * article
    return queries + config.loss.anchored_documents * article


def _compared(searched: float, articles: int, tokens: float) -> float:
    """Tokens that one encoder reads to answer the held-out questions among `searched` articles."""
    asking = min(_HELD_OUT * articles, searched / 4, 1000)
    # articles, then those without their title or last sentence, then three kinds of questions
    return (searched + 2 * asking) * tokens + 3 * asking * _TITLE


def config_of(recipe: str) -> TrainConfig:
    """The configuration of a recipe when nothing is chosen."""
    return parse_config({"training_set": "", "base": "", "run": "", "recipe": recipe})
