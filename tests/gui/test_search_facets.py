"""What the left pane and the line above the results let one choose."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop_app.gui.flow import Flow
from desktop_app.gui.models.facet_roles import COUNT_ROLE, VALUE_ROLE
from desktop_app.search.request import Filters
from tests.gui.conftest import MakeLibrary, OpenWindow, settle, titles
from tests.gui.records_xml import HUMANS, RECORDS, Record
from tests.gui.test_search_window import row_of, tree_of, type_query

FEMALE = ("D005260", "Female")


def top_rows(flow: Flow) -> list[str]:
    model = tree_of(flow).model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def test_female_has_no_place_in_the_tree_and_is_found_among_the_check_tags(
    qtbot: QtBot, open_window: OpenWindow, make_library: MakeLibrary
) -> None:
    women = Record(201, "A study of women", "Women were asked.", 2011, (FEMALE, HUMANS))
    flow = open_window(make_library((*RECORDS, women)))
    tree = tree_of(flow)
    tags = tree.model().index(top_rows(flow).index("Check tags"), 0)
    tree.expand(tags)
    rows = [tree.model().index(row, 0, tags) for row in range(tree.model().rowCount(tags))]
    [female] = [row for row in rows if row.data() == "Female"]
    assert female.data(COUNT_ROLE) == 1
    assert female.data(VALUE_ROLE) == "D005260"
    tree.setCurrentIndex(female)
    qtbot.keyClick(tree, Qt.Key.Key_Space)
    settle(qtbot, flow)
    assert titles(flow) == ["A study of women"]
    assert [chip.text() for chip in flow.window.results.filters.chips()] == ["Female"]


def test_major_topics_only_narrows_what_a_heading_requires(qtbot: QtBot, window: Flow) -> None:
    window.query.toggle_include("C08")
    settle(qtbot, window)
    assert window.model.rowCount() > 0
    window.window.facets.mesh.major.click()
    settle(qtbot, window)
    assert window.query.request.filters == Filters(include=("C08",), major_only=True)
    assert window.model.rowCount() == 0  # no heading of the records is a major topic
    chips = {chip.text(): chip for chip in window.window.results.filters.chips()}
    qtbot.mouseClick(chips["major topics only"], Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    assert window.model.rowCount() > 0
    assert not window.window.facets.mesh.major.isChecked()


def test_typical_headings_come_in_a_list_and_the_tree_again(qtbot: QtBot, window: Flow) -> None:
    window.query.toggle_value("journals", "Diabetes")
    settle(qtbot, window)
    tree = top_rows(window)
    window.window.facets.mesh.special.click()
    qtbot.waitUntil(lambda: top_rows(window) != tree)
    assert "Insulin Resistance" in top_rows(window)
    assert "Diseases" not in top_rows(window)
    window.window.facets.mesh.special.click()
    assert top_rows(window) == tree


def test_an_author_is_found_in_the_folded_facet_and_filters(qtbot: QtBot, window: Flow) -> None:
    authors = window.window.facets.values["authors"]
    assert not authors.list.isVisible()
    qtbot.mouseClick(authors.head, Qt.MouseButton.LeftButton)
    assert authors.list.isVisible()
    authors.list.setCurrentIndex(authors.model.index(0, 0))
    qtbot.keyClick(authors.list, Qt.Key.Key_Space)
    settle(qtbot, window)
    assert window.query.request.filters.authors == (authors.model.index(0, 0).data(),)
    assert window.model.rowCount() == 8


def test_a_value_is_found_by_its_name_among_many(qtbot: QtBot, window: Flow) -> None:
    journals = window.window.facets.journals
    journals.more.click()
    qtbot.keyClicks(journals.field, "lan")
    names = [journals.model.index(row, 0).data() for row in range(journals.model.rowCount())]
    assert names == ["Lancet"]
    journals.more.click()  # fewer: all of them again
    assert journals.model.rowCount() > 1


def test_the_floor_is_moved_taken_away_and_given_back(qtbot: QtBot, window: Flow) -> None:
    type_query(qtbot, window, "asthma")
    floor = window.window.results.floor
    assert floor.isVisible()
    result = window.model.result
    assert result is not None
    usual = result.floor
    assert usual is not None
    for _ in range(3):
        qtbot.mouseClick(floor.rise, Qt.MouseButton.LeftButton)
        settle(qtbot, window)
    assert window.query.request.floor == round(usual + 0.06, 2)
    assert f"floor {str(window.query.request.floor)[1:]}" in window.window.results.heading.text()
    qtbot.mouseClick(floor.all, Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    assert window.query.request.everything
    assert window.model.rowCount() == 8
    qtbot.mouseClick(floor.usual, Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    assert window.query.request.floor is None
    assert not window.query.request.everything


def test_the_mesh_weight_is_chosen_and_comes_back_with_the_search(
    qtbot: QtBot, window: Flow
) -> None:
    type_query(qtbot, window, "asthma in children")
    header = window.window.header
    header.popover.weight.setValue(header.popover.weight.maximum())
    settle(qtbot, window)
    assert window.query.request.mesh_weight == 1.0
    window.query.go_back()
    settle(qtbot, window)
    assert header.popover.weight.value() == 3
    assert row_of(window, "C08").isValid()
