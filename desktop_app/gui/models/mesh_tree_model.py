"""The MeSH facet as a tree for a view: rows are made when they are opened."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop_app.gui.models.facet_roles import (
    COUNT_ROLE,
    MARK_ROLE,
    SHARE_ROLE,
    VALUE_ROLE,
    Mark,
    spoken,
)
from desktop_app.gui.models.mesh_branches import TAG_GROUP, Branch, MeshBranches
from desktop_app.gui.text import plain_tip
from desktop_app.search.request import CountArray, Filters

_Index = QModelIndex | QPersistentModelIndex


class MeshTreeModel(QAbstractItemModel):
    """Headings of the present results with distinct counts and what the filters say of them."""

    def __init__(self, branches: MeshBranches, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._branches = branches
        self._rows: list[Branch] = []  # by internal id; keeps them alive
        self._top: list[Branch] | None = []
        self._filters = Filters()
        self._total = 0
        self._needle = ""
        self._special: Sequence[int] | None = None

    def show_counts(
        self,
        counts: CountArray,
        total: int,
        filters: Filters,
        placeless: Sequence[tuple[str, int]] = (),
    ) -> None:
        """Show new results: `total` articles, `counts` of them per tree node.

        `placeless` counts the headings without a place in the tree, by UI.
        """
        self.beginResetModel()
        self._branches.set_counts(counts, filters, placeless)
        self._filters, self._total = filters, total
        self._forget()
        self.endResetModel()

    def set_needle(self, needle: str) -> None:
        """Show only headings whose name holds `needle`, as a list; "" shows the tree again."""
        self.beginResetModel()
        self._needle = needle.strip()
        self._forget()
        self.endResetModel()

    def set_special(self, codes: Sequence[int] | None) -> None:
        """Show these nodes as a list in this order, None: the tree."""
        self.beginResetModel()
        self._special = codes
        self._forget()
        self.endResetModel()

    @property
    def searching(self) -> bool:
        """True while it is a flat list."""
        return bool(self._needle) or self._special is not None

    def branch(self, index: _Index) -> Branch | None:
        """The row behind an index."""
        return self._rows[index.internalId()] if index.isValid() else None

    def code(self, index: _Index) -> int:
        """The tree node that stands for a row; -2 for the check tags."""
        branch = self.branch(index)
        return branch.code if branch else -1

    def index(self, row: int, column: int, parent: _Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        rows = self._below(parent)
        if column != 0 or not 0 <= row < len(rows):
            return QModelIndex()
        return self.createIndex(row, 0, rows[row].position)

    def parent(self, index: _Index = QModelIndex()) -> QModelIndex:  # type: ignore[override] # noqa: B008
        branch = self.branch(index)
        if branch is None or branch.parent is None:
            return QModelIndex()
        return self.createIndex(branch.parent.row, 0, branch.parent.position)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return len(self._below(parent))

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 1

    def hasChildren(self, parent: _Index = QModelIndex()) -> bool:  # noqa: B008
        branch = self.branch(parent)
        if branch is not None and branch.children is not None:
            return bool(branch.children)
        return self._branches.has_rows(branch)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        branch = self.branch(index)
        answer = _ANSWERS.get(role)
        return None if branch is None or answer is None else answer(self, branch)

    def _share(self, branch: Branch) -> float:
        return branch.count / self._total if self._total and branch.count > 0 else 0.0

    def _number(self, branch: Branch) -> str:
        return self._branches.number(branch.code)

    def _tip(self, branch: Branch) -> str:
        if branch.code == TAG_GROUP:
            return "Humans, age groups, laboratory animals: whom or what was studied"
        return plain_tip(self._branches.path(branch.code))

    def _spoken(self, branch: Branch) -> str:
        return spoken(branch.label, branch.count, self._mark(branch))

    def _mark(self, branch: Branch) -> Mark:
        numbers = {self._branches.number(code) for code in branch.codes}
        if numbers & set(self._filters.include):
            return Mark.INCLUDED
        return Mark.EXCLUDED if numbers & set(self._filters.exclude) else Mark.NONE

    def _below(self, parent: _Index) -> list[Branch]:
        branch = self.branch(parent)
        if branch is None:
            if self._top is None:
                self._top = self._keep(self._first_rows())
            return self._top
        if branch.children is None:
            branch.children = self._keep(self._branches.open(branch))
        return branch.children

    def _first_rows(self) -> list[Branch]:
        if self._needle:
            return self._branches.search(self._needle)
        if self._special is not None:
            return self._branches.listed(self._special)
        return self._branches.open(None)

    def _keep(self, rows: list[Branch]) -> list[Branch]:
        for branch in rows:
            branch.position = len(self._rows)
            self._rows.append(branch)
        return rows

    def _forget(self) -> None:
        self._rows = []
        self._top = None


# A view asks for some ten roles a row, and mostly for ones that we leave to it.
_ANSWERS: dict[int, Callable[[MeshTreeModel, Branch], object]] = {
    Qt.ItemDataRole.DisplayRole: lambda _, branch: branch.label,
    COUNT_ROLE: lambda _, branch: branch.count,
    SHARE_ROLE: MeshTreeModel._share,
    MARK_ROLE: MeshTreeModel._mark,
    VALUE_ROLE: MeshTreeModel._number,
    Qt.ItemDataRole.AccessibleTextRole: MeshTreeModel._spoken,
    Qt.ItemDataRole.ToolTipRole: MeshTreeModel._tip,
}
