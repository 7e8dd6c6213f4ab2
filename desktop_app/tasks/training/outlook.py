"""What can be said before a training starts: readiness, encoder, how long, how much disk."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop_app.encoders.trainable import Trainable, trainable_encoders
from desktop_app.errors import UserError
from desktop_app.progress import Report, silent
from desktop_app.tasks.library_encoder import encoder_of
from desktop_app.tasks.session import Session
from desktop_app.tasks.training.readiness import Readiness, readiness
from desktop_app.tasks.training.run import TrainingRun, past_runs
from desktop_app.tasks.training.train_encoder import choose_base, disk_needed
from desktop_app.tasks.training.trainer_probe import TrainerMachine, probe
from trainer.config import BatchConfig

if TYPE_CHECKING:
    from desktop_app.library.library import Library

_SAMPLE = 12  # articles encoded to see how fast this machine is
# one text in training (forward and backward, fp32) against one in the int8 graph; measured
_SLOWER = {"cpu": 6.0, "cuda": 0.15, "mps": 0.8}
_TRAIN_SHARE = 0.75
_FIXED = 25.0  # s: starting PyTorch four times, exporting


@dataclass(frozen=True, slots=True)
class Outlook:
    """Everything that the card before a training shows."""

    ready: Readiness
    bases: tuple[Trainable, ...]
    base: Trainable | None  # the one that is taken unless the user chooses
    problem: str  # why nothing can be trained here, "" when something can
    machine: TrainerMachine | None
    seconds: dict[str, float]  # recipe -> estimate; {} when it cannot be told
    disk: int  # bytes
    judged: int  # searches that the user judged
    runs: Sequence[TrainingRun]


def outlook(session: Session, report: Report = silent) -> Outlook:
    """Look at library, encoders and machine; some seconds. `report` is told articles."""
    library = session.library
    ready = readiness(library, session.vocabulary, report)
    base, problem, machine = None, "", None
    try:
        base = choose_base("", encoder_of(library.folder))
        machine = probe(library.folder, disk_needed(base))
    except UserError as error:
        problem = f"{error.message} {error.hint}".strip()
    return Outlook(
        ready=ready,
        bases=tuple(trainable_encoders()),
        base=base,
        problem=problem,
        machine=machine,
        seconds=_estimates(session, machine),
        disk=disk_needed(base) if base is not None else 0,
        judged=_judged(library),
        runs=past_runs(library.folder),
    )


def _estimates(session: Session, machine: TrainerMachine | None) -> dict[str, float]:
    """Seconds of one pass over the library, from how fast texts are encoded right now."""
    encoder, library = session.encoder, session.library
    ids = library.ids()
    if encoder is None or machine is None or not ids:
        return {}
    some = [article.text for article in library.texts(ids[:: max(1, len(ids) // _SAMPLE)])]
    started = time.perf_counter()
    encoder.encode_documents(some[:_SAMPLE])
    each = (time.perf_counter() - started) / len(some[:_SAMPLE])
    slower = _SLOWER.get(machine.device, 1.0)
    examples = _TRAIN_SHARE * len(ids)
    judging = _FIXED + 6 * each * min(len(ids), 20_000)  # both encoders, in fp32
    negatives = 1 + BatchConfig().hard_negatives
    return {
        "biohicl": judging + examples * each * slower,
        "bica": judging + examples * each * (slower * (negatives + 0.3) + 2),
        "combined": judging + examples * each * (slower * (negatives + 0.3) + 2),
    }


def _judged(library: "Library") -> int:
    from desktop_app.library.training_rows import TrainingRows

    with library.reading() as connection:
        return len({query for query, _, _ in TrainingRows(connection).judgements()})


def titles_of(run: TrainingRun, library: "Library") -> dict[int, str]:
    """The titles of the articles that the best and worst questions of a run found."""
    evaluation = run.evaluation() or {}
    ids = {
        article
        for side in ("best", "worst")
        for one in evaluation.get(side, ())
        for hits in (one["hits_before"], one["hits_after"])
        for article in hits
    }
    return {number: found.title for number, found in library.summaries(sorted(ids)).items()}
