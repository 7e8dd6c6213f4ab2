"""A file as a stream of plain bytes: gzip, xz and bzip2 undone, size bounded, progress told."""

import bz2
import lzma
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from desktop_app.files import shown
from desktop_app.progress import Report, silent

GZIP = b"\x1f\x8b"
_XZ = b"\xfd7zXZ\0"
_BZIP2 = b"BZh"
_READ = 64 * 1024
_PIECE = 128 * 1024
_TOLD_EVERY = 256 * 1024
_FREE = 64 * 1024 * 1024  # so much may be unpacked before the ratio counts
_XZ_MEMORY = 128 * 1024 * 1024  # xz -9 needs 65 MB; a file may ask for 4 GB
_RATIO = 100  # real PubMed files unpack to 6 to 12 times their size, zeros to 1,000 times


class InputFile:
    """A file to import, which can be read from its beginning more than once.

    `damage` says, after a reading, why the bytes ended before the file did ("" when they did
    not): what came before the damage has been given all the same.
    """

    def __init__(self, path: Path, report: Report = silent, name: str = "") -> None:
        """`name` is what problems call the file: the place in an archive that `path` came from."""
        self.path = path
        self.name = name or shown(path)
        self.damage = ""
        self.origin = ""  # the format of what was read last, of a member when it is an archive
        self._report = report
        self._told = 0  # a second reading does not take the progress back

    def poll(self) -> None:
        """Let the importing task stop a reading that takes long without reading on."""
        self._report(self._told, max(self._told, 1))

    def chunks(self) -> Iterator[bytes]:
        """The unpacked bytes in pieces of at most 128 KB. Raises OSError, and what report does."""
        self.damage = ""
        with open(self.path, "rb") as file:
            self._size = self.path.stat().st_size
            lead = file.read(len(_XZ))
            file.seek(0)
            if lead.startswith(GZIP):
                yield from self._unpacked(file)
            elif lead.startswith((_XZ, _BZIP2)):
                yield from self._unpacked_slowly(file, lead)
            else:
                yield from self._raw(file)
        self._tell(self._size, last=True)

    def head(self, size: int = 64 * 1024) -> bytes:
        """The first `size` unpacked bytes, or fewer when there are fewer (`damage` may say why)."""
        head = b""
        silent_copy = InputFile(self.path)
        for chunk in silent_copy.chunks():
            head += chunk
            if len(head) >= size:
                break
        self.damage = silent_copy.damage
        return head[:size]

    def _raw(self, file: BinaryIO) -> Iterator[bytes]:
        while chunk := file.read(_PIECE):
            self._tell(file.tell())
            yield chunk

    def _unpacked(self, file: BinaryIO) -> Iterator[bytes]:
        """Members of a gzip file one after the other, as `gzip` reads them."""
        produced = 0
        stream = zlib.decompressobj(wbits=31)
        packed = b""
        while True:
            packed = packed or file.read(_READ)
            if not packed:
                self.damage = "" if stream.eof else "the compressed file ends too early"
                return
            if stream.eof:
                packed = packed.lstrip(b"\0")  # padding that tape and some servers add
                if not packed:
                    continue
                stream = zlib.decompressobj(wbits=31)
            try:
                piece = stream.decompress(packed, _PIECE)
            except zlib.error as error:
                self.damage = f"the compressed data is damaged ({error})"
                return
            packed = stream.unused_data if stream.eof else stream.unconsumed_tail
            produced += len(piece)
            if self._is_too_much(produced, file):
                return
            self._tell(file.tell())
            if piece:
                yield piece

    def _unpacked_slowly(self, file: BinaryIO, lead: bytes) -> Iterator[bytes]:
        """The streams of an xz or bzip2 file one after the other."""
        produced = 0
        stream = _new_stream(lead)
        packed = b""
        while True:
            if stream.eof:
                packed = (stream.unused_data or file.read(_READ)).lstrip(b"\0")
                if not packed:
                    return
                stream = _new_stream(lead)
            elif stream.needs_input:
                packed = packed or file.read(_READ)
                if not packed:
                    self.damage = "the compressed file ends too early"
                    return
            try:
                piece = stream.decompress(packed, _PIECE)
            except (lzma.LZMAError, OSError, EOFError, ValueError) as error:
                self.damage = f"the compressed data is damaged ({error})"
                return
            packed = b""
            produced += len(piece)
            if self._is_too_much(produced, file):
                return
            self._tell(file.tell())
            if piece:
                yield piece

    def _is_too_much(self, produced: int, file: BinaryIO) -> bool:
        if produced <= _FREE or produced <= _RATIO * file.tell():
            return False
        self.damage = f"it unpacks to more than {_RATIO} times its size"
        return True

    def told(self, done: int) -> None:
        """Report `done` of the bytes on disk for those who read the file in their own way."""
        self._told = max(done, self._told)
        self._report(self._told, self.path.stat().st_size)

    def _tell(self, done: int, last: bool = False) -> None:
        if done >= self._told + _TOLD_EVERY or (last and done > self._told):
            self._told = done
            self._report(done, self._size)


def _new_stream(lead: bytes) -> lzma.LZMADecompressor | bz2.BZ2Decompressor:
    if lead.startswith(_XZ):
        return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY)
    return bz2.BZ2Decompressor()
