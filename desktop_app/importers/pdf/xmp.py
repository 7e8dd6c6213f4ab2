"""What XMP packets in a PDF's bytes say of the article: title and DOI, without an XML parser.

PDFium gives only the Info dictionary. Publishers write the packet uncompressed, as XMP asks for.
Images in the file carry packets of their own, so several may be found.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from desktop_app.importers.pdf.text import one_line

_PACKETS = 20
_PACKET_BYTES = 256 * 1024
_TITLES = 5  # of a packet
_TITLE_CHARACTERS = 4_000
_WINDOW = 8 * 1024 * 1024
_START, _END = b"<x:xmpmeta", b"</x:xmpmeta>"
_DOI = re.compile(
    r"<(?:prism:doi|pdfx:doi|pdfx:WPS-ARTICLEDOI|crossmark:DOI|dc:identifier|prism:url)[^>]{0,200}>"
    r"([^<]{1,400})<|(?:prism:doi|pdfx:doi|crossmark:DOI|dc:identifier)=\"([^\"]{1,400})\""
)
_TAG = re.compile(r"<[^<>]{1,200}>")


@dataclass(frozen=True, slots=True)
class Stated:
    """Texts of the metadata as they stand there, unjudged."""

    titles: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()  # texts that may hold a DOI
    author: str = ""
    subject: str = ""
    created: str = ""


def read_packets(file: BinaryIO) -> tuple[list[str], list[str]]:
    """Titles and texts of identifiers in all XMP packets of an open file."""
    titles: list[str] = []
    identifiers: list[str] = []
    for packet in _packets(file):
        text = packet.decode("utf-8", errors="replace")
        titles += map(_plain, _between(text, "<dc:title>", "</dc:title>"))
        identifiers += [_plain(one or other) for one, other in _DOI.findall(text)]
    return titles, identifiers


def _packets(file: BinaryIO) -> list[bytes]:
    file.seek(0)
    packets: list[bytes] = []
    rest = b""
    while len(packets) < _PACKETS and (piece := file.read(_WINDOW)):
        window = rest + piece
        at = 0
        while (start := window.find(_START, at)) >= 0:
            end = window.find(_END, start)
            if end < 0:
                break
            packets.append(window[start : min(end, start + _PACKET_BYTES)])
            at = end
        rest = window[max(at, len(window) - _PACKET_BYTES) :]
    return packets[:_PACKETS]


def _between(text: str, start: str, end: str) -> Iterator[str]:
    for part in text.split(start)[1 : 1 + _TITLES]:
        inside, closed, _ = part[:_TITLE_CHARACTERS].partition(end)
        if closed:
            yield inside


def _plain(markup: str) -> str:
    return one_line(html.unescape(_TAG.sub(" ", markup)))
