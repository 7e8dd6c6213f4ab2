"""The folder of one training run of a library: what it is, how far it went, what came of it.

about.json        ours: what was to be trained, when, from which encoder (`About`)
training-set/     what the trainer sees of the library
config.json, state.json, events.jsonl, pairs.jsonl, checkpoints/, result/     the trainer's
evaluation.json   old against new, with the verdict (trainer/evaluate.py)
model/            the exported encoder; there only when it is offered
"""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from desktop_app import files
from desktop_app.errors import UserError
from trainer.protocol import Event, parse

SCHEMA = 1
FOLDER = "training"  # in the library's folder
_REMOVED = ".removed"  # the end of a hidden folder's name while it is deleted


class Stage(StrEnum):
    """What is left to do, in this order; each is a process of its own and can be done again."""

    BASE = "base"  # the encoder in a form that can be trained
    MINE = "mine"  # hard negatives, when the user wants to see them first
    TRAIN = "train"
    EVALUATE = "evaluate"
    EXPORT = "export"
    DONE = "done"


class Outcome(StrEnum):
    """What came of a run, in two words."""

    BETTER = "better"
    MIXED = "better in part"  # it gains, but a guard fell: not offered
    SAME = "no improvement"


@dataclass(frozen=True, slots=True)
class About:
    """What a run was started for."""

    name: str  # of the encoder to be, also its folder's
    title: str  # of the encoder to be, for people
    recipe: str
    base: str  # title of the encoder that is trained
    base_folder: str  # its trainable form
    before: str  # trainable form of the encoder that it must beat
    library: str
    created: str  # ISO 8601, local time with its offset
    articles: int = 0  # in the training set
    to_make: Mapping[str, str] = field(default_factory=dict)  # trainable folder -> installed one


@dataclass(frozen=True, slots=True)
class TrainingRun:
    """A run on the disk; what changes while it runs is read anew at every call."""

    path: Path
    about: About

    @property
    def training_set(self) -> Path:
        """The folder that the trainer reads."""
        return self.path / "training-set"

    @property
    def config(self) -> Path:
        """The trainer's configuration."""
        return self.path / "config.json"

    @property
    def pairs(self) -> Path:
        """The mined pairs."""
        return self.path / "pairs.jsonl"

    @property
    def model(self) -> Path:
        """The exported encoder."""
        return self.path / "model"

    @property
    def evaluation_file(self) -> Path:
        """Old against new."""
        return self.path / "evaluation.json"

    def state(self) -> Mapping[str, Any]:
        """The trainer's state.json: status and step; {} before it began."""
        return _json(self.path / "state.json")

    def evaluation(self) -> Mapping[str, Any] | None:
        """The comparison, None before there is one."""
        return _json(self.evaluation_file) or None

    @property
    def offered(self) -> bool:
        """Whether the new encoder was found to be better."""
        evaluation = self.evaluation()
        return bool(evaluation and evaluation["verdict"]["offered"])

    @property
    def outcome(self) -> Outcome:
        """What the comparison found; only of a run that was compared."""
        verdict = (self.evaluation() or {})["verdict"]
        if verdict["offered"]:
            return Outcome.BETTER
        gain = verdict["gain"]
        return Outcome.MIXED if gain and gain["low"] > 0 else Outcome.SAME

    @property
    def missing_base(self) -> str:
        """A trainable folder that is not there yet, "" when all are."""
        wanted = (self.about.base_folder, self.about.before)
        return next((folder for folder in wanted if not Path(folder).is_dir()), "")

    @property
    def stage(self) -> Stage:
        """What is to be done next, as the disk tells; `MINE` is never due by itself."""
        if self.state().get("status") != "finished":
            return Stage.BASE if self.missing_base else Stage.TRAIN
        if not self.evaluation_file.is_file():
            return Stage.BASE if self.missing_base else Stage.EVALUATE
        if self.offered and not (self.model / "manifest.json").is_file():
            return Stage.EXPORT
        return Stage.DONE

    def events(self) -> list[Event]:
        """What the trainer said so far, for the plots of a run that goes on."""
        try:
            lines = (self.path / "events.jsonl").read_text("utf-8", "replace").split("\n")
        except OSError:
            return []
        return [event for line in lines if (event := parse(line)) is not None]

    def delete(self) -> None:
        """Remove the run's folder: whole, or what is left is hidden. Raises UserError.

        May take a while: on Windows a process that was ended holds its files a little longer.
        """
        hidden = self.path.with_name(f".{self.path.name}{_REMOVED}")
        try:
            files.move(self.path, hidden)
            files.remove_folder(hidden)
        except OSError as error:
            reason = error.strerror or str(error)
            raise UserError(f"{self.path} could not be removed: {reason}.") from error


def write_about(path: Path, about: About) -> None:
    """Keep what the run is for. Raises OSError."""
    text = json.dumps({"schema": SCHEMA, **asdict(about)}, indent=1, ensure_ascii=False)
    files.write_text(path / "about.json", text + "\n")


def open_run(path: Path) -> TrainingRun:
    """The run in a folder. Raises UserError when it is none, or of another Litmesh."""
    said = dict(_json(path / "about.json"))
    if said.pop("schema", None) != SCHEMA:
        raise UserError(f"{path} is no training run that this version knows.")
    try:
        return TrainingRun(path, About(**said))
    except TypeError as error:
        raise UserError(f"{path / 'about.json'} is damaged: {error}.") from error


def past_runs(library: Path) -> Sequence[TrainingRun]:
    """The runs of a library, newest first; folders that are none are passed over."""
    root = library / FOLDER
    found = []
    for path in sorted(root.iterdir() if root.is_dir() else (), reverse=True):
        if not path.name.startswith(".") and (path / "about.json").is_file():
            try:
                found.append(open_run(path))
            except UserError:
                continue
    return found


def sweep(library: Path) -> None:
    """Remove what is left of runs that were deleted."""
    for folder in (library / FOLDER).glob(f".*{_REMOVED}"):
        shutil.rmtree(folder, ignore_errors=True)


def _json(path: Path) -> Mapping[str, Any]:
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}
