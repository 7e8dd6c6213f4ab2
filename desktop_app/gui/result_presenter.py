"""Brings an answer into the panes: rows, facets, chips, headline, or what to do without hits."""

from PySide6.QtCore import QObject, Slot

from desktop_app.gui.models.result_model import ResultModel, ranking_line
from desktop_app.gui.query_state import QueryState
from desktop_app.gui.widgets.empty_state import Action
from desktop_app.gui.widgets.facet_pane import FacetPane
from desktop_app.gui.widgets.interpretation_strip import InterpretationStrip
from desktop_app.gui.widgets.result_pane import ResultPane
from desktop_app.mesh.vocabulary import Vocabulary
from desktop_app.search.request import Interpretation, Mode, ResultRow, SearchResult


class ResultPresenter(QObject):
    """Knows the panes that show an answer, and the query that gave it."""

    def __init__(
        self,
        query: QueryState,
        model: ResultModel,
        strip: InterpretationStrip,
        facets: FacetPane,
        results: ResultPane,
    ) -> None:
        super().__init__(results)
        self._query = query
        self._model = model
        self._strip = strip
        self._facets = facets
        self._results = results
        self._vocabulary: Vocabulary | None = None

    def set_vocabulary(self, vocabulary: Vocabulary) -> None:
        """Headings are named by this one."""
        self._vocabulary = vocabulary
        self._facets.mesh.set_vocabulary(vocabulary)

    def show_result(self, engine: object, result: SearchResult, rows: list[ResultRow]) -> int:
        """Show an answer; returns the article that is current now, 0 when there is none.

        An answer to the search shown already keeps the chosen article and the place in the list.
        """
        view = self._results.list
        again = self._model.result is not None and self._model.result.request == result.request
        chosen, place = view.current_id(), view.verticalScrollBar().value()
        self._model.show_result(engine, result, rows)  # type: ignore[arg-type]
        asked = bool(result.request.text and result.articles)
        understood = result.interpretation if asked else Interpretation()
        self._strip.show_interpretation(understood, asked)
        self._facets.show_result(result)
        self._results.filters.set_filters(result.request.filters, self.heading_name)
        if not len(result):
            self._show_no_hits(result)
            return 0
        self._results.show_list(headline(result))
        row = self._model.row_of(chosen) if again else 0
        view.choose_row(max(0, row))
        if again:
            view.verticalScrollBar().setValue(place)
        return view.current_id()

    def heading_name(self, number: str) -> str:
        """The heading at a tree number."""
        code = self._vocabulary.tree.code(number) if self._vocabulary else None
        if code is None or self._vocabulary is None:
            return number
        return self._vocabulary.node_name(code)

    def tree_number(self, ui: str, name: str) -> str:
        """The place of a heading in the tree where most results are; "" when it has none."""
        if self._vocabulary is None:
            return ""
        index = self._vocabulary.resolve(ui, name)
        nodes = [] if index is None else self._vocabulary.nodes(index).tolist()
        result = self._model.result
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
        request = result.request
        actions: list[Action] = []
        if request.filters:
            actions.append(("Remove all filters", self._query.clear_filters))
        if request.mode is Mode.KEYWORD and request.text:
            actions.append(("Search by meaning", self.by_meaning))
        if request.mode is not Mode.KEYWORD and request.text and not request.everything:
            actions.append(("Show less relevant articles", self._query.show_everything))
        understood = result.interpretation
        looked = [*understood.words, *(concept.name for concept in understood.concepts)]
        text = "Looked for: " + ", ".join(dict.fromkeys(looked)) + "." if looked else ""
        if request.filters:
            text += " No article passes the filters." if not request.text else (
                " The filters may leave too little."
            )  # fmt: skip
        self._results.empty.show_state(
            "search", "No articles found", text.strip() or "Try other words.", actions
        )
        self._results.show_empty()


def headline(result: SearchResult) -> str:
    """How many were found, how they are ranked, how long it took, how much is indexed."""
    line = ranking_line(result)
    ranked = result.request.text and result.request.mode is not Mode.KEYWORD
    if ranked and result.encoder_id and result.embedded < result.articles:
        line += f" · searching {result.embedded:,} of {result.articles:,} indexed"
    return line
