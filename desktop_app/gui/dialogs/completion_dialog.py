"""The window before anything is asked of PubMed: what lacks, what would be sent, the switch."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.gui.text import count
from desktop_app.gui.widgets.parts import label

_SENT = (
    "Sent are the PMIDs, DOIs and PMCIDs of these articles and the name of this program, to NCBI "
    "(eutils.ncbi.nlm.nih.gov), over the proxy that your system names. Nothing else: no titles, "
    "no notes, no files, no searches."
)
_SWITCH = "&Allow Litmesh to ask NCBI when I press Complete"
_INDENT = 24  # px: where the words of a check box begin
_CITATIONS = "Also fetch &who cites whom from NIH iCite (icite.od.nih.gov)"


@dataclass(frozen=True, slots=True)
class Needs:
    """What a library lacks that PubMed may have, in numbers of articles."""

    articles: int  # with an identifier and without headings or references
    without_headings: int
    without_references: int
    without_citations: int  # never asked of the citation index


@dataclass(frozen=True, slots=True)
class CompletionChoice:
    """What the user chose."""

    allowed: bool = False
    citations: bool = False
    email: str = ""
    api_key: str = ""


class CompletionDialog(QDialog):
    """Not modal. Nothing is sent before `complete_wanted`, which needs the switch."""

    complete_wanted = Signal()

    def __init__(self, choice: CompletionChoice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Complete from PubMed")
        self.setMinimumWidth(620)
        self._needs: Needs | None = None
        self.lacking = label("Looking what is missing…", "", self)
        self.sent = label(_SENT, "muted", self)
        self.allow = QCheckBox(_SWITCH, self)
        self.citations = QCheckBox(_CITATIONS, self)
        self.citations_sent = label("", "muted", self)
        self.email = QLineEdit(choice.email, self)
        self.api_key = QLineEdit(choice.api_key, self)
        self.complete = QPushButton("&Complete", self)
        self.allow.setChecked(choice.allowed)
        self.citations.setChecked(choice.citations)
        self._build()
        self._follow()
        for box in (self.allow, self.citations):
            box.toggled.connect(self._follow)
        self.complete.clicked.connect(self._press)

    def _build(self) -> None:
        self.email.setPlaceholderText("optional: NCBI writes to you before it blocks anybody")
        self.email.setMaxLength(200)
        self.api_key.setPlaceholderText("optional: three times as fast")
        self.api_key.setEchoMode(QLineEdit.EchoMode.PasswordEchoOnEdit)
        self.api_key.setMaxLength(100)
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setHorizontalSpacing(14)
        form.addRow("&E-mail", self.email)
        form.addRow("API &key", self.api_key)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.addButton(self.complete, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.close)
        self.complete.setProperty("role", "primary")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(12)
        column.addWidget(label("Complete from PubMed", "title", self))
        self.citations_sent.setIndent(_INDENT)
        for part in (self.lacking, self.sent, self.allow, self.citations, self.citations_sent):
            column.addWidget(part)
        column.addLayout(form)
        column.addSpacing(6)
        column.addWidget(buttons)

    def show_needs(self, needs: Needs) -> None:
        """Say what lacks."""
        self._needs = needs
        if needs.articles:
            articles = count(needs.articles, "article")
            text = f"{articles} of this library could be completed: "
            text += f"{needs.without_headings:,} without MeSH headings, "
            text += f"{needs.without_references:,} without references."
        else:
            text = "Every article with a PMID, DOI or PMCID has its MeSH headings and references."
        self.lacking.setText(text)
        asked = count(needs.without_citations, "article")
        self.citations_sent.setText(f"Sent are the PMIDs of {asked}, nothing else.")
        self._follow()

    @property
    def choice(self) -> CompletionChoice:
        """What is chosen now."""
        return CompletionChoice(
            self.allow.isChecked(),
            self.citations.isChecked(),
            self.email.text().strip(),
            self.api_key.text().strip(),
        )

    @Slot()
    def _follow(self) -> None:
        needs = self._needs
        something = needs is not None and bool(
            needs.articles or (self.citations.isChecked() and needs.without_citations)
        )
        self.complete.setEnabled(self.allow.isChecked() and something)
        self.citations.setEnabled(self.allow.isChecked())
        self.complete.setToolTip("" if self.allow.isChecked() else "Allow it first")

    @Slot()
    def _press(self) -> None:
        self.complete_wanted.emit()
        self.close()
