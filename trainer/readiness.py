"""What is said before a training starts: device, examples, and what may go wrong."""

from collections.abc import Sequence
from pathlib import Path
from statistics import mean

import torch
from torch import distributed

from trainer import hardware
from trainer.batches import length_groups, padding_share
from trainer.config import TrainConfig
from trainer.hardware import Machine
from trainer.labels import contrast_share
from trainer.model import TrainableEncoder
from trainer.protocol import Device, Readiness
from trainer.recipes import Examples

_LOOKED_AT = 100  # batches whose padding and contrast are measured
_LEAST_CONTRAST = 0.3  # share of anchors below which the user is warned
_COPIES_ON_DISK = 6  # three checkpoints with moments, the result, its graphs
_COPIES_IN_MEMORY = 4  # weights, gradient, two moments


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
    weights = {name: value.numel() for name, value in encoder.named_parameters()}
    size = 4 * sum(weights.values())
    disk, memory = _COPIES_ON_DISK * size, _COPIES_IN_MEMORY * size
    found = [*problems, *hardware.problems(Path(config.run), disk, memory, encoder.device)]
    if config.recipe != "bica" and share < _LEAST_CONTRAST:
        found.append(
            f"Only {share:.0%} of the anchors have a positive and a negative in their batch: the "
            "contrastive loss skips the others. A larger batch or loss.negative_up_to helps."
        )
    numbers = {
        "labels": len(examples.labels.vocabulary),
        "labelled_articles": int(examples.labels.labelled.sum()),
        "headings_without_place": examples.labels.unplaced,
        "trained_weights": sum(weights[name] for name in encoder.trainable()),
        "all_weights": sum(weights.values()),
        "steps": steps,
        "steps_an_epoch": examples.plan.steps_an_epoch,
    }
    padding = mean(_padding(config, encoder, examples, step) for step in looked)
    return Readiness(len(examples.usable), share, padding, tuple(found), numbers)


def _contrast(config: TrainConfig, examples: Examples, looked: range) -> float:
    if config.recipe == "bica":
        return 0.0
    batches = [examples.article_rows(step) for step in looked]
    loss = config.loss
    return contrast_share(examples.labels, batches, loss.positive_above, loss.negative_up_to)


def _padding(
    config: TrainConfig, encoder: TrainableEncoder, examples: Examples, step: int
) -> float:
    lengths = [len(item) for item in examples.batch(step).tokens]
    return padding_share(lengths, length_groups(lengths, config.batch.micro * encoder.max_tokens))
