"""A query as a tree of frozen values, each with its place in the text as typed."""

from dataclasses import dataclass
from enum import StrEnum

from desktop_app.search.query.fields import Tag


class Operator(StrEnum):
    """How a step of a chain changes what was found before it."""

    AND = "AND"
    OR = "OR"
    NOT = "NOT"


@dataclass(frozen=True, slots=True)
class Place:
    """The characters start .. stop - 1 of the text."""

    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Term:
    """Words, a phrase, a heading … in a field; without a tag they are mapped."""

    text: str
    tag: Tag | None
    quoted: bool
    place: Place


@dataclass(frozen=True, slots=True)
class Range:
    """From one value to another, both inside: `2015/03:2016[dp]`."""

    low: str
    high: str
    tag: Tag
    place: Place


@dataclass(frozen=True, slots=True)
class Extra:
    """What PubMed does not have: `cites:123`, `is:starred`, `in:"My review"`."""

    key: str
    value: str
    place: Place


@dataclass(frozen=True, slots=True)
class Earlier:
    """The result of an earlier search, `#3`."""

    number: int
    place: Place


@dataclass(frozen=True, slots=True)
class Chain:
    """Nodes joined from left to right; PubMed's operators have no precedence."""

    first: "Node"
    steps: tuple[tuple[Operator, "Node"], ...]


Leaf = Term | Range | Extra | Earlier
Node = Leaf | Chain


class Severity(StrEnum):
    """Whether the query was still read as it stands."""

    NOTE = "note"  # worth knowing
    REPAIRED = "repaired"  # something is wrong; the reading is the likeliest


@dataclass(frozen=True, slots=True)
class Message:
    """Something about a query, and where."""

    severity: Severity
    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Parsed:
    """The reading of a text; `tree` is None when it asks for nothing."""

    tree: Node | None
    messages: tuple[Message, ...] = ()


def leaves(tree: Node | None) -> list[Leaf]:
    """The leaves from left to right."""
    found: list[Leaf] = []
    waiting = [] if tree is None else [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Chain):
            waiting += [step for _, step in reversed(node.steps)]
            waiting.append(node.first)
        else:
            found.append(node)
    return found
