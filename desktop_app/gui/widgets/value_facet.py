"""A short checkable list of values with counts, which opens to a longer one."""

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLabel,
    QListView,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop_app.gui.models.facet_roles import VALUE_ROLE
from desktop_app.gui.models.value_model import ValueModel
from desktop_app.gui.widgets.facet_delegate import FacetDelegate

_MANY = 50


class ValueFacet(QWidget):
    """`toggled` carries the name that the user chose or let go."""

    toggled = Signal(str)

    def __init__(self, title: str, few: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = ValueModel(self)
        self.model.set_limit(few)
        label = QLabel(title, self)
        label.setProperty("role", "section")
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
        column.addWidget(label)
        column.addWidget(self.list)
        column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        self._open = False

    def show_values(
        self, values: tuple[tuple[str, int], ...], total: int, chosen: tuple[str, ...]
    ) -> None:
        """Show counts of `total` results."""
        self.model.show_values(values, total, chosen)
        self._fit()

    def has_values(self) -> bool:
        """True when there is something to list."""
        return self.model.rowCount() > 0

    @Slot()
    def _show_more(self) -> None:
        self._open = not self._open
        self.model.set_limit(_MANY if self._open else self._few)
        self._fit()

    def _fit(self) -> None:
        hidden = self.model.hidden
        self.more.setText("Fewer" if self._open else f"{hidden} more…")
        self.more.setAccessibleName(f"{self._title}: {self.more.text()}")
        self.more.setVisible(self._open or hidden > 0)
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
