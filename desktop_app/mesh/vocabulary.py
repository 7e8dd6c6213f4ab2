"""The MeSH vocabulary of one year: headings by index, UI, name or synonym, and their places."""

from functools import cached_property
from pathlib import Path

import numpy as np

from desktop_app import paths
from desktop_app.errors import UserError
from desktop_app.mesh.categories import CATEGORIES
from desktop_app.mesh.descriptor import Descriptor
from desktop_app.mesh.matching import Matcher
from desktop_app.mesh.resource import About, Table, read_table
from desktop_app.mesh.suggestions import Suggestions
from desktop_app.mesh.terms import Terms
from desktop_app.mesh.tree import IntArray, Tree

__all__ = ["Descriptor", "IntArray", "Tree", "Vocabulary", "load_vocabulary"]


class Vocabulary:
    """Descriptors by index (0 .. len - 1, in ascending order of UI) over their `tree`.

    Names and tree are there at once; what the entry terms are needed for is built when first asked.
    """

    def __init__(self, table: Table) -> None:
        """Raises ValueError when the table's tree is not whole."""
        self.about: About = table.about
        self.year: int = table.about.year
        self.tree = Tree(table.numbers)
        self._table = table
        self._owners = table.owners
        self._by_owner = np.argsort(table.owners, kind="stable").astype(np.int32)
        self._by_owner.setflags(write=False)
        bounds = np.searchsorted(table.owners[self._by_owner], np.arange(len(table.uis) + 1))
        self._bounds: list[int] = bounds.tolist()
        self._closures: dict[int, IntArray] = {}

    def __len__(self) -> int:
        return len(self._table.uis)

    @property
    def owners(self) -> IntArray:
        """The descriptor index at each node, int32; -1 for a category. Not to be changed."""
        return self._owners

    def descriptor(self, index: int) -> Descriptor:
        """The whole record of one heading."""
        numbers = tuple(self.tree.numbers[code] for code in self.nodes(index))
        line = self._entry_terms[index]
        entry_terms = tuple(line.split("\t")) if line else ()
        return Descriptor(self._table.uis[index], self._table.names[index], numbers, entry_terms)

    def ui(self, index: int) -> str:
        """The UI of a heading."""
        return self._table.uis[index]

    def name(self, index: int) -> str:
        """The name of a heading, without reading the entry terms."""
        return self._table.names[index]

    def node_name(self, code: int) -> str:
        """The heading at a node, or the name of the category."""
        owner = int(self._owners[code])
        if owner >= 0:
            return self._table.names[owner]
        number = self.tree.numbers[code]
        return CATEGORIES.get(number, number)

    def node_ui(self, code: int) -> str:
        """The UI of the heading at a node; "" for a category."""
        owner = int(self._owners[code])
        return self._table.uis[owner] if owner >= 0 else ""

    def resolve(self, ui: str, name: str) -> int | None:
        """The heading of a record that may be of another year: by UI, else name, else entry term.

        None for retired headings, which this year has under no name.
        """
        index = self._uis.get(ui)
        return self.find(name) if index is None else index

    def find(self, text: str) -> int | None:
        """The heading with this name or entry term; case does not count, names go first."""
        return self._terms.find(text)

    def nodes(self, index: int) -> IntArray:
        """Nodes of the heading's own places, sorted, int32; empty for Male and Female."""
        return self._by_owner[self._bounds[index] : self._bounds[index + 1]]

    def below(self, code: int) -> IntArray:
        """The headings at a node and below it, as often as they have a place there."""
        owners = self._owners[code : int(self.tree.ends[code])]
        return np.asarray(owners[owners >= 0], np.int32)

    def nodes_with_ancestors(self, index: int) -> IntArray:
        """Own nodes and all above, category included: unique, sorted, int32, not to be changed."""
        closure = self._closures.get(index)
        if closure is None:
            codes = set(self.nodes(index).tolist())
            for code in list(codes):
                codes.update(self.tree.ancestors(code))
            closure = np.array(sorted(codes), np.int32)
            closure.setflags(write=False)
            self._closures[index] = closure  # asked for again by every article with the heading
        return closure

    def match(self, text: str) -> list[tuple[int, int, int]]:
        """Headings in free text: (start character, end character, descriptor index), longest match.

        Words that say little alone ("role", "who") match only as part of a longer term.
        """
        return self._matcher.match(text)

    def search(self, text: str, limit: int = 20) -> list[int]:
        """Headings to suggest for typed words or beginnings of words, best first."""
        return self._suggestions.search(text, limit)

    @cached_property
    def _uis(self) -> dict[str, int]:
        return dict(zip(self._table.uis, range(len(self)), strict=True))

    @cached_property
    def _entry_terms(self) -> list[str]:
        return self._table.entry_terms()

    @cached_property
    def _terms(self) -> Terms:
        return Terms(self._table.names, self._entry_terms)

    @cached_property
    def _matcher(self) -> Matcher:
        return Matcher(self._terms)

    @cached_property
    def _suggestions(self) -> Suggestions:
        return Suggestions(self._terms)


def load_vocabulary(path: Path | None = None) -> Vocabulary:
    """Read the vocabulary at `path`, by default the newest year in `resources/mesh`.

    Raises UserError when the file is missing or damaged.
    """
    if path is None:
        path = max((paths.resources_dir() / "mesh").glob("mesh????.zip"), default=None)
    if path is None:
        raise UserError("The MeSH table is missing.", "Install Litmesh again.")
    return Vocabulary(read_table(path))
