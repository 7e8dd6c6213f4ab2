"""Brings an answer into the panes: rows, facets, chips, headline, or what to do without hits."""

from functools import partial

from PySide6.QtCore import QObject, Slot

from desktop_app.gui.models.result_model import ResultModel, ranking_line
from desktop_app.gui.query_state import QueryState
from desktop_app.gui.search_words import shortened
from desktop_app.gui.widgets.empty_state import Action
from desktop_app.gui.widgets.facet_pane import FacetPane
from desktop_app.gui.widgets.result_pane import ResultPane
from desktop_app.gui.widgets.search_header import SearchHeader
from desktop_app.mesh.vocabulary import Vocabulary
from desktop_app.search.query.chips import Change, Chip
from desktop_app.search.request import Interpretation, Mode, Reading, ResultRow, SearchResult

_RANKED = Reading.RANKED
_MOST_OFFERS = 2  # terms that one may search without


class ResultPresenter(QObject):
    """Knows the panes that show an answer, and the query that gave it."""

    def __init__(
        self,
        query: QueryState,
        model: ResultModel,
        header: SearchHeader,
        facets: FacetPane,
        results: ResultPane,
    ) -> None:
        super().__init__(results)
        self._query = query
        self._model = model
        self._header = header
        self._facets = facets
        self._results = results
        self._vocabulary: Vocabulary | None = None

    def set_vocabulary(self, vocabulary: Vocabulary) -> None:
        """Headings are named by this one."""
        self._vocabulary = vocabulary
        self._facets.mesh.set_vocabulary(vocabulary)

    def show_result(
        self, engine: object, result: SearchResult, rows: list[ResultRow], title: str = ""
    ) -> int:
        """Show an answer; returns the article that is current now, 0 when there is none.

        An answer to the search shown already keeps the chosen article and the place in the list.
        `title` is that of the article whose like was looked for.
        """
        view = self._results.list
        again = self._model.result is not None and self._model.result.request == result.request
        chosen, place = view.current_id(), view.verticalScrollBar().value()
        self._model.show_result(engine, result, rows)  # type: ignore[arg-type]
        understood = result.interpretation if result.articles else Interpretation()
        self._header.strip.show_reading(result.request, understood, result.exact, title)
        self._header.show_result(result)
        self._results.floor.show_result(result)
        self._facets.show_result(result)
        self._results.filters.set_filters(
            result.request.filters, self.heading_name, self._facets.value_name
        )
        if not len(result):
            self._show_no_hits(result)
            return 0
        self._results.show_list(headline(result))
        row = self._model.row_of(chosen) if again else 0
        view.restore_place(0)
        view.choose_row(max(0, row))
        if again:
            view.restore_place(place)
        return view.current_id()

    def heading_name(self, number: str) -> str:
        """The heading at a tree number, or of a descriptor UI."""
        vocabulary = self._vocabulary
        if vocabulary is None:
            return number
        code = vocabulary.tree.code(number)
        if code is not None:
            return vocabulary.node_name(code)
        index = vocabulary.resolve(number, "")  # Male and Female have no tree number
        return number if index is None else vocabulary.name(index)

    def tree_number(self, ui: str, name: str) -> str:
        """The place of a heading in the tree where most results are; "" when it has none."""
        if self._vocabulary is None:
            return ""
        index = self._vocabulary.resolve(ui, name)
        nodes = [] if index is None else self._vocabulary.nodes(index).tolist()
        result = self._model.result
        if index is not None and not nodes:
            return str(self._vocabulary.ui(index))  # filters know it by that
        if not nodes:
            return ""
        best = nodes[0]
        if result is not None:
            best = max(nodes, key=lambda code: int(result.facets.mesh[code]))
        return str(self._vocabulary.tree.numbers[best])

    @Slot()
    def by_meaning(self) -> None:
        """Search the same by meaning."""
        self._query.set_mode(Mode.SEMANTIC)

    def _show_no_hits(self, result: SearchResult) -> None:
        self._results.empty.show_state(
            "search", "No articles found", no_hits_words(result), self._ways_out(result)
        )
        self._results.show_empty()

    def _ways_out(self, result: SearchResult) -> list[Action]:
        """What may lead to hits, the likeliest first."""
        request, query = result.request, self._query
        actions: list[Action] = []
        for chip in empty_chips(result)[:_MOST_OFFERS]:
            drop = partial(query.adjust, chip.key, Change.OFF, "")
            actions.append((f"Leave out “{shortened(chip.words, 22)}”", partial(_call, drop)))
        if request.filters:
            actions.append(("Remove all filters", query.clear_filters))
        if request.within is not None:
            actions.append(("Search the whole library", query.leave_inside))
        if result.exact:
            actions.append(("Rank instead", partial(_call, partial(query.set_reading, _RANKED))))
        elif request.mode is Mode.KEYWORD and request.text:
            actions.append(("Search by meaning", self.by_meaning))
        elif request.text and not request.everything:
            actions.append(("Show less relevant articles", query.show_everything))
        return actions


def empty_chips(result: SearchResult) -> list[Chip]:
    """The pieces of an exact query that no article has and nothing stands in for."""
    understood = result.interpretation
    starts = {cause.start for cause in understood.causes}
    return [
        chip
        for chip in understood.chips
        if chip.on and any(start in range(chip.place.start, chip.place.stop) for start in starts)
    ]


def no_hits_words(result: SearchResult) -> str:
    """Why nothing was found, as far as it can be told."""
    request, understood = result.request, result.interpretation
    if result.exact:
        parts = [message.text for message in understood.messages]
    else:
        looked = [*understood.words, *(concept.name for concept in understood.concepts)]
        parts = ["Looked for: " + ", ".join(dict.fromkeys(looked)) + "."] if looked else []
    if request.filters:
        few = "The filters may leave too little."
        parts.append(few if request.text else "No article passes the filters.")
    return " ".join(parts) or "Try other words."


def _call(do: "partial[None]", _checked: bool = False) -> None:
    do()


def headline(result: SearchResult) -> str:
    """What the result set is, how it is ranked, how long it took, how much is indexed."""
    line = ranking_line(result)
    ranked = result.request.text and result.request.mode is not Mode.KEYWORD
    if ranked and result.encoder_id and result.embedded < result.articles:
        line += f" · searching {result.embedded:,} of {result.articles:,} indexed"
    return line
