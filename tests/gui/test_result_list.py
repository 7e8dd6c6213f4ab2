"""The list of results over many rows, which are laid out in parts."""

import numpy as np
from pytestqt.qtbot import QtBot

from desktop_app.gui.jobs import Jobs
from desktop_app.gui.models.result_model import ResultModel
from desktop_app.gui.widgets.result_list import ResultList
from desktop_app.search.request import Facets, Interpretation, SearchRequest, SearchResult

ROWS = 30_000


def result() -> SearchResult:
    none = np.empty(0, np.int64)
    zeros = np.zeros(ROWS, np.float32)
    return SearchResult(
        request=SearchRequest(),
        interpretation=Interpretation(),
        ids=np.arange(1, ROWS + 1),
        scores=zeros,
        similarities=np.full(ROWS, np.nan, np.float32),
        facets=Facets(none, {}, (), ()),
        articles=ROWS,
        embedded=0,
    )


def test_a_place_far_down_is_returned_to_when_its_rows_are_laid_out(qtbot: QtBot) -> None:
    jobs = Jobs()
    model = ResultModel(jobs)
    shown = ResultList(model)
    qtbot.addWidget(shown)
    shown.resize(400, 300)
    shown.show()
    model.show_result(None, result(), [])  # type: ignore[arg-type]
    bar = shown.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    height = shown.sizeHintForRow(0)
    place = 25_000 * height
    model.show_result(None, result(), [])  # type: ignore[arg-type]
    shown.choose_row(0)
    shown.restore_place(place)
    qtbot.waitUntil(lambda: bar.value() == place)
    qtbot.waitUntil(lambda: bar.maximum() > (ROWS - 10) * height)
    assert bar.value() == place
    assert jobs.close()
