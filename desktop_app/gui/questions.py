"""Questions to the open library, answered on the quick lane, each whatever is asked after it."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from desktop_app.gui.jobs import Jobs
from desktop_app.gui.workspace import Workspace

if TYPE_CHECKING:  # brings SQLAlchemy
    from desktop_app.library.library import Library


class Questions:
    """An answer for a library that is not open any more is dropped."""

    def __init__(
        self, workspace: Workspace, jobs: Jobs, name: str, failed: Callable[[Exception], None]
    ) -> None:
        """`name` tells the jobs of one feature from those of another."""
        self._workspace = workspace
        self._jobs = jobs
        self._name = name
        self._failed = failed
        self._asked = 0

    def ask(self, work: Callable[[], object], then: Callable[..., None]) -> None:
        """Call `then` with what `work` returns."""
        # A fresh channel each time: a decision must never be replaced by a newer one.
        self._asked += 1
        answer = partial(self._answer, self._workspace.library, then)
        self._jobs.quick(f"{self._name} {self._asked}", work, answer, self._failed, write=True)

    def _answer(self, library: "Library | None", then: Callable[..., None], value: object) -> None:
        if library is self._workspace.library:  # another one may have been opened meanwhile
            then(value)
