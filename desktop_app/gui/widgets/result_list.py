"""The ranked list: keys and clicks choose an article."""

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QMenu, QWidget

from desktop_app.gui.models.result_model import ID_ROLE, ResultModel
from desktop_app.gui.widgets.result_delegate import ResultDelegate

_BATCH = 5_000  # rows laid out before the window is asked again what it wants


class ResultList(QListView):
    """`article_chosen` follows the current row, `article_opened` is Enter and double click."""

    article_chosen = Signal(int)  # article id
    article_picked = Signal()  # by the user's own click or key, not by a new answer
    article_opened = Signal()
    left_upwards = Signal()
    star_wanted = Signal()  # for the selected articles, or no star any more
    judgement_wanted = Signal(object)  # True: the selected articles are relevant; False: not
    similar_wanted = Signal(int)  # article id
    inside_wanted = Signal()
    menu_wanted = Signal(object)  # QMenu, to be filled further

    def __init__(self, model: ResultModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Results")
        self.setAccessibleDescription(
            "J and K or the arrow keys move, Shift and an arrow key selects several, "
            "Enter opens the article, S gives it a star, Ctrl+Enter finds similar ones, "
            "plus and minus judge whether it is relevant to the search."
        )
        self._model = model
        self.setModel(model)
        self.setItemDelegate(ResultDelegate(self))
        self.setUniformItemSizes(True)
        # Laying out 100,000 rows at once holds the window for 140 ms, even of one height.
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setBatchSize(_BATCH)
        self._place = 0  # to scroll to once so many rows are laid out
        self.verticalScrollBar().rangeChanged.connect(self._go_on)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.doubleClicked.connect(self.article_opened)

    def currentChanged(self, current: QModelIndex, previous: QModelIndex) -> None:  # type: ignore[override]
        super().currentChanged(current, previous)
        if current.isValid():
            self.article_chosen.emit(current.data(ID_ROLE))

    def current_id(self) -> int:
        """The article of the current row, 0 when there is none."""
        index = self.currentIndex()
        return int(index.data(ID_ROLE)) if index.isValid() else 0

    def selected_ids(self) -> list[int]:
        """The articles selected, in the order of their rows."""
        selection = self.selectionModel().selection()  # ranges: there may be 100,000 rows
        ranges = (selection.at(n) for n in range(selection.count()))
        rows = sorted(row for part in ranges for row in range(part.top(), part.bottom() + 1))
        ids = self._model.ids
        return [ids[row] for row in rows]

    def all_ids(self) -> list[int]:
        """Every article of the result, in the order of the rows."""
        return self._model.ids

    def choose_row(self, row: int) -> None:
        """Make a row the current one and show it."""
        index = self.model().index(row, 0)
        if index.isValid():
            self.setCurrentIndex(index)
            self.scrollTo(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_J: 1, Qt.Key.Key_K: -1}
        judgements = {"+": True, "-": False}
        key = Qt.Key(event.key())
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        row = self.currentIndex().row()
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        before = self.currentIndex()
        if key in steps and plain:
            self.choose_row(max(0, row + steps[key]))
        elif key == Qt.Key.Key_S and plain:
            self.star_wanted.emit()
        elif event.text() in judgements and not control:
            self.judgement_wanted.emit(judgements[event.text()])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and control:
            self.find_similar()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.article_opened.emit()
        elif key == Qt.Key.Key_Up and row <= 0:
            self.left_upwards.emit()
        elif plain and event.text().isprintable() and event.text():
            event.ignore()  # letters do not search the list: its names come by page
        else:
            super().keyPressEvent(event)
        if self.currentIndex() != before:
            self.article_picked.emit()

    def restore_place(self, place: int) -> None:
        """Scroll to where the list was, as soon as its rows are laid out so far."""
        self._place = place
        self._go_on(0, self.verticalScrollBar().maximum())

    @Slot(int, int)
    def _go_on(self, _least: int, most: int) -> None:
        if self._place and most >= self._place:
            place, self._place = self._place, 0
            self.verticalScrollBar().setValue(place)

    @Slot()
    def find_similar(self) -> None:
        """Ask for articles like the current one."""
        if self.current_id():
            self.similar_wanted.emit(self.current_id())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        if index.isValid():
            place = self.visualRect(index).center() if by_key else event.pos()
            self.make_menu().popup(self.viewport().mapToGlobal(place))

    def make_menu(self) -> QMenu:
        """The menu of the selected articles; it deletes itself."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Read", "Return").triggered.connect(self.article_opened)
        menu.addAction("Similar articles", "Ctrl+Return").triggered.connect(self.find_similar)
        menu.addAction("Search inside these results").triggered.connect(self.inside_wanted)
        menu.addSeparator()
        self.menu_wanted.emit(menu)
        return menu

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if self.indexAt(event.position().toPoint()).isValid():
            self.article_picked.emit()
