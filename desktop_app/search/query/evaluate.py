"""A tree of tagged terms over a library: exactly the articles that it means, as a mask by id."""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from time import thread_time
from typing import TypeGuard

import numpy as np
import numpy.typing as npt

from desktop_app.search.query.fields import Field
from desktop_app.search.query.term_ids import Found, TermIds
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
    Severity,
    Term,
)
from desktop_app.search.request import IdArray

BoolArray = npt.NDArray[np.bool_]
EarlierIds = Callable[[int], IdArray | None]

_NOWHERE = Place(0, 0)
_SECONDS = 60.0  # of the processor for all terms; a long strategy over a million articles: 10
_AT_ONCE = 2  # lookups: SQLite works outside Python's lock
_IN_FACETS = (Field.HEADING, Field.MAJOR, Field.ACTION)
_REMEMBERED = 64_000_000  # bytes of ids of terms, while the library stays the same


class Memory:
    """What terms of former queries found, until the library changes."""

    def __init__(self) -> None:
        self._state = (-1, 0)
        self._found: OrderedDict[Leaf, Found] = OrderedDict()
        self._bytes = 0

    def at(self, revision: int, missing: int) -> "Memory":
        """The same memory, emptied when the library has another revision, or its index of exact
        words lacks another number of articles."""
        if (revision, missing) != self._state:
            self._state, self._bytes = (revision, missing), 0
            self._found.clear()
        return self

    def get(self, leaf: Leaf) -> Found | None:
        """What the leaf found."""
        found = self._found.get(leaf)
        if found is not None:
            self._found.move_to_end(leaf)
        return found

    def keep(self, leaf: Leaf, found: Found) -> None:
        """Remember it; the longest unused ones make room."""
        self._found[leaf] = found
        self._bytes += _size(found)
        while self._bytes > _REMEMBERED and len(self._found) > 1:
            self._bytes -= _size(self._found.popitem(last=False)[1])


class Evaluator:
    """Evaluates one query; `messages` are about terms that could not be taken as they stand."""

    def __init__(
        self, terms: TermIds, live: BoolArray, earlier: EarlierIds, memory: Memory
    ) -> None:
        """`live`: which articles there are, by id."""
        self._terms = terms
        self._live = live
        self._earlier = earlier
        self._memory = memory
        self._spent: list[float] = []  # seconds of the processor, of every lookup
        self._early: dict[Leaf, Found] = {}
        self._seen: dict[Leaf, Found] = {}
        self.messages: list[Message] = []

    def look_up(self, leaves: Iterable[Leaf]) -> None:
        """Look up what SQLite has to be asked of, two leaves at a time, before it is needed."""
        wanted = {_anywhere(leaf): leaf for leaf in leaves if _is_in_tables(leaf)}
        unknown = [leaf for key, leaf in wanted.items() if self._memory.get(key) is None]
        if len(unknown) > 1:
            with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="lookups") as pool:
                self._early = dict(zip(unknown, pool.map(self._of, unknown), strict=True))

    def mask(self, node: Node) -> BoolArray | None:
        """The articles, by id; None when nothing of the node could be understood."""
        if not isinstance(node, Chain):
            return self._leaf_mask(node)
        result = self.mask(node.first)
        for operator, step in node.steps:
            other = self.mask(step)
            if other is None:
                continue
            if result is None:
                result = self._live & ~other if operator is Operator.NOT else other
            elif operator is Operator.AND:
                result = result & other
            elif operator is Operator.OR:
                result = result | other
            else:
                result = result & ~other
        return result

    def count(self, node: Node) -> int:
        """How many articles a node means."""
        if not isinstance(node, Chain):
            ids = self._found(node).ids
            if ids is None:
                return 0
        mask = self.mask(node)
        return 0 if mask is None else int(np.count_nonzero(mask))

    def is_empty(self, leaf: Leaf) -> bool:
        """Whether a leaf was understood and no article has it."""
        mask = self._leaf_mask(leaf)
        return mask is not None and not mask.any()

    def _leaf_mask(self, leaf: Leaf) -> BoolArray | None:
        ids = self._found(leaf).ids
        if ids is None:
            return None
        mask = np.zeros(len(self._live), np.bool_)
        mask[ids if int(ids.max(initial=0)) < len(mask) else ids[ids < len(mask)]] = True
        mask &= self._live
        return mask

    def _found(self, leaf: Leaf) -> Found:
        found = self._seen.get(leaf)
        if found is None:
            found = self._seen[leaf] = self._look_up(leaf)
            self.messages += found.messages
        return found

    def _look_up(self, leaf: Leaf) -> Found:
        if isinstance(leaf, Earlier):
            ids = self._earlier(leaf.number)
            if ids is not None:
                return Found(ids)
            text = f"There is no search #{leaf.number} in the history; it is left out."
            return Found(None, [Message(Severity.REPAIRED, text, leaf.place)])
        known = self._memory.get(_anywhere(leaf))
        if known is None:
            known = self._early.pop(leaf, None) or self._of(leaf)
            if _lasting(leaf) and not known.messages:  # those name a place in this text
                self._memory.keep(_anywhere(leaf), known)
        return known

    def _of(self, leaf: Term | Range | Extra) -> Found:
        if sum(self._spent) > _SECONDS:
            text = "The query took too long; this part is left out."
            return Found(None, [Message(Severity.REPAIRED, text, leaf.place)])
        began = thread_time()
        found = self._terms.of(leaf)
        self._spent.append(thread_time() - began)
        return found


def _anywhere(leaf: Leaf) -> Leaf:
    return replace(leaf, place=_NOWHERE)


def _is_in_tables(leaf: Leaf) -> TypeGuard[Term | Range]:
    """Whether SQLite knows the articles of a leaf; those of a heading the facets know."""
    if isinstance(leaf, Term):
        return leaf.tag is not None and leaf.tag.field not in _IN_FACETS
    return isinstance(leaf, Range)


def _lasting(leaf: Leaf) -> bool:
    """Whether what it finds changes with the library's revision alone: marks and files do not."""
    return isinstance(leaf, Range) or (
        isinstance(leaf, Term) and leaf.tag is not None and leaf.tag.field is not Field.FULL_TEXT
    )


def _size(found: Found) -> int:
    return 200 + (0 if found.ids is None else found.ids.nbytes)
