"""The training loop: transformers' Trainer with our steps, checkpoints, clock and guards."""

import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

import torch
from torch import Tensor, distributed, nn
from torch.utils.data import DataLoader
from transformers import PrinterCallback, Trainer, TrainerCallback, TrainingArguments

from trainer.base_vectors import Base
from trainer.config import TrainConfig
from trainer.model import TrainableEncoder
from trainer.objective import Objective
from trainer.protocol import Checkpoint, Evaluated, Step
from trainer.recipes import Examples, StepBatch
from trainer.running import checkpoints, hardware
from trainer.running.ahead import BatchesAhead
from trainer.running.cached_step import CachedStep
from trainer.running.checkpoints import Snapshot
from trainer.running.run_folder import RunFolder, Say
from trainer.running.run_progress import Progress, to_json
from trainer.running.stopping import StopFlag, StopRequested

_LATEST = 20  # steps from which the remaining time is reckoned


class NonFinite(Exception):
    """The loss or a gradient is NaN or infinite; the weights are still those before the step."""

    def __init__(self, step: int) -> None:
        super().__init__(f"the loss or its gradient is not finite in step {step}")


@dataclass(slots=True)
class Parts:
    """What the loop works with."""

    config: TrainConfig
    encoder: TrainableEncoder
    examples: Examples
    objective: Objective
    stepper: CachedStep
    base: Base
    folder: RunFolder
    validate: Callable[[], float] | None  # None: there is nothing to ask
    say: Say
    stop: StopFlag
    steps: int
    facts: dict[str, Any]
    progress: Progress


class Loop(Trainer):
    """Trainer that steps through `Parts.examples`, writes no pickles and prints nothing."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.latest: dict[str, Any] = {}
        self.stepped: list[float] = []  # seconds of each step of this process
        self._saved = time.monotonic()
        self._batches = BatchesAhead(parts.examples, parts.steps)
        super().__init__(
            model=parts.encoder,
            args=_arguments(parts.config, parts.steps, parts.encoder.device),
            train_dataset=self._batches,
            callbacks=[_Clock(self)],
        )
        self.remove_callback(PrinterCallback)

    def get_train_dataloader(self) -> DataLoader:
        """One item a step; every process gets the whole batch and computes its share."""
        return DataLoader(self.train_dataset, batch_size=1, collate_fn=_only)

    def training_step(
        self, model: nn.Module, inputs: dict[str, StepBatch], num_items_in_batch: Any = None
    ) -> Tensor:
        """Gradients of a step; raises NonFinite before they can change a weight."""
        parts, batch, started = self.parts, inputs["batch"], time.monotonic()
        parts.encoder.train()
        step = self.state.global_step
        base = parts.base.of(batch, step)
        loss, terms = parts.stepper.run(
            step, batch.tokens, lambda vectors: parts.objective(vectors, batch, base)
        )
        norm = _gradient_norm(parts.encoder)
        if not (math.isfinite(loss) and math.isfinite(norm)):
            raise NonFinite(step + 1)
        self.stepped.append(time.monotonic() - started)
        rate = self.lr_scheduler.get_last_lr()[0]
        self.latest = {"loss": loss, "gradient_norm": norm, "learning_rate": rate, "parts": terms}
        return torch.tensor(loss, device=parts.encoder.device)

    # --- what was a step's end ---------------------------------------------------------------

    def tell_step(self) -> None:
        """Say how the step went and how long the rest will take."""
        done, total = self.state.global_step, self.state.max_steps
        self.parts.progress.seconds += self.stepped[-1]
        self.parts.say(
            Step(
                step=done,
                steps=total,
                seconds=self.stepped[-1],
                remaining=(total - done) * median(self.stepped[-_LATEST:]),
                memory=hardware.used_memory(self.parts.encoder.device),
                **self.latest,
            )
        )

    def is_due(self, step: int) -> bool:
        """Whether the weights after a step are to be validated."""
        every = self.parts.config.guard.evaluate_every
        return step >= self.parts.steps or (every > 0 and step % every == 0)

    def must_save(self) -> bool:
        """Whether the last checkpoint is old enough for another."""
        return time.monotonic() - self._saved >= self.parts.config.guard.checkpoint_seconds

    def must_stop(self) -> bool:
        """Whether any process was asked to stop."""
        stop = bool(self.parts.stop)
        if distributed.is_initialized():
            flag = torch.tensor(float(stop), device=self.parts.encoder.device)
            distributed.all_reduce(flag)
            stop = bool(flag > 0)
        return stop

    # --- in place of Trainer's own -----------------------------------------------------------

    def _evaluate(self, *_: Any, **__: Any) -> dict[str, float]:
        """Validate; Trainer calls this when the clock says so."""
        self.control.should_evaluate = False
        self._validate(self.state.global_step)
        return {}

    def _validate(self, step: int) -> None:
        """Note the metric of the weights after `step`; without one the latest are the best."""
        parts, progress = self.parts, self.parts.progress
        if not self.is_world_process_zero():
            return
        if parts.validate is None:
            progress.best_step = step
            return
        value = parts.validate()
        best = not progress.best >= value  # also when there is none yet
        if best:
            progress.best, progress.best_step = value, step
        progress.history.append((step, value))
        parts.say(Evaluated(step, "validation", value, progress.base, best))

    def _save_checkpoint(self, *_: Any, **__: Any) -> None:
        """Write our own checkpoint: no pickle, whole or not at all."""
        if not self.is_world_process_zero():
            return
        parts, step = self.parts, self.state.global_step
        parts.progress.micro = parts.stepper.passing.micro
        snapshot = Snapshot(
            step=step,
            weights=parts.encoder.trainable(),
            optimizer=self.optimizer.state_dict(),
            scheduler=self.lr_scheduler.state_dict(),
            facts=parts.facts,
            progress=to_json(parts.progress),
            counters=asdict(self.state),
        )
        path = checkpoints.save(parts.folder.checkpoints, snapshot)
        best = parts.progress.best_step if parts.config.guard.best else None
        checkpoints.prune(parts.folder.checkpoints, parts.config.guard.keep, best)
        parts.folder.note(status="running", step=step, best_step=parts.progress.best_step)
        self._saved = time.monotonic()
        parts.say(Checkpoint(step, str(path.relative_to(parts.folder.path))))

    def save_now(self) -> None:
        """A checkpoint outside the loop: after a stop in the middle of a step."""
        self._save_checkpoint()

    def go_on(self, snapshot: Snapshot | None) -> None:
        """Train to the last step, from `snapshot` when there is one.

        A run that is asked to stop does so without the validation that was due: it is made up for
        here, as the best step is chosen among those validated.
        """
        self._snapshot = snapshot
        if snapshot is not None and self.is_due(snapshot.step):
            history = self.parts.progress.history
            if snapshot.step not in (step for step, _ in history):
                load_trainable(self.parts.encoder, snapshot)
                self._validate(snapshot.step)
        try:
            self.train(resume_from_checkpoint=None if snapshot is None else str(snapshot.path))
        except StopRequested:
            self.parts.encoder.zero_grad()
            self.save_now()
        finally:
            self._batches.close()

    def _load_from_checkpoint(self, *_: Any, **__: Any) -> None:
        """Put the snapshot's weights into the encoder."""
        load_trainable(self.parts.encoder, self._snapshot)

    def _load_optimizer_and_scheduler(self, checkpoint: str | None) -> None:
        if self._snapshot is not None:
            self.optimizer.load_state_dict(dict(self._snapshot.optimizer))
            self.lr_scheduler.load_state_dict(dict(self._snapshot.scheduler))

    def _load_rng_state(self, checkpoint: str | None) -> None:
        """Nothing: dropout is seeded by the step."""

    def _load_scaler(self, checkpoint: str | None) -> None:
        """Nothing: bf16 needs no scaling."""


