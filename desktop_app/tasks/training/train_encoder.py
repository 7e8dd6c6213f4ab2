"""Starts and goes on with the training of an encoder on a library: everything but the process.

`prepare_run` makes the run's folder; `command(run)` is what to execute next, until there is none.
The window runs the commands by QProcess, the command line by subprocess.
"""

import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from desktop_app import files, paths
from desktop_app.encoders.installed import EncoderInfo
from desktop_app.encoders.trainable import Trainable, trainable, trainable_encoders
from desktop_app.errors import UserError
from desktop_app.library.library import Library
from desktop_app.mesh.vocabulary import Vocabulary
from desktop_app.progress import Report, silent
from desktop_app.tasks.export_training_set import export_training_set
from desktop_app.tasks.training.environment.child import without_bundle
from desktop_app.tasks.training.run import (
    FOLDER,
    About,
    Stage,
    TrainingRun,
    open_run,
    sweep,
    write_about,
)
from trainer.config import ConfigError, TrainConfig, parse_config, read_config

RECIPES = ("combined", "biohicl", "bica")
_RUN = re.compile(r"\d{4}-\d\d-\d\d-\d{6}")  # the name of a run's folder
_FULL_RATE = 2e-5  # config.py: 2e-4 is for LoRA, this for all weights
_AN_ARTICLE = 4096 + 2 * 4 * 1024  # bytes: its text and headings, its vector of 1,024 numbers
_SPARE = 200 << 20  # bytes that stay free on the disk
_NO_PYTHON = (
    "The training runtime (PyTorch) is not installed.",
    "“litmesh trainer install” installs it; LITMESH_TRAINER_PYTHON names another Python with it.",
)


@dataclass(frozen=True, slots=True)
class Choice:
    """What the user chose; `options` are dotted names of trainer/config.py with their values."""

    recipe: str = "combined"
    base: str = ""  # id of a trainable encoder; "" the one in use, else the first
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Command:
    """A process to run: stdout is the protocol for `TRAIN`, plain words for the others."""

    stage: Stage
    words: tuple[str, ...]
    folder: Path  # to run it in
    environment: Mapping[str, str]


def trainer_python() -> Path:
    """The Python that has PyTorch. Raises UserError with the remedy."""
    found = paths.trainer_python()
    if found is None:
        raise UserError(*_NO_PYTHON)
    return found


def choose_base(wanted: str, in_use: EncoderInfo | None) -> Trainable:
    """The encoder to train: the wanted one, else the one in use, else any. Raises UserError."""
    found = trainable_encoders()
    if wanted:
        for base in found:
            if wanted in (base.id, base.name, base.title):
                return base
        raise UserError(f"{wanted} cannot be trained: it is not here in a trainable form.")
    if in_use is not None:
        return _own(in_use)
    if not found:
        raise UserError(
            "No encoder is here that can be trained.",
            f"Put a folder with model.safetensors into {paths.bases_dir()}.",
        )
    return found[0]


def _own(in_use: EncoderInfo) -> Trainable:
    """The trainable form of the encoder in use. Raises UserError: it has none."""
    own = trainable(in_use)
    if own is None:
        raise UserError(
            f"{in_use.name}, which this library uses, was installed without its weights: it can be "
            "neither trained nor compared with what is trained.",
            "Remove it and install it again, or use another encoder first.",
        )
    return own


def prepare_run(
    library: Library,
    vocabulary: Vocabulary,
    choice: Choice,
    in_use: EncoderInfo | None = None,
    report: Report = silent,
) -> TrainingRun:
    """Write the training set and the configuration of a new run; nothing is started.

    `in_use` is the library's encoder, which the trained one must beat. `report` is told articles;
    on Cancelled or an error nothing is left. Raises UserError: no base, a bad option, a full disk.
    """
    base = choose_base(choice.base, in_use)
    beaten = _own(in_use) if in_use is not None else base
    now = datetime.now().astimezone()
    path = library.folder / FOLDER / now.strftime("%Y-%m-%d-%H%M%S")
    config = configuration(choice, base, path)
    check_space(library.folder, base, library.count(), config.model.tuning == "full")
    about = _about(library, choice, base, beaten, now)
    _sweep(path.parent)
    sweep(library.folder)
    try:
        path.mkdir(parents=True)
        exported = export_training_set(
            library, vocabulary, path / "training-set", seed=config.seed, report=report
        )
        files.write_text(path / "config.json", config.to_json())
        write_about(path, replace(about, articles=exported.articles))
    except OSError as error:
        shutil.rmtree(path, ignore_errors=True)
        reason = error.strerror or str(error)
        raise UserError(f"{path} could not be written: {reason}.", "Free some space.") from error
    except BaseException:
        shutil.rmtree(path, ignore_errors=True)
        raise
    return open_run(path)


def _sweep(folder: Path) -> None:
    """Remove runs that were killed while they were written: what a run is for is written last."""
    for path in folder.glob("*") if folder.is_dir() else ():
        if _RUN.fullmatch(path.name) and not (path / "about.json").is_file():
            shutil.rmtree(path, ignore_errors=True)


