"""The drawer of options for experts: closed at first, defaults good enough to leave it so."""

from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from desktop_app.errors import UserError
from desktop_app.gui.widgets.parts import button, label
from desktop_app.tasks.training.options import Option, option_value, shown_options


class OptionsForm(QWidget):
    """`changes()` are the options that are not at their default."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.toggle = button("Options for experts ▸", self, "link")
        self.toggle.setCheckable(True)
        self.toggle.toggled.connect(self._open)
        self.fields: dict[str, QComboBox | QLineEdit] = {}
        self._options = {option.name: option for option in shown_options()}
        self.drawer = self._grid()
        self.drawer.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.toggle, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.drawer)

    def changes(self) -> dict[str, Any]:
        """Dotted option -> value, where it differs from what the recipe uses.

        Raises UserError for a value of no use.
        """
        found = {}
        for name, field in self.fields.items():
            option = self._options[name]
            text = field.currentText() if isinstance(field, QComboBox) else field.text().strip()
            if not text:  # left to the recipe
                continue
            value = option_value(name, text)
            if option.kind in (int, float) and not option.least <= value <= option.most:
                limits = f"from {option.least:g} to {option.most:g}"
                raise UserError(f"{option.label} must be {limits}.", "Correct it in the options.")
            if option.recipes or value != option.default:
                found[name] = value
        return found

    def _grid(self) -> QWidget:
        inside = QWidget(self)
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 4, 12, 4)
        grid.setVerticalSpacing(6)
        grid.setHorizontalSpacing(12)
        grid.setColumnStretch(2, 1)
        for row, option in enumerate(self._options.values()):
            field = _field(option, inside)
            self.fields[option.name] = field
            name = label(option.label, "", inside)
            name.setWordWrap(False)
            name.setBuddy(field)
            grid.addWidget(name, row, 0)
            grid.addWidget(field, row, 1)
            words = f"{option.text}. Left out: {option.recipes}" if option.recipes else option.text
            grid.addWidget(label(words, "small", inside), row, 2)
        return inside

    @Slot(bool)
    def _open(self, opened: bool) -> None:
        self.drawer.setVisible(opened)
        self.toggle.setText(f"Options for experts {'▾' if opened else '▸'}")


def _field(option: Option, parent: QWidget) -> QComboBox | QLineEdit:
    if option.choices or option.kind is bool:
        box = QComboBox(parent)
        box.addItems(option.choices or ("true", "false"))
        box.setCurrentText(str(option.default).lower() if option.kind is bool else option.default)
        field: QComboBox | QLineEdit = box
    else:
        field = QLineEdit("" if option.recipes else f"{option.default}", parent)
        field.setPlaceholderText("by recipe" if option.recipes else "")
        field.setFixedWidth(110)
    field.setAccessibleName(option.label)
    field.setAccessibleDescription(option.text)
    return field
