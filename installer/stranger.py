"""A user of whom the program knows nothing: an empty environment, a home of its own, a display."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

NOBODY = 65534
PATIENCE = 600  # s for one command


class CheckFailed(Exception):
    """What was seen instead of what had to be."""


@dataclass(frozen=True, slots=True)
class Stranger:
    """Runs a command with `home` as home and nothing but what a login gives."""

    command: tuple[str, ...]
    home: Path
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def library(self) -> Path:
        """The library that the checks work on."""
        return self.home / "library"

    def environment(self) -> dict[str, str]:
        """The whole environment: `env -i` and these."""
        return {"HOME": str(self.home), "PATH": "/usr/bin:/bin", **self.variables}

    def run(self, *words: object) -> str:
        """What the program prints; raises CheckFailed with its messages."""
        user = NOBODY if os.geteuid() == 0 else None
        run = subprocess.run(
            [*self.command, *map(str, words)],
            env=self.environment(),
            cwd=self.home,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
            user=user,
            group=user,
            extra_groups=() if user else None,
        )
        if run.returncode:
            raise CheckFailed(f"exit status {run.returncode}: {(run.stderr or run.stdout)[-600:]}")
        return run.stdout


@contextmanager
def home_of_nobody() -> Iterator[Path]:
    """A fresh folder that belongs to the ordinary user, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="litmesh-check-") as folder:
        if os.geteuid() == 0:
            os.chown(folder, NOBODY, NOBODY)
        yield Path(folder).resolve()


@contextmanager
def display() -> Iterator[dict[str, str]]:
    """The variables of a screen: the one that is there, Xvfb, or at the worst none at all."""
    if there := os.environ.get("DISPLAY"):
        yield {"DISPLAY": there}
        return
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1600x1000x24", "-nolisten"]
    try:
        server = subprocess.Popen(
            [*command, "tcp"],
            pass_fds=[writing],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except FileNotFoundError:
        yield {"QT_QPA_PLATFORM": "offscreen"}
        return
    finally:
        os.close(writing)
    with os.fdopen(reading) as answer:
        number = answer.readline().strip()
    try:
        yield {"DISPLAY": f":{number}"}
    finally:
        server.terminate()
        server.wait()
