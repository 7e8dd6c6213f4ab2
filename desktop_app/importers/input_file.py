"""A file as a stream of plain bytes: gzip undone, size bounded, progress told."""

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from desktop_app.progress import Report, silent

GZIP = b"\x1f\x8b"
_READ = 64 * 1024
_PIECE = 128 * 1024
_TOLD_EVERY = 256 * 1024
_FREE = 64 * 1024 * 1024  # so much may be unpacked before the ratio counts
_RATIO = 100  # real PubMed files unpack to 6 to 12 times their size, zeros to 1,000 times


class InputFile:
    """A file to import, which can be read from its beginning more than once.

    `damage` says, after a reading, why the bytes ended before the file did ("" when they did
    not): what came before the damage has been given all the same.
    """

    def __init__(self, path: Path, report: Report = silent) -> None:
        self.path = path
        self.name = str(path)
        self.damage = ""
        self._report = report
        self._told = 0  # a second reading does not take the progress back

    def chunks(self) -> Iterator[bytes]:
        """The unpacked bytes in pieces of at most 128 KB. Raises OSError, and what report does."""
        self.damage = ""
        with open(self.path, "rb") as file:
            self._size = self.path.stat().st_size
            packed = file.read(len(GZIP)) == GZIP
            file.seek(0)
            yield from self._unpacked(file) if packed else self._raw(file)
        self._tell(self._size, last=True)

    def head(self, size: int = 64 * 1024) -> bytes:
        """The first `size` unpacked bytes, or fewer when there are fewer."""
        head = b""
        for chunk in InputFile(self.path).chunks():
            head += chunk
            if len(head) >= size:
                break
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
            if produced > _FREE and produced > _RATIO * file.tell():
                self.damage = f"it unpacks to more than {_RATIO} times its size"
                return
            self._tell(file.tell())
            if piece:
                yield piece

    def _tell(self, done: int, last: bool = False) -> None:
        if done >= self._told + _TOLD_EVERY or (last and done > self._told):
            self._told = done
            self._report(done, self._size)
