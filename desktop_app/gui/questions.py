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
        self, workspace: Workspace, jobs: Jobs, failed: Callable[[Exception], None]
    ) -> None:
        self._workspace = workspace
        self._jobs = jobs
        self._failed = failed

    def ask(self, work: Callable[[], object], then: Callable[..., None]) -> None:
        """Call `then` with what `work` returns."""
        answer = partial(self._answer, self._workspace.library, then)
        self._jobs.write(work, answer, self._failed)

    def _answer(self, library: "Library | None", then: Callable[..., None], value: object) -> None:
        if library is self._workspace.library:  # another one may have been opened meanwhile
            then(value)
