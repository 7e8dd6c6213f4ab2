"""What `litmesh train` does: prepare a run, follow it, say what came of it."""

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from desktop_app.cli.support import DONE, FAILED, IN_PART, print_json, progress
from desktop_app.errors import UserError
from desktop_app.progress import Report
from desktop_app.tasks.library_encoder import encoder_of
from desktop_app.tasks.session import Session
from desktop_app.tasks.training.follow import follow
from desktop_app.tasks.training.readiness import Readiness, readiness
from desktop_app.tasks.training.run import FOLDER, Stage, TrainingRun, open_run
from desktop_app.tasks.training.train_encoder import (
    Choice,
    choose_base,
    configuration,
    prepare_run,
    trainer_python,
)
from desktop_app.tasks.training.trainer_words import TITLES, verdict_words
from trainer.protocol import Estimate, Evaluated, Event, Failed, Step, Stopped, Warned


@dataclass(frozen=True, slots=True)
class Training:
    """One call of the command."""

    session: Session
    as_json: bool
    recipe: str
    base: str
    options: tuple[str, ...]
    dry_run: bool
    resume: Path | None
    use_it: bool

    def run(self) -> int:
        """Prepare, or take up, a run and follow it; the exit status. Raises UserError."""
        self._check_usage()
        if self.resume is not None:
            run = open_run(self._past(self.resume))
        else:
            ready = readiness(self.session.library, self.session.vocabulary)
            if self.dry_run:
                self._try_choice()
                return self._say_ready(ready)
            if ready.recipes[self.recipe]:
                raise UserError(f"Not yet. {ready.recipes[self.recipe]}", _remedies(ready))
            trainer_python()  # before a training set is written for nothing
            run = self._prepare(progress("Writing the training set", self.as_json))
        click.echo(f"{run.path}", err=True)
        end = follow(run, self._say, self._begin)
        return self._finish(run, end)

    def _check_usage(self) -> None:
        if self.resume is not None and (self.dry_run or self.base or self.options):
            raise click.UsageError(
                "--resume goes on with a run as it was begun: "
                "it takes neither --dry-run nor --base nor --option."
            )

    @property
    def _choice(self) -> Choice:
        return Choice(self.recipe, self.base, _options(self.options))

    def _try_choice(self) -> None:
        """Raise UserError for a base or an option that cannot be."""
        folder = self.session.library.folder
        base = choose_base(self.base, encoder_of(folder))
        configuration(self._choice, base, folder)

    def _prepare(self, report: Report) -> TrainingRun:
        session = self.session
        in_use = encoder_of(session.library.folder)
        return prepare_run(session.library, session.vocabulary, self._choice, in_use, report)

    def _past(self, named: Path) -> Path:
        inside = self.session.library.folder / FOLDER / named
        return inside if inside.is_dir() else named

    def _say_ready(self, ready: Readiness) -> int:
        answer = {
            "possible": ready.possible,
            "recipes": ready.recipes,
            "checks": [dataclasses.asdict(check) for check in ready.checks],
        }
        if self.as_json:
            print_json(answer)
        else:
            for check in ready.checks:
                click.echo(f"{check.verdict:8s}{check.words} {check.remedy}".rstrip())
            for recipe, reason in ready.recipes.items():
                click.echo(f"{recipe}: {reason or 'can be trained'}")
        return FAILED if ready.recipes[self.recipe] else DONE

    def _begin(self, stage: Stage) -> None:
        click.echo(TITLES[stage], err=True)

    def _say(self, event: Event) -> None:
        if self.as_json:
            return
        match event:
            case Step() if event.step % 10 == 0 or event.step in (1, event.steps):
                figures = f"loss {event.loss:.4f}, {event.remaining / 60:.1f} min of training left"
                click.echo(f"step {event.step} of {event.steps}: {figures}", err=True)
            case Evaluated():
                was = f"{event.value:.4f} ({event.base:.4f} before)"
                click.echo(f"step {event.step}: {event.metric} {was}", err=True)
            case Estimate():
                click.echo(f"about {event.seconds / 60:.1f} min", err=True)
            case Warned():
                click.echo(event.message, err=True)
            case _:
                pass

    def _finish(self, run: TrainingRun, end: Event | None) -> int:
        if isinstance(end, Failed):
            raise UserError(end.reason, end.remedy)
        stopped = isinstance(end, Stopped)
        used = "" if stopped or not (self.use_it and run.offered) else self._use(run)
        evaluation = run.evaluation()
        if self.as_json:
            said = {"run": str(run.path), "stopped": stopped, "offered": run.offered}
            print_json({**said, "encoder": used, "evaluation": evaluation})
        elif stopped:
            click.echo(f"Saved and stopped. “litmesh train --resume {run.path.name}” goes on.")
        else:
            click.echo(verdict_words(evaluation))
            if run.offered and not used:
                click.echo(f"“litmesh encoders use --run {run.path.name}” searches with it.")
        return IN_PART if stopped else DONE

    def _use(self, run: TrainingRun) -> str:
        from desktop_app.tasks.adopt_encoder import adopt

        return adopt(self.session, run, progress("Embedding", self.as_json)).encoder


def _options(given: tuple[str, ...]) -> dict[str, Any]:
    from desktop_app.tasks.training.options import option_value

    pairs = [text.partition("=") for text in given]
    return {name: option_value(name, value) for name, _, value in pairs}


def _remedies(ready: Readiness) -> str:
    return " ".join(check.remedy for check in ready.checks if check.remedy)
