"""How a slow task says how far it is, and how it is asked to stop."""

from typing import Protocol


class Report(Protocol):
    """Called between batches; raises `desktop_app.errors.Cancelled` when the task is to stop.

    `total` is 0 when it is not known. `done` and `total` are in the task's own unit
    (bytes read, articles embedded …): only their ratio means something to the caller.
    """

    def __call__(self, done: int, total: int) -> None: ...


def silent(done: int, total: int) -> None:
    """Report to nobody, never cancel."""
