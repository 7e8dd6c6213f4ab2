"""Searching and filtering in the window, as a user does it: typing, clicking, dragging."""

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from pytestqt.qtbot import QtBot

from desktop_app.gui.flow import Flow
from desktop_app.gui.models.facet_roles import COUNT_ROLE, MARK_ROLE, VALUE_ROLE, Mark
from desktop_app.gui.widgets.facet_delegate import exclude_place, include_place
from desktop_app.gui.widgets.mesh_tree_view import MeshTreeView
from desktop_app.search.request import Filters, Mode
from tests.gui.conftest import settle, titles
from tests.gui.records_xml import RECORDS

QUESTION = "does mitochondrial dysfunction cause insulin resistance?"


def tree_of(flow: Flow) -> MeshTreeView:
    tree = flow.window.facets.mesh.tree
    assert tree is not None
    return tree


def row_of(flow: Flow, number: str) -> QModelIndex:
    """The row of a tree number, opened down to it."""
    tree = tree_of(flow)
    index = tree.model().index(0, 0)
    while index.isValid():
        value = str(index.data(VALUE_ROLE))
        if value == number:
            return index
        if value and number.startswith(value):
            tree.expand(index)
        index = tree.indexBelow(index)
    raise AssertionError(f"{number} is not in the tree")


def click(qtbot: QtBot, tree: MeshTreeView, place: QPoint) -> None:
    qtbot.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=place)


def type_query(qtbot: QtBot, flow: Flow, text: str) -> None:
    flow.window.header.box.clear()
    qtbot.keyClicks(flow.window.header.box, text)
    qtbot.waitUntil(lambda: flow.query.request.text == text)
    settle(qtbot, flow)


def test_typing_ranks_the_article_about_it_first_and_shows_it(qtbot: QtBot, window: Flow) -> None:
    type_query(qtbot, window, QUESTION)
    assert titles(window)[0] == RECORDS[0].title
    qtbot.waitUntil(lambda: window.window.article.view.toPlainText() != "")
    qtbot.waitUntil(lambda: RECORDS[0].text in window.window.article.view.toPlainText())
    heading = window.window.results.heading.text()
    assert "of 8 articles" in heading
    assert "ranked by meaning and words" in heading


def test_the_strip_shows_the_recognised_concept_and_filters_by_it(
    qtbot: QtBot, window: Flow
) -> None:
    type_query(qtbot, window, QUESTION)
    chips = {chip.chip.name: chip for chip in window.window.header.strip.chips()}
    assert "Insulin Resistance" in chips
    menu = chips["Insulin Resistance"].make_menu()
    [entry] = [action for action in menu.actions() if "Filter" in action.text()]
    entry.trigger()
    settle(qtbot, window)
    assert len(window.query.request.filters.include) == 1
    assert set(titles(window)) <= {RECORDS[0].title, RECORDS[1].title}


def test_without_a_query_everything_is_listed_newest_first(window: Flow) -> None:
    years = [window.model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole) for row in (0, 7)]
    assert len(titles(window)) == 8
    assert "2022" in years[0]
    assert "2005" in years[1]


def test_the_tree_holds_only_headings_of_the_results(window: Flow) -> None:
    model = tree_of(window).model()
    top = {str(model.index(row, 0).data()) for row in range(model.rowCount())}
    assert "Diseases" in top
    assert "Geographicals" not in top
    assert "Check tags" in top


@pytest.mark.parametrize("number", ["C04.588", "C18", "C08"])
def test_including_a_heading_leaves_exactly_the_count_shown(
    qtbot: QtBot, window: Flow, number: str
) -> None:
    tree, index = tree_of(window), row_of(window, number)
    shown = index.data(COUNT_ROLE)
    assert 0 < shown < 8
    tree.scrollTo(index)
    click(qtbot, tree, include_place(tree.visualRect(index)).center())
    settle(qtbot, window)
    assert window.query.request.filters.include == (number,)
    assert window.model.rowCount() == shown
    again = row_of(window, number)
    assert again.data(MARK_ROLE) == Mark.INCLUDED
    assert again.data(COUNT_ROLE) == shown