def configuration(choice: Choice, base: Trainable, path: Path) -> TrainConfig:
    """The trainer's configuration of a choice. Raises UserError naming the option."""
    values: dict[str, Any] = {
        "training_set": str(path / "training-set"),
        "base": str(base.folder),
        "run": str(path),
        "recipe": choice.recipe,
        "base_name": base.name,
    }
    options = dict(choice.options)
    if options.get("model.tuning") == "full":
        options.setdefault("schedule.learning_rate", _FULL_RATE)
    for name, value in options.items():
        section, _, option = name.rpartition(".")
        (values.setdefault(section, {}) if section else values)[option] = value
    try:
        return parse_config(values)
    except ConfigError as error:
        raise UserError(f"The option {error}", "Correct it, or leave it out.") from error


def disk_needed(base: Trainable, articles: int, full: bool = False) -> int:
    """Bytes that a run may take, estimated high: weights, result, export, the training set with the
    vectors of its articles (twice while they are written); with `full` tuning four checkpoints of
    all weights and their moments.
    """
    checkpoints = 12 * base.parameters_bytes if full else 0
    widened = base.parameters_bytes if base.installed is not None else 0
    return checkpoints + widened + 4 * base.parameters_bytes + articles * _AN_ARTICLE + _SPARE


def check_space(folder: Path, base: Trainable, articles: int, full: bool = False) -> None:
    """Raise UserError when the disk has no room for a run on so many articles."""
    needed, free = disk_needed(base, articles, full), shutil.disk_usage(folder).free
    if free < needed:
        raise UserError(
            f"{folder}: {free >> 20:,} MiB are free, training needs up to {needed >> 20:,} MiB.",
            "Free some space first: old runs can be deleted in the same window.",
        )


def command(run: TrainingRun, stage: Stage | None = None) -> Command | None:
    """What to execute next for a run (or for `stage`), None when nothing is left.

    Raises UserError when the training runtime is missing.
    """
    stage = stage or run.stage
    if stage is Stage.DONE:
        return None
    _settle(run)
    words = (str(trainer_python()), "-m", *_module(run, stage))
    return Command(stage, words, paths.trainer_root(), environment())


def _settle(run: TrainingRun) -> None:
    """Let the configuration name the folder where the run is now: its library may have moved."""
    try:
        config = read_config(run.config)
        here = replace(config, training_set=str(run.training_set), run=str(run.path))
        if here != config:
            files.write_text(run.config, here.to_json())
    except ConfigError as error:
        raise UserError(f"{run.config}: {error}", "Begin another training.") from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise UserError(f"{run.config} could not be written: {reason}.") from error


def _module(run: TrainingRun, stage: Stage) -> tuple[str, ...]:
    about = run.about
    base, result = about.base_folder, str(run.path / "result")
    match stage:
        case Stage.BASE:
            missing = run.missing_base
            if missing not in about.to_make:
                raise UserError(f"{missing} is gone: the encoder that was to be trained.")
            return ("trainer.conversion.installed_base", about.to_make[missing], missing)
        case Stage.MINE:
            config = read_config(run.config)
            kind = "citations" if config.batch.mine == "none" else config.batch.mine
            said = ("--negatives", kind, "--seed", str(config.seed))
            place = ("--encoder", base, "--run", str(run.path))
            read = ("--encoder-name", config.base_name, *_pooling(config))
            on = ("--device", config.schedule.device)
            return ("trainer", "mine", str(run.training_set), *place, *read, *said, *on)
        case Stage.TRAIN:
            return ("trainer", "train", str(run.config))
        case Stage.EVALUATE:
            pair = ("--before", about.before, "--after", result)
            config = read_config(run.config)
            output = ("--output", str(run.evaluation_file), "--device", config.schedule.device)
            # before as training read it, when it is the base: with its prefix and pooling
            same = about.before == base
            read = ("--name", config.base_name, *_pooling(config)) if same else ()
            return ("trainer", "evaluate", str(run.training_set), *pair, *read, *output, "--events")
        case _:
            place = (str(run.path), str(run.model), "--name", about.name)
            return ("trainer", "export", *place, "--events")


def _pooling(config: TrainConfig) -> tuple[str, ...]:
    return ("--pooling", config.model.pooling) if config.model.pooling else ()


def environment() -> dict[str, str]:
    """For the trainer's process: offline, without telemetry, without traces of our Python."""
    foreign = ("PYTHONHOME", "VIRTUAL_ENV", "__PYVENV", "QT_", "LD_PRELOAD")
    inherited = without_bundle(os.environ).items()
    kept = {name: value for name, value in inherited if not name.startswith(foreign)}
    on = (
        *("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY", "PYTHONUTF8"),
        *("ORT_DISABLE_TELEMETRY", "DO_NOT_TRACK", "PYTHONUNBUFFERED", "PYTHONNOUSERSITE"),
    )
    path = os.pathsep.join(filter(None, (kept.get("PYTHONPATH", ""), str(paths.trainer_root()))))
    return kept | dict.fromkeys(on, "1") | {"PYTHONPATH": path}


def _about(
    library: Library, choice: Choice, base: Trainable, beaten: Trainable, now: datetime
) -> About:
    original = base.title.partition(" · trained")[0]
    called = library.folder.name
    return About(
        name=f"{base.name[:50]}-trained-{now:%Y%m%d-%H%M%S}",
        title=f"{original} · trained {now.day} {now:%b %Y} on {called}",
        recipe=choice.recipe,
        base=base.title,
        base_folder=str(base.folder),
        before=str(beaten.folder),
        library=called,
        created=now.isoformat(timespec="seconds"),
        to_make={str(b.folder): str(b.installed) for b in (base, beaten) if b.installed},
    )