class _Clock(TrainerCallback):
    """Says after every step what is due."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop

    def on_step_end(self, args: Any, state: Any, control: Any, **more: Any) -> Any:
        """Report, and ask for validation, checkpoint, stop."""
        loop = self._loop
        loop.tell_step()
        last = state.global_step >= state.max_steps
        stop = loop.must_stop()
        control.should_evaluate = last or (loop.is_due(state.global_step) and not stop)
        control.should_save = control.should_evaluate or loop.must_save() or stop
        control.should_training_stop = last or stop
        return control


def load_trainable(encoder: TrainableEncoder, snapshot: Snapshot | None) -> None:
    """Set what is trained to a snapshot's weights; CheckpointError when they do not fit."""
    if snapshot is None:
        return
    parameters = encoder.trainable()
    if set(parameters) != set(snapshot.weights):
        raise checkpoints.CheckpointError("The checkpoint holds weights of another model.")
    with torch.no_grad():
        for name, parameter in parameters.items():
            parameter.copy_(snapshot.weights[name])


def _gradient_norm(encoder: TrainableEncoder) -> float:
    gradients = [p.grad for p in encoder.trainable().values() if p.grad is not None]
    return float(nn.utils.get_total_norm(gradients)) if gradients else 0.0


def _only(items: list[StepBatch]) -> dict[str, StepBatch]:
    """The one item, in a dict as Trainer expects."""
    return {"batch": items[0]}


def _arguments(config: TrainConfig, steps: int, device: torch.device) -> TrainingArguments:
    schedule = config.schedule
    names = {"linear": "linear", "cosine": "cosine", "constant": "constant_with_warmup"}
    return TrainingArguments(
        output_dir=config.run,
        max_steps=steps,
        per_device_train_batch_size=1,  # an item of the data is a whole step
        learning_rate=schedule.learning_rate,
        lr_scheduler_type=names[schedule.decay],
        warmup_steps=math.ceil(schedule.warmup * steps),
        weight_decay=schedule.weight_decay,
        max_grad_norm=schedule.clip,
        optim="adamw_torch",
        seed=config.seed,
        use_cpu=device.type == "cpu",
        save_strategy="no",  # the clock decides
        eval_strategy="no",
        logging_strategy="no",
        logging_nan_inf_filter=False,
        report_to="none",
        disable_tqdm=True,
        dataloader_pin_memory=False,
        ddp_find_unused_parameters=False,
        remove_unused_columns=False,
    )