def test_excluding_a_heading_removes_its_articles_and_keeps_it_to_be_seen(
    qtbot: QtBot, window: Flow
) -> None:
    tree, index = tree_of(window), row_of(window, "C04.588")
    shown = index.data(COUNT_ROLE)
    tree.scrollTo(index)
    click(qtbot, tree, exclude_place(tree.visualRect(index)).center())
    settle(qtbot, window)
    assert window.query.request.filters == Filters(exclude=("C04.588",))
    assert window.model.rowCount() == 8 - shown
    again = row_of(window, "C04.588")
    assert again.data(MARK_ROLE) == Mark.EXCLUDED
    tree.scrollTo(again)
    click(qtbot, tree, include_place(tree.visualRect(again)).center())  # turns it round
    settle(qtbot, window)
    assert window.query.request.filters == Filters(include=("C04.588",))


def test_space_includes_and_minus_excludes_the_current_row(qtbot: QtBot, window: Flow) -> None:
    tree = tree_of(window)
    tree.setCurrentIndex(row_of(window, "C04.588"))
    qtbot.keyClick(tree, Qt.Key.Key_Space)
    settle(qtbot, window)
    assert window.query.request.filters.include == ("C04.588",)
    assert tree.currentIndex().data(VALUE_ROLE) == "C04.588"  # the keyboard stays where it was
    qtbot.keyClick(tree, Qt.Key.Key_Minus)
    settle(qtbot, window)
    assert window.query.request.filters == Filters(exclude=("C04.588",))


def test_what_was_opened_in_the_tree_stays_open(qtbot: QtBot, window: Flow) -> None:
    tree = tree_of(window)
    tree.expand(row_of(window, "C08"))
    type_query(qtbot, window, "lung")
    assert tree.isExpanded(row_of(window, "C"))
    tree.collapse(row_of(window, "C"))
    type_query(qtbot, window, "breast")
    assert not tree.isExpanded(row_of(window, "C"))


def test_a_heading_is_found_by_name(qtbot: QtBot, window: Flow) -> None:
    facet = window.window.facets.mesh
    qtbot.keyClicks(facet.field, "neopl")
    model = tree_of(window).model()
    qtbot.waitUntil(lambda: facet.model is not None and facet.model.searching)
    names = [str(model.index(row, 0).data()) for row in range(model.rowCount())]
    assert "Neoplasms" in names
    assert all("neopl" in name.casefold() for name in names)
    assert len(names) == len(set(names))  # a heading at several places is one


def test_dragging_over_the_years_keeps_those_years(qtbot: QtBot, window: Flow) -> None:
    years = window.window.facets.years
    first, last = years.year_rect(2012).center(), years.year_rect(2018).center()
    qtbot.mousePress(years, Qt.MouseButton.LeftButton, pos=first.toPoint())
    qtbot.mouseMove(years, last.toPoint())
    assert years.chosen == (2012, 2018)
    assert window.query.request.filters.years is None  # not before the button is let go
    qtbot.mouseRelease(years, Qt.MouseButton.LeftButton, pos=last.toPoint())
    settle(qtbot, window)
    assert window.query.request.filters.years == (2012, 2018)
    assert window.model.rowCount() == 3
    qtbot.mouseDClick(years, Qt.MouseButton.LeftButton, pos=first.toPoint())
    settle(qtbot, window)
    assert window.query.request.filters.years is None
    assert window.model.rowCount() == 8


def test_an_edge_of_the_year_range_can_be_moved(qtbot: QtBot, window: Flow) -> None:
    window.query.set_years((2010, 2018))
    settle(qtbot, window)
    years = window.window.facets.years
    edge = years.year_rect(2018).center()
    edge.setX(years.year_rect(2018).right())
    goal = years.year_rect(2021).center()
    qtbot.mousePress(years, Qt.MouseButton.LeftButton, pos=edge.toPoint())
    qtbot.mouseMove(years, goal.toPoint())
    qtbot.mouseRelease(years, Qt.MouseButton.LeftButton, pos=goal.toPoint())
    settle(qtbot, window)
    assert window.query.request.filters.years == (2010, 2021)


