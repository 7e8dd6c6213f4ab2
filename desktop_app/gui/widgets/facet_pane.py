"""The left pane: what the results are made of, and the filters one sets there."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from desktop_app.gui.widgets.mesh_facet import MeshFacet
from desktop_app.gui.widgets.value_facet import ValueFacet
from desktop_app.gui.widgets.year_histogram import YearHistogram
from desktop_app.search.request import Facets, SearchResult

_FEW = 3  # values shown of each facet
_TREE_LEAST = 320  # px for the headings, their field and their tree
_VALUES = (  # field of Filters and Facets, title, folded at first
    ("publication_types", "Publication types", False),
    ("journals", "Journals", False),
    ("authors", "Authors", True),
    ("languages", "Languages", True),
    ("collections", "Collections", False),
    ("heading_sources", "Source of headings", True),
)
_SOURCES = {
    "nlm": "PubMed",
    "pmc": "PubMed Central",
    "export": "Other programs",
    "user": "Yourself",
    "suggested": "Suggested here",
}
_LANGUAGES = {
    "eng": "English", "fre": "French", "ger": "German", "spa": "Spanish", "ita": "Italian",
    "por": "Portuguese", "chi": "Chinese", "jpn": "Japanese", "rus": "Russian", "pol": "Polish",
    "dut": "Dutch", "kor": "Korean", "tur": "Turkish", "cze": "Czech", "hun": "Hungarian",
    "dan": "Danish", "swe": "Swedish", "nor": "Norwegian", "heb": "Hebrew", "ara": "Arabic",
}  # fmt: skip


class FacetPane(QScrollArea):
    """MeSH tree, years and the facets of values. Each signal carries what was pressed."""

    include_toggled = Signal(str)  # tree number or descriptor UI
    exclude_toggled = Signal(str)
    major_only_chosen = Signal(bool)
    years_chosen = Signal(object)  # (first, last) or None
    value_toggled = Signal(str, object)  # field of Filters, value

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("facets")
        self.setAccessibleName("Filters")
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(228)
        self._collections: Mapping[str, str] = {}
        body = QWidget(self)
        body.setObjectName("facetsBody")
        self.mesh = MeshFacet(body)
        self.years = YearHistogram(body)
        self.values = {
            name: ValueFacet(title, _FEW, body, folded) for name, title, folded in _VALUES
        }
        self.types, self.journals = self.values["publication_types"], self.values["journals"]
        self._column = column = QVBoxLayout(body)
        column.setContentsMargins(12, 12, 8, 12)
        column.setSpacing(8)
        column.addWidget(self.mesh)
        self._years = _section(column, [_title("Years", body), self.years], body)
        self._sections = {n: _section(column, [v], body) for n, v in self.values.items()}
        column.addStretch()
        self.setWidget(body)
        self._connect()
        self._part()

    def _connect(self) -> None:
        self.mesh.include_toggled.connect(self.include_toggled)
        self.mesh.exclude_toggled.connect(self.exclude_toggled)
        self.mesh.major_only_chosen.connect(self.major_only_chosen)
        self.years.range_chosen.connect(self.years_chosen)
        for name, facet in self.values.items():
            facet.toggled.connect(partial(self._tell, name))

    def set_collections(self, names: Mapping[int, str]) -> None:
        """Collections are called so from the next result on."""
        self._collections = {str(number): name for number, name in names.items()}

    def value_name(self, facet: str, value: object) -> str:
        """A value of a facet in words."""
        return self._names(facet).get(str(value), str(value))

    def show_result(self, result: SearchResult) -> None:
        """Show the facets of a result."""
        self._part()
        filters, facets, total = result.request.filters, result.facets, len(result)
        self.mesh.show_result(result)
        self.years.show_years(facets.years, filters.years)
        self._years.setVisible(self.years.has_years())
        for name, facet in self.values.items():
            values = _values(facets, name)
            chosen = tuple(str(value) for value in getattr(filters, name))
            facet.show_values(values, total, chosen, self._names(name))
            tells = len(values) > 1 or name not in ("heading_sources", "languages")
            self._sections[name].setVisible(bool(chosen) or (bool(values) and tells))

    def focus_first(self) -> None:
        """Give the keyboard to the tree."""
        tree = self.mesh.tree
        if tree is not None:
            tree.setFocus(Qt.FocusReason.TabFocusReason)
            if not tree.currentIndex().isValid() and self.mesh.model is not None:
                tree.setCurrentIndex(self.mesh.model.index(0, 0))

    def _part(self) -> None:
        """What is left over is the tree's; before there is one, the end's."""
        known = self.mesh.tree is not None
        self.mesh.setMinimumHeight(_TREE_LEAST if known else 0)
        self._column.setStretchFactor(self.mesh, 1 if known else 0)
        self._column.setStretch(self._column.count() - 1, 0 if known else 1)

    def _names(self, facet: str) -> Mapping[str, str]:
        known = {
            "collections": self._collections,
            "heading_sources": _SOURCES,
            "languages": _LANGUAGES,
        }
        return known.get(facet, {})

    def _tell(self, facet: str, value: str) -> None:
        self.value_toggled.emit(facet, int(value) if facet == "collections" else value)


def _values(facets: Facets, name: str) -> tuple[tuple[str, int], ...]:
    return tuple((str(value), number) for value, number in getattr(facets, name))


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
