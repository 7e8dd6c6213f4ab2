"""The record elements of an XML file one by one, and after damage those that are still whole.

For formats of reference managers and publishers; PubMed's own has `pubmed_xml` and its rescue.
"""

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml import etree
from lxml.etree import _Element as Element

from desktop_app.importers.decoded_text import decoded
from desktop_app.importers.failed_record import decoded_record
from desktop_app.importers.input_file import InputFile
from desktop_app.importers.safe_xml import (
    StoppedError,
    UnsafeXmlError,
    close,
    ended,
    feed,
    line_of,
    parse_alone,
    pull_parser,
    refuse_entities,
    release,
    without_namespaces,
)
from desktop_app.importers.xml_pieces import Kind, Piece, pieces, record_tags
from desktop_app.records import Problem

_ENCODING = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_NAMESPACES = (
    b' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:mml="http://www.w3.org/1998/Math/MathML"'
    b' xmlns:ali="http://www.niso.org/schemas/ali/1.0/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)
_REMEDY = "Export or download the record again; the other records were taken."
LARGEST = 64 * 1024 * 1024  # bytes of one record: articles with their text and tables are large


@dataclass(frozen=True, slots=True)
class XmlRecord:
    """A record element without namespaces; it is emptied when the next one is asked for."""

    element: Element
    number: int  # from 1
    line: int  # in which it begins, 0 when not known


def xml_records(file: InputFile, tag: str, empty: str = "") -> Iterator[XmlRecord | Problem]:
    """Every outermost element `tag`; elements `empty` inside are emptied as soon as they end.

    Where the file is damaged it is read again, record by record, and a bad record is a Problem.
    Raises OSError when the file cannot be opened, and whatever its `report` raises.
    """
    given = 0
    try:
        for element in _streamed(file.chunks(), tag, empty):
            given += 1
            yield XmlRecord(element, given, line_of(element))
    except UnsafeXmlError:
        reason = "The file declares XML entities of its own; it was not read."
        yield Problem(file.name, "", reason, "Export or download it again from its source.")
    except StoppedError as stop:
        yield from _rescued(file, tag, given, stop)
    if file.damage:
        yield Problem(file.name, "", f"{file.damage}.", "Export or download the file again.")


def _streamed(chunks: Iterable[bytes], tag: str, empty: str) -> Iterator[Element]:
    parser = pull_parser([f"{{*}}{name}" for name in (tag, empty) if name])
    since_record = 0
    first = True
    for chunk in chunks:
        feed(parser, chunk)
        since_record += len(chunk)
        for element in ended(parser):
            if first:
                refuse_entities(element)
                first = False
            if etree.QName(element).localname == empty:
                _empty(element)
            elif not _is_inside(element, tag):
                since_record = 0
                without_namespaces(element)
                yield element
                release(element)
        if since_record > LARGEST:
            raise StoppedError("A record is larger than any real one", 0)
    close(parser)


def _empty(element: Element) -> None:
    """Drop what is inside, but not the text that follows the element."""
    tail = element.tail
    element.clear()
    element.tail = tail


def _is_inside(element: Element, tag: str) -> bool:
    return any(etree.QName(outer).localname == tag for outer in element.iterancestors())


def _rescued(
    file: InputFile, tag: str, given: int, stop: StoppedError
) -> Iterator[XmlRecord | Problem]:
    """What `_streamed` did not give any more, from pieces parsed alone."""
    head = file.head()
    if b"<!ENTITY" in head.replace(b"\0", b""):
        reason = "The file declares XML entities of its own; it was not read."
        yield Problem(file.name, "", reason, "Export or download it again from its source.")
        return
    encoding, chunks = _as_bytes(file, head)
    number = whole = 0
    told = False
    for piece in pieces(chunks, record_tags([tag])):
        if piece.kind is Kind.BETWEEN:
            continue
        number += 1
        whole += piece.kind is Kind.RECORD
        if piece.kind is Kind.RECORD and whole <= given:
            continue
        result = _alone(file.name, piece, number, encoding)
        told |= isinstance(result, Problem)
        yield result
    if not told:
        place = f"line {stop.line}" if stop.line else ""
        reason = f"The file is damaged, records may be missing: {_plain(str(stop))}."
        yield Problem(file.name, place, reason, "Export the file again; what was read was taken.")


def _as_bytes(file: InputFile, head: bytes) -> tuple[str, Iterable[bytes]]:
    """The encoding, and bytes in it in which tags can be found (UTF-16 becomes UTF-8)."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<"):
        return "utf-8", (text.encode("utf-8") for text in decoded(file.chunks()))
    declared = _ENCODING.search(head)
    try:
        return codecs.lookup(
            declared[1].decode("ascii") if declared else "utf-8"
        ).name, file.chunks()
    except LookupError:
        return "utf-8", file.chunks()


def _alone(file: str, piece: Piece, number: int, encoding: str) -> XmlRecord | Problem:
    place = f"record {number}, line {piece.line}"
    text = decoded_record(piece.content, encoding)
    if piece.kind is Kind.OVERSIZE:
        return Problem(file, place, "The record is larger than any real one.", _REMEDY, text)
    if piece.kind is Kind.UNFINISHED:
        return Problem(file, place, "The record breaks off in the middle.", _REMEDY, text)
    try:
        root = parse_alone(b"<r" + _NAMESPACES + b">" + piece.content + b"</r>", encoding)
    except etree.XMLSyntaxError as error:
        line = piece.line + max(error.lineno or 1, 1) - 1
        reason = f"The record cannot be read. The XML is damaged: {_plain(error.msg)}."
        return Problem(file, f"record {number}, line {line}", reason, _REMEDY, text)
    without_namespaces(root)
    return XmlRecord(root[0], number, piece.line)


def _plain(message: str | None) -> str:
    """libxml2's words without positions, which would count from the record's own beginning."""
    return re.sub(r"(, line \d+, column \d+| line \d+(?= and ))", "", message or "").rstrip(". ")
