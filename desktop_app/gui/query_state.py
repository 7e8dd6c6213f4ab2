"""What is being searched for: text, ranking and filters, with the way back to earlier searches."""

from dataclasses import replace
from typing import TypeVar

from PySide6.QtCore import QObject, Signal, Slot

from desktop_app.search.query.chips import Adjustment, Change
from desktop_app.search.request import Filters, Mode, Reading, SearchRequest

_REMEMBERED = 200  # searches
_Value = TypeVar("_Value")


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
            self._take(self._about(text), typed=True)

    @Slot(str)
    def submit_text(self, text: str) -> None:
        """A text the user pressed Enter for."""
        self._typing = False
        if text != self._request.text:
            self._take(self._about(text))

    @Slot(object)
    def set_request(self, request: SearchRequest) -> None:
        """Make another search whole, one of the history for instance."""
        self._typing = False
        if request != self._request:
            self._take(request)

    @Slot(object)
    def set_mode(self, mode: Mode) -> None:
        """Rank in another way."""
        self._change(mode=mode)

    @Slot(object)
    def set_reading(self, reading: Reading) -> None:
        """Read the text as a query, as a question, or as it looks."""
        self._change(reading=reading)

    @Slot(object)
    def set_floor(self, floor: float | None) -> None:
        """Ask for at least this similarity; None for the encoder's own floor."""
        self._change(floor=floor, everything=False)

    @Slot(float)
    def set_mesh_weight(self, weight: float) -> None:
        """Let the headings count this much in a hybrid ranking, 0 to 1."""
        self._change(mesh_weight=weight)

    @Slot(str, object, str)
    def adjust(self, key: str, change: Change | None, text: str = "") -> None:
        """Change what a chip of the query means; None: as it was read at first."""
        kept = tuple(a for a in self._request.adjustments if a.key != key)
        added = () if change is None else (Adjustment(key, change, text),)
        self._change(adjustments=kept + added)

    @Slot(int)
    def find_similar(self, article_id: int) -> None:
        """Look for articles like one of the library."""
        self._typing = False
        self._change(
            similar_to=article_id,
            text="",
            adjustments=(),
            filters=Filters(),
            within=None,
            everything=False,
        )

    @Slot()
    def search_inside(self) -> None:
        """From now on search only among what was found."""
        self._typing = False
        request = self._request
        inner = SearchRequest(mode=request.mode, mesh_weight=request.mesh_weight, within=request)
        if request != SearchRequest(mode=request.mode, mesh_weight=request.mesh_weight):
            self._take(inner)

    @Slot()
    def leave_inside(self) -> None:
        """Search in the whole library again."""
        self._change(within=None)

    @Slot()
    def leave_similar(self) -> None:
        """Look no longer for the like of an article."""
        self._change(similar_to=None)

    @Slot(object)
    def set_filters(self, filters: Filters) -> None:
        """Replace all filters."""
        self._change(filters=filters)

    def show_everything(self) -> None:
        """Rank also what falls below the relevance floor."""
        self._change(everything=True)

    def clear_filters(self) -> None:
        """Remove every filter, and search in the whole library again."""
        self._change(filters=Filters(), within=None)

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

    @Slot(bool)
    def set_major_only(self, major_only: bool) -> None:
        """Let required headings count only where they are a major topic."""
        self._change(filters=replace(self._request.filters, major_only=major_only))

    @Slot(str, object)
    def toggle_value(self, facet: str, value: object) -> None:
        """Choose a value of a facet or let it go; `facet` is a field of `Filters`."""
        filters = self._request.filters
        chosen = _toggled(getattr(filters, facet), value)
        self._change(filters=replace(filters, **{facet: chosen}))  # type: ignore[arg-type]

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

    def _about(self, text: str) -> SearchRequest:
        """The present search with another text; what belonged to the old text goes."""
        return replace(
            self._request,
            text=text,
            everything=False,
            adjustments=(),
            floor=None,
            similar_to=None,
        )

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


def _toggled(values: tuple[_Value, ...], value: _Value) -> tuple[_Value, ...]:
    if value in values:
        return tuple(v for v in values if v != value)
    return (*values, value)
