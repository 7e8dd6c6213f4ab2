"""The whole way through the window without a mouse, and a name for every control."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QLineEdit,
    QTextBrowser,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop_app.gui.flow import Flow
from desktop_app.search.request import Mode
from tests.gui.conftest import settle, titles
from tests.gui.records_xml import RECORDS

Key, Modifier = Qt.Key, Qt.KeyboardModifier


def focused() -> QWidget | None:
    return QApplication.focusWidget()


def press(qtbot: QtBot, key: Qt.Key, modifier: Qt.KeyboardModifier = Modifier.NoModifier) -> None:
    widget = focused()
    assert widget is not None
    qtbot.keyClick(widget, key, modifier)


@pytest.fixture
def active(qtbot: QtBot, window: Flow) -> Flow:
    window.window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window.window)
    return window


def test_from_the_search_box_to_the_article_and_back(qtbot: QtBot, active: Flow) -> None:
    main = active.window
    main.focus_search()
    qtbot.keyClicks(main.header.box, "asthma")
    press(qtbot, Key.Key_Return)
    settle(qtbot, active)
    press(qtbot, Key.Key_Down)
    assert focused() is main.results.list
    assert main.results.list.currentIndex().row() == 0
    press(qtbot, Key.Key_Return)
    assert focused() is main.article.view
    assert RECORDS[2].title in main.article.view.toPlainText()
    press(qtbot, Key.Key_Escape)
    assert focused() is main.results.list
    press(qtbot, Key.Key_Up)
    assert focused() is main.header.box
    press(qtbot, Key.Key_Escape)
    settle(qtbot, active)
    assert main.header.box.text() == ""
    assert len(titles(active)) == 8


def test_j_and_k_and_the_arrows_move_and_the_article_follows(qtbot: QtBot, active: Flow) -> None:
    main = active.window
    main.results.focus_list()
    for key, row in ((Key.Key_J, 1), (Key.Key_Down, 2), (Key.Key_K, 1), (Key.Key_Up, 0)):
        press(qtbot, key)
        assert main.results.list.currentIndex().row() == row
        settle(qtbot, active)
        assert titles(active)[row] in main.article.view.toPlainText()


def test_shortcuts_choose_the_ranking(qtbot: QtBot, active: Flow) -> None:
    for key, mode in (
        (Key.Key_2, Mode.SEMANTIC),
        (Key.Key_3, Mode.KEYWORD),
        (Key.Key_1, Mode.HYBRID),
    ):
        press(qtbot, key, Modifier.ControlModifier)
        assert active.query.request.mode is mode
        assert active.window.header.modes.button(mode).isChecked()


@pytest.mark.parametrize("key", [Key.Key_F, Key.Key_K])
def test_shortcuts_lead_to_the_search_box(qtbot: QtBot, active: Flow, key: Qt.Key) -> None:
    active.window.results.focus_list()
    press(qtbot, key, Modifier.ControlModifier)
    assert focused() is active.window.header.box


def test_f6_goes_round_the_panes(qtbot: QtBot, active: Flow) -> None:
    main = active.window
    main.focus_search()
    round_trip = [main.facets.mesh.tree, main.results.list, main.article.view, main.header.box]
    for stop in round_trip:
        press(qtbot, Key.Key_F6)
        assert focused() is stop
    press(qtbot, Key.Key_F6, Modifier.ShiftModifier)
    assert focused() is main.article.view


def test_tab_reaches_every_pane(qtbot: QtBot, active: Flow) -> None:
    main = active.window
    main.focus_search()
    reached: set[QWidget] = set()
    for _ in range(60):
        press(qtbot, Key.Key_Tab)
        widget = focused()
        assert widget is not None
        reached.add(widget)
    facets = main.facets
    assert {facets.mesh.field, facets.mesh.tree, facets.years} <= reached
    assert {facets.types.list, main.results.list, main.article.view} <= reached


def test_every_control_has_a_name_for_screen_readers(active: Flow) -> None:
    kinds = (QAbstractButton, QAbstractItemView, QLineEdit, QTextBrowser)
    nameless = [
        f"{type(widget).__name__} in {type(widget.parent()).__name__}"
        for kind in kinds
        for widget in active.window.findChildren(kind)
        if not widget.objectName().startswith("qt_")
        and not isinstance(widget, QHeaderView)  # hidden: the tree has one column
        and not (widget.accessibleName() or getattr(widget, "text", str)())
    ]
    assert nameless == []
