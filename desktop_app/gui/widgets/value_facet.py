"""A short checkable list of values with counts, which folds away or opens to a longer one."""

from collections.abc import Mapping

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QListView,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop_app.gui.icons import set_icon
from desktop_app.gui.models.facet_roles import VALUE_ROLE
from desktop_app.gui.models.value_model import ValueModel
from desktop_app.gui.widgets.facet_delegate import FacetDelegate

_MANY = 50


class ValueFacet(QWidget):
    """`toggled` carries the name that the user chose or let go."""

    toggled = Signal(str)

    def __init__(
        self, title: str, few: int, parent: QWidget | None = None, folded: bool = False
    ) -> None:
        super().__init__(parent)
        self.model = ValueModel(self)
        self.model.set_limit(few)
        self.head = QPushButton(title, self)
        self.head.setProperty("role", "fold")
        self.head.setIconSize(QSize(10, 10))
        self.head.setCheckable(True)
        self.head.setChecked(not folded)
        self.head.toggled.connect(self._fold)
        self.field = QLineEdit(self)
        self.field.setAcceptDrops(False)
        self.field.setPlaceholderText("Find")
        self.field.setAccessibleName(f"Find among {title.lower()}")
        self.field.textChanged.connect(self._find)
        self.list = _Rows(self.model, title, self)
        self.list.pressed_value.connect(self.toggled)
        self.more = QPushButton(self)
        self.more.setProperty("role", "link")
        self.more.setCursor(Qt.CursorShape.PointingHandCursor)
        self.more.clicked.connect(self._show_more)
        self._title = title
        self._few = few
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.head)
        column.addWidget(self.field)
        column.addWidget(self.list)
        column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        self._open = False
        self._fold(not folded)

    def show_values(
        self,
        values: tuple[tuple[str, int], ...],
        total: int,
        chosen: tuple[str, ...],
        names: Mapping[str, str] | None = None,
    ) -> None:
        """Show counts of `total` results; `names` has the words for values that are codes."""
        self.model.show_values(values, total, chosen, names)
        if chosen and not self.head.isChecked():
            self.head.setChecked(True)
        self._fit()

    @Slot()
    def _show_more(self) -> None:
        self._open = not self._open
        self.model.set_limit(_MANY if self._open else self._few)
        if not self._open:
            self.field.clear()
        self._fit()

    @Slot(bool)
    def _fold(self, shown: bool) -> None:
        set_icon(self.head, "chevron-down" if shown else "chevron-right", self.palette())
        self.head.setAccessibleName(f"{self._title}, {'shown' if shown else 'folded'}")
        self._fit()

    @Slot(str)
    def _find(self, needle: str) -> None:
        self.model.set_needle(needle)
        self._fit()

    def _fit(self) -> None:
        hidden = self.model.hidden
        shown = self.head.isChecked()
        self.list.setVisible(shown)
        self.field.setVisible(shown and self._open)
        self.more.setText("Fewer" if self._open else f"{hidden} more…")
        self.more.setAccessibleName(f"{self._title}: {self.more.text()}")
        self.more.setVisible(shown and (self._open or hidden > 0))
        self.list.updateGeometry()


class _Rows(QListView):
    """As high as its rows: the pane around it scrolls."""

    pressed_value = Signal(str)

    def __init__(self, model: ValueModel, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("facet")
        self.setAccessibleName(name)
        self.setAccessibleDescription("Space chooses a value.")
        self.setModel(model)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        delegate = FacetDelegate(excludes=False, parent=self)
        delegate.include_pressed.connect(self._press)
        self.setItemDelegate(delegate)

    def sizeHint(self) -> QSize:
        rows = self.model().rowCount()
        return QSize(120, rows * max(1, self.sizeHintForRow(0)) + 2)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._press(self.currentIndex())
        else:
            super().keyPressEvent(event)

    @Slot(QModelIndex)
    def _press(self, index: QModelIndex) -> None:
        if index.isValid():
            self.pressed_value.emit(index.data(VALUE_ROLE))
