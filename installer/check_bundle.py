#!/usr/bin/env python3
"""Starts what was built as on a stranger's machine: `check_bundle.py COMMAND [--import FILE]`.

An empty environment, an ordinary user, a display. The file (default: invented records) is imported
and searched, the window shown, and with `--trainer PYTHON` two training steps are made. On stdout
the verdict as JSON, every check with its seconds; the window's picture lies in `--output`.
"""

import argparse
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from installer.invented import write_pdf, write_records
from installer.stranger import CheckFailed, Stranger, display, home_of_nobody

QUESTION = "does mitochondrial dysfunction cause insulin resistance?"
PICTURE = "window.png"
_TWO_STEPS = ("--option", "schedule.steps=2", "--option", "schedule.device=cpu")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One check: whether it passed, how long it took, what was seen or went wrong."""

    name: str
    passed: bool
    seconds: float
    detail: str


@dataclass(frozen=True, slots=True)
class Checks:
    """What a user does in the first minutes; each method says what it saw or raises CheckFailed."""

    stranger: Stranger
    source: Path

    def version(self) -> str:
        """The program starts at all."""
        return self.stranger.run("--version").strip()

    def doctor(self) -> str:
        """Every package, the encoder and MeSH are there."""
        said = json.loads(self.stranger.run("doctor", "--json"))
        missing = [name for name, found in said["packages"].items() if found == "not installed"]
        if missing or not said["encoders"]:
            raise CheckFailed(f"missing: {missing or 'an encoder'}")
        return f"{', '.join(said['encoders'])}; MeSH {said['mesh_year']}"

    def importing(self) -> str:
        """The file goes in."""
        self._on_library("import", self.source, "--json")
        count = self._articles()
        if not count:
            raise CheckFailed(f"nothing was imported from {self.source}")
        return f"{count} articles"

    def indexing(self) -> str:
        """The encoder works."""
        said = json.loads(self._on_library("index", "--json"))
        return f"{said['embedded']} embedded"

    def searching(self) -> str:
        """Words, vectors, MeSH and the second stage find something."""
        said = json.loads(self._on_library("search", QUESTION, "--refine", "--json"))
        if not said["hits"] or not said["refined"]:
            raise CheckFailed(f"{len(said['hits'])} hits, read again: {said['refined']}")
        return str(said["hits"][0]["title"])

    def confined_pdf(self) -> str:
        """The process that reads PDFs starts from the frozen program."""
        before = self._articles()
        said = self._on_library("import", write_pdf(self.stranger.home / "one.pdf"), "--json")
        waiting = self._on_library("needs-you", "list")
        if self._articles() == before and "one.pdf" not in waiting:
            raise CheckFailed(f"the PDF was not read: {said[-300:]}")
        return "read"

    def window(self) -> str:
        """The window opens, searches, and can be looked at."""
        picture = self.stranger.home / PICTURE
        words = ("--query", QUESTION, "--screenshot", picture)
        hits = self.stranger.run("--library", self.stranger.library, *words)
        if not picture.is_file() or picture.stat().st_size < 20_000:
            raise CheckFailed("no picture of the window")
        return hits.splitlines()[0]

    def training(self) -> str:
        """Two steps in another Python; a result that is refused as no better is a good end too."""
        records = write_records(self.stranger.home / "many.nbib")
        place = ("--library", self.stranger.home / "training-library")
        self.stranger.run("import", records, "--json", *place)
        self.stranger.run("index", "--json", *place)
        said = self.stranger.run("train", *_TWO_STEPS, "--json", *place)
        return " ".join(said.split())[-200:]

    def _on_library(self, *words: object) -> str:
        return self.stranger.run(*words, "--library", self.stranger.library)

    def _articles(self) -> int:
        return int(json.loads(self._on_library("library", "info", "--json"))["articles"])


def measured(check: Callable[[], str]) -> Outcome:
    """Run a check; what goes wrong becomes its outcome."""
    started = time.monotonic()
    try:
        detail, passed = check(), True
    except (CheckFailed, OSError, ValueError, KeyError, subprocess.SubprocessError) as error:
        detail, passed = f"{type(error).__name__}: {error}", False
    return Outcome(check.__name__, passed, round(time.monotonic() - started, 2), detail)


def check_bundle(
    command: tuple[str, ...], source: Path | None, trainer: Path | None, output: Path
) -> list[Outcome]:
    """All checks on a command; the picture of the window goes to `output`."""
    with home_of_nobody() as home, display() as screen:
        variables = {**screen, "LANG": "C.UTF-8"}
        if trainer is not None:
            variables["LITMESH_TRAINER_PYTHON"] = str(trainer)
        stranger = Stranger(command, home, variables)
        given = Path(shutil.copy(source, home)) if source else write_records(home / "few.nbib", 40)
        given.chmod(0o644)
        checks = Checks(stranger, given)
        every = [checks.version, checks.doctor, checks.importing, checks.indexing]
        every += [checks.searching, checks.confined_pdf, checks.window]
        every += [checks.training] if trainer else []
        outcomes = [measured(check) for check in every]
        output.mkdir(parents=True, exist_ok=True)
        if (home / PICTURE).exists():
            shutil.copyfile(home / PICTURE, output / PICTURE)
    return outcomes


def _absolute(word: str) -> str:
    return str(Path(word).absolute()) if "/" in word and Path(word).exists() else word


def main() -> int:
    """Read the command line, check, print the verdict."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", nargs="+", help="what starts the program")
    parser.add_argument("--import", dest="source", type=Path, help="a file to import")
    parser.add_argument("--trainer", type=Path, help="a Python with PyTorch")
    parser.add_argument("--output", type=Path, default=Path("."), help="folder for the picture")
    options = parser.parse_args()
    started = [_absolute(word) for word in options.command]  # it runs in another folder
    trainer = options.trainer and options.trainer.absolute()
    outcomes = check_bundle(tuple(started), options.source, trainer, options.output)
    passed = all(outcome.passed for outcome in outcomes)
    verdict = {"passed": passed, "checks": [asdict(outcome) for outcome in outcomes]}
    print(json.dumps(verdict, indent=2, ensure_ascii=False))
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
