"""The file the vocabulary is kept in: a zip archive of plain columns, written and read here.

`about.json`      format, year, source, counts
`uis.txt`         a UI a line, in ascending order; the line number is the descriptor's index
`names.txt`       the names, in the same order
`numbers.txt`     all tree numbers, sorted, the category letters among them
`owners.i32`      the descriptor's index for each tree number, -1 for the categories (int32, LE)
`entry_terms.txt` a line for each descriptor, its entry terms between tabs
"""

import io
import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from desktop_app import files
from desktop_app.errors import UserError
from desktop_app.mesh.categories import CATEGORIES
from desktop_app.mesh.descriptor import Descriptor
from desktop_app.mesh.tree import IntArray

FORMAT = 1
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the same bytes whenever it is built


@dataclass(frozen=True, slots=True)
class About:
    """Where a table comes from. `entry_terms_of` is "all concepts" or "preferred concept"."""

    year: int
    source: str
    source_sha256: str
    entry_terms_of: str


@dataclass(frozen=True, slots=True)
class Table:
    """The columns of a file: n descriptors, m tree nodes."""

    about: About
    uis: list[str]  # (n,)
    names: list[str]  # (n,)
    numbers: list[str]  # (m,)
    owners: IntArray  # (m,)
    path: Path
    archive: bytes  # still compressed: the entry terms are not needed at the start

    def entry_terms(self) -> list[str]:
        """The entry terms of each descriptor, between tabs, shape (n,). About 25 ms.

        Raises UserError when the file turns out to be damaged.
        """
        with _faults_of(self.path), zipfile.ZipFile(io.BytesIO(self.archive)) as archive:
            terms = _lines(archive, "entry_terms.txt")
            if len(terms) != len(self.uis):
                raise ValueError("its columns differ in length")
            return terms


def read_table(path: Path) -> Table:
    """Read a file of `write_table`. Raises UserError when it is missing, damaged or too new."""
    with _faults_of(path):
        content = path.read_bytes()
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _read(archive, path, content)


@contextmanager
def _faults_of(path: Path) -> Iterator[None]:
    """Turn what reading a bad file raises into one error for the user."""
    try:
        yield
    except FileNotFoundError as error:
        raise UserError(f"The MeSH table {path} is missing.", "Install Litmesh again.") from error
    except (OSError, zipfile.BadZipFile, zlib.error, KeyError, ValueError, TypeError) as error:
        raise UserError(
            f"The MeSH table {path} cannot be read: {error}", "Install Litmesh again."
        ) from error


def _read(archive: zipfile.ZipFile, path: Path, content: bytes) -> Table:
    about = json.loads(archive.read("about.json"))
    if about.pop("format") != FORMAT:
        raise ValueError("it has the format of another version of Litmesh")
    uis, names = _lines(archive, "uis.txt"), _lines(archive, "names.txt")
    numbers = _lines(archive, "numbers.txt")
    owners = np.frombuffer(archive.read("owners.i32"), "<i4").astype(np.int32, copy=False)
    if len(uis) != len(names) or len(numbers) != len(owners):
        raise ValueError("its columns differ in length")
    return Table(About(**about), uis, names, numbers, owners, path, content)


def _lines(archive: zipfile.ZipFile, member: str) -> list[str]:
    return archive.read(member).decode("utf-8").removesuffix("\n").split("\n")


def write_table(path: Path, about: About, descriptors: Sequence[Descriptor]) -> None:
    """Write `descriptors` in ascending order of UI. The same input gives the same bytes.

    Categories become nodes of their own; a tree number whose parent no descriptor has gets one
    without a descriptor, named by its number. Raises ValueError on repeated UIs or tree numbers.
    """
    ordered = sorted(descriptors, key=lambda descriptor: descriptor.ui)
    if len({descriptor.ui for descriptor in ordered}) != len(ordered):
        raise ValueError("a UI occurs twice")
    nodes = _nodes(ordered)
    members: dict[str, str | bytes] = {
        "about.json": json.dumps({"format": FORMAT, **_fields(about)}, indent=1) + "\n",
        "uis.txt": _column(descriptor.ui for descriptor in ordered),
        "names.txt": _column(descriptor.name for descriptor in ordered),
        "numbers.txt": _column(number for number, _ in nodes),
        "owners.i32": np.array([owner for _, owner in nodes], "<i4").tobytes(),
        "entry_terms.txt": _column("\t".join(one.entry_terms) for one in ordered),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, _LONG_AGO)
            info.create_system = 3  # otherwise it differs between Windows and the rest
            archive.writestr(info, content, zipfile.ZIP_DEFLATED, compresslevel=9)
    files.write_bytes(path, buffer.getvalue())


def _fields(about: About) -> dict[str, int | str]:
    return {
        "year": about.year,
        "source": about.source,
        "source_sha256": about.source_sha256,
        "entry_terms_of": about.entry_terms_of,
    }


def _nodes(descriptors: Sequence[Descriptor]) -> list[tuple[str, int]]:
    """(tree number, index of its descriptor or -1), sorted, every parent present."""
    owners: dict[str, int] = {}
    for index, descriptor in enumerate(descriptors):
        for number in descriptor.tree_numbers:
            if owners.setdefault(number, index) != index:
                raise ValueError(f"two descriptors have the tree number {number}")
    for number in [*owners, *CATEGORIES]:
        parent = parent_number(number)
        while parent and parent not in owners:
            owners[parent] = -1
            parent = parent_number(parent)
        owners.setdefault(number, -1)
    return sorted(owners.items())


def parent_number(number: str) -> str:
    """C04.182 -> C04 -> C -> nothing."""
    head, dot, _ = number.rpartition(".")
    return head if dot else number[:1] if len(number) > 1 else ""


def _column(values: Iterable[str]) -> str:
    return "".join(f"{value}\n" for value in values)
