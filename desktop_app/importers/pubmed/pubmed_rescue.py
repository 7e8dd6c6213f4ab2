"""What can still be read of a PubMed XML file that is not well-formed: record by record."""

import codecs
import re
from collections.abc import Iterable, Iterator

from lxml import etree

from desktop_app.importers.failed_record import decoded_record
from desktop_app.importers.format import Entry
from desktop_app.importers.identifiers import pmid_number
from desktop_app.importers.input_file import InputFile
from desktop_app.importers.pubmed.pubmed_entries import (
    DELETION_TAGS,
    RECORD_TAGS,
    entries_of,
    place,
)
from desktop_app.importers.safe_xml import parse_alone
from desktop_app.importers.xml_pieces import MAX_RECORD, Kind, Piece, pieces, record_tags
from desktop_app.records import Problem

_AGAIN = "Download this record again from PubMed; the other records were taken."
_WIDE = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"<\0": "utf-16-le", b"\0<": "utf-16-be"}
_PMID = re.compile(rb"<(?:[\w.-]+:)?PMID\b[^<>]{0,200}>\s{0,50}([0-9]{1,10})\s{0,50}<")
_ENCODING = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_NAMESPACE = re.compile(rb"\sxmlns(?::[A-Za-z_][\w.-]*)?\s*=\s*(?:\"[^\"<>&]*\"|'[^'<>&]*')")
_MATHML = b' xmlns:mml="http://www.w3.org/1998/Math/MathML"'
_SCAFFOLD = re.compile(  # what may stand between records, also between two documents in one file
    rb"<\?.{0,2000}?\?>|<!--.{0,20000}?-->|<!DOCTYPE[^<>\[\]]{0,2000}>|</?[A-Za-z_][\w.:-]*[^<>]*>",
    re.DOTALL,
)
_END_TAG = re.compile(rb"</[A-Za-z_][\w.:-]*\s*>\s*$")
_POSITION = re.compile(r"(, line \d+, column \d+| line \d+(?= and ))")


def rescue(file: InputFile, given: int, reason: str, line: int) -> Iterator[Entry]:
    """Go through the file again, past the first `given` records, and parse each record alone.

    `reason` and `line` say why and where the reading in one go had stopped. Records that are bad
    in themselves become problems. Raises what reading the file raises.
    """
    wide = _WIDE.get(file.head(2))
    chunks = _narrow(file.chunks(), wide) if wide else file.chunks()
    rescuer = _Rescuer(file.name, given, fixed_encoding=wide is not None)
    for piece in pieces(chunks, record_tags(_tags_of(file))):
        yield from rescuer.entries(piece)
        if rescuer.refused:
            return
    if not rescuer.explained:
        yield _whole(
            file.name,
            line,
            f"The file has no proper end, records may be missing: {_plain(reason)}.",
        )


def entities_declared(file: str) -> Problem:
    """The problem of a file that declares entities of its own."""
    return Problem(
        file,
        "",
        "The file declares XML entities of its own. PubMed files never do; it was not read.",
        "Download it from PubMed or from NLM itself.",
    )


class _Rescuer:
    """The state between pieces: how many records went by, and how a record is to be parsed."""

    def __init__(self, file: str, given: int, fixed_encoding: bool) -> None:
        self.refused = False
        self.explained = False  # a problem was given, or the file did end as it should
        self._file = file
        self._given = given
        self._number = 0  # of records, damaged ones included
        self._whole = 0  # of those that have an end: what was given before counts only these
        self._gap_told = False  # one problem is enough for what stands between two records
        self._encoding = "utf-8"
        self._fixed_encoding = fixed_encoding
        self._opening = b"<records" + _MATHML + b">"

    def entries(self, piece: Piece) -> Iterator[Entry]:
        if piece.kind is Kind.BETWEEN:
            yield from self._between(piece)
            return
        self._number += 1
        self._gap_told = False
        if piece.kind is Kind.RECORD:
            self._whole += 1
            if self._whole > self._given:
                yield from self._record(piece)
        elif piece.kind is Kind.OVERSIZE:
            yield self._problem(piece, f"It is larger than {MAX_RECORD >> 20} MB")
        else:
            yield self._problem(piece, "It breaks off in the middle")

    def _record(self, piece: Piece) -> Iterator[Entry]:
        try:
            root = parse_alone(self._opening + piece.content + b"</records>", self._encoding)
        except etree.XMLSyntaxError as error:
            line = piece.line + max(error.lineno or 1, 1) - 1
            yield self._problem(piece, f"The XML is damaged: {_plain(error.msg)}", line)
        else:
            yield from entries_of(root[0], self._file, self._number, piece.line)

    def _between(self, piece: Piece) -> Iterator[Entry]:
        if b"<!ENTITY" in piece.content:
            self.refused = True
            yield entities_declared(self._file)
            return
        if b"<!DOCTYPE" in piece.content or self._number == 0:
            self._prepare(piece.content)
        self.explained |= _END_TAG.search(piece.content) is not None
        lost = _SCAFFOLD.sub(b"", piece.content).strip(b"\xef\xbb\xbf \t\r\n")
        if self._whole < self._given or not lost or self._gap_told:
            return
        self._gap_told = True
        if _PMID.search(piece.content):
            self._number += 1
            yield self._problem(piece, "Its beginning is damaged")
        else:
            where = f"after record {self._number}, line {piece.line}"
            self.explained = True
            reason, text = "There is text outside of any record.", self._text(piece)
            yield Problem(self._file, where, reason, _AGAIN, text)

    def _prepare(self, before: bytes) -> None:
        """Take encoding and namespaces from what stands before the first record."""
        declared = _ENCODING.search(before)
        known = declared and not self._fixed_encoding and _is_known(declared[1].decode("ascii"))
        if declared and known:
            self._encoding = declared[1].decode("ascii")
        names = b"".join(dict.fromkeys(_NAMESPACE.findall(before)))
        self._opening = b"<records" + names + (b"" if b":mml" in names else _MATHML) + b">"

    def _problem(self, piece: Piece, reason: str, line: int = 0) -> Problem:
        self.explained = True
        found = _PMID.search(piece.content)
        pmid = pmid_number(found[1].decode("ascii")) if found else None
        where = place(self._number, line or piece.line, pmid)
        reason = f"The record cannot be read. {reason}."
        return Problem(self._file, where, reason, _AGAIN, self._text(piece))

    def _text(self, piece: Piece) -> str:
        return decoded_record(piece.content, self._encoding)


def _tags_of(file: InputFile) -> tuple[str, ...]:
    """MedlineCitation is a record of its own only in files that have no PubmedArticle."""
    records = (
        RECORD_TAGS[:2] if b"PubmedArticle" in file.head().replace(b"\0", b"") else RECORD_TAGS[2:]
    )
    return records + DELETION_TAGS


def _narrow(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """UTF-16 as UTF-8, in which tags can be found."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    for chunk in chunks:
        yield decoder.decode(chunk).encode("utf-8", errors="replace")


def _whole(file: str, line: int, reason: str) -> Problem:
    where = f"line {line}" if line else ""
    return Problem(file, where, reason, "Download the file again; what could be read was taken.")


def _plain(message: str) -> str:
    """libxml2's words without positions, which would count from the record's own beginning."""
    return " ".join(_POSITION.sub("", message).split()).rstrip(". ")


def _is_known(encoding: str) -> bool:
    try:
        "".encode(encoding)
    except LookupError:
        return False
    return True
