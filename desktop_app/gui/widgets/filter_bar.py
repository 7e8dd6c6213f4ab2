"""The active filters above the results: each a chip that goes away when pressed."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from desktop_app.gui.widgets.chip import Chip
from desktop_app.gui.widgets.flow_layout import FlowLayout
from desktop_app.search.request import Filters

VALUE_FACETS = (  # fields of Filters that hold values of which any will do
    "publication_types",
    "journals",
    "authors",
    "languages",
    "collections",
    "heading_sources",
)


class FilterBar(QWidget):
    """Chips for every condition; `filters_changed` carries the filters without the removed one."""

    filters_changed = Signal(object)  # Filters

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Active filters")
        self._flow = FlowLayout(self, gap=6)
        self._flow.setContentsMargins(12, 0, 12, 8)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.hide()

    def chips(self) -> list[Chip]:
        """The chips shown, in order."""
        items = (self._flow.itemAt(n) for n in range(self._flow.count()))
        return [w for item in items if item and isinstance(w := item.widget(), Chip)]

    def set_filters(
        self,
        filters: Filters,
        heading_name: Callable[[str], str],
        value_name: Callable[[str, object], str] = lambda _, value: str(value),
    ) -> None:
        """Show `filters`; the functions give the words for tree numbers and for facet values."""
        self._flow.clear()
        parts = _without_each(filters, heading_name, value_name)
        for text, kind, left in parts:
            chip = Chip(text, "close", "Remove this filter", kind, self)
            chip.clicked.connect(partial(self.filters_changed.emit, left))
            self._flow.addWidget(chip)
            chip.show()
        if parts:
            self._offer_clear()
        self.setVisible(bool(parts))
        self.updateGeometry()

    def _offer_clear(self) -> None:
        button = QPushButton("Clear all", self)
        button.setProperty("role", "link")
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.setAccessibleName("Clear all filters")
        button.clicked.connect(partial(self.filters_changed.emit, Filters()))
        self._flow.addWidget(button)
        button.show()


def _without_each(
    filters: Filters,
    heading_name: Callable[[str], str],
    value_name: Callable[[str, object], str],
) -> list[tuple[str, str, Filters]]:
    """For every condition: its words, its kind, and the filters that remain without it."""
    parts: list[tuple[str, str, Filters]] = []
    for number in filters.include:
        left = replace(filters, include=tuple(n for n in filters.include if n != number))
        parts.append((heading_name(number), "include", left))
    for number in filters.exclude:
        left = replace(filters, exclude=tuple(n for n in filters.exclude if n != number))
        parts.append((f"not {heading_name(number)}", "exclude", left))
    if filters.years:
        first, last = filters.years
        words = str(first) if first == last else f"{first}–{last}"
        parts.append((words, "include", replace(filters, years=None)))
    if filters.major_only:
        parts.append(("major topics only", "include", replace(filters, major_only=False)))
    for facet in VALUE_FACETS:
        values = getattr(filters, facet)
        for value in values:
            kept = tuple(v for v in values if v != value)
            left = replace(filters, **{facet: kept})  # type: ignore[arg-type]
            parts.append((value_name(facet, value), "include", left))
    return parts
