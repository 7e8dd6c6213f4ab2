"""The MeSH part of the facet pane: a field that finds a heading, and the tree."""

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.gui.models.mesh_branches import MeshBranches
from desktop_app.gui.models.mesh_tree_model import MeshTreeModel
from desktop_app.gui.widgets.mesh_tree_view import MeshTreeView
from desktop_app.mesh.vocabulary import Vocabulary
from desktop_app.search.request import SearchResult


class MeshFacet(QWidget):
    """Emits the tree number that the user includes, excludes, or lets go again."""

    include_toggled = Signal(str)
    exclude_toggled = Signal(str)
    major_only_chosen = Signal(bool)
    special_wanted = Signal(bool)  # list what is over-represented among the results

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tree: MeshTreeView | None = None
        self.model: MeshTreeModel | None = None
        self._vocabulary: Vocabulary | None = None
        self._title = QLabel("MeSH headings", self)
        self._title.setProperty("role", "section")
        self.field = QLineEdit(self)
        self.field.setAcceptDrops(False)
        self.field.setPlaceholderText("Find a heading")
        self.field.setAccessibleName("Find a MeSH heading among the results")
        self.field.setClearButtonEnabled(True)
        for button in self.field.findChildren(QToolButton):
            button.setAccessibleName("Clear the heading field")
        self.special = QPushButton("Typical", self)
        self.special.setProperty("role", "flat")
        self.special.setCheckable(True)
        self.special.setToolTip(
            "List headings that are more frequent among these results than in the whole library"
        )
        self.special.setAccessibleName("List headings over-represented among the results")
        self.special.toggled.connect(self._order)
        self.major = QCheckBox("Major topics only", self)
        self.major.setToolTip("Require a heading as a major topic (★) of the article")
        self.major.clicked.connect(self.major_only_chosen)
        self._pause = QTimer(self, singleShot=True, interval=150)
        self._pause.timeout.connect(self._find)
        self.field.textChanged.connect(self._pause.start)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self.special)
        self._column.addLayout(head)
        self._column.addWidget(self.field)
        self._column.addWidget(self.major)
        self.setMinimumHeight(320)

    def set_vocabulary(self, vocabulary: Vocabulary) -> None:
        """Build the tree once; the same vocabulary again changes nothing."""
        if self._vocabulary is vocabulary:
            return
        self._vocabulary = vocabulary
        if self.tree is not None:
            self._column.removeWidget(self.tree)
            self.tree.deleteLater()
        self.model = MeshTreeModel(MeshBranches(vocabulary), self)
        self.tree = MeshTreeView(self.model, self)
        self.tree.include_toggled.connect(self.include_toggled)
        self.tree.exclude_toggled.connect(self.exclude_toggled)
        self._column.addWidget(self.tree, 1)

    def show_result(self, result: SearchResult) -> None:
        """Show the headings of a result; place and opened rows stay."""
        if self.model is None or self.tree is None:
            return
        bar = self.tree.verticalScrollBar()
        place, current = bar.value(), self.model.code(self.tree.currentIndex())
        filters, facets = result.request.filters, result.facets
        self.model.show_counts(facets.mesh, len(result), filters, facets.placeless)
        self.major.setChecked(filters.major_only)
        self.tree.reopen()
        self._set_current(current)
        bar.setValue(place)

    @property
    def vocabulary(self) -> Vocabulary | None:
        """The headings known here."""
        return self._vocabulary

    def show_special(self, codes: Sequence[int] | None) -> None:
        """List these nodes in this order; None: show the tree."""
        if self.model is not None and self.tree is not None:
            self.model.set_special(codes)
            self.tree.setRootIsDecorated(not self.model.searching)
            self.tree.reopen()

    @Slot(bool)
    def _order(self, special: bool) -> None:
        if not special:
            self.show_special(None)
        self.special_wanted.emit(special)

    def _set_current(self, code: int) -> None:
        if self.model is None or self.tree is None or code < 0:
            return
        index = self.model.index(0, 0)
        while index.isValid():
            branch = self.model.branch(index)
            if branch is not None and code in branch.codes:
                self.tree.setCurrentIndex(index)
                return
            index = self.tree.indexBelow(index)

    @Slot()
    def _find(self) -> None:
        if self.model is not None and self.tree is not None:
            self.model.set_needle(self.field.text())
            self.tree.setRootIsDecorated(not self.model.searching)
            self.tree.reopen()
