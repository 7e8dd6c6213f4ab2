"""The query as it was read: chips that change it, messages with their place, ways out."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCharFormat
from pytestqt.qtbot import QtBot

from desktop_app.gui.flow import Flow
from desktop_app.gui.widgets.query_chip import QueryChip
from desktop_app.search.query.chips import Change
from desktop_app.search.request import Reading
from tests.gui.conftest import settle, titles
from tests.gui.records_xml import RECORDS


def ask(qtbot: QtBot, flow: Flow, text: str) -> None:
    flow.window.header.box.clear()
    qtbot.keyClicks(flow.window.header.box, text)
    qtbot.keyClick(flow.window.header.box, Qt.Key.Key_Return)
    settle(qtbot, flow)


def chip(flow: Flow, words: str) -> QueryChip:
    return next(c for c in flow.window.header.strip.chips() if c.chip.words == words)


def choose(chip: QueryChip, beginning: str) -> None:
    menu = chip.make_menu()
    next(a for a in menu.actions() if a.text().startswith(beginning)).trigger()
    menu.close()


def test_a_query_is_read_exactly_with_a_count_for_every_term(qtbot: QtBot, window: Flow) -> None:
    ask(qtbot, window, '"heart failure"[mh] OR asthma')
    assert set(titles(window)) == {RECORDS[2].title, RECORDS[3].title}
    assert chip(window, "heart failure").text() == "Heart Failure + 5 narrower · 1"
    assert "Exactly 2 of 8 articles" in window.window.results.heading.text()
    switch = window.window.header.reading
    assert switch.button(Reading.BOOLEAN).isChecked()
    assert switch.button(Reading.BOOLEAN).text() == "Exact · auto"


def test_the_reading_is_pinned_by_a_press_and_let_go_by_another(qtbot: QtBot, window: Flow) -> None:
    ask(qtbot, window, "heart failure")
    switch = window.window.header.reading
    assert switch.button(Reading.RANKED).text() == "Ranked · auto"
    qtbot.mouseClick(switch.button(Reading.BOOLEAN), Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    assert titles(window) == [RECORDS[3].title]
    assert switch.button(Reading.BOOLEAN).text() == "Exact"
    qtbot.mouseClick(switch.button(Reading.RANKED), Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    assert window.query.request.reading is Reading.AUTO


def test_a_chip_is_switched_off_at_its_end_and_on_again(qtbot: QtBot, window: Flow) -> None:
    ask(qtbot, window, "asthma[mh] AND zebra[ti]")
    zebra = chip(window, "zebra")
    qtbot.mouseClick(zebra, Qt.MouseButton.LeftButton, pos=zebra.cross_place().center())
    settle(qtbot, window)
    assert titles(window) == [RECORDS[2].title]
    zebra = chip(window, "zebra")
    assert zebra.font().strikeOut()
    assert not zebra.chip.on
    qtbot.keyClick(zebra, Qt.Key.Key_Delete)
    settle(qtbot, window)
    assert window.query.request.adjustments == ()
    assert window.window.results.empty_shown


def test_a_chip_is_not_exploded_when_the_user_says_so(qtbot: QtBot, window: Flow) -> None:
    ask(qtbot, window, "heart diseases[mh]")
    assert RECORDS[3].title in titles(window)
    choose(chip(window, "heart diseases"), "Leave out the")
    settle(qtbot, window)
    assert window.query.request.adjustments[0].change is Change.NOT_EXPLODED
    assert titles(window) == []
    assert "not exploded" in chip(window, "heart diseases").text()
    choose(chip(window, "heart diseases"), "Narrower headings too")
    settle(qtbot, window)
    assert RECORDS[3].title in titles(window)


def test_a_chip_is_replaced_by_what_is_typed(qtbot: QtBot, window: Flow) -> None:
    ask(qtbot, window, "asthma[mh] OR zebra[ti]")
    choose(chip(window, "zebra"), "Replace")
    dialog = window.window.header.strip.replacing
    assert dialog is not None
    dialog.setTextValue("heart failure[mh]")
    dialog.accept()
    settle(qtbot, window)
    assert set(titles(window)) == {RECORDS[2].title, RECORDS[3].title}
    assert window.window.header.box.text() == "asthma[mh] OR zebra[ti]"


def test_nothing_found_names_the_empty_term_and_offers_to_drop_it(
    qtbot: QtBot, window: Flow
) -> None:
    ask(qtbot, window, "asthma[mh] AND zebra[ti]")
    empty = window.window.results.empty
    buttons = {button.text(): button for button in empty.buttons()}
    assert "zebra" in empty.accessibleName()
    qtbot.mouseClick(buttons["Leave out “zebra”"], Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    assert titles(window) == [RECORDS[2].title]


def test_a_term_behind_not_is_not_blamed(qtbot: QtBot, window: Flow) -> None:
    ask(qtbot, window, "asthma[mh] AND heart failure[mh] NOT zebra")
    offered = [button.text() for button in window.window.results.empty.buttons()]
    assert not [text for text in offered if "zebra" in text]


def test_a_repair_is_told_and_its_place_marked(qtbot: QtBot, window: Flow) -> None:
    ask(qtbot, window, "asthma AND (children")
    header = window.window.header
    [warning] = header.strip.warnings()
    assert "never closed" in warning.text()
    [mark] = header.box.extraSelections()
    wave = QTextCharFormat.UnderlineStyle.WaveUnderline
    assert mark.format.underlineStyle() == wave
    assert mark.cursor.selectedText() == "("
    qtbot.mouseClick(warning, Qt.MouseButton.LeftButton)
    assert header.box.textCursor().selectedText() == "("
    qtbot.keyClick(header.box, Qt.Key.Key_End)
    qtbot.keyClicks(header.box, ")")
    assert header.box.extraSelections() == []
    qtbot.waitUntil(lambda: window.query.request.text.endswith(")"))
    settle(qtbot, window)
    assert header.strip.warnings() == []


def test_places_count_characters_also_beyond_the_basic_plane(qtbot: QtBot, window: Flow) -> None:
    box = window.window.header.box
    box.set_text("  😀😀 (asthma")
    window.window.header.submit()
    settle(qtbot, window)
    box.show_place(3, 10)
    assert box.textCursor().selectedText() == "(asthma"


def test_the_details_show_what_was_searched(qtbot: QtBot, window: Flow) -> None:
    ask(qtbot, window, "asthma AND children")
    strip, details = window.window.header.strip, window.window.header.details
    assert not details.isVisible()
    strip.details_toggled.emit(True)
    assert details.isVisible()
    assert '"Asthma"[mh]' in details.searched.toPlainText()
    rows = [details.table.topLevelItem(n) for n in range(details.table.topLevelItemCount())]
    counts = {row.text(1).split(",")[0]: row.text(2) for row in rows if row}
    assert counts['"Asthma"[mh]'] == "1"
    ask(qtbot, window, "heart")  # still open, of the new query
    assert details.isVisible()
    assert details.note.isVisible()


@pytest.mark.parametrize("text", ["[[[", "()", '"'])
def test_a_query_that_asks_for_nothing_says_so(qtbot: QtBot, window: Flow, text: str) -> None:
    window.query.set_reading(Reading.BOOLEAN)
    ask(qtbot, window, text)
    assert window.window.results.empty_shown
    assert window.window.header.strip.warnings()
