"""Tells how far a phase is, as events of the protocol, where no step tells it.

`evaluate` and `export` are processes whose stdout people read too: they speak events only when
they are started with `--events`, as the program starts them.
"""

import sys
from collections.abc import Callable

from trainer.protocol import Advanced, Event, to_json

_PARTS = 200  # events of a phase, at most


class Advance:
    """A report for several calls that each count their own: (done, total) of the call at hand."""

    def __init__(self, phase: str, total: int, say: Callable[[Event], None]) -> None:
        """`total` is of all calls together."""
        self._phase = phase
        self._total = total
        self._say = say
        self._before = 0  # in calls that are over
        self._told = -1

    def __call__(self, done: int, total: int) -> None:
        """Tell, unless hardly anything happened since."""
        now = min(self._before + done, self._total)
        if done == total:
            self._before += total
        part = now * _PARTS // max(self._total, 1)
        if part != self._told:
            self._told = part
            self._say(Advanced(self._phase, now, self._total))


def to_stdout(event: Event) -> None:
    """Print an event as a line of the protocol."""
    sys.stdout.write(to_json(event) + "\n")
    sys.stdout.flush()


def to_nobody(event: Event) -> None:
    """Keep it."""
