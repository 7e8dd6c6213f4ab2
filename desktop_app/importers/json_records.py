"""The objects of a JSON file one by one, so that a large file or a bad object does no harm.

Records are the objects of the file's first array, or of the array that `within` names, or the
file's own objects, one after the other (JSON lines, or a single one).
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from desktop_app.importers.failed_record import LONGEST, shortened

MAX_RECORD = 16 * 1024 * 1024  # characters
_BETWEEN = re.compile(r"[\s,]*")
_LONGEST_START = 100
_FIRST_KEY = re.compile(r'\{\s*("(?:[^"\\]|\\.){1,60}"\s*:)')
_DECODER = json.JSONDecoder(strict=False)  # raw line ends in strings: written by many programs


@dataclass(frozen=True, slots=True)
class JsonRecord:
    """An object, or why there is none. `number` and `line` count from 1."""

    number: int
    line: int
    value: dict[str, Any] | None
    reason: str = ""
    text: str = ""  # as it stands in the file, or its beginning


def json_records(texts: Iterable[str], within: str = "") -> Iterator[JsonRecord]:
    """The records of a JSON text that comes in pieces; `within` is a key such as "items"."""
    reader = _Reader(within)
    for text in texts:
        reader.buffer += text
        yield from reader.records(final=False)
    yield from reader.records(final=True)


class _Reader:
    """The text not given yet."""

    def __init__(self, within: str) -> None:
        self.buffer = ""
        self._start = re.compile(rf'"{re.escape(within)}"\s*:\s*\[') if within else None
        self._started = False
        self._in_array = False
        self._record_start: re.Pattern[str] | None = None
        self._number = 0
        self._line = 1
        self._needed = 0  # so many characters before it is worth while to try again
        self._lost = False  # after a bad record, whose end has not been found yet
        self._doubtful = False  # what comes may be a part of a bad record
        self._keys: frozenset[str] = frozenset()  # of the first good record

    def records(self, final: bool) -> Iterator[JsonRecord]:
        if not self._started and not self._find_start(final):
            return
        position = self._resume(0) if self._lost else 0
        while not self._lost and (position := self._next(position)) < len(self.buffer):
            if self.buffer[position] == "]" and self._in_array:
                if not self._doubtful:
                    self._drop(len(self.buffer))  # what comes now is about the file
                    return
                position = self._resume(position)
                continue
            if not final and len(self.buffer) < self._needed:
                break
            try:
                value, end = _DECODER.raw_decode(self.buffer, position)
            except (ValueError, RecursionError) as error:
                if not final and self._may_go_on(error, position):
                    self._needed = min(2 * (len(self.buffer) - position), MAX_RECORD)
                    break
                self._doubtful = True
                self._learn_start(position)
                end = self._resume(position)
                shown = len(self.buffer) if self._lost else end
                yield self._record(position, shown, None, _reason(error))
            else:
                if not self._doubtful or self._is_alike(value):
                    self._doubtful = False
                    yield self._good(position, end, value)
            position = end
            self._needed = 0
        self._drop(position)

    def _find_start(self, final: bool) -> bool:
        """Go to the first record; False when more text must come."""
        head = re.match(r"\s*", self.buffer)
        begin = head.end() if head else 0
        found = self._start.search(self.buffer) if self._start else None
        if found:
            self._drop(found.end())
            self._in_array = True
        elif self._start and not final and len(self.buffer) < MAX_RECORD:
            return False
        elif self.buffer[begin : begin + 1] == "[":
            self._drop(begin + 1)
            self._in_array = True
        elif begin == len(self.buffer) and not final:
            return False
        self._started = True
        return True

    def _next(self, position: int) -> int:
        between = _BETWEEN.match(self.buffer, position)
        return between.end() if between else position

    def _may_go_on(self, error: Exception, position: int) -> bool:
        """True when the record may only be cut at the end of the buffer."""
        if len(self.buffer) - position > MAX_RECORD or isinstance(error, RecursionError):
            return False
        at_end = isinstance(error, json.JSONDecodeError) and error.pos > len(self.buffer) - 16
        return at_end or "Unterminated" in str(error)

    def _resume(self, position: int) -> int:
        """Where the next record may begin, after a bad one at `position`."""
        pattern = self._record_start
        first = position if self._lost else position + 1
        found = pattern.search(self.buffer, first) if pattern else None
        self._lost = found is None
        if found:
            return found.start()
        return max(first, len(self.buffer) - _LONGEST_START)  # a record may begin in the last ones

    def _is_alike(self, value: object) -> bool:
        """True for a record; an object inside of a bad one has other keys than records have."""
        return isinstance(value, dict) and 4 * len(self._keys & value.keys()) >= len(self._keys)

    def _learn_start(self, position: int) -> None:
        """All records are taken to begin with the key that the first one begins with."""
        if self._record_start is None and (key := _FIRST_KEY.match(self.buffer, position)):
            self._record_start = re.compile(r"\{\s*" + re.escape(key[1]))

    def _good(self, position: int, end: int, value: object) -> JsonRecord:
        self._learn_start(position)
        if isinstance(value, dict):
            self._keys = self._keys or frozenset(value)
            return self._record(position, end, value)
        return self._record(position, end, None, "It is no object in braces")

    def _record(
        self, position: int, end: int, value: dict[str, Any] | None, reason: str = ""
    ) -> JsonRecord:
        self._number += 1
        text = shortened(self.buffer[position : min(end, position + LONGEST + 1)].rstrip(", \r\n"))
        return JsonRecord(self._number, self._line_at(position), value, reason, text)

    def _line_at(self, position: int) -> int:
        return self._line + self.buffer.count("\n", 0, position)

    def _drop(self, end: int) -> None:
        self._line += self.buffer.count("\n", 0, end)
        self.buffer = self.buffer[end:]


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"The JSON is damaged: {error.msg}"
    return "The JSON is nested too deeply" if isinstance(error, RecursionError) else "Bad number"
