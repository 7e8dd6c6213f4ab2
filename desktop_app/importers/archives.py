"""Zip and tar archives (.tar, .tar.gz, .tar.xz, .tar.bz2): their members are read in turn.

Nothing is unpacked under a member's own name: one member at a time is copied to a temporary file,
read, and removed. What a member is called only tells the user where an entry came from.
"""

import lzma
import stat
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from desktop_app.importers.format import Entry
from desktop_app.importers.input_file import InputFile
from desktop_app.progress import Report
from desktop_app.records import Problem

MAX_MEMBERS = 100_000
MAX_BYTES = 4 * 1024**3
MAX_DEPTH = 2  # an archive in an archive
FREE_BYTES = 64 * 1024 * 1024  # so much may be unpacked before the ratio counts
MAX_RATIO = 100
_PIECE = 128 * 1024
_MAGIC_AT = 257  # where "ustar" stands in the header of a tar
_ZIP = ("PK\x03\x04", "PK\x05\x06")
_OFFICE = ("[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF")
_ELSEWHERE = "Unpack the archive with another program and import what is inside."

Reader = Callable[["MemberFile"], Iterator[Entry]]


class Readable(Protocol):
    """What both kinds of archive give to read a member from."""

    def read(self, size: int = ..., /) -> bytes: ...


@dataclass(slots=True)
class Budget:
    """What an archive, with the archives in it, may still take."""

    size: int  # of the outermost archive on disk
    members: int = 0
    unpacked: int = 0

    def exceeded(self) -> str:
        """Why nothing more is unpacked; empty as long as it may go on."""
        if self.members > MAX_MEMBERS:
            return f"The archive has more than {MAX_MEMBERS:,} files"
        if self.unpacked > MAX_BYTES:
            return f"The archive unpacks to more than {MAX_BYTES >> 30} GB"
        if self.unpacked > FREE_BYTES and self.unpacked > MAX_RATIO * self.size:
            return f"The archive unpacks to more than {MAX_RATIO} times its size"
        return ""


class MemberFile(InputFile):
    """A file copied out of an archive."""

    def __init__(self, path: Path, report: Report, name: str, budget: Budget, depth: int) -> None:
        super().__init__(path, report, name)
        self.budget = budget
        self.depth = depth  # 1 in the outermost archive


def is_zip(head: str) -> bool:
    """True for zip archives; office files, which are some, too."""
    return head.startswith(_ZIP)


def is_tar(head: str) -> bool:
    """True for tar archives, by the first header of the unpacked stream.

    Texts may have "mustard" in that place, but no zeros before it; the oldest archives have
    nothing there, but the sum of their header is right.
    """
    if head.startswith("ustar", _MAGIC_AT):
        return "\0" in head[:_MAGIC_AT]
    try:
        tarfile.TarInfo.frombuf(head[: tarfile.BLOCKSIZE].encode("latin-1"), "latin-1", "strict")
    except (tarfile.HeaderError, UnicodeEncodeError):
        return False
    return True


def read_zip(file: InputFile, read: Reader) -> Iterator[Entry]:
    """Every entry of every member; `read` gives those of one. Bad members are Problems.

    Raises OSError when the archive cannot be opened, and whatever its `report` raises.
    """
    try:
        with zipfile.ZipFile(file.path) as archive:
            names = archive.namelist()
            if any(name in _OFFICE for name in names[:3]):
                reason = "It is a document or a program packed as a zip archive."
                yield Problem(file.name, "", reason, "Save a table as CSV, a text as PDF.")
                return
            members = _Members(file, read)
            for info in archive.infolist():
                if not info.filename.endswith("/"):  # is_dir() fails on a name that is empty
                    refused = _refused_in_zip(info)
                    yield from members.entries(info.filename, refused, _opener(archive, info))
                members.position += info.compress_size
                if members.stopped:
                    return
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError) as error:
        yield Problem(file.name, "", f"The zip archive is damaged ({error}).", "Download it again.")


def read_tar(file: InputFile, read: Reader) -> Iterator[Entry]:
    """As `read_zip`; gzip, xz and bzip2 around the archive are undone while it is read."""
    stream = _ChunkStream(file.chunks())
    members = _Members(file, read)
    try:
        with tarfile.open(fileobj=stream, mode="r|") as archive:  # type: ignore[call-overload]
            for info in archive:
                if not info.isdir():
                    refused = "" if info.isfile() else _refused_in_tar(info)
                    opener = _tar_opener(archive, info)
                    yield from members.entries(info.name, refused, opener)
                archive.members = []  # else tarfile keeps every header
                if members.stopped:
                    return
    except (tarfile.TarError, ValueError, EOFError) as error:
        yield Problem(file.name, "", f"The tar archive is damaged ({error}).", "Download it again.")
    if file.damage:
        yield Problem(file.name, "", f"{file.damage}.", "Download the archive again.")


