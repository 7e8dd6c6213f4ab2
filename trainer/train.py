"""A training run from its configuration to the folder of merged weights.

python -m trainer train config.json
torchrun --standalone --nproc-per-node 2 -m trainer train config.json
"""

import gc
import math
import os
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import torch
from torch import distributed

from trainer.advance import Advance
from trainer.base_vectors import Base
from trainer.config import ConfigError, TrainConfig
from trainer.conversion.probe_texts import probe_texts
from trainer.frozen_documents import BLOCK, frozen_documents
from trainer.model import TrainableEncoder, load_encoder, weights_hash
from trainer.objective import Objective
from trainer.protocol import Estimate, Finished, Started, Stopped, Warned
from trainer.recipes import Examples
from trainer.running import checkpoints, hardware
from trainer.running.cached_step import CachedStep, Passing
from trainer.running.checkpoints import CheckpointError, Snapshot
from trainer.running.hardware import Machine
from trainer.running.loop import Loop, Parts, load_trainable
from trainer.running.merged_folder import write_merged
from trainer.running.readiness import device_event, readiness_event
from trainer.running.run_folder import RunFolder, Say
from trainer.running.run_pairs import run_pairs
from trainer.running.run_progress import Progress, from_json
from trainer.running.stopping import StopFlag, StopRequested
from trainer.training_set import TrainingSet, read_training_set
from trainer.validation import Validation

_LEAST_COSINE = 0.99  # of a device's vector to the processor's; bf16 keeps .999
_LEAST_QUERY_STEPS = 100  # queries are written anew in every step: one pass is no measure of them


def train(config: TrainConfig, say: Say, stop: StopFlag) -> None:
    """Run, or go on with, a training; ends with the event `finished` or `stopped`.

    Raises ConfigError, TrainingSetError, ConversionError, CheckpointError, NonFinite, OutOfMemory.
    """
    started = time.monotonic()
    folder = RunFolder(Path(config.run))
    folder.prepare(config)
    if folder.state().get("status") == "finished":
        raise ConfigError("run", f"{folder.path} is finished; choose another folder.")
    machine = _machine(config)
    first = not distributed.is_initialized() or distributed.get_rank() == 0
    say = folder.journal(say) if first else _silent
    parts, step = None, 0
    try:
        parts, snapshot = _parts(config, folder, machine, say, stop)
        step = _run(parts, snapshot, first)
    except StopRequested:  # before the first step: there is nothing to save
        pass
    if first and parts is not None and step == parts.steps:
        _finish(parts, time.monotonic() - started)
    elif first:
        folder.note(status="stopped", step=step)
        say(Stopped(step))
    if distributed.is_initialized():
        distributed.barrier()  # nobody leaves while another still needs it
        _leave_group()


def _leave_group() -> None:
    """End the group and its threads.

    Trainer wraps the model in DistributedDataParallel, and the two hold each other: the wrapper has
    to be gone first, or it keeps the group's threads alive while Python ends, which may abort it.
    """
    gc.collect()
    distributed.destroy_process_group()


def _run(parts: Parts, snapshot: Snapshot | None, first: bool) -> int:
    """Train; the step that was reached."""
    loop = Loop(parts)
    if snapshot is None:
        _try_longest(parts)
        if first and parts.validate is not None:
            parts.progress.base = parts.validate()
    loop.go_on(snapshot)
    return int(loop.state.global_step)


# --- what a run needs ----------------------------------------------------------------------------


def _machine(config: TrainConfig) -> Machine:
    if config.schedule.threads:
        torch.set_num_threads(config.schedule.threads)
    try:
        machine = hardware.choose(config.schedule)
    except ValueError as error:
        raise ConfigError("schedule.device", str(error)) from error
    launched = int(os.environ.get("WORLD_SIZE", "1")) > 1  # by torchrun, srun, by hand
    if launched and not distributed.is_initialized():
        own = machine.device if machine.device.type == "cuda" else None
        # the others wait while the first mines pairs or reads all articles: NCCL gives up in 10 min
        distributed.init_process_group(
            "gloo" if own is None else "nccl", timeout=timedelta(days=1), device_id=own
        )
    return machine


