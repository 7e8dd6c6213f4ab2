"""Suggestions while someone types: asked off the window's thread, the newest alone is shown."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QWidget

from desktop_app.gui.jobs import Jobs
from desktop_app.gui.widgets.search_header import SearchHeader
from desktop_app.gui.widgets.suggestion_list import SuggestionList
from desktop_app.gui.workspace import Workspace

if TYPE_CHECKING:  # bring the query parser and SQLAlchemy
    from desktop_app.gui.typed_prefix import Offer
    from desktop_app.search.engine import SearchEngine
    from desktop_app.search.suggestions import Suggestion

_PAUSE = 80  # ms without a key
_CHANNEL = "suggestions"


class Suggesting(QObject):
    """Connects the search box, the list beneath it, and the engine."""

    def __init__(
        self, header: SearchHeader, window: QWidget, workspace: Workspace, jobs: Jobs
    ) -> None:
        super().__init__(header)
        self._box = box = header.box
        self._header = header
        self._workspace = workspace
        self._jobs = jobs
        self.list = SuggestionList(window)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self._pause.timeout.connect(self._ask)
        box.edited.connect(self._pause.start)
        box.submitted.connect(self.dismiss)
        box.dismissal_wanted.connect(self.dismiss)
        box.step_wanted.connect(self.list.step)
        box.acceptance_wanted.connect(self.list.accept)
        self.list.chosen_changed.connect(self._note_chosen)
        self.list.accepted.connect(self._take)

    @Slot()
    def dismiss(self) -> None:
        """Show none, whatever is under way."""
        self._pause.stop()
        self._jobs.forget(_CHANNEL)
        self.list.hide()
        self._box.steering = self._box.choosing = False

    @Slot()
    def _ask(self) -> None:
        session = self._workspace.session
        text = self._box.text()
        if session is None or not text.strip():
            self.dismiss()
            return
        work = partial(_offer, session.engine, text, self._box.cursor_place())
        self._jobs.quick(_CHANNEL, work, partial(self._show, text), self._ignore)

    def _show(self, text: str, offer: "Offer | None") -> None:
        if self._box.text() != text:
            return
        if offer is None:
            self.dismiss()
        else:
            self._box.steering = True
            self.list.show_offer(offer, self._box)

    def _ignore(self, _error: Exception) -> None:
        self.dismiss()  # the search itself tells what is wrong with the library

    @Slot(bool)
    def _note_chosen(self, chosen: bool) -> None:
        self._box.choosing = chosen

    @Slot(object, object)
    def _take(self, suggestion: "Suggestion", offer: "Offer") -> None:
        from desktop_app.gui.typed_prefix import insertion

        self.dismiss()
        if suggestion.kind == "search":
            self._box.set_text(suggestion.text)
            self._header.submit()
        else:
            self._box.replace(offer.start, offer.stop, insertion(suggestion, offer.boolean))
        self._pause.stop()  # what was taken needs no suggestions


def _offer(engine: "SearchEngine", text: str, cursor: int) -> "Offer | None":
    from desktop_app.gui.typed_prefix import offer

    return offer(engine.suggest, text, cursor)
