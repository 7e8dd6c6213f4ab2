"""The first page as a PNG, drawn and packed without an imaging library. Runs in the worker."""

import struct
import zlib
from typing import BinaryIO

import pypdfium2 as pdfium

_WIDEST = 2_000
_TALLEST = 4_000  # a poster or a roll is drawn narrower than asked for


def first_page_png(file: BinaryIO, width: int) -> bytes:
    """The first page, `width` pixels wide, as PNG. Raises pypdfium2.PdfiumError."""
    document = pdfium.PdfDocument(file)
    try:
        page = document[0]
        across, down = page.get_size()
        if across <= 0 or down <= 0:
            raise pdfium.PdfiumError("the page has no size")
        scale = min(max(1, min(width, _WIDEST)) / across, _TALLEST / down)
        bitmap = page.render(
            scale=scale, rev_byteorder=True, prefer_bgrx=False, no_smoothtext=False
        )
        try:
            return _png(bitmap)
        finally:
            bitmap.close()
            page.close()
    finally:
        document.close()


def _png(bitmap: pdfium.PdfBitmap) -> bytes:
    """PNG of an RGB or grey bitmap (PNG specification, 2nd edition, section 11)."""
    channels = bitmap.n_channels
    colour = {1: 0, 3: 2, 4: 6}[channels]
    content = bytes(bitmap.buffer)
    used = bitmap.width * channels
    rows = (content[row * bitmap.stride :][:used] for row in range(bitmap.height))
    return b"".join((
        b"\x89PNG\r\n\x1a\n",
        _chunk(b"IHDR", struct.pack(">IIBBBBB", bitmap.width, bitmap.height, 8, colour, 0, 0, 0)),
        _chunk(b"IDAT", zlib.compress(b"".join(b"\0" + row for row in rows), 6)),
        _chunk(b"IEND", b""),
    ))  # fmt: skip


def _chunk(kind: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
    )
