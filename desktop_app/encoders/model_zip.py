"""Unpacks a zip archive with a model: only files of the kinds a model needs, nowhere else.

Whatever no honest archive has (a name that leads out, a link, a device, two files of one name, a
bomb) makes the whole archive be refused.
"""

import stat
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from desktop_app.errors import UserError
from desktop_app.progress import Report, silent

MAX_MEMBERS = 10_000
MAX_BYTES = 8 << 30
FREE_BYTES = 64 << 20  # so much may be unpacked before the ratio counts
MAX_RATIO = 100
_KINDS = {".json", ".safetensors", ".onnx", ".txt", ".md"}  # none that can hold code
_PIECE = 1 << 20
_LONGEST_NAME = 200
_RESERVED = {"con", "prn", "aux", "nul", *(f"{n}{i}" for n in ("com", "lpt") for i in range(10))}
_REMEDY = "Get the archive again, or install the unpacked folder if you trust it."


@dataclass(slots=True)
class _Budget:
    packed: int
    unpacked: int = 0

    def take(self, size: int) -> None:
        """Count bytes that were unpacked. Raises UserError when there are too many."""
        self.unpacked += size
        if self.unpacked > MAX_BYTES:
            raise _refused(f"it unpacks to more than {MAX_BYTES >> 30} GB")
        if self.unpacked > FREE_BYTES and self.unpacked > MAX_RATIO * self.packed:
            raise _refused(f"it unpacks to more than {MAX_RATIO} times its size")


def unpack(path: Path, folder: Path, report: Report = silent) -> tuple[str, ...]:
    """Unpack into the existing, empty `folder`; the names that were left out.

    `report` counts bytes. Raises UserError: damaged, hostile, too large, no space.
    """
    try:
        budget = _Budget(path.stat().st_size)
        with zipfile.ZipFile(path) as archive:
            members = [info for info in archive.infolist() if not info.filename.endswith("/")]
            _check(members)
            wanted = [info for info in members if _suffix(info) in _KINDS]
            total = sum(info.file_size for info in wanted)
            for info in wanted:
                _copy(archive, info, folder, budget, report, total)
            return tuple(info.filename for info in members if _suffix(info) not in _KINDS)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UserError(f"{path} could not be unpacked: {reason}.", "Free some space.") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError) as error:
        raise UserError(f"{path} is no sound zip archive ({error}).", _REMEDY) from error
    except RuntimeError as error:  # a password is wanted
        raise _refused("it is encrypted") from error


def _check(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MAX_MEMBERS:
        raise _refused(f"it has more than {MAX_MEMBERS:,} files")
    seen: set[str] = set()
    for info in members:
        if reason := _fault(info):
            raise _refused(f"{_shown(info.filename)} {reason}")
        if info.filename.casefold() in seen:
            raise _refused(f"{_shown(info.filename)} is there twice")
        seen.add(info.filename.casefold())
    if any(str(parent).casefold() in seen for info in members for parent in _parents(info)):
        raise _refused("a name is that of a file and of a folder")
    if sum(info.file_size for info in members if _suffix(info) in _KINDS) > MAX_BYTES:
        raise _refused(f"it unpacks to more than {MAX_BYTES >> 30} GB")


def _fault(info: zipfile.ZipInfo) -> str:
    """Why a member is one that only an attack, or an accident, has."""
    name = info.filename
    parts = PurePosixPath(name).parts
    if info.flag_bits & 0x1:
        return "is encrypted"
    if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
        return "is a link or a device and not a file"
    if not parts or ".." in parts or name.startswith("/") or "\\" in name or ":" in name:
        return "leads out of the archive"
    if len(name) > _LONGEST_NAME or not name.isprintable():
        return "is no usable name"
    if any(part.partition(".")[0].casefold() in _RESERVED for part in parts):
        return "is a name that Windows keeps for itself"
    return "is no usable name" if any(part.endswith((" ", ".")) for part in parts) else ""


def _copy(
    archive: zipfile.ZipFile,
    info: zipfile.ZipInfo,
    folder: Path,
    budget: _Budget,
    report: Report,
    total: int,
) -> None:
    target = folder.joinpath(*PurePosixPath(info.filename).parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(info) as source, open(target, "xb") as file:
        while piece := source.read(_PIECE):
            budget.take(len(piece))
            file.write(piece)
            report(min(budget.unpacked, total), total)


def _suffix(info: zipfile.ZipInfo) -> str:
    return PurePosixPath(info.filename).suffix.lower()


def _parents(info: zipfile.ZipInfo) -> list[PurePosixPath]:
    return list(PurePosixPath(info.filename).parents)[:-1]


def _refused(reason: str) -> UserError:
    return UserError(f"The archive was not unpacked: {reason}.", _REMEDY)


def _shown(name: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in name)[:100]
