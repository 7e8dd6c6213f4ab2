"""The ranked list for a view: it keeps the result and fetches painted rows by page."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop_app.gui.jobs import Jobs
from desktop_app.gui.text import count
from desktop_app.search.request import ResultRow, SearchResult

if TYPE_CHECKING:  # brings SQLAlchemy, for which the first paint does not wait
    from desktop_app.search.engine import SearchEngine

PAGE = 50
ROW_ROLE = Qt.ItemDataRole.UserRole + 1  # ResultRow, None while it is being fetched
ID_ROLE = Qt.ItemDataRole.UserRole + 2  # article id
METER_ROLE = Qt.ItemDataRole.UserRole + 3  # float 0..1, the similarity among these results; or None
STAR_ROLE = Qt.ItemDataRole.UserRole + 4  # bool: the user's star
JUDGED_ROLE = Qt.ItemDataRole.UserRole + 5  # bool: relevant to the search or not; None: not judged
_LEAST = 0.12  # of the meter's length for the least similar result

_JUDGED = {True: "Judged relevant", False: "Judged not relevant"}
_Index = QModelIndex | QPersistentModelIndex


class ResultModel(QAbstractListModel):
    """One row a hit. A row not fetched yet has its id only; its page is asked for at once."""

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._engine: SearchEngine | None = None
        self._result: SearchResult | None = None
        self._rows: dict[int, ResultRow] = {}  # by article id
        self._asked: set[int] = set()
        self._range: tuple[float, float] | None = None
        self._starred: frozenset[int] = frozenset()
        self._judged: Mapping[int, bool] = {}

    @property
    def result(self) -> SearchResult | None:
        """What is shown."""
        return self._result

    @property
    def ids(self) -> list[int]:
        """The articles of the result, best first."""
        return [] if self._result is None else [int(i) for i in self._result.ids.tolist()]

    def show_result(
        self, engine: "SearchEngine", result: SearchResult, first_page: list[ResultRow]
    ) -> None:
        """Show a new result of which the first page has been fetched already."""
        self.beginResetModel()
        self._engine, self._result = engine, result
        self._rows, self._asked = {row.article_id: row for row in first_page}, {0}
        known = result.similarities[result.similarities == result.similarities]  # without NaN
        self._range = (float(known.min()), float(known.max())) if len(known) else None
        self.endResetModel()

    def clear(self) -> None:
        """Show nothing."""
        self.beginResetModel()
        self._engine = self._result = self._range = None
        self._rows, self._asked = {}, set()
        self.endResetModel()

    @property
    def starred(self) -> frozenset[int]:
        """The articles of the library with a star, by id."""
        return self._starred

    def set_starred(self, starred: frozenset[int]) -> None:
        """Show these stars."""
        self._starred = starred
        self._tell_changed()

    @property
    def judged(self) -> Mapping[int, bool]:
        """The articles that were judged for the search: relevant or not, by id."""
        return self._judged

    def set_judged(self, judged: Mapping[int, bool]) -> None:
        """Show these judgements."""
        if judged or self._judged:
            self._judged = judged
            self._tell_changed()

    def _tell_changed(self) -> None:
        last = self.rowCount() - 1
        if last >= 0:
            self.dataChanged.emit(self.index(0, 0), self.index(last, 0))

    def row_of(self, article_id: int) -> int:
        """The row of an article, -1 when it is not among the results."""
        if self._result is None:
            return -1
        places = (self._result.ids == article_id).nonzero()[0]
        return int(places[0]) if len(places) else -1

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() or self._result is None else len(self._result)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or self._result is None:
            return None
        article_id = int(self._result.ids[index.row()])
        if role == ID_ROLE:
            return article_id
        if role == STAR_ROLE:
            return article_id in self._starred
        if role == JUDGED_ROLE:
            return self._judged.get(article_id)
        row = self._row(index.row(), article_id)
        if role == ROW_ROLE:
            return row
        if role == METER_ROLE:
            return self._meter(row)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            marks = ["Starred"] if article_id in self._starred else []
            marks += [_JUDGED[self._judged[article_id]]] if article_id in self._judged else []
            return _spoken(row, role, marks)
        return None

    def _row(self, number: int, article_id: int) -> ResultRow | None:
        row = self._rows.get(article_id)
        page = number // PAGE
        if row is None and page not in self._asked and self._engine and self._result:
            self._asked.add(page)
            stop = min((page + 1) * PAGE, len(self._result))
            fetch = partial(self._engine.rows, self._result, page * PAGE, stop)
            self._jobs.quick(f"rows {page}", fetch, partial(self._take, self._result, page))
        return row

    def _take(self, result: SearchResult, page: int, rows: list[ResultRow]) -> None:
        if result is not self._result:
            return
        self._rows.update((row.article_id, row) for row in rows)
        start, stop = page * PAGE, min((page + 1) * PAGE, len(result))
        for article_id in result.ids[start:stop].tolist():  # deleted since the search
            self._rows.setdefault(article_id, _gone(article_id))
        self.dataChanged.emit(self.index(start, 0), self.index(stop - 1, 0))

    def _meter(self, row: ResultRow | None) -> float | None:
        if row is None or row.similarity is None or self._range is None:
            return None
        low, high = self._range
        share = (row.similarity - low) / (high - low) if high > low else 1.0
        return _LEAST + (1 - _LEAST) * max(0.0, min(1.0, share))


def _gone(article_id: int) -> ResultRow:
    title = "No longer in this library"
    return ResultRow(article_id, title, "", "", None, None, 0.0, None, "")


def _spoken(row: ResultRow | None, role: int, marks: Sequence[str]) -> str:
    if row is None:
        return "Loading"
    if role == Qt.ItemDataRole.DisplayRole:
        return row.title
    retracted = "Retracted" if row.retracted else ""
    about = (retracted, row.authors, row.journal, str(row.year or ""), row.why)
    parts = (row.title, *marks, *about)
    return ". ".join(part for part in parts if part)


def ranking_line(result: SearchResult) -> str:
    """`37 of 214 articles, 30 above the relevance floor .66 · ranked by meaning and words · 46 ms`.

    An exact result begins `Exactly 37 of 214 articles`.
    """
    if len(result) == result.articles:
        found = count(result.articles, "article")
    else:
        found = f"{len(result):,} of {count(result.articles, 'article')}"
    if result.exact:
        found = f"Exactly {found}"
    elif result.floor is not None and result.above_floor < len(result):
        found += f", {result.above_floor:,} above the relevance floor {floor_words(result.floor)}"
    elif result.floor is not None and len(result) < result.articles:
        found += f" above the relevance floor {floor_words(result.floor)}"
    total = result.milliseconds.get("total")
    time = [f"{total:.0f} ms"] if total is not None else []
    read = ["the best read again"] if result.refined else []
    return " · ".join([found, _order(result), *read, *time])


def floor_words(floor: float) -> str:
    """A cosine as one reads it: .66."""
    return f"{floor:.2f}".removeprefix("0")


def _order(result: SearchResult) -> str:
    request = result.request
    if request.similar_to is not None:
        return "most similar first"
    if not request.text:
        return "newest first"
    by = {
        "hybrid": "meaning and words" if result.encoder_id else "words",
        "semantic": "meaning" if result.encoder_id else "words",
        "keyword": "words",
    }[request.mode]
    return f"ranked by {by}"