def _trusted(machine: Machine, encoder: TrainableEncoder, config: TrainConfig, say: Say) -> Machine:
    """The machine if it computes what the processor does, else the processor.

    A driver may compute something else without a word, and all would be learnt from that.
    """
    if machine.device.type == "cpu":
        return machine
    tokens = encoder.tokenize(["Pain", *probe_texts()])
    expected = encoder.vectors(tokens)
    _to_machine(encoder, machine, False)
    cosine = float((encoder.vectors(tokens).cpu() * expected).sum(1).min())
    if cosine >= _LEAST_COSINE:
        return machine
    words = f"{machine.name} computes other vectors than the processor (cosine {cosine:.3f})"
    if distributed.is_initialized():
        raise ConfigError("schedule.device", f"{words}; take the processor.")
    say(Warned(f"{words}: the processor is used. A newer driver may help."))
    return hardware.choose(replace(config.schedule, device="cpu"))


def _parts(
    config: TrainConfig, folder: RunFolder, machine: Machine, say: Say, stop: StopFlag
) -> tuple[Parts, Snapshot | None]:
    """Everything read, checked and told; the newest checkpoint when there is one."""
    training_set = read_training_set(Path(config.training_set))
    encoder = load_encoder(Path(config.base), config.model, config.base_name, config.seed)
    facts = {"base": weights_hash(encoder.source), "training_set": training_set.sha256}
    snapshot = _snapshot(folder, facts, say)
    say(Started(str(folder.path), config.recipe, config.seed, snapshot.step if snapshot else 0))
    machine = _trusted(machine, encoder, config, say)
    say(device_event(machine))
    _to_machine(encoder, machine, config.batch.checkpointing)
    pairs, problems = run_pairs(config, folder, training_set, say, stop)
    examples = Examples(
        config,
        encoder,
        training_set.part("train"),
        pairs,
        training_set.entry_terms,
        training_set.citations,
    )
    steps = _steps(config, examples)
    progress = from_json(snapshot.progress) if snapshot else Progress()
    say(readiness_event(config, encoder, examples, problems, steps))
    parts = Parts(
        config=config,
        encoder=encoder,
        examples=examples,
        objective=Objective(config),
        stepper=_stepper(config, encoder, examples, machine, progress, say, stop),
        base=_base(config, examples, machine, folder, facts, say, stop),
        folder=folder,
        validate=_validation(config, encoder, training_set, say),
        say=say,
        stop=stop,
        steps=steps,
        facts=facts,
        progress=progress,
    )
    return parts, snapshot


def _snapshot(folder: RunFolder, facts: dict[str, str], say: Say) -> Snapshot | None:
    snapshot, faults = checkpoints.newest(folder.checkpoints)
    for fault in faults:
        say(Warned(f"A checkpoint is left out: {fault}"))
    if snapshot is not None and dict(snapshot.facts) != facts:
        raise CheckpointError(
            f"{folder.path}: its checkpoints were made from another base or training set."
        )
    return snapshot


def _steps(config: TrainConfig, examples: Examples) -> int:
    wanted = math.ceil(config.schedule.epochs * examples.plan.steps_an_epoch)
    least = 1 if examples.headings is None else _LEAST_QUERY_STEPS
    return config.schedule.steps or max(wanted, least)


def _to_machine(encoder: TrainableEncoder, machine: Machine, checkpointing: bool) -> None:
    encoder.to(machine.device)
    encoder.precision = machine.precision
    # a processor is faster with the plain form, in bf16 by a third; Metal's fused one has been
    # wrong without a word (pytorch 174861, 176767, 184180)
    if machine.device.type == "cuda":
        encoder.fuse_attention()
    if checkpointing:
        encoder.recompute_activations()


