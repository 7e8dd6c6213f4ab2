"""Reads JSON that others may have written, and names the place of whatever is wrong with it.

Standard library only.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

_LONGEST_LINE = 4 << 20  # bytes; the longest abstracts have some 100,000


class TrainingSetError(Exception):
    """A training set that cannot be used: where (file and line) and why."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}")
        self.place = place
        self.reason = reason


def field_of(data: Mapping[str, Any], name: str, kind: type, place: str) -> Any:
    """A field of an object, which must be of that kind; true is no number."""
    value = data.get(name)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise TrainingSetError(place, f"“{name}” must be {kind.__name__}, not {value!r:.60}.")
    return value


def texts_of(data: Mapping[str, Any], name: str, place: str) -> tuple[str, ...]:
    """A field that is a list of texts."""
    values = field_of(data, name, list, place)
    if not all(isinstance(value, str) for value in values):
        raise TrainingSetError(place, f"“{name}” must hold text only.")
    return tuple(values)


def lines_of(path: Path) -> Iterator[tuple[str, bytes]]:
    """The lines with their place; a line longer than any article can be ends the reading."""
    with open(path, "rb") as file:
        number = 0
        while line := file.readline(_LONGEST_LINE):
            number += 1
            place = f"{path}, line {number}"
            if len(line) == _LONGEST_LINE:
                raise TrainingSetError(place, "is too long.")
            yield place, line.rstrip(b"\r\n")


def object_of(content: bytes, place: str) -> dict[str, Any]:
    """The object that a text in JSON is."""
    try:
        data = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise TrainingSetError(place, f"is not valid JSON ({error}).") from error
    if not isinstance(data, dict):
        raise TrainingSetError(place, "is not a JSON object.")
    return data


def read_whole(path: Path, largest: int) -> bytes:
    """The content of a file of at most `largest` bytes."""
    try:
        if path.stat().st_size > largest:
            raise TrainingSetError(str(path), "is too large.")
        return path.read_bytes()
    except OSError as error:
        raise TrainingSetError(str(path), f"cannot be read ({error.strerror}).") from error
