"""The mined pairs of a run as the user sees them, and striking some out before training."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop_app import files
from desktop_app.errors import UserError
from desktop_app.library.library import Library


@dataclass(frozen=True, slots=True)
class MinedPair:
    """A query, the title of its article, and the titles of articles that do not answer it."""

    line: int  # in pairs.jsonl, from 0
    query: str
    positive: str
    negatives: tuple[str, ...]
    struck: bool


def read_pairs(path: Path, library: Library) -> list[MinedPair]:
    """All pairs of a run with titles. Raises UserError when the file cannot be read."""
    try:
        lines = _lines(path)
        ids = {i for line in lines for i in (line["positive"], *line["negatives"])}
        found = library.summaries(sorted(ids))
        titles = {i: found[i].title if i in found else f"article {i}" for i in ids}
        return [
            MinedPair(
                number,
                str(line["query"]),
                titles[line["positive"]],
                tuple(titles[i] for i in line["negatives"]),
                bool(line.get("struck", False)),
            )
            for number, line in enumerate(lines)
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(f"{path} cannot be read ({error}).", "Start a new training.") from error


def strike(path: Path, lines: Iterable[int]) -> None:
    """Mark exactly these lines of pairs.jsonl as struck: training leaves them out.

    Raises UserError when the file cannot be read or written.
    """
    struck = set(lines)
    try:
        pairs = _lines(path)
        for number, pair in enumerate(pairs):
            pair["struck"] = number in struck
        text = "".join(json.dumps(pair, ensure_ascii=False) + "\n" for pair in pairs)
        files.write_text(path, text)
    except (OSError, ValueError, TypeError) as error:
        raise UserError(f"{path} cannot be changed ({error}).", "Start a new training.") from error


def _lines(path: Path) -> list[dict[str, Any]]:
    """The objects of a file, one a line; other ends of lines, as U+2028, belong to a text."""
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]