def test_arrow_keys_move_the_year_range(qtbot: QtBot, window: Flow) -> None:
    years = window.window.facets.years
    qtbot.keyClick(years, Qt.Key.Key_Right)
    qtbot.keyClick(years, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    settle(qtbot, window)
    assert window.query.request.filters.years == (2006, 2021)
    assert "2006–2021" in years.accessibleDescription()
    qtbot.keyClick(years, Qt.Key.Key_Escape)
    settle(qtbot, window)
    assert window.query.request.filters.years is None


def test_publication_types_and_journals_filter(qtbot: QtBot, window: Flow) -> None:
    facets = window.window.facets
    for facet, name in ((facets.journals, "Lancet"), (facets.types, "Randomized Controlled Trial")):
        facet.more.click()
        rows = {facet.model.index(r, 0).data(): r for r in range(facet.model.rowCount())}
        facet.list.setCurrentIndex(facet.model.index(rows[name], 0))
        qtbot.keyClick(facet.list, Qt.Key.Key_Space)
        settle(qtbot, window)
    assert titles(window) == [RECORDS[2].title]


def test_chips_remove_their_filter_and_clear_all_removes_the_rest(
    qtbot: QtBot, window: Flow
) -> None:
    window.query.toggle_include("C")
    window.query.toggle_exclude("C04")
    window.query.set_years((2010, 2020))
    settle(qtbot, window)
    bar = window.window.results.filters
    assert [chip.text() for chip in bar.chips()] == ["Diseases", "not Neoplasms", "2010–2020"]
    qtbot.mouseClick(bar.chips()[1], Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    assert window.query.request.filters == Filters(include=("C",), years=(2010, 2020))
    window.window.menu.clear_filters_wanted.emit()
    settle(qtbot, window)
    assert not window.query.request.filters
    assert bar.isHidden()
    assert window.model.rowCount() == 8


def test_nothing_found_says_what_was_looked_for_and_offers_ways_out(
    qtbot: QtBot, window: Flow
) -> None:
    window.query.set_mode(Mode.KEYWORD)
    window.query.toggle_include("C04")
    type_query(qtbot, window, "migraine")
    pane = window.window.results
    assert pane.empty_shown
    assert pane.empty.title == "No articles found"
    buttons = {button.text(): button for button in pane.empty.buttons()}
    assert set(buttons) == {"Remove all filters", "Search by meaning"}
    qtbot.mouseClick(buttons["Remove all filters"], Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    assert titles(window) == [RECORDS[6].title]


def test_a_heading_in_the_article_sets_the_filter(qtbot: QtBot, window: Flow) -> None:
    type_query(qtbot, window, "asthma in children")
    view = window.window.article.view
    qtbot.waitUntil(lambda: "Asthma" in view.toPlainText())
    view.heading_pressed.emit("D001249", "Asthma")
    settle(qtbot, window)
    assert titles(window) == [RECORDS[2].title]


def test_the_newest_search_wins(qtbot: QtBot, window: Flow) -> None:
    seen: list[str] = []
    window.answered.connect(lambda result: seen.append(result.request.text))
    for text in ("asthma", "migraine", "obesity", "heart failure"):
        window.query.submit_text(text)
    settle(qtbot, window)
    assert seen[-1] == "heart failure"
    assert "migraine" not in seen  # overtaken before it began: not answered at all
    assert titles(window)[0] == RECORDS[3].title


def test_earlier_searches_come_back(qtbot: QtBot, window: Flow) -> None:
    menu = window.window.menu
    for text in ("asthma", "migraine"):
        window.query.submit_text(text)
        settle(qtbot, window)
    menu.back_wanted.emit()
    settle(qtbot, window)
    assert window.window.header.box.text() == "asthma"
    assert titles(window)[0] == RECORDS[2].title
    menu.forward_wanted.emit()
    settle(qtbot, window)
    assert window.window.header.box.text() == "migraine"


def test_a_pause_in_typing_makes_one_entry_of_the_history(qtbot: QtBot, window: Flow) -> None:
    type_query(qtbot, window, "asth")
    qtbot.keyClicks(window.window.header.box, "ma")
    qtbot.waitUntil(lambda: window.query.request.text == "asthma")
    window.query.go_back()
    assert window.query.request.text == ""
