"""A short list of values with counts: publication types, journals."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop_app.gui.models.facet_roles import (
    COUNT_ROLE,
    MARK_ROLE,
    SHARE_ROLE,
    VALUE_ROLE,
    Mark,
    spoken,
)
from desktop_app.gui.text import plain_tip

_Index = QModelIndex | QPersistentModelIndex


class ValueModel(QAbstractListModel):
    """Values in the order given, chosen ones first even when no result has them."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._values: list[tuple[str, int]] = []
        self._chosen: tuple[str, ...] = ()
        self._total = 0
        self._limit = 0
        self._needle = ""
        self._names: Mapping[str, str] = {}
        self._all: list[tuple[str, int]] = []

    def show_values(
        self,
        values: tuple[tuple[str, int], ...],
        total: int,
        chosen: tuple[str, ...],
        names: Mapping[str, str] | None = None,
    ) -> None:
        """Show new counts of `total` results; `names` has the words for values that are codes."""
        counts = dict(values)
        first = [(name, counts.get(name, 0)) for name in chosen]
        self.beginResetModel()
        self._all = first + [pair for pair in values if pair[0] not in chosen]
        self._chosen, self._total, self._names = chosen, total, names or {}
        self._sift()
        self.endResetModel()

    def set_needle(self, needle: str) -> None:
        """Show only values whose name holds `needle`; chosen ones always."""
        self.beginResetModel()
        self._needle = needle.strip().casefold()
        self._sift()
        self.endResetModel()

    def set_limit(self, limit: int) -> None:
        """Show at most `limit` values; chosen ones always."""
        self.beginResetModel()
        self._limit = limit
        self.endResetModel()

    def name(self, value: str) -> str:
        """A value in words."""
        return self._names.get(value, value)

    def _sift(self) -> None:
        self._values = [
            pair
            for pair in self._all
            if pair[0] in self._chosen or self._needle in self.name(pair[0]).casefold()
        ]

    @property
    def hidden(self) -> int:
        """How many values the limit hides."""
        return len(self._values) - self.rowCount()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        if parent.isValid():
            return 0
        return min(len(self._values), max(self._limit, len(self._chosen)))

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        value, count = self._values[index.row()]
        name = self.name(value)
        mark = Mark.INCLUDED if value in self._chosen else Mark.NONE
        answers = {
            Qt.ItemDataRole.DisplayRole: name,
            Qt.ItemDataRole.ToolTipRole: plain_tip(name),
            Qt.ItemDataRole.AccessibleTextRole: spoken(name, count, mark),
            COUNT_ROLE: count,
            SHARE_ROLE: count / self._total if self._total else 0.0,
            MARK_ROLE: mark,
            VALUE_ROLE: value,
        }
        return answers.get(role)
