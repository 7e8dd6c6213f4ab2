"""What is said before a training starts: device, examples, and what may go wrong."""

from collections.abc import Sequence
from pathlib import Path
from statistics import mean

import torch
from torch import distributed

from trainer.config import TrainConfig
from trainer.labels import contrast_share
from trainer.model import TrainableEncoder
from trainer.protocol import Device, Readiness
from trainer.recipes import Examples
from trainer.running import hardware
from trainer.running.batches import length_groups, padding_share
from trainer.running.hardware import Machine

_LOOKED_AT = 100  # batches whose padding and contrast are measured
_LEAST_CONTRAST = 0.3  # share of anchors below which the user is warned
_COPIES_ON_DISK = 4  # the result, its graphs while they are made
_CHECKPOINT = 3  # copies of what is trained: weights and two moments
_COPIES_IN_MEMORY = 4  # of what is trained: weights, gradient, two moments


def device_event(machine: Machine) -> Device:
    """Where the run computes."""
    precision = "bf16" if machine.precision == torch.bfloat16 else "fp32"
    processes = distributed.get_world_size() if distributed.is_initialized() else 1
    return Device(machine.device.type, machine.name, precision, machine.memory, processes)


def readiness_event(
    config: TrainConfig,
    encoder: TrainableEncoder,
    examples: Examples,
    problems: Sequence[str],
    steps: int,
) -> Readiness:
    """What was found; measured on the first batches of the run itself."""
    looked = range(min(steps, examples.plan.steps_an_epoch, _LOOKED_AT))
    share = _contrast(config, examples, looked)
    size = 4 * sum(value.numel() for value in encoder.parameters())
    vectors = _vector_bytes(encoder, examples)
    trained = 4 * sum(value.numel() for value in encoder.trainable().values())
    kept = config.guard.keep + 2  # the best, and the one that is being written
    disk = _COPIES_ON_DISK * size + kept * _CHECKPOINT * trained + 2 * vectors
    memory = size + _COPIES_IN_MEMORY * trained + vectors  # the base that is compared with comes
    found = [*problems, *hardware.problems(Path(config.run), disk, memory, encoder.device)]
    if config.label_anchors in ("articles", "titles") and share < _LEAST_CONTRAST:
        found.append(
            f"Only {share:.0%} of the anchors have a positive and a negative in their batch: the "
            "contrastive loss skips the others. A larger batch or loss.negative_up_to helps."
        )
    padding = mean(_padding(config, encoder, examples, step) for step in looked)
    numbers = _numbers(encoder, examples, steps)
    return Readiness(len(examples.usable), share, padding, tuple(found), numbers)


def _numbers(encoder: TrainableEncoder, examples: Examples, steps: int) -> dict[str, int]:
    numbers = {
        "labels": len(examples.labels.vocabulary),
        "labelled_articles": int(examples.labels.labelled.sum()),
        "headings_without_place": examples.labels.unplaced,
        "trained_weights": sum(value.numel() for value in encoder.trainable().values()),
        "all_weights": sum(value.numel() for value in encoder.parameters()),
        "steps": steps,
        "steps_an_epoch": examples.plan.steps_an_epoch,
    }
    if examples.headings is not None:
        numbers["headings_asked_for"] = examples.headings.queries.headings
        numbers["documents"] = len(examples.headings.tokens)
        numbers["document_bytes"] = _vector_bytes(encoder, examples)
    return numbers


def _vector_bytes(encoder: TrainableEncoder, examples: Examples) -> int:
    """What the kept vectors of the articles take, on disk and in memory."""
    documents = 0 if examples.headings is None else len(examples.headings.tokens)
    return 4 * documents * encoder.dimension


def _contrast(config: TrainConfig, examples: Examples, looked: range) -> float:
    if config.label_anchors not in ("articles", "titles"):
        return 0.0
    batches = [examples.article_rows(step) for step in looked]
    loss = config.loss
    return contrast_share(examples.labels, batches, loss.positive_above, loss.negative_up_to)


def _padding(
    config: TrainConfig, encoder: TrainableEncoder, examples: Examples, step: int
) -> float:
    lengths = [len(item) for item in examples.batch(step).tokens]
    budget = config.batch.micro * encoder.max_tokens
    return padding_share(lengths, length_groups(lengths, budget, encoder.device.type))
