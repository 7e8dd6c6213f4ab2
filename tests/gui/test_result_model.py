"""The list keeps ids and fetches what is painted, page by page."""

from dataclasses import replace

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop_app.gui.flow import Flow
from desktop_app.gui.models.result_model import METER_ROLE, PAGE, ROW_ROLE
from tests.gui.conftest import MakeLibrary, OpenWindow, settle
from tests.gui.records_xml import many


def test_rows_are_fetched_when_they_are_looked_at(
    qtbot: QtBot, open_window: OpenWindow, make_library: MakeLibrary
) -> None:
    flow = open_window(make_library(many(4 * PAGE)))
    model = flow.model
    assert model.rowCount() == 4 * PAGE
    assert model.index(0, 0).data(ROW_ROLE) is not None  # came with the answer
    far = model.index(3 * PAGE + 5, 0)
    assert far.data(ROW_ROLE) is None
    assert far.data(Qt.ItemDataRole.AccessibleTextRole) == "Loading"
    with qtbot.waitSignal(model.dataChanged) as changed:
        pass
    first, last = changed.args[0], changed.args[1]
    assert (first.row(), last.row()) == (3 * PAGE, 4 * PAGE - 1)
    assert far.data(ROW_ROLE).title == far.data()
    assert model.index(PAGE + 1, 0).data(ROW_ROLE) is None  # nobody looked at that page


def test_scrolling_shows_titles_in_the_end(
    qtbot: QtBot, open_window: OpenWindow, make_library: MakeLibrary
) -> None:
    flow = open_window(make_library(many(3 * PAGE)))
    view = flow.window.results.list
    view.scrollToBottom()
    qtbot.waitUntil(lambda: flow.model.index(3 * PAGE - 1, 0).data(ROW_ROLE) is not None)


def test_an_article_gone_since_the_search_is_named_as_such(qtbot: QtBot, window: Flow) -> None:
    model, result = window.model, window.model.result
    session = window.workspace.session
    assert session is not None
    assert result is not None
    stale = replace(result, ids=result.ids + 1000)
    model.show_result(session.engine, stale, [])
    model._asked.clear()  # as if the first page had not come with the answer
    assert model.index(0, 0).data(ROW_ROLE) is None
    qtbot.waitUntil(lambda: model.index(0, 0).data(ROW_ROLE) is not None)
    assert model.index(0, 0).data() == "No longer in this library"


def test_the_meter_spans_the_similarities_of_the_results(
    qtbot: QtBot, open_window: OpenWindow, make_library: MakeLibrary
) -> None:
    flow = open_window(make_library())
    assert flow.model.index(0, 0).data(METER_ROLE) is None  # browsing ranks by nothing
    flow.query.submit_text("heart")
    flow.query.show_everything()
    settle(qtbot, flow)
    model = flow.model
    meters = [model.index(row, 0).data(METER_ROLE) for row in range(model.rowCount())]
    known = [meter for meter in meters if meter is not None]
    assert len(known) >= 2
    assert max(known) == 1.0
    assert min(known) > 0
