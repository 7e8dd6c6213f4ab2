"""From the tree as typed to the tree that is searched: words mapped, the user's changes applied."""

from dataclasses import dataclass, replace

from desktop_app.mesh.vocabulary import Vocabulary
from desktop_app.search.query.chips import Adjustment, Change, Chip, ChipKind, chip_key
from desktop_app.search.query.fields import Field, Tag
from desktop_app.search.query.headings import heading_term, narrower_count
from desktop_app.search.query.mapping import Mapper, Piece
from desktop_app.search.query.parse import parse
from desktop_app.search.query.repair import EVERYTHING
from desktop_app.search.query.tree import (
    Chain,
    Earlier,
    Extra,
    Leaf,
    Message,
    Node,
    Operator,
    Place,
    Range,
    Term,
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A chip whose hits are not counted yet, and what to count."""

    chip: Chip
    node: Node


class Reader:
    """Reads one tree; `drafts` and `messages` are what came of it."""

    def __init__(
        self, mapper: Mapper, vocabulary: Vocabulary, adjustments: tuple[Adjustment, ...]
    ) -> None:
        self._mapper = mapper
        self._vocabulary = vocabulary
        self._adjustments = {a.key: a for a in adjustments}
        self.drafts: list[Draft] = []
        self.messages: list[Message] = []

    def read(self, node: Node) -> Node | None:
        """The tree to search; None when every piece is switched off."""
        if isinstance(node, Chain):
            return self._chain(node)
        if isinstance(node, Term) and _is_has_abstract(node):
            return self._leaf(Extra("has", "abstract", node.place))
        if isinstance(node, Term) and node.tag is None:
            return self._mapped(node)
        return self._leaf(node)

    def _chain(self, chain: Chain) -> Node | None:
        kept: list[tuple[Operator, Node]] = []
        for operator, node in ((Operator.AND, chain.first), *chain.steps):
            read = self.read(node)
            if read is not None:
                kept.append((operator, read))
        return joined(kept)

    def _leaf(self, leaf: Leaf) -> Node | None:
        kind = _kind(leaf)
        if kind is None:
            return leaf
        chip = Chip(chip_key(kind, leaf.place), leaf.place, _words(leaf), kind, label(leaf))
        if kind is ChipKind.MESH and isinstance(leaf, Term):
            chip = self._with_heading(chip, leaf)
        return self._adjusted(chip, leaf)

    def _with_heading(self, chip: Chip, term: Term) -> Chip:
        indices = heading_term(term.text, self._vocabulary).indices
        exploded = term.tag is not None and term.tag.exploded
        if not indices:
            return replace(chip, exploded=exploded)
        ui, name = self._vocabulary.ui(indices[0]), self._vocabulary.name(indices[0])
        narrower = narrower_count(indices[0], self._vocabulary)
        return replace(chip, ui=ui, name=name, exploded=exploded, narrower=narrower)

    def _mapped(self, term: Term) -> Node | None:
        groups = []
        for group in self._mapper.groups(term):
            pieces = [self._piece(piece) for piece in group]
            either = joined([(Operator.OR, piece) for piece in pieces if piece is not None])
            if either is not None:
                groups.append((Operator.AND, either))
        return joined(groups)

    def _piece(self, piece: Piece) -> Node | None:
        node = piece.node
        first = node.first if isinstance(node, Chain) else node
        shown = label(first) if piece.heading is not None or not isinstance(node, Chain) else ""
        key = chip_key(piece.kind, piece.place)
        chip = Chip(key, piece.place, piece.words, piece.kind, shown or label(node))
        if piece.heading is not None and isinstance(first, Term):
            chip = self._with_heading(chip, first)
        return self._adjusted(chip, node)

    def _adjusted(self, chip: Chip, node: Node) -> Node | None:
        """What is searched for a chip after the user's change to it."""
        adjustment = self._adjustments.get(chip.key)
        searched: Node | None = node
        if adjustment is not None and adjustment.change is Change.OFF:
            chip, searched = replace(chip, on=False), None
        elif adjustment is not None and adjustment.change is Change.NOT_EXPLODED:
            node = searched = _not_exploded(node)
            chip = replace(chip, exploded=False, label=label(_heading_of(node)))
        elif adjustment is not None:
            return self._replaced(chip, adjustment.text)
        self.drafts.append(Draft(chip, node))
        return searched

    def _replaced(self, chip: Chip, text: str) -> Node | None:
        """Another query in place of a chip; its own words are mapped as if they had been typed."""
        parsed = parse(text)
        self.messages += [replace(message, place=chip.place) for message in parsed.messages]
        if parsed.tree is None:
            self.drafts.append(Draft(replace(chip, label=text, on=False), _EMPTY))
            return None
        inner = Reader(self._mapper, self._vocabulary, ())
        node = inner.read(parsed.tree)
        shown = replace(chip, label=label(node) if node else text, ui="", name="", exploded=False)
        [first] = inner.drafts[:1] or [Draft(chip, _EMPTY)]
        if len(inner.drafts) <= 2:
            shown = replace(shown, ui=first.chip.ui, name=first.chip.name, label=first.chip.label)
            shown = replace(shown, exploded=first.chip.exploded, narrower=first.chip.narrower)
        self.drafts.append(Draft(shown, node or _EMPTY))
        return node


def joined(parts: list[tuple[Operator, Node]]) -> Node | None:
    """The chain of what is left; one that now begins with NOT is taken from all articles."""
    if not parts:
        return None
    if parts[0][0] is Operator.NOT:
        parts = [(Operator.AND, Extra(EVERYTHING[:-1], "", Place(0, 0))), *parts]
    if len(parts) == 1:
        return parts[0][1]
    return Chain(parts[0][1], tuple(parts[1:]))


# there quotes mean that name exactly: smith j[au] finds Smith JA too, "smith j"[au] does not
_BY_NAME = (Field.AUTHOR, Field.FIRST_AUTHOR, Field.LAST_AUTHOR)


def label(node: Node) -> str:
    """A node in the query language."""
    if isinstance(node, Chain):
        steps = "".join(f" {operator} {_in_group(step)}" for operator, step in node.steps)
        return _in_group(node.first) + steps
    if isinstance(node, Term):
        by_name = node.tag is not None and node.tag.field in _BY_NAME
        quoted = node.quoted or (" " in node.text and not by_name)
        text = f'"{node.text}"' if quoted else node.text
        return text + (_tag_label(node.tag) if node.tag else "")
    if isinstance(node, Range):
        return f"{node.low}:{node.high}{_tag_label(node.tag)}"
    if isinstance(node, Earlier):
        return f"#{node.number}"
    value = f'"{node.value}"' if " " in node.value else node.value
    return f"{node.key}:{value}"


def _is_has_abstract(term: Term) -> bool:
    """PubMed's `hasabstract`, with or without [text]."""
    anywhere = term.tag is None or term.tag.field in (Field.TEXT_WORD, Field.ALL)
    return anywhere and term.text.lower() == "hasabstract"


def _heading_of(node: Node) -> Node:
    """The heading of a mapped piece, which stands before its words."""
    return node.first if isinstance(node, Chain) else node


_EMPTY = Extra("nothing", "", Place(0, 0))


def _in_group(node: Node) -> str:
    return f"({label(node)})" if isinstance(node, Chain) and node.steps else label(node)


def _tag_label(tag: Tag) -> str:
    within = f":~{tag.within}" if tag.within is not None else ""
    return f"[{tag.field}{within}{'' if tag.exploded else ':noexp'}]"


def _kind(leaf: Leaf) -> ChipKind | None:
    """The kind of a tagged leaf; None for what nobody typed."""
    if isinstance(leaf, Earlier):
        return ChipKind.EARLIER
    if isinstance(leaf, Extra):
        return None if leaf.key == EVERYTHING[:-1] else ChipKind.EXTRA
    if isinstance(leaf, Range) or leaf.tag is None:
        return ChipKind.FIELD
    by_field = {
        Field.HEADING: ChipKind.MESH,
        Field.MAJOR: ChipKind.MESH,
        Field.JOURNAL: ChipKind.JOURNAL,
        Field.AUTHOR: ChipKind.AUTHOR,
    }
    return by_field.get(leaf.tag.field, ChipKind.FIELD)


def _words(leaf: Leaf) -> str:
    return leaf.text if isinstance(leaf, Term) else label(leaf)


def _not_exploded(node: Node) -> Node:
    """The same with headings alone, without those below."""
    if isinstance(node, Chain):
        steps = tuple((operator, _not_exploded(step)) for operator, step in node.steps)
        return Chain(_not_exploded(node.first), steps)
    if isinstance(node, Term) and node.tag is not None:
        return replace(node, tag=replace(node.tag, exploded=False))
    return node
