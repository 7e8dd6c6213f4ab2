"""Long queries in low windows: nothing covers anything, and every part can be read."""

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.gui.flow import Flow
from desktop_app.gui.theme import Theme
from desktop_app.gui.widgets.empty_state import EmptyState
from desktop_app.gui.widgets.facet_pane import FacetPane
from tests.gui.conftest import settle

SIZES = [(900, 600), (1000, 650), (1280, 800)]
GROUP = '(asthma[mh] OR "lung diseases"[mh] OR wheeze{n}[tiab] OR "bronchial obstruction"[tiab])'
LONG = " OR\n".join(GROUP.format(n=number) for number in range(9))
NO_HITS = " AND ".join(GROUP.format(n=number) for number in range(9)) + " AND nowhere[ti]"


def place(widget: QWidget, window: QWidget) -> QRect:
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())


def parts(flow: Flow) -> list[QWidget]:
    """What is shown in the window, from top to bottom."""
    window, header = flow.window, flow.window.header
    chips = header.strip.parentWidget()
    details = [header.details.searched, header.details.table]
    shown = [header.box, chips, *details, window.message_bar, window.splitter, window.job_bar]
    return [widget for widget in shown if widget is not None and widget.isVisible()]


def wait_until_apart(qtbot: QtBot, flow: Flow) -> None:
    window = flow.window

    def apart() -> None:
        shown = parts(flow)
        for upper, lower in pairwise(shown):
            above, below = place(upper, window), place(lower, window)
            assert above.bottom() < below.top(), (upper, above, lower, below)
        assert place(shown[-1], window).bottom() <= window.height()
        header = window.header
        assert header.height() >= header.minimumSizeHint().height()
        assert window.splitter.height() >= window.splitter.minimumSizeHint().height()

    qtbot.waitUntil(apart)


def search(qtbot: QtBot, flow: Flow, text: str, size: tuple[int, int]) -> None:
    flow.window.resize(*size)
    flow.query.submit_text(text)
    settle(qtbot, flow)


def toggle(flow: Flow) -> QPushButton:
    buttons = flow.window.header.strip.findChildren(QPushButton)
    return next(b for b in buttons if b.isCheckable() and not b.isHidden())


@pytest.mark.parametrize("size", SIZES)
def test_nothing_covers_anything_when_a_query_is_long(
    qtbot: QtBot, window: Flow, size: tuple[int, int]
) -> None:
    search(qtbot, window, LONG, size)
    wait_until_apart(qtbot, window)
    header = window.window.header
    toggle(window).setChecked(True)
    wait_until_apart(qtbot, window)
    table = header.details.table
    assert table.viewport().height() >= 2 * table.sizeHintForRow(0)
    assert table.verticalScrollBar().maximum() > 0
    line = header.box.fontMetrics().lineSpacing()
    assert header.box.viewport().height() >= 2 * line
    area = header.strip.parentWidget()
    assert area is not None

    def can_be_shut() -> bool:
        return place(area, window.window).contains(place(toggle(window), window.window))

    qtbot.waitUntil(can_be_shut)


@pytest.mark.parametrize("size", SIZES[:2])
def test_room_for_the_box_and_a_message_take_nothing_from_the_others(
    qtbot: QtBot, window: Flow, size: tuple[int, int]
) -> None:
    search(qtbot, window, LONG, size)
    box = window.window.header.box
    low = box.height()
    both = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier
    qtbot.keyClick(box, Qt.Key.Key_Return, both)
    assert box.height() > low
    wait_until_apart(qtbot, window)
    toggle(window).setChecked(True)
    wait_until_apart(qtbot, window)
    qtbot.keyClick(box, Qt.Key.Key_Return, both)
    window.messages.tell("A message that stands between the header and the results.")
    qtbot.waitUntil(window.window.message_bar.isVisible)
    wait_until_apart(qtbot, window)


def test_the_box_has_fewer_lines_in_a_low_window_and_more_in_a_high_one(
    qtbot: QtBot, window: Flow
) -> None:
    box = window.window.header.box
    box.set_text(LONG)
    heights = []
    for size in ((1000, 600), (1000, 780), (1000, 1100)):
        window.window.resize(*size)
        qtbot.wait(20)
        heights.append(box.height())
    assert heights == sorted(set(heights))
    window.window.resize(1000, 600)
    qtbot.waitUntil(lambda: box.height() == heights[0])


@pytest.mark.parametrize("size", SIZES)
def test_the_buttons_of_an_empty_page_are_never_cut(
    qtbot: QtBot, window: Flow, size: tuple[int, int]
) -> None:
    search(qtbot, window, NO_HITS, size)
    pane = window.window.results
    assert pane.empty_shown
    wait_until_apart(qtbot, window)

    def whole() -> bool:
        buttons = pane.empty.buttons()
        return all(b.height() >= b.sizeHint().height() for b in buttons) and all(
            b.width() >= b.sizeHint().width() for b in buttons
        )

    assert pane.empty.buttons()
    qtbot.waitUntil(whole)
    body = pane.empty.widget()
    assert body is not None
    assert body.width() <= pane.empty.viewport().width()


def test_a_button_too_long_for_its_pane_says_the_rest_in_its_tool_tip(
    qtbot: QtBot, theme: Theme
) -> None:
    words = "Search once more without the longest of all the terms"
    page = EmptyState()
    qtbot.addWidget(page)
    page.resize(260, 180)
    page.show()
    page.show_state("search", "Nothing", "Nobody wrote of it. " * 12, [(words, page.hide)])
    [button] = page.buttons()
    qtbot.waitUntil(lambda: button.height() >= button.sizeHint().height())
    assert button.text() != words
    assert words in button.toolTip()
    assert button.accessibleName() == words
    assert page.verticalScrollBar().maximum() > 0
    page.resize(700, 400)
    assert button.text() == words
    assert button.toolTip() == ""


def test_facets_without_a_library_stand_at_the_top(qtbot: QtBot, theme: Theme) -> None:
    pane = FacetPane()
    qtbot.addWidget(pane)
    pane.resize(260, 700)
    pane.show()
    assert place(pane.mesh.major, pane).bottom() < 140
    assert place(pane.mesh.field, pane).top() < 80


def test_the_tree_takes_the_height_once_there_is_one(qtbot: QtBot, window: Flow) -> None:
    tree = window.window.facets.mesh.tree
    assert tree is not None
    assert window.window.facets.mesh.height() >= 320
    assert tree.height() > 150


@pytest.mark.parametrize("scale", [1.0, 1.4])
def test_no_line_is_cut_at_any_text_size(
    qtbot: QtBot, window: Flow, theme: Theme, scale: float
) -> None:
    theme.scale(scale)
    try:
        search(qtbot, window, LONG, (1000, 650))
        toggle(window).setChecked(True)
        wait_until_apart(qtbot, window)
        header = window.window.header
        for editor in (header.box, header.details.searched):
            line = editor.blockBoundingRect(editor.document().lastBlock()).height()
            line /= editor.document().lastBlock().lineCount()
            over = editor.viewport().height() % line
            assert over < 5, (editor.viewport().height(), line)
    finally:
        theme.scale(1.0)
