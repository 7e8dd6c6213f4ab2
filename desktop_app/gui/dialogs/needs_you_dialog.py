"""The window *Needs you*: the files that wait, the first page of one, and what it seems to be."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, Signal, SignalInstance, Slot
from PySide6.QtGui import QImage, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListView,
    QPushButton,
    QScrollArea,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from desktop_app.gui.models.waiting_model import WaitingModel, short_name
from desktop_app.gui.text import count
from desktop_app.gui.widgets.candidate_list import CandidateList
from desktop_app.gui.widgets.empty_state import EmptyState
from desktop_app.gui.widgets.guess_form import GuessForm
from desktop_app.gui.widgets.message_bar import MessageBar
from desktop_app.gui.widgets.page_view import PageView
from desktop_app.gui.widgets.pair_delegate import PairDelegate

if TYPE_CHECKING:  # brings SQLAlchemy
    from desktop_app.tasks.needs_you import Candidate, WaitingFile

_NO_PAGE = "There is no picture of the first page. “Open file” shows it in your PDF viewer."


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A waiting file with what is needed to decide on it."""

    file: "WaitingFile"
    page: QImage
    candidates: "tuple[Candidate, ...]"


class NeedsYouDialog(QDialog):
    """Not modal. Asks by signals, is told by setters; ignores decisions while one is under way."""

    file_chosen = Signal(int)  # waiting id
    accept_wanted = Signal()
    attach_wanted = Signal(int)  # article id
    dismiss_wanted = Signal()
    undo_wanted = Signal()
    open_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Needs you")
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.resize(1280, 780)
        self._read: ReadFile | None = None
        self._row = 0
        self.model = WaitingModel(self)
        self.heading = QLabel(self)
        self.heading.setProperty("role", "title")
        self.list = QListView(self)
        self.page = PageView(self)
        self.reason = QLabel(self)
        self.form = GuessForm(self)
        self.candidates = CandidateList(self)
        self.empty = EmptyState(self)
        self.bar = MessageBar(self)  # that of the main window may be behind this one
        self.open_file = self._button("&Open file", "", "Open it in your PDF viewer", "open_wanted")
        self.accept_button = self._button(
            "&Accept as typed",
            "A",
            "It is the article in the fields (A, Ctrl+Enter)",
            "accept_wanted",
        )
        self.dismiss = self._button("&Dismiss", "D", "Leave it alone (D)", "dismiss_wanted")
        self.undo = self._button("&Undo", "U", "Take the last decision back (U)", "undo_wanted")
        self.accept_button.setProperty("role", "primary")
        self._pages = QStackedLayout()
        self._build()
        self._add_keys()
        self.set_busy(True)

    def _build(self) -> None:
        self.list.setModel(self.model)
        self.list.setAccessibleName("Files that wait for you")
        self.list.setUniformItemSizes(True)
        self.list.setItemDelegate(PairDelegate(self.list))
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.selectionModel().currentChanged.connect(self._choose)
        panes = QSplitter(Qt.Orientation.Horizontal, self)
        for pane, stretch in ((self.list, 0), (self.page, 3), (self._right(), 3)):
            panes.addWidget(pane)
            panes.setStretchFactor(panes.count() - 1, stretch)
        panes.setChildrenCollapsible(False)
        panes.setHandleWidth(1)
        panes.setSizes([260, 500, 520])
        self._pages.addWidget(panes)
        self._pages.addWidget(self.empty)
        keys = QLabel("↑ ↓ next file · T it is the likeliest article · Esc back to the list", self)
        keys.setProperty("role", "small")
        foot = QHBoxLayout()
        foot.addWidget(keys, 1)
        for button in (self.undo, self.open_file, self.dismiss, self.accept_button):
            foot.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(12)
        column.addWidget(self.heading)
        column.addWidget(self.bar)
        column.addLayout(self._pages, 1)
        column.addLayout(foot)

    def _right(self) -> QWidget:
        """Why it waits, the fields, and the articles it may be; scrolls in a low window."""
        body = QFrame()
        body.setObjectName("pane")
        self.reason.setTextFormat(Qt.TextFormat.PlainText)
        self.reason.setWordWrap(True)
        self.reason.setMinimumWidth(1)
        here = QLabel("In the library already?", body)
        here.setProperty("role", "section")
        column = QVBoxLayout(body)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(10)
        for part in (self.reason, self.form, here, self.candidates):
            column.addWidget(part)
        column.addStretch(1)
        area = QScrollArea(self)
        area.setWidget(body)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setMinimumWidth(380)
        return area

    def _add_keys(self) -> None:
        self.candidates.chosen.connect(self.attach_wanted)
        for key, press in (
            ("T", self.candidates.take_first),
            ("Ctrl+Return", self.accept_button.click),
            ("Ctrl+Enter", self.accept_button.click),
        ):
            QShortcut(QKeySequence(key), self, press).setAutoRepeat(False)

    @property
    def read(self) -> ReadFile | None:
        """The file on the screen."""
        return self._read

    def show_files(self, select: int = 0) -> None:
        """After `model` was filled: choose a file by its number, else the one in the last place."""
        total = self.model.rowCount()
        self.heading.setText(f"{count(total, 'file')} to be named" if total else "")
        self.heading.setVisible(bool(total))
        if not total:
            self._read = None
            self.empty.show_state(
                "check",
                "Nothing needs you",
                "PDFs of which it is certain which article they are go into the library when they "
                "are imported. The others wait here for you to say.",
            )
        self._pages.setCurrentIndex(0 if total else 1)
        row = self.model.row_of(select) if select else self._row
        self.list.setCurrentIndex(self.model.index(max(0, min(row, total - 1)), 0))
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_file(self, read: ReadFile) -> None:
        """Show the file that was asked for by `file_chosen`."""
        self._read = read
        self.bar.hide()
        self.reason.setText(f"{short_name(read.file.name)}. {_why(read.file.reason)}")
        self.page.show_page(read.page, _NO_PAGE)
        self.form.show_guesses(read.file.guesses)
        self.candidates.show_candidates(read.candidates)

    def set_busy(self, busy: bool, undoable: bool = False) -> None:
        """While a file is read or a decision stored, there is nothing to decide."""
        ready = not busy and self._read is not None
        for button in (self.accept_button, self.dismiss, self.open_file):
            button.setEnabled(ready)
        self.candidates.allow(ready)
        self.undo.setEnabled(not busy and undoable)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not self.list.hasFocus() and self._read:
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)  # out of a field, not out of here
        else:
            super().keyPressEvent(event)

    @Slot(QModelIndex)
    def _choose(self, current: QModelIndex) -> None:
        file = self.model.file(current.row())
        if file is not None:
            self._row = current.row()
            self._read = None
            self.set_busy(True, self.undo.isEnabled())
            self.list.scrollTo(current)
            self.file_chosen.emit(file.id)

    def _button(self, text: str, key: str, tip: str, wanted: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setAutoDefault(False)
        button.setToolTip(tip)
        signal: SignalInstance = getattr(self, wanted)
        button.clicked.connect(signal)
        if key:
            shortcut = QShortcut(QKeySequence(key), self, button.click)
            shortcut.setAutoRepeat(False)  # a key held down must not empty the whole list
        return button


def _why(reason: str) -> str:
    """The reason without the findings, which stand in the fields."""
    head, colon, _ = reason.partition(": title")
    return f"{head}." if colon else reason
