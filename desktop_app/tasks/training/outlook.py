"""What can be said before a training starts: readiness, encoder, how long, how much disk."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean
from typing import TYPE_CHECKING

from desktop_app.encoders.model_folder import read_manifest
from desktop_app.encoders.trainable import Trainable, trainable_encoders
from desktop_app.errors import UserError
from desktop_app.progress import Report, silent
from desktop_app.tasks.library_encoder import encoder_of
from desktop_app.tasks.session import Session
from desktop_app.tasks.training.durations import CHARACTERS, Work, memory_of, seconds_of
from desktop_app.tasks.training.readiness import Readiness, readiness
from desktop_app.tasks.training.run import TrainingRun, past_runs, sweep
from desktop_app.tasks.training.train_encoder import RECIPES, choose_base, disk_needed
from desktop_app.tasks.training.trainer_probe import TrainerMachine, probe

if TYPE_CHECKING:
    from desktop_app.library.library import Library

_SAMPLE = 200  # articles whose length is looked at
_WORDS = 30_522  # of BERT's vocabulary


@dataclass(frozen=True, slots=True)
class Outlook:
    """Everything that the card before a training shows."""

    ready: Readiness
    bases: tuple[Trainable, ...]
    base: Trainable | None  # the one that is taken unless the user chooses
    problem: str  # why nothing can be trained here, "" when something can
    machine: TrainerMachine | None
    seconds: dict[str, float]  # recipe -> estimate for `base`; {} when it cannot be told
    memory: dict[str, dict[str, int]]  # base's id -> recipe -> bytes of the trainer at most
    disk: dict[str, int]  # base's id -> bytes at most
    judged: int  # searches that the user judged
    runs: Sequence[TrainingRun]


def outlook(session: Session, report: Report = silent) -> Outlook:
    """Look at library, encoders and machine; some seconds. `report` is told articles.

    What is left of deleted runs is removed first: it is not to count as a full disk.
    """
    library = session.library
    sweep(library.folder)
    ready = readiness(library, session.vocabulary, report)
    base, problem, machine, articles = None, "", None, library.count()
    seconds: dict[str, float] = {}
    memory: dict[str, dict[str, int]] = {}
    bases = trainable_encoders()
    try:
        base = choose_base("", encoder_of(library.folder))
        machine = probe(library.folder, disk_needed(base, articles), *_shape(base))
        work = _work(session)
        if work is not None:
            seconds = {recipe: seconds_of(recipe, work, machine.speed) for recipe in RECIPES}
            a_number = machine.token_bytes / math.prod(_shape(base))
            memory = {one.id: _memory(one, work, a_number, machine.free) for one in bases}
    except UserError as error:
        problem = f"{error.message} {error.hint}".strip()
    return Outlook(
        ready=ready,
        bases=tuple(bases),
        base=base,
        problem=problem,
        machine=machine,
        seconds=seconds,
        memory=memory,
        disk={one.id: disk_needed(one, articles) for one in bases},
        judged=_judged(library),
        runs=past_runs(library.folder),
    )


def _memory(base: Trainable, work: Work, a_number: float, free: int) -> dict[str, int]:
    """Bytes of every recipe; `a_number`: bytes of a token's activations by width and layer."""
    token = round(a_number * math.prod(_shape(base)))
    weights = base.parameters_bytes
    return {recipe: memory_of(recipe, work, weights, token, free) for recipe in RECIPES}


def _work(session: Session) -> Work | None:
    """What the library gives to do, by a sample of its articles; None when it is empty."""
    library = session.library
    ids = library.ids()
    if not ids:
        return None
    some = [article.text for article in library.vectors.texts(ids[:: max(1, len(ids) // _SAMPLE)])]
    return Work(len(ids), mean(map(len, some)) / CHARACTERS)


def _shape(base: Trainable) -> tuple[int, int]:
    """Width and layers of an encoder: from its settings, else from the size of its weights."""
    try:
        said = json.loads((base.folder / "config.json").read_bytes())
        return int(said["hidden_size"]), int(said["num_hidden_layers"])
    except (OSError, ValueError, KeyError, TypeError):
        pass
    hidden = 384 if base.installed is None else read_manifest(base.installed).dimension
    weights = base.parameters_bytes / 4 - _WORDS * hidden
    return hidden, max(1, round(weights / (12 * hidden**2)))


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
