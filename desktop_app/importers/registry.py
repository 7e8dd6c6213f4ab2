"""Which reader for which file: known by what is in it, never by its name alone."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from desktop_app.importers.format import Entry, Format
from desktop_app.importers.input_file import InputFile
from desktop_app.importers.pubmed_entries import DELETION_TAGS, RECORD_TAGS
from desktop_app.importers.pubmed_xml import read_pubmed_xml
from desktop_app.progress import Report, silent
from desktop_app.records import Problem

__all__ = ["FORMATS", "Entry", "Format", "files_in", "read_file", "recognise"]


_PUBMED_TAG = re.compile(
    r"<(?:[\w.-]+:)?(?:PubmedArticleSet|PubmedBookArticleSet|MedlineCitationSet|"
    + "|".join(RECORD_TAGS + DELETION_TAGS)
    + r")[\s/>]"
)


def _is_pubmed_xml(head: str) -> bool:
    return head.startswith("<") and _PUBMED_TAG.search(head) is not None


FORMATS: tuple[Format, ...] = (Format("PubMed XML", _is_pubmed_xml, read_pubmed_xml),)

_REMEDY = (
    "Litmesh reads PubMed XML, plain or gzip (.xml, .xml.gz): NLM's baseline and update files "
    "and what E-utilities answer (efetch, retmode=xml)."
)
_OTHER_KINDS = (  # first characters, where they stand, what to say
    ("PK\x03\x04", 0, "It is a zip archive.", "Unpack it and import what is inside."),
    ("ustar", 257, "It is a tar archive.", "Unpack it and import what is inside."),
    ("\x1f\x8b", 0, "It is compressed twice.", "Unpack it once and import the result."),
    ("%PDF-", 0, "It is a PDF.", _REMEDY),
)
_BLANKS = " \t\r\n"  # what XML allows to stand first
_ROOT = re.compile(r"<([A-Za-z_][\w.:-]*)[\s/>]")


def recognise(path: Path) -> Format | None:
    """The format of a file by its first 64 KB, through gzip. Raises OSError."""
    return _format_of(_head_text(path))


def read_file(path: Path, report: Report = silent) -> Iterator[Entry]:
    """All entries of a file; `report` is told the bytes read of those on disk, every 256 KB.

    A file that cannot be opened or is of no known kind gives one Problem. Raises only what
    `report` raises.
    """
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            yield Problem(str(path), "", "It is a device or a pipe, not a file.")
            return
        head = _head_text(path)
        found = _format_of(head)
        if found is None:
            yield _unknown(path, head)
        else:
            yield from found.reads(InputFile(path, report))
    except OSError as error:
        reason = error.strerror or str(error)
        yield Problem(str(path), "", f"It cannot be read: {reason}.", "Check path and permissions.")


def files_in(path: Path) -> Iterator[Path]:
    """The files of a folder and of the folders in it, in order of their names; a file itself.

    Hidden files and folders are left out, a folder is entered once however many links lead to
    it. A folder that may not be opened is given itself, so that `read_file` can say so.
    """
    if path.is_dir():
        yield from _files_below(path, set())
    else:
        yield path


def _files_below(folder: Path, entered: set[tuple[int, int]]) -> Iterator[Path]:
    try:
        status = folder.stat()
        names = sorted(os.listdir(folder))
    except OSError:
        yield folder
        return
    if (status.st_dev, status.st_ino) in entered:
        return
    entered.add((status.st_dev, status.st_ino))
    for name in names:
        path = folder / name
        if name.startswith("."):
            continue
        if path.is_dir():
            yield from _files_below(path, entered)
        elif path.is_file():
            yield path


def _head_text(path: Path) -> str:
    """The first characters, decoded by their byte order mark; bytes that are no text stay odd."""
    head = InputFile(path).head()
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if head.startswith(mark):
            return head.decode(encoding, errors="replace").lstrip(_BLANKS)
    for start, encoding in ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be")):
        if head.startswith(start):
            return head.decode(encoding, errors="replace").lstrip(_BLANKS)
    return head.removeprefix(b"\xef\xbb\xbf").decode("latin-1").lstrip(_BLANKS)


def _format_of(head: str) -> Format | None:
    return next((known for known in FORMATS if known.fits(head)), None)


def _unknown(path: Path, head: str) -> Problem:
    if not head:
        return Problem(str(path), "", "The file is empty.", "Download it again.")
    for start, place, reason, remedy in _OTHER_KINDS:
        if head.startswith(start, place):
            return Problem(str(path), "", reason, remedy)
    root = _ROOT.search(head) if head.startswith("<") else None
    if root:
        reason = f"It is XML with the root element {root[1][:60]}, not PubMed records."
    else:
        reason = "Litmesh does not know this kind of file."
    return Problem(str(path), "", reason, _REMEDY)
