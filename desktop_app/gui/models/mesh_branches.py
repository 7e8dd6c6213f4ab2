"""Which MeSH headings the facet shows for the present results, and in which order."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from desktop_app.mesh.check_tags import CHECK_TAGS
from desktop_app.mesh.vocabulary import Vocabulary
from desktop_app.search.request import CountArray, Filters

ROOT = -1
# What articles are about comes before whom they studied and where; a fixed order, so that the top
# rows stay where they are from search to search.
_CATEGORIES = "CDGEFANBMHIJKLVZ"
TAG_GROUP = -2  # the folded row that holds the check tags
_PLACELESS = -10  # and below: headings without a place in the tree (Male, Female)
_STRUCTURAL = "D000818"  # Animals: a check tag, but every species stands below it in the tree


@dataclass(slots=True)
class Branch:
    """One row. A chain of headings with the same articles is one: `codes` from top to bottom."""

    codes: tuple[int, ...]
    row: int
    parent: "Branch | None"
    label: str
    count: int
    children: list["Branch"] | None = None  # None until somebody looks
    position: int = field(default=0)  # in the model's list of rows

    @property
    def code(self) -> int:
        """The node that filters act on."""
        return self.codes[-1]


class MeshBranches:
    """The part of the MeSH tree that the results reach, row by row as it is opened."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._tree = vocabulary.tree
        self._counts: CountArray = np.zeros(len(vocabulary.tree), np.int64)
        self._forced: set[int] = set()
        self._marked: set[int] = set()
        self._placeless: list[str] = []  # UIs; the first is _PLACELESS, the next one below it
        self._placeless_counts: dict[str, int] = {}
        self._tags = _tag_codes(vocabulary)
        self._above_tags = {a for code in self._tags for a in self._tree.ancestors(code)}

    def set_counts(
        self, counts: CountArray, filters: Filters, placeless: Sequence[tuple[str, int]] = ()
    ) -> None:
        """Take new counts; excluded headings stay to be seen though no result has them.

        `placeless` counts headings without a place in the tree, by UI.
        """
        self._counts = counts
        chosen = [v for v in (*filters.include, *filters.exclude) if self._without_place(v)]
        self._placeless_counts = dict.fromkeys(chosen, 0) | dict(placeless)
        known = set(self._placeless)
        self._placeless += [ui for ui in self._placeless_counts if ui not in known]
        excluded = [c for n in filters.exclude if (c := self._tree.code(n)) is not None]
        included = [c for n in filters.include if (c := self._tree.code(n)) is not None]
        self._marked = {*excluded, *included}
        self._forced = set(self._marked)
        for code in excluded:
            self._forced.update(self._tree.ancestors(code))

    def count(self, code: int) -> int:
        """Distinct articles at or below a node."""
        if code <= _PLACELESS:
            return self._placeless_counts.get(self.number(code), 0)
        return int(self._counts[code]) if code >= 0 else -1

    def open(self, branch: Branch | None) -> list[Branch]:
        """The rows below a row, most articles first; None: the categories, always in one order."""
        if branch is not None and branch.code == TAG_GROUP:
            rows = [
                Branch((c,), 0, branch, self._name(c), self.count(c)) for c in self._seen_tags()
            ]
            return _placed(rows)
        if branch is None:
            codes = (self._tree.code(letter) for letter in _CATEGORIES)
            rows = [self._row(c, None) for c in codes if c is not None and self._shown(c)]
            if self._seen_tags():
                rows.append(Branch((TAG_GROUP,), 0, None, "Check tags", -1))
            return _placed(rows)
        rows = [self._row(c, branch) for c in self._children(branch.code)]
        rows.sort(key=lambda row: (-row.count, row.label))
        return _placed(rows)

    def has_rows(self, branch: Branch | None) -> bool:
        """True when `open` would give something; cheaper."""
        if branch is None or branch.code == TAG_GROUP:
            return True
        return bool(self._children(branch.code))

    def search(self, needle: str, limit: int = 200) -> list[Branch]:
        """All headings whose name holds `needle`, each once, most articles first."""
        wanted = needle.casefold()
        found: dict[str, int] = {}
        for code in np.flatnonzero(self._counts).tolist():
            if wanted in self._folded[code]:
                found.setdefault(self._vocabulary.node_ui(code) or self._name(code), code)
        for code in self._seen_placeless():
            if wanted in self._name(code).casefold():
                found.setdefault(self.number(code), code)
        codes = sorted(found.values(), key=lambda c: (-self.count(c), self._name(c)))[:limit]
        return _placed([Branch((c,), 0, None, self._name(c), self.count(c), []) for c in codes])

    def listed(self, codes: Sequence[int], limit: int = 200) -> list[Branch]:
        """Rows for nodes in the order given; each heading once, at its first place."""
        first: dict[str, int] = {}
        for code in codes:
            first.setdefault(self._vocabulary.node_ui(code) or self._name(code), code)
        chosen = list(first.values())[:limit]
        return _placed([Branch((c,), 0, None, self._name(c), self.count(c), []) for c in chosen])

    def path(self, code: int) -> str:
        """All headings above a node and its own, from the top."""
        if code < 0:
            return self._name(code)
        codes = [*reversed(self._tree.ancestors(code)), code]
        return " › ".join(self._name(c) for c in codes)

    def number(self, code: int) -> str:
        """The tree number of a node, the UI of a heading without one; "" for the check-tag row."""
        if code <= _PLACELESS:
            return self._placeless[_PLACELESS - code]
        return self._tree.numbers[code] if code >= 0 else ""

    @cached_property
    def _folded(self) -> list[str]:
        return [self._name(code).casefold() for code in range(len(self._tree))]

    def _name(self, code: int) -> str:
        if code <= _PLACELESS:
            index = self._vocabulary.resolve(self.number(code), "")
            return self.number(code) if index is None else self._vocabulary.name(index)
        return self._vocabulary.node_name(code)

    def _row(self, code: int, parent: Branch | None) -> Branch:
        chain = [code]
        while parent is not None and chain[-1] not in self._marked:
            below = self._children(chain[-1])
            if len(below) != 1 or self._counts[below[0]] != self._counts[code]:
                break
            chain.append(below[0])
        label = " › ".join(self._name(c) for c in chain)
        return Branch(tuple(chain), 0, parent, label, self.count(code))

    def _children(self, code: int) -> list[int]:
        return [c for c in self._tree.children(code) if self._shown(c)]

    def _shown(self, code: int) -> bool:
        if code in self._forced:
            return True
        if not self._counts[code] or code in self._tags:
            return False
        if code not in self._above_tags:
            return True
        below = self._tree.children(code)
        if any(self._shown(c) for c in below):
            return True
        # A heading of its own has articles beside those of the check tags folded away below it.
        return bool(self._counts[code] > sum(int(self._counts[c]) for c in below))

    def _seen_tags(self) -> list[int]:
        once: dict[str, int] = {
            self._vocabulary.node_ui(c): c for c in self._tags if self._counts[c]
        }
        codes = [*once.values(), *self._seen_placeless()]
        return sorted(codes, key=lambda c: (-self.count(c), self._name(c)))

    def _seen_placeless(self) -> list[int]:
        seen = self._placeless_counts
        return [_PLACELESS - n for n, ui in enumerate(self._placeless) if ui in seen]

    def _without_place(self, value: str) -> bool:
        return self._tree.code(value) is None


def _placed(rows: list[Branch]) -> list[Branch]:
    for number, branch in enumerate(rows):
        branch.row = number
    return rows


def _tag_codes(vocabulary: Vocabulary) -> frozenset[int]:
    codes: set[int] = set()
    for ui in CHECK_TAGS - {_STRUCTURAL}:
        index = vocabulary.resolve(ui, "")
        if index is not None:
            codes.update(vocabulary.nodes(index).tolist())
    return frozenset(codes)
