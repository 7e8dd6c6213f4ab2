"""Opening kept files: only what is a PDF is handed to the system, which might run anything else."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Signal

from desktop_app.errors import UserError
from desktop_app.gui.jobs import Jobs
from desktop_app.gui.links import LinkOpener
from desktop_app.gui.messages import Messages

_HEAD = 1024 + len(b"%PDF-")
_SUFFIX = ".pdf"  # by which the system chooses the program


class FileOpener(QObject):
    """Looks at a file on the quick lane, then asks the system to show it."""

    opened = Signal(object)  # Path

    def __init__(self, jobs: Jobs, links: LinkOpener, messages: Messages, parent: QObject) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._links = links
        self._messages = messages

    def open(self, path: Path) -> None:
        """Open a PDF with the system's viewer."""
        work = partial(checked_pdf, path)
        self._jobs.quick("open file", work, self._launch, self._messages.show_error)

    def _launch(self, path: Path) -> None:
        self._links.launch(QUrl.fromLocalFile(str(path)))
        self.opened.emit(path)


def checked_pdf(path: Path) -> Path:
    """The path of a file that is a PDF by name and content. Raises UserError."""
    if path.suffix.lower() != _SUFFIX:
        raise UserError(f"{path.name} is not named as a PDF and was not opened.")
    try:
        with open(path, "rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        reason = error.strerror or error
        raise UserError(f"{path} cannot be opened: {reason}.", "Say where it is.") from None
    if b"%PDF-" not in head:
        raise UserError(f"{path.name} is not a PDF and was not opened.")
    return path.absolute()
