"""The left pane: what the results are made of, and the filters one sets there."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from desktop_app.gui.widgets.mesh_facet import MeshFacet
from desktop_app.gui.widgets.value_facet import ValueFacet
from desktop_app.gui.widgets.year_histogram import YearHistogram
from desktop_app.search.request import SearchResult


class FacetPane(QScrollArea):
    """MeSH tree, years, publication types, journals. Each signal carries what was pressed."""

    include_toggled = Signal(str)  # tree number
    exclude_toggled = Signal(str)
    years_chosen = Signal(object)  # (first, last) or None
    type_toggled = Signal(str)
    journal_toggled = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("facets")
        self.setAccessibleName("Filters")
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(228)
        body = QWidget(self)
        body.setObjectName("facetsBody")
        self.mesh = MeshFacet(body)
        self.years = YearHistogram(body)
        self.types = ValueFacet("Publication types", 3, body)
        self.journals = ValueFacet("Journals", 3, body)
        column = QVBoxLayout(body)
        column.setContentsMargins(12, 12, 8, 12)
        column.setSpacing(8)
        column.addWidget(self.mesh, 1)
        self._sections = [
            (_section(column, [_title("Years", body), self.years], body), self.years.has_years),
            (_section(column, [self.types], body), self.types.has_values),
            (_section(column, [self.journals], body), self.journals.has_values),
        ]
        column.addStretch(0)
        self.setWidget(body)
        self.mesh.include_toggled.connect(self.include_toggled)
        self.mesh.exclude_toggled.connect(self.exclude_toggled)
        self.years.range_chosen.connect(self.years_chosen)
        self.types.toggled.connect(self.type_toggled)
        self.journals.toggled.connect(self.journal_toggled)

    def show_result(self, result: SearchResult) -> None:
        """Show the facets of a result."""
        filters, facets, total = result.request.filters, result.facets, len(result)
        self.mesh.show_result(result)
        self.years.show_years(facets.years, filters.years)
        self.types.show_values(facets.publication_types, total, filters.publication_types)
        self.journals.show_values(facets.journals, total, filters.journals)

        for section, filled in self._sections:
            section.setVisible(filled())

    def focus_first(self) -> None:
        """Give the keyboard to the tree."""
        tree = self.mesh.tree
        if tree is not None:
            tree.setFocus(Qt.FocusReason.TabFocusReason)
            if not tree.currentIndex().isValid() and self.mesh.model is not None:
                tree.setCurrentIndex(self.mesh.model.index(0, 0))


def _title(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setProperty("role", "section")
    return label


def _section(column: QVBoxLayout, parts: list[QWidget], parent: QWidget) -> QWidget:
    """Parts under a line; it is hidden as one."""
    section = QWidget(parent)
    rule = QFrame(section)
    rule.setProperty("role", "rule")
    inner = QVBoxLayout(section)
    inner.setContentsMargins(0, 0, 0, 0)
    inner.setSpacing(6)
    for part in (rule, *parts):
        inner.addWidget(part)
    section.hide()
    column.addWidget(section)
    return section