def _base(
    config: TrainConfig,
    examples: Examples,
    machine: Machine,
    folder: RunFolder,
    facts: dict[str, str],
    say: Say,
    stop: StopFlag,
) -> Base:
    """The base as it was, when the loss compares with it, and its vectors of the articles."""
    if not Objective(config).needs_base:
        return Base(config, None)
    whole = replace(config.model, tuning="full")
    base = load_encoder(Path(config.base), whole, config.base_name).requires_grad_(False)
    _to_machine(base, machine, False)
    if examples.headings is None:
        return Base(config, base)

    tokens = examples.headings.tokens
    report = Advance("documents", len(tokens), say)
    done = 0

    def check() -> None:
        nonlocal done
        # the other processes would wait for this one
        if stop and not distributed.is_initialized():
            raise StopRequested
        report(done, len(tokens) + 1)
        done = min(done + BLOCK, len(tokens))

    return Base(config, base, frozen_documents(base, tokens, facts, folder.documents, check))


def _validation(
    config: TrainConfig, encoder: TrainableEncoder, training_set: TrainingSet, say: Say
) -> Callable[[], float] | None:
    validation = Validation(training_set, config.seed, config.guard.validation_articles)
    if not validation:
        say(Warned("No held-out article gives a question: the last step is taken as the best."))
        return None
    return partial(validation, encoder)


def _stepper(
    config: TrainConfig,
    encoder: TrainableEncoder,
    examples: Examples,
    machine: Machine,
    progress: Progress,
    say: Say,
    stop: StopFlag,
) -> CachedStep:
    cached = config.batch.cached == "always"
    if config.batch.cached == "auto":
        tokens = sum(len(item) for item in examples.batch(examples.longest()).tokens)
        shape = encoder.transformer.config
        layers, hidden = shape.num_hidden_layers, shape.hidden_size
        needed = hardware.activation_bytes(tokens, layers, hidden, machine.precision)
        cached = needed > hardware.free_memory(machine.device) // 2

    def check() -> None:
        # the other processes would wait for this one, so they stop together after the step
        if stop and not distributed.is_initialized():
            raise StopRequested

    def shrunk(passing: Passing) -> None:
        say(Warned(f"Memory ended: going on with {passing.micro} texts at a time."))

    passing = Passing(progress.micro or config.batch.micro, cached)
    return CachedStep(encoder, passing, config.seed, check, shrunk)


# --- before the first step and after the last ----------------------------------------------------


def _try_longest(parts: Parts) -> None:
    """The longest batch, twice, without learning from it: what it takes in memory and time."""
    device, stepper = parts.encoder.device, parts.stepper
    longest = parts.examples.longest()
    batch = parts.examples.batch(longest)
    base = parts.base.of(batch, longest)
    hardware.reset_memory(device)
    parts.encoder.train()
    for _ in range(2):  # the first also pays for what is made once
        started = time.monotonic()
        stepper.run(0, batch.tokens, lambda vectors: parts.objective(vectors, batch, base))
        seconds = time.monotonic() - started
    parts.encoder.zero_grad()
    parts.say(
        Estimate(
            steps=parts.steps,
            seconds_a_step=seconds,
            seconds=seconds * parts.steps,
            memory=hardware.used_memory(device),
            memory_free=hardware.free_memory(device),
            micro=stepper.passing.micro,
            cached=stepper.passing.cached,
        )
    )


def _finish(parts: Parts, seconds: float) -> None:
    progress, folder = parts.progress, parts.folder
    step = progress.best_step if parts.config.guard.best else parts.steps
    if step != parts.steps:
        best = checkpoints.load(folder.checkpoints / f"step-{step}")
        load_trainable(parts.encoder, best)
    write_merged(parts.encoder, folder.result, parts.config.model.merge)
    metrics = {"trained_seconds": progress.seconds}
    if parts.validate is not None:
        metrics |= {"base": progress.base, "best": progress.best}
    folder.note(status="finished", step=parts.steps, best_step=step)
    parts.say(Finished(str(folder.result), step, seconds, metrics))


def _silent(event: object) -> None:
    """Only the first process speaks."""
