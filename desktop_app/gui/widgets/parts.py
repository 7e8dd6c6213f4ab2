"""Small parts that windows share: labels that wrap, flat tables, their rows."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QDateTime, QLocale, Qt
from PySide6.QtWidgets import (
    QDialog,
    QHeaderView,
    QLabel,
    QMessageBox,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def label(text: str, role: str = "", parent: QWidget | None = None) -> QLabel:
    """A wrapping label that shows its text as it is."""
    made = QLabel(parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setText(text)
    made.setWordWrap(True)
    if role:
        made.setProperty("role", role)
    return made


def button(text: str, parent: QWidget, role: str = "") -> QPushButton:
    """A push button that Enter in another field does not press."""
    made = QPushButton(text, parent)
    made.setAutoDefault(False)
    if role:
        made.setProperty("role", role)
    return made


def to_front(dialog: QDialog) -> None:
    """Show a dialog that is not modal, before the others if it is shown already."""
    dialog.show()
    dialog.raise_()
    dialog.activateWindow()


def confirm(
    parent: QWidget, ask: str, words: str, yes: str, then: Callable[[], object]
) -> QMessageBox:
    """Ask before something that cannot be undone; `then` when the button `yes` is pressed."""
    box = QMessageBox(parent)
    box.setWindowTitle(yes)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(ask)
    box.setInformativeText(words)
    pressed = box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
    box.addButton(QMessageBox.StandardButton.Cancel)
    pressed.clicked.connect(then)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()
    return box


def table(name: str, columns: Sequence[str], parent: QWidget, wide: int = 0) -> QTreeWidget:
    """A flat table; the column `wide` takes the room that is left."""
    made = QTreeWidget(parent)
    made.setObjectName("table")
    made.setAccessibleName(name)
    made.setHeaderLabels(list(columns))
    made.setRootIsDecorated(False)
    made.setUniformRowHeights(True)
    made.setTextElideMode(Qt.TextElideMode.ElideRight)
    header = made.header()
    header.setStretchLastSection(False)
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(wide, QHeaderView.ResizeMode.Stretch)
    return made


def add_row(
    view: QTreeWidget, cells: Sequence[str], numbers: int = 1, tip: str = ""
) -> QTreeWidgetItem:
    """Add a line; cells from column `numbers` on are aligned to the right."""
    item = QTreeWidgetItem(list(cells))
    for column in range(numbers, len(cells)):
        item.setTextAlignment(column, RIGHT)
    if tip:
        item.setToolTip(0, tip)
    view.addTopLevelItem(item)
    return item


def local_time(at: str) -> str:
    """A stored time (ISO 8601) in the user's own zone: 28 Nov 2026, 23:19."""
    moment = QDateTime.fromString(at, Qt.DateFormat.ISODate)
    return QLocale().toString(moment.toLocalTime(), "d MMM yyyy, HH:mm")
