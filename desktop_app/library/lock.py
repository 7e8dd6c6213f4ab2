"""One writer a library: a lock held by the operating system, so that a crash cannot leave it."""

import os
import socket
from pathlib import Path

from filelock import FileLock, Timeout

from desktop_app.errors import UserError


class LibraryLock:
    """Holds `library.lock` in the library's folder until `release`."""

    def __init__(self, folder: Path) -> None:
        self._owner = folder / "library.owner"  # who holds it, for people; the lock itself decides
        self._lock = FileLock(folder / "library.lock", thread_local=False)

    def acquire(self) -> None:
        """Take the lock or raise a UserError that names the holder."""
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise UserError(
                f"This library is already open ({self._holder()}).",
                "Close it there, or open it here for reading only.",
            ) from None
        self._owner.write_text(f"{socket.gethostname()}, process {os.getpid()}", "utf-8")

    def release(self) -> None:
        """Give the lock back; does nothing when it is not held."""
        if self._lock.is_locked:
            self._owner.unlink(missing_ok=True)
            self._lock.release()

    def _holder(self) -> str:
        try:
            return f"on {self._owner.read_text('utf-8')}"
        except OSError:
            return "by another program"
