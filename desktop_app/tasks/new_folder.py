"""A new folder of files that appears whole or not at all."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from desktop_app import files
from desktop_app.errors import UserError


class HashedFile:
    """A new text file that knows its size and SHA-256 once it is closed, flushed to the disk."""

    def __init__(self, path: Path) -> None:
        self._out = open(path, "xb")  # noqa: SIM115  closed by __exit__
        self._digest = hashlib.sha256()
        self.size = 0  # bytes

    def line(self, text: str) -> None:
        """Write one line in UTF-8."""
        content = text.encode() + b"\n"
        self._digest.update(content)
        self.size += len(content)
        self._out.write(content)

    @property
    def sha256(self) -> str:
        """Of what was written so far, in lower-case hexadecimal."""
        return self._digest.hexdigest()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._out as out:
            if kind is None:
                out.flush()
                os.fsync(out.fileno())


@contextmanager
def appearing(folder: Path) -> Iterator[Path]:
    """Yield a temporary folder beside `folder`; it takes that name when the block succeeds.

    Whatever the block raises, nothing is left. An OSError becomes a UserError.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".part", dir=folder.parent))
        try:
            yield part
            files.move(part, folder)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UserError(
            f"{folder} could not be written: {reason}.",
            "Choose another place, or free some space.",
        ) from error
