"""The view of the MeSH facet: keys, clicks and the menu that include and exclude headings."""

from PySide6.QtCore import QModelIndex, QPoint, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QMenu, QTreeView, QWidget

from desktop_app.gui.icons import paint_icon
from desktop_app.gui.models.facet_roles import COUNT_ROLE, MARK_ROLE, VALUE_ROLE, Mark
from desktop_app.gui.models.mesh_tree_model import MeshTreeModel
from desktop_app.gui.theme import colours_of
from desktop_app.gui.widgets.facet_delegate import FacetDelegate

_OPEN_AT_FIRST = 1  # categories opened for a user who has opened none


class MeshTreeView(QTreeView):
    """`include_toggled` and `exclude_toggled` carry a tree number. What was open stays open."""

    include_toggled = Signal(str)
    exclude_toggled = Signal(str)

    def __init__(self, model: MeshTreeModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._open: set[int] | None = None  # nodes the user sees opened; None = nothing chosen yet
        self.setObjectName("facet")
        self.setAccessibleName("MeSH headings of the results")
        self.setAccessibleDescription("Space includes a heading, minus or Delete excludes it.")
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setIndentation(13)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        delegate = FacetDelegate(excludes=True, parent=self)
        delegate.include_pressed.connect(self._include)
        delegate.exclude_pressed.connect(self._exclude)
        self.setItemDelegate(delegate)
        self.setModel(model)
        self.expanded.connect(self._remember_open)
        self.collapsed.connect(self._remember_shut)

    def reopen(self) -> None:
        """After the model changed: open again what was open."""
        if self._model.searching:
            return
        if self._open is None:
            for row in range(min(_OPEN_AT_FIRST, self._model.rowCount())):
                index = self._model.index(row, 0)
                if self._model.code(index) >= 0:
                    self._expand_quietly(index)
            return
        pending = [QModelIndex()]
        while pending:
            parent = pending.pop()
            for row in range(self._model.rowCount(parent)):
                index = self._model.index(row, 0, parent)
                branch = self._model.branch(index)
                if branch is not None and not self._open.isdisjoint(branch.codes):
                    self._expand_quietly(index)
                    pending.append(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() == Qt.Key.Key_Space:
            self._include(index)
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Minus):
            self._exclude(index)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.setExpanded(index, not self.isExpanded(index))
        else:
            super().keyPressEvent(event)

    def drawBranches(self, painter: QPainter, rect: QRect, index: QModelIndex) -> None:  # type: ignore[override]
        if not self._model.hasChildren(index):
            return
        name = "chevron-down" if self.isExpanded(index) else "chevron-right"
        side = 10.0
        left = rect.right() - self.indentation() + 2.0
        place = QRectF(left, rect.center().y() - side / 2 + 0.5, side, side)
        paint_icon(painter, place, name, colours_of(self.palette()).muted)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index = self.indexAt(event.pos())
        if index.isValid() and index.data(VALUE_ROLE):
            self._menu(index).popup(event.globalPos())

    def _menu(self, index: QModelIndex) -> QMenu:
        self.setCurrentIndex(index)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        mark = index.data(MARK_ROLE)
        include = menu.addAction(
            "Do not require" if mark == Mark.INCLUDED else "Show only these articles"
        )
        include.triggered.connect(self._include_current)
        exclude = menu.addAction(
            "Do not exclude" if mark == Mark.EXCLUDED else "Exclude these articles"
        )
        exclude.triggered.connect(self._exclude_current)
        if self._model.hasChildren(index):
            menu.addSeparator()
            menu.addAction("Collapse all").triggered.connect(self.collapseAll)
        return menu

    @Slot()
    def _include_current(self) -> None:
        self._include(self.currentIndex())

    @Slot()
    def _exclude_current(self) -> None:
        self._exclude(self.currentIndex())

    @Slot(QModelIndex)
    def _include(self, index: QModelIndex) -> None:
        if index.isValid() and (index.data(COUNT_ROLE) or 0) >= 0:
            self.include_toggled.emit(index.data(VALUE_ROLE))

    @Slot(QModelIndex)
    def _exclude(self, index: QModelIndex) -> None:
        if index.isValid() and (index.data(COUNT_ROLE) or 0) >= 0:
            self.exclude_toggled.emit(index.data(VALUE_ROLE))

    @Slot(QModelIndex)
    def _remember_open(self, index: QModelIndex) -> None:
        if not self._model.searching:
            self._seen_open().add(self._model.code(index))

    @Slot(QModelIndex)
    def _remember_shut(self, index: QModelIndex) -> None:
        branch = self._model.branch(index)
        if branch is not None and not self._model.searching:
            self._seen_open().difference_update(branch.codes)

    def _seen_open(self) -> set[int]:
        if self._open is None:
            rows = (self._model.index(row, 0) for row in range(self._model.rowCount()))
            self._open = {self._model.code(index) for index in rows if self.isExpanded(index)}
        return self._open

    def _expand_quietly(self, index: QModelIndex) -> None:
        blocked = self.blockSignals(True)
        self.expand(index)
        self.blockSignals(blocked)

    def place_of(self, index: QModelIndex) -> QPoint:
        """The centre of a row, in viewport coordinates."""
        return self.visualRect(index).center()