class _Members:
    """The members of one archive on their way through `read`."""

    def __init__(self, file: InputFile, read: Reader) -> None:
        self.stopped = False
        self.position = 0  # in the archive, for progress
        self._file = file
        self._read = read
        self._depth = 1
        self._budget = Budget(file.path.stat().st_size)
        if isinstance(file, MemberFile):
            self._budget, self._depth = file.budget, file.depth + 1

    def entries(self, name: str, refused: str, opener: Callable[[], Readable]) -> Iterator[Entry]:
        """What one member has to say; `refused` says why it is not read."""
        place = f"{self._file.name}/{_shown(name)}"
        self._budget.members += 1
        refused = refused or _bad_name(name)
        if self._depth > MAX_DEPTH:
            refused = f"It is an archive inside of more than {MAX_DEPTH - 1} other"
        if reason := self._budget.exceeded():
            yield self._stop(reason)
        elif _is_hidden(name) and not refused:
            return
        elif refused:
            yield Problem(place, "", f"{refused}; it was left out.", _ELSEWHERE)
        else:
            with tempfile.TemporaryDirectory(prefix="litmesh-") as folder:
                path = Path(folder) / f"member{_suffix(name)}"
                problem = self._copied(opener, path, place)
                if problem is not None:
                    yield problem
                    return
                member = MemberFile(path, self._report, place, self._budget, self._depth)
                for entry in self._read(member):
                    self._file.origin = member.origin
                    yield entry
            self.stopped |= bool(self._budget.exceeded())  # told by the archive inside

    def _copied(self, opener: Callable[[], Readable], path: Path, place: str) -> Problem | None:
        """Copy the member to `path`; what went wrong, if anything."""
        with open(path, "xb") as copy:
            pieces = _pieces(opener)
            while True:
                try:
                    piece = next(pieces, b"")
                except _MEMBER_ERRORS as error:
                    return Problem(place, "", f"It cannot be unpacked ({error}).", _ELSEWHERE)
                if not piece:
                    return None
                self._budget.unpacked += len(piece)
                if reason := self._budget.exceeded():
                    return self._stop(reason)
                copy.write(piece)

    def _stop(self, reason: str) -> Problem:
        self.stopped = True
        rest = "the rest was left out"
        return Problem(self._file.name, "", f"{reason}; {rest}.", "If you trust it, unpack it.")

    def _report(self, done: int, total: int) -> None:
        self._file.told(self.position)


_MEMBER_ERRORS = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    NotImplementedError,  # a method of compression that Python does not know
    RuntimeError,  # a password is wanted
    EOFError,
    ValueError,
    OSError,  # a place outside the archive
)


def _pieces(opener: Callable[[], Readable]) -> Iterator[bytes]:
    source = opener()
    while piece := source.read(_PIECE):
        yield piece


def _opener(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[], Readable]:
    return lambda: archive.open(info)


def _tar_opener(archive: tarfile.TarFile, info: tarfile.TarInfo) -> Callable[[], Readable]:
    def open_member() -> Readable:
        member = archive.extractfile(info)
        if member is None:
            raise tarfile.ReadError("no data")
        return member

    return open_member


def _refused_in_zip(info: zipfile.ZipInfo) -> str:
    if info.flag_bits & 0x1:
        return "It is encrypted"
    mode = info.external_attr >> 16
    kind = stat.S_IFMT(mode)
    return "" if kind in (0, stat.S_IFREG) else "It is a link or a device and not a file"


def _refused_in_tar(info: tarfile.TarInfo) -> str:
    return f"It is {'a link' if info.islnk() or info.issym() else 'a device'} and not a file"


def _bad_name(name: str) -> str:
    """Why a name is one that only an attack has. It would be harmless: no file is named so."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if ".." in parts or name.startswith(("/", "\\")) or name[1:2] == ":" or "\0" in name:
        return "Its name leads out of the archive"
    return ""


def _is_hidden(name: str) -> bool:
    """Hidden files, and what macOS adds to every archive."""
    return any(part.startswith(".") or part == "__MACOSX" for part in PurePosixPath(name).parts)


def _shown(name: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in name)[:300]


def _suffix(name: str) -> str:
    """The ending, which a few readers want; only letters and digits."""
    suffix = PurePosixPath(name).suffix.lower()
    return suffix if suffix.isascii() and suffix[1:].isalnum() and len(suffix) < 8 else ""


class _ChunkStream:
    """The pieces of an InputFile as tarfile wants to read them."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._held = bytearray()

    def read(self, size: int) -> bytes:
        while len(self._held) < size:
            chunk = next(self._chunks, b"")
            if not chunk:
                break
            self._held += chunk
        piece = bytes(self._held[:size])
        del self._held[:size]
        return piece
