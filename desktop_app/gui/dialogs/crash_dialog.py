"""A bug: what happened, as a report to copy."""

import platform

from PySide6.QtCore import Qt, Slot, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app import __version__


class CrashDialog(QDialog):
    """Collects reports while it is open."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Something went wrong")
        self.resize(640, 420)
        text = QLabel(
            "Litmesh met an error it did not expect. Your library is safe: what was stored stays. "
            "Please send the report below with what you did before; it stays on this computer "
            "until you send it.",
            self,
        )
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setWordWrap(True)
        self._report = QPlainTextEdit(self)
        self._report.setReadOnly(True)
        self._report.setAccessibleName("Error report")
        self._report.setPlainText(
            f"Litmesh {__version__}, Python {platform.python_version()}, Qt {qVersion()}, "
            f"{platform.platform()}"
        )
        self._copy = QPushButton("Copy report", self)
        self._copy.clicked.connect(self._copy_report)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.addButton(self._copy, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(12)
        for part in (text, self._report, buttons):
            column.addWidget(part)

    def add_report(self, report: str) -> None:
        """Append the trace of one error."""
        self._report.appendPlainText(f"\n{report}")
        self._copy.setText("Copy report")

    @property
    def text(self) -> str:
        """The whole report."""
        return self._report.toPlainText()

    @Slot()
    def _copy_report(self) -> None:
        QGuiApplication.clipboard().setText(self.text)
        self._copy.setText("Copied")
