"""The MeSH part of the facet pane: a field that finds a heading, and the tree."""

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QLabel, QLineEdit, QToolButton, QVBoxLayout, QWidget

from desktop_app.gui.models.mesh_branches import MeshBranches
from desktop_app.gui.models.mesh_tree_model import MeshTreeModel
from desktop_app.gui.widgets.mesh_tree_view import MeshTreeView
from desktop_app.mesh.vocabulary import Vocabulary
from desktop_app.search.request import SearchResult


class MeshFacet(QWidget):
    """Emits the tree number that the user includes, excludes, or lets go again."""

    include_toggled = Signal(str)
    exclude_toggled = Signal(str)

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
        self._pause = QTimer(self, singleShot=True, interval=150)
        self._pause.timeout.connect(self._find)
        self.field.textChanged.connect(self._pause.start)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._column.addWidget(self._title)
        self._column.addWidget(self.field)
        self.setMinimumHeight(220)

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
        self.model.show_counts(result.facets.mesh, len(result), result.request.filters)
        self.tree.reopen()
        self._set_current(current)
        bar.setValue(place)

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
