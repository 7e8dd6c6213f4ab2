"""The doubtful pairs for a list: a title and what tells the two apart on each row."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from desktop_app.gui.duplicate_pairs import Pair

_Index = QModelIndex | QPersistentModelIndex
_LONGEST = 300  # characters of a title


class PairModel(QAbstractListModel):
    """One row a pair. Lines come as (title, source) by article id and are kept."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self._pairs: Sequence[Pair] = ()
        self.lines: dict[int, tuple[str, str]] = {}

    def show_pairs(self, pairs: Sequence[Pair], lines: Mapping[int, tuple[str, str]]) -> None:
        """Show these pairs; `lines` are added to those known."""
        self.beginResetModel()
        self._pairs = pairs
        self.lines.update(lines)
        self.endResetModel()

    def pair(self, row: int) -> Pair | None:
        """The pair of a row."""
        return self._pairs[row] if 0 <= row < len(self._pairs) else None

    def row_of(self, pair: Pair) -> int:
        """The row of a pair, -1 when it does not wait any more."""
        return self._pairs.index(pair) if pair in self._pairs else -1

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._pairs)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        shown = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
        if not index.isValid() or role not in shown:
            return None
        (title, first), (_, second) = (
            self.lines.get(i, ("Loading", "")) for i in self._pairs[index.row()]
        )
        return "\n".join(" ".join(line[:_LONGEST].split()) for line in (title, first, second))
