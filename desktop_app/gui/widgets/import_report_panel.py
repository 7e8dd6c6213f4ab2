"""What an import did, file by file, with every problem and its remedy."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.gui.icons import set_icon
from desktop_app.gui.report_html import FIGURES, report_html, report_text, title_of
from desktop_app.gui.text import count
from desktop_app.gui.theme import colours_of
from desktop_app.gui.widgets.safe_browser import SafeBrowser

if TYPE_CHECKING:  # brings SQLAlchemy
    from desktop_app.tasks.import_files import ImportReport


class ImportReportPanel(QFrame):
    """Stands in the right pane until it is closed."""

    closed = Signal()
    export_wanted = Signal()
    needs_you_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pane")
        self.setAccessibleName("Import report")
        self.report: ImportReport | None = None
        self._title = QLabel(self)
        self._title.setProperty("role", "title")
        self._close = QToolButton(self)
        self._close.setToolTip("Close the report (Esc)")
        self._close.setAccessibleName("Close the report")
        set_icon(self._close, "close", self.palette())
        self._close.clicked.connect(self.closed)
        self._figures = {name: QLabel(self) for name in FIGURES}
        self.files = SafeBrowser(self)
        self.files.setAccessibleName("Files of the import")
        self.copy = QPushButton("Copy report", self)
        self.copy.clicked.connect(self._copy_report)
        self.copy_failed = QPushButton("Copy failed records", self)
        self.copy_failed.setToolTip("As they stand in their files, to be corrected")
        self.copy_failed.clicked.connect(self._copy_failed)
        self.export = QPushButton("Export…", self)
        self.export.clicked.connect(self.export_wanted)
        self.needs_you = QPushButton("Needs you…", self)
        self.needs_you.setProperty("role", "link")
        self.needs_you.setToolTip("Say which articles these files are")
        self.needs_you.clicked.connect(self.needs_you_pressed)
        self.needs_you.hide()
        self._build()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._close)
        tiles = QHBoxLayout()
        tiles.setSpacing(8)
        for name, figure in self._figures.items():
            tiles.addWidget(_tile(figure, name, self))
        foot = QHBoxLayout()
        for button in (self.copy, self.copy_failed, self.export):
            foot.addWidget(button)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 14, 16, 16)
        column.setSpacing(12)
        column.addLayout(head)
        column.addLayout(tiles)
        column.addWidget(self.needs_you, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.files, 1)
        column.addLayout(foot)

    def show_report(self, report: "ImportReport") -> None:
        """Show what an import did."""
        self.report = report
        self._title.setText(title_of(report))
        for name, label in self._figures.items():
            value = getattr(report, name)
            label.setText(f"{len(value) if name == 'problems' else value:,}")
        files = report.needs_you
        words = count(files, "file needs you", "files need you")
        self.needs_you.setText(f"{words}: say what they are…")
        self.needs_you.setVisible(bool(files))
        self.copy.setText("Copy report")
        self.copy_failed.setText("Copy failed records")
        self.copy_failed.setEnabled(any(problem.record for problem in report.problems))
        self._render()

    def figure(self, name: str) -> str:
        """The number shown for added, updated, merged, unchanged, deleted, problems."""
        return self._figures[name].text()

    @property
    def title(self) -> str:
        """How the import ended."""
        return self._title.text()

    @property
    def text(self) -> str:
        """The whole report as text."""
        return report_text(self.report) if self.report else ""

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._render()

    def _render(self) -> None:
        report = getattr(self, "report", None)  # Qt sends events before we are made
        if report is not None:
            colours = colours_of(self.palette())
            self.files.setHtml(report_html(report, colours, self.font().pointSizeF()))

    @Slot()
    def _copy_report(self) -> None:
        QGuiApplication.clipboard().setText(self.text)
        self.copy.setText("Copied")

    @Slot()
    def _copy_failed(self) -> None:
        from desktop_app.tasks.import_history import failed_records

        if self.report is not None:
            QGuiApplication.clipboard().setText(failed_records(self.report))
            self.copy_failed.setText("Copied")


def _tile(figure: QLabel, name: str, parent: QWidget) -> QFrame:
    tile = QFrame(parent)
    tile.setObjectName("tile")
    figure.setProperty("role", "figure")
    label = QLabel(name, tile)
    label.setProperty("role", "small")
    column = QVBoxLayout(tile)
    column.setContentsMargins(4, 6, 4, 6)
    column.setSpacing(0)
    for part in (figure, label):
        part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(part)
    return tile
