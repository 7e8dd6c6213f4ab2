"""What a query was read as, piece by piece: the chips that a user can switch off or change."""

from dataclasses import dataclass
from enum import StrEnum

from desktop_app.search.query.tree import Place


class ChipKind(StrEnum):
    """What a piece of the query became."""

    MESH = "mesh"
    JOURNAL = "journal"
    AUTHOR = "author"
    WORDS = "words"
    PHRASE = "phrase"
    FIELD = "field"  # a term with a tag that is none of the above
    EXTRA = "extra"  # cites:, is: …
    EARLIER = "earlier"  # #3


class Change(StrEnum):
    """What the user did to a chip."""

    OFF = "off"
    NOT_EXPLODED = "not exploded"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A chip that the user changed, by `Chip.key`; `text` is what a replaced one says instead."""

    key: str
    change: Change
    text: str = ""


@dataclass(frozen=True, slots=True)
class Chip:
    """One piece of a query as it was read.

    `key` stays the same as long as the text of the query does.
    """

    key: str
    place: Place
    words: str  # as typed
    kind: ChipKind
    label: str  # what is searched, in the query language: "Myocardial Infarction"[mh]
    ui: str = ""  # of a heading
    name: str = ""
    exploded: bool = False
    narrower: int = 0  # headings below
    hits: int | None = None  # articles with this piece alone; None where no exact set was asked for
    on: bool = True


def chip_key(kind: ChipKind, place: Place) -> str:
    """The key of a chip: kind and place, "mesh@0-12"."""
    return f"{kind}@{place.start}-{place.stop}"


def place_of(key: str) -> tuple[int, int]:
    """Start and stop of a chip's place; (0, 0) when the key is none."""
    start, _, stop = key.partition("@")[2].partition("-")
    return (int(start), int(stop)) if start.isdigit() and stop.isdigit() else (0, 0)
