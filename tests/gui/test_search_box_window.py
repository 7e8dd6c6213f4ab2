"""Typing in the search box: suggestions that never take Enter, room for long queries."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop_app.gui.flow import Flow
from tests.gui.conftest import settle, titles
from tests.gui.records_xml import RECORDS

Key = Qt.Key


def type_until_offered(qtbot: QtBot, flow: Flow, text: str) -> list[str]:
    qtbot.keyClicks(flow.window.header.box, text)
    shown = flow.search.suggesting.list
    qtbot.waitUntil(shown.isVisible)
    return [suggestion.text for suggestion in shown.suggestions()]


def test_a_heading_is_suggested_and_taken_by_the_keyboard(qtbot: QtBot, window: Flow) -> None:
    box, shown = window.window.header.box, window.search.suggesting.list
    assert type_until_offered(qtbot, window, "asthm")[0] == "Asthma"
    qtbot.keyClick(box, Key.Key_Down)
    assert shown.currentIndex().data() == "Asthma"
    qtbot.keyClick(box, Key.Key_Return)
    assert box.text() == "Asthma"
    assert not shown.isVisible()
    qtbot.waitUntil(lambda: window.query.request.text == "Asthma")
    settle(qtbot, window)
    assert titles(window)[0] == RECORDS[2].title


def test_enter_searches_for_what_was_typed_while_suggestions_are_shown(
    qtbot: QtBot, window: Flow
) -> None:
    type_until_offered(qtbot, window, "asthm")
    qtbot.keyClick(window.window.header.box, Key.Key_Return)
    assert window.query.request.text == "asthm"
    assert not window.search.suggesting.list.isVisible()


def test_in_a_query_the_heading_is_tagged_and_replaces_only_its_beginning(
    qtbot: QtBot, window: Flow
) -> None:
    box = window.window.header.box
    type_until_offered(qtbot, window, "lung AND asthm")
    qtbot.keyClick(box, Key.Key_Down)
    qtbot.keyClick(box, Key.Key_Return)
    assert box.text() == 'lung AND "Asthma"[mh]'


def test_an_author_is_suggested_with_the_number_of_articles(qtbot: QtBot, window: Flow) -> None:
    assert type_until_offered(qtbot, window, "oko") == ["Okonjo"]
    row = window.search.suggesting.list.topLevelItem(0)
    assert row is not None
    assert row.text(1) == "author"
    assert row.text(2) == "8 articles"


def test_escape_closes_suggestions_first_then_clears(qtbot: QtBot, window: Flow) -> None:
    box = window.window.header.box
    type_until_offered(qtbot, window, "asthm")
    qtbot.keyClick(box, Key.Key_Escape)
    assert not window.search.suggesting.list.isVisible()
    assert box.text() == "asthm"
    qtbot.keyClick(box, Key.Key_Escape)
    assert box.text() == ""


def test_a_text_set_by_the_program_closes_suggestions(qtbot: QtBot, window: Flow) -> None:
    type_until_offered(qtbot, window, "asthm")
    qtbot.waitUntil(lambda: window.query.request.text == "asthm")
    settle(qtbot, window)
    window.query.go_back()
    assert not window.search.suggesting.list.isVisible()


def test_the_box_grows_with_its_lines_and_shrinks_again(qtbot: QtBot, window: Flow) -> None:
    box = window.window.header.box
    low = box.height()
    qtbot.keyClicks(box, "asthma")
    qtbot.keyClick(box, Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClicks(box, "children")
    assert box.text() == "asthma\nchildren"
    two = box.height()
    assert two > low
    both = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier
    qtbot.keyClick(box, Key.Key_Return, both)
    assert box.height() > two
    box.clear()
    assert box.height() == low


def test_a_strategy_of_many_lines_is_pasted_and_searched(qtbot: QtBot, window: Flow) -> None:
    lines = [f"(heart failure[mh] AND word{n}[tiab]) OR" for n in range(299)]
    box = window.window.header.box
    box.set_text("\n".join([*lines, "asthma[mh]"]))
    qtbot.keyClick(box, Key.Key_Return)
    settle(qtbot, window)
    assert titles(window) == [RECORDS[2].title]
    assert box.height() < 260  # it scrolls
    assert len(window.window.header.strip.chips()) <= 10  # the others are in the details
