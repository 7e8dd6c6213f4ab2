"""Which reader for which file: known by what is in it, never by its name alone."""

import re
from collections.abc import Iterator
from pathlib import Path

from desktop_app.importers import csl_json, endnote_xml, europepmc_json, id_list
from desktop_app.importers.archives import is_tar, is_zip, read_tar, read_zip
from desktop_app.importers.bibtex import bibtex
from desktop_app.importers.folders import files_in, is_library_head
from desktop_app.importers.format import Entry, Format
from desktop_app.importers.input_file import InputFile
from desktop_app.importers.jats import jats
from desktop_app.importers.pdf import format as pdf
from desktop_app.importers.pubmed.pubmed_entries import DELETION_TAGS, RECORD_TAGS
from desktop_app.importers.pubmed.pubmed_xml import read_pubmed_xml
from desktop_app.importers.table import csv_table
from desktop_app.importers.tagged import enw, isi, nbib, ovid, ris
from desktop_app.importers.zotero import zotero_library
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


FORMATS: tuple[Format, ...] = (
    # What holds other files comes first: their text stands in it, and the readers of text search.
    Format("Zip archive", is_zip, lambda file: read_zip(file, _entries)),
    Format("Tar archive", is_tar, lambda file: read_tar(file, _entries)),
    zotero_library.FORMAT,
    Format("PubMed XML", _is_pubmed_xml, read_pubmed_xml),
    nbib.FORMAT,
    ris.FORMAT,
    isi.FORMAT,
    ovid.FORMAT,
    enw.FORMAT,
    bibtex.FORMAT,
    endnote_xml.FORMAT,
    jats.FORMAT,
    europepmc_json.FORMAT,
    csl_json.FORMAT,
    pdf.FORMAT,
    csv_table.FORMAT,
    id_list.FORMAT,  # the last ones have the fewest marks of their own
)

_REMEDY = (
    "Litmesh reads PubMed XML and NBIB, RIS, BibTeX, EndNote (XML, .enw), Ovid, Web of Science, "
    "CSL-JSON, JATS (.nxml), Europe PMC JSON, tables (CSV, TSV) with a title column, lists of "
    "PMIDs or DOIs, PDF, a Zotero library (zotero.sqlite), and zip and tar archives of these."
)
_SEALED = (  # first characters, what to say, what to do; the text that stands in it is not all
    ("\x1f\x8b", "It is compressed twice.", "Unpack it once and import the result."),
    ("7z\xbc\xaf\x27\x1c", "It is a 7-Zip archive.", "Unpack it and import what is inside."),
    ("Rar!\x1a\x07", "It is a RAR archive.", "Unpack it and import what is inside."),
    ("\xd0\xcf\x11\xe0", "It is an Office document.", "Save a table as CSV, a text as PDF."),
)
_OTHER_KINDS = (
    *_SEALED,
    ("<!doctype html", "It is a web page.", "Download the file itself, not the page about it."),
    ("<html", "It is a web page.", "Download the file itself, not the page about it."),
)
_SEALED_STARTS = tuple(start for start, _, _ in _SEALED)
_BLANKS = " \t\r\n"  # what XML allows to stand first
_ROOT = re.compile(r"<([A-Za-z_][\w.:-]*)[\s/>]")


def recognise(path: Path) -> Format | None:
    """The format of a file by its first 64 KB, through gzip. Raises OSError."""
    return _format_of(_head_text(InputFile(path)))


def read_file(path: Path, report: Report = silent) -> Iterator[Entry]:
    """All entries of a file; `report` is told the bytes read of those on disk, every 256 KB."""
    return read(InputFile(path, report))


def read(file: InputFile) -> Iterator[Entry]:
    """All entries of a file; `file.origin` is the format of the one given last.

    A file that cannot be opened or is of no known kind gives one Problem. Raises only what the
    file's `report` raises.
    """
    path = file.path
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            yield Problem(file.name, "", "It is a device or a pipe, not a file.")
            return
        yield from _entries(file)
    except OSError as error:
        reason = error.strerror or str(error)
        yield Problem(file.name, "", f"It cannot be read: {reason}.", "Check path and permissions.")


def _entries(file: InputFile) -> Iterator[Entry]:
    """What a file, or a member of an archive, has to say."""
    head = _head_text(file)
    found = _format_of(head)
    if found is None and not head and file.damage:
        yield Problem(file.name, "", f"{file.damage.capitalize()}.", "Download it again.")
    elif found is None:
        yield _unknown(file.name, head)
    else:
        file.origin = found.name
        yield from found.reads(file)


def _head_text(file: InputFile) -> str:
    """The first characters, decoded by their byte order mark; bytes that are no text stay odd."""
    head = file.head()
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if head.startswith(mark):
            return head.decode(encoding, errors="replace").lstrip(_BLANKS)
    for start, encoding in ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be")):
        if head.startswith(start):
            return head.decode(encoding, errors="replace").lstrip(_BLANKS)
    text = head.removeprefix(b"\xef\xbb\xbf").decode("latin-1")
    return text if is_tar(text) else text.lstrip(_BLANKS)  # a tar may begin with a name of blanks


def _format_of(head: str) -> Format | None:
    if is_library_head(head) or head.startswith(_SEALED_STARTS):
        return None
    return next((known for known in FORMATS if known.fits(head)), None)


def _unknown(name: str, head: str) -> Problem:
    if not head:
        return Problem(name, "", "The file is empty.", "Download it again.")
    if is_library_head(head):
        return Problem(name, "", "It is a Litmesh library.", "Open it: Library > Open library.")
    for start, reason, remedy in _OTHER_KINDS:
        if head[: len(start)].lower() == start.lower():
            return Problem(name, "", reason, remedy)
    root = _ROOT.search(head) if head.startswith("<") else None
    if root:
        reason = f"It is XML with the root element {root[1][:60]}, not records that Litmesh knows."
    elif head.startswith(("{", "[")):
        reason = "It is JSON, but not CSL-JSON and not from Europe PMC."
    else:
        reason = "Litmesh does not know this kind of file."
    return Problem(name, "", reason, _REMEDY)
