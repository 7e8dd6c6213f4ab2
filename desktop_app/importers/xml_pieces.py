"""A damaged XML file cut at its record tags, so that one bad record does not lose the next."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto

MAX_RECORD = 16 * 1024 * 1024  # bytes; the largest PubMed records have some 3,000 authors, 5 MB
_MAX_BETWEEN = 1024 * 1024  # more than this comes in several pieces
_LONGEST_TAG = 1024
_KEPT_OF_OVERSIZE = 4096


class Kind(Enum):
    """What a piece is."""

    RECORD = auto()  # from its start tag to its end tag
    UNFINISHED = auto()  # its end tag is missing: the next record or the end of the file came
    OVERSIZE = auto()  # more than MAX_RECORD; only the beginning is in `content`
    BETWEEN = auto()  # what stands before, between and after records


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the file. `line` is that of its first byte, from 1."""

    kind: Kind
    content: bytes
    line: int


def record_tags(names: Iterable[str]) -> re.Pattern[bytes]:
    """A pattern for start and end tags with one of these names, with or without a prefix."""
    alternatives = "|".join(names).encode("ascii")
    return re.compile(rb"<(/?)(?:[A-Za-z_][\w.-]*:)?(?:" + alternatives + rb")(?=[\s/>])")


def pieces(chunks: Iterable[bytes], tags: re.Pattern[bytes]) -> Iterator[Piece]:
    """Cut a stream into pieces, together every byte of it (but for the rest of OVERSIZE ones)."""
    cutter = _Cutter(tags)
    for chunk in chunks:
        cutter.buffer += chunk
        yield from cutter.cut(final=False)
    yield from cutter.cut(final=True)


class _Cutter:
    """The part of the file not given yet. `buffer` begins where the present piece begins."""

    def __init__(self, tags: re.Pattern[bytes]) -> None:
        self.buffer = bytearray()
        self._tags = tags
        self._line = 1
        self._searched = 0
        self._inside = False  # within a record
        self._skipping = False  # within the rest of an oversize record

    def cut(self, final: bool) -> Iterator[Piece]:
        limit = len(self.buffer) if final else len(self.buffer) - _LONGEST_TAG
        while (found := self._tags.search(self.buffer, self._searched)) and found.start() < limit:
            self._searched = found.end()
            closing = self.buffer.find(b">", found.end(), found.end() + _LONGEST_TAG)
            size = len(self.buffer)
            if not found[1]:
                yield from self._open(found.start(), closing)
            elif self._inside:
                yield self._take(closing + 1 if closing >= 0 else found.end(), Kind.RECORD)
            limit -= size - len(self.buffer)
        self._searched = max(self._searched, limit, 0)
        yield from self._rest(final)

    def _open(self, start: int, closing: int) -> Iterator[Piece]:
        """Begin a record at `start`; whatever went before is over. `closing`: its first ">"."""
        if start:
            before = Kind.UNFINISHED if self._inside else Kind.BETWEEN
            yield self._take(start, before)
            closing -= start
        self._inside = True
        if closing > 0 and self.buffer[closing - 1 : closing] == b"/":
            yield self._take(closing + 1, Kind.RECORD)

    def _rest(self, final: bool) -> Iterator[Piece]:
        if final and self.buffer:
            yield self._take(len(self.buffer), Kind.UNFINISHED if self._inside else Kind.BETWEEN)
        elif len(self.buffer) > (MAX_RECORD if self._inside else _MAX_BETWEEN):
            kept = len(self.buffer) - _LONGEST_TAG  # a tag may have begun in the last bytes
            yield self._take(kept, Kind.OVERSIZE if self._inside else Kind.BETWEEN)

    def _take(self, end: int, kind: Kind) -> Piece:
        """Cut off the first `end` bytes of the buffer as a piece."""
        if kind is Kind.BETWEEN and self._skipping:
            content = b""  # the rest of an oversize record, which has been told of
        else:
            content = bytes(self.buffer[: _KEPT_OF_OVERSIZE if kind is Kind.OVERSIZE else end])
        piece = Piece(kind, content, self._line)
        self._line += self.buffer.count(b"\n", 0, end)
        del self.buffer[:end]
        self._searched = max(0, self._searched - end)
        self._inside = False
        self._skipping = kind is Kind.OVERSIZE or (self._skipping and kind is Kind.BETWEEN)
        return piece
