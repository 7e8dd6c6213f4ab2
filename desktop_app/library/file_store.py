"""The folder of files that a library keeps: each content once, whole or not at all.

A name begins with the first digits of the content's SHA-256, so that it belongs to one content,
and ends with the name that the user knows. A program that ends while it copies leaves a file
`.….part`, which the next one removes.
"""

import errno
import hashlib
import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import BinaryIO

from desktop_app.errors import UserError
from desktop_app.files import replacing, sha256
from desktop_app.records import Attachment

_PIECE = 1024 * 1024
_DIGITS = 16  # of the hash in a name; the whole hash is compared before a file is taken again
_NAME_BYTES = 120  # of the readable part: 255 is what file systems take
_UNFIT = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')  # in names on one system or another
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class _ChangedError(Exception):
    """A file is not what it was when its hash was taken."""


class FileStore:
    """One folder; only the process that holds the library's lock may add to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._swept = False

    def path(self, stored: str) -> Path:
        """Where a file is by what the database has of it: below the folder, or anywhere."""
        return self.folder / stored

    def keep(self, file: Attachment) -> str:
        """Copy a file in unless its content is here; its path relative to the folder.

        Raises OSError when it cannot be read or is not what it was, UserError when there is no
        place for it (a full disk): then nothing is left of the copy.
        """
        self._sweep()
        for here in sorted(self.folder.glob(f"{_lead(file)} *")):
            if sha256(here) == file.sha256:
                return here.relative_to(self.folder).as_posix()
        stored = next(name for name in _names(file) if not (self.folder / name).exists())
        with open(file.path, "rb") as source:
            self._copy(source, self.folder / stored, file)
        return stored

    def _copy(self, source: BinaryIO, target: Path, file: Attachment) -> None:
        try:
            with replacing(target) as temporary:
                if _copied(source, temporary) != file.sha256:
                    raise _ChangedError
        except _ChangedError:
            raise OSError(errno.ESTALE, "it changed while it was read") from None
        except OSError as error:
            raise _not_copied(file.name, self.folder, error) from error

    def _sweep(self) -> None:
        """Remove what a program left that ended while it copied."""
        if not self._swept:
            for left in self.folder.glob("*/.*.part"):
                left.unlink(missing_ok=True)
            self._swept = True


def _copied(source: BinaryIO, target: Path) -> str:
    """Copy; the SHA-256 of what was copied."""
    digest = hashlib.sha256()
    with open(target, "wb") as copy:
        while piece := source.read(_PIECE):
            digest.update(piece)
            copy.write(piece)
    return digest.hexdigest()


def _names(file: Attachment) -> Iterator[str]:
    """Names for a content; the first is taken only when the user has written into that file."""
    stem, suffix = _readable(file.name)
    yield f"{_lead(file)} {stem}{suffix}"
    for number in count(2):
        yield f"{_lead(file)} {stem} ({number}){suffix}"


def _lead(file: Attachment) -> str:
    return f"{file.sha256[:2]}/{file.sha256[:_DIGITS]}"


def _readable(name: str) -> tuple[str, str]:
    """Stem and ending of a file's name, fit for every file system."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    stem, dot, ending = last.rpartition(".")
    if not dot or not (ending.isascii() and ending.isalnum() and len(ending) <= 8):
        stem, ending = last, ""
    fit = "".join(char for char in _UNFIT.sub(" ", stem) if char.isprintable())
    fit = " ".join(fit.split()).encode("utf-8", "ignore")[:_NAME_BYTES].decode("utf-8", "ignore")
    return fit.strip(" .") or "file", f".{ending.lower()}" if ending else ""


def _not_copied(name: str, folder: Path, error: OSError) -> UserError:
    if error.errno in _FULL:
        return UserError(
            f"The disk that holds {folder} is full: {name} could not be copied.",
            "What was saved before is safe. Free some space and try again.",
        )
    return UserError(
        f"{name} could not be copied to {folder}: {error.strerror or error}.",
        "Check the folder's permissions and free space.",
    )
