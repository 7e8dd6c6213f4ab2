"""What is being searched for: text, ranking and filters, with the way back to earlier searches."""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from desktop_app.search.request import Filters, Mode, SearchRequest

_REMEMBERED = 200  # searches


class QueryState(QObject):
    """Every change of the search goes through here; `changed` carries the new request."""

    changed = Signal(object)  # SearchRequest
    history_moved = Signal(bool, bool)  # can go back, can go forward

    def __init__(self, mode: Mode = Mode.HYBRID, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._request = SearchRequest(mode=mode)
        self._past = [self._request]
        self._place = 0
        self._typing = False  # the newest entry is a text still being typed

    @property
    def request(self) -> SearchRequest:
        """The present search."""
        return self._request

    @Slot(str)
    def type_text(self, text: str) -> None:
        """A text after a pause in typing: it replaces what was being typed before."""
        if text != self._request.text:
            self._take(replace(self._request, text=text, everything=False), typed=True)

    @Slot(str)
    def submit_text(self, text: str) -> None:
        """A text the user pressed Enter for."""
        self._typing = False
        if text != self._request.text:
            self._take(replace(self._request, text=text, everything=False))

    @Slot(object)
    def set_mode(self, mode: Mode) -> None:
        """Rank in another way."""
        self._change(mode=mode)

    @Slot(object)
    def set_filters(self, filters: Filters) -> None:
        """Replace all filters."""
        self._change(filters=filters)

    def show_everything(self) -> None:
        """Rank also what falls below the relevance floor."""
        self._change(everything=True)

    def clear_filters(self) -> None:
        """Remove every filter."""
        self._change(filters=Filters())

    @Slot(str)
    def toggle_include(self, number: str) -> None:
        """Require a MeSH branch, or do so no longer."""
        filters = self._request.filters
        excluded = tuple(n for n in filters.exclude if n != number)
        included = _toggled(filters.include, number)
        self._change(filters=replace(filters, include=included, exclude=excluded))

    @Slot(str)
    def toggle_exclude(self, number: str) -> None:
        """Exclude a MeSH branch, or do so no longer."""
        filters = self._request.filters
        included = tuple(n for n in filters.include if n != number)
        excluded = _toggled(filters.exclude, number)
        self._change(filters=replace(filters, include=included, exclude=excluded))

    @Slot(object)
    def set_years(self, years: tuple[int, int] | None) -> None:
        """Take only articles of these years; None for all."""
        self._change(filters=replace(self._request.filters, years=years))

    @Slot(str)
    def toggle_type(self, name: str) -> None:
        """Choose a publication type, or let it go."""
        filters = self._request.filters
        kinds = _toggled(filters.publication_types, name)
        self._change(filters=replace(filters, publication_types=kinds))

    @Slot(str)
    def toggle_journal(self, name: str) -> None:
        """Choose a journal, or let it go."""
        filters = self._request.filters
        self._change(filters=replace(filters, journals=_toggled(filters.journals, name)))

    @Slot()
    def go_back(self) -> None:
        """To the search before."""
        self._go(self._place - 1)

    @Slot()
    def go_forward(self) -> None:
        """To the search that one came back from."""
        self._go(self._place + 1)

    def restart(self) -> None:
        """Forget text, filters and history: another library is open."""
        self._request = SearchRequest(mode=self._request.mode)
        self._past, self._place, self._typing = [self._request], 0, False
        self.history_moved.emit(False, False)
        self.changed.emit(self._request)

    def _change(self, **values: object) -> None:
        request = replace(self._request, **values)  # type: ignore[arg-type]
        if request != self._request:
            self._take(request)

    def _take(self, request: SearchRequest, typed: bool = False) -> None:
        del self._past[self._place + 1 :]
        if typed and self._typing:
            self._past[self._place] = request
        else:
            self._past.append(request)
            del self._past[:-_REMEMBERED]
        self._typing = typed
        self._place = len(self._past) - 1
        self._request = request
        self._tell()

    def _go(self, place: int) -> None:
        if 0 <= place < len(self._past):
            self._place, self._typing = place, False
            self._request = self._past[place]
            self._tell()

    def _tell(self) -> None:
        self.history_moved.emit(self._place > 0, self._place < len(self._past) - 1)
        self.changed.emit(self._request)


def _toggled(values: tuple[str, ...], value: str) -> tuple[str, ...]:
    if value in values:
        return tuple(v for v in values if v != value)
    return (*values, value)
