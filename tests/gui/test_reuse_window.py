"""Stars, collections, similar articles, searches inside others, history, saved ones, records."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from desktop_app.gui.dialogs.searches_dialog import SearchesDialog
from desktop_app.gui.flow import Flow
from desktop_app.gui.models.result_model import STAR_ROLE
from desktop_app.library.library import Library
from desktop_app.library.training_rows import TrainingRows
from tests.gui.conftest import settle, titles
from tests.gui.records_xml import RECORDS
from tests.gui.test_query_chips import ask

Key, Control = Qt.Key, Qt.KeyboardModifier.ControlModifier


def library(flow: Flow) -> Library:
    session = flow.workspace.session
    assert session is not None
    return session.library


def trigger(menu: QMenu, *path: str) -> None:
    """Press an entry of a menu, through its submenus."""
    for action in menu.actions():
        if action.text().startswith(path[0]):
            inner = action.menu()
            if isinstance(inner, QMenu):
                trigger(inner, *path[1:])
            else:
                action.trigger()
            return
    raise AssertionError(f"no {path[0]} in the menu")


def history(flow: Flow) -> list[str]:
    return [search.request for search in library(flow).searches.history()]


def open_searches(qtbot: QtBot, flow: Flow) -> SearchesDialog:
    flow.window.menu.searches_wanted.emit()
    dialog = flow.search.past.dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.past.topLevelItemCount() > 0)
    return dialog


def new_in(dialog: SearchesDialog) -> str:
    """What the window says is new in the first saved search."""
    return str(dialog.saved.model().index(0, 2).data())


def test_s_stars_an_article_and_takes_the_star_again(qtbot: QtBot, window: Flow) -> None:
    results = window.window.results.list
    window.window.results.focus_list()
    qtbot.keyClick(results, Key.Key_S)
    assert results.currentIndex().data(STAR_ROLE)
    chosen = results.current_id()
    qtbot.waitUntil(lambda: library(window).marks.starred() == [chosen])
    ask(qtbot, window, "is:starred")
    assert window.model.ids == [chosen]
    qtbot.keyClick(results, Key.Key_S)
    qtbot.waitUntil(lambda: library(window).marks.starred() == [])
    assert not results.currentIndex().data(STAR_ROLE)


def test_stars_are_shown_when_the_library_is_opened_again(qtbot: QtBot, window: Flow) -> None:
    window.window.results.focus_list()
    window.search.marking.star()
    chosen = window.window.results.list.current_id()
    qtbot.waitUntil(lambda: library(window).marks.starred() == [chosen])
    window.open_library(window.workspace.folder)
    settle(qtbot, window)
    qtbot.waitUntil(lambda: window.model.starred == {chosen})


def test_articles_go_into_a_new_collection_which_filters(qtbot: QtBot, window: Flow) -> None:
    results = window.window.results.list
    ask(qtbot, window, "asthma[mh]")
    results.selectAll()
    trigger(results.make_menu(), "Add to collection", "New collection…")
    dialog = window.search.marking.naming
    assert dialog is not None
    dialog.setTextValue("My review")
    dialog.accept()
    facet = window.window.facets.values["collections"]
    qtbot.waitUntil(facet.isVisible)
    window.window.header.box.clear()
    settle(qtbot, window)
    assert facet.model.index(0, 0).data() == "My review"
    facet.list.setCurrentIndex(facet.model.index(0, 0))
    qtbot.keyClick(facet.list, Key.Key_Space)
    settle(qtbot, window)
    assert titles(window) == [RECORDS[2].title]
    assert [chip.text() for chip in window.window.results.filters.chips()] == ["My review"]
    results.selectAll()
    trigger(results.make_menu(), "Take out of “My review”")
    qtbot.waitUntil(lambda: titles(window) == [])


def test_a_collection_is_deleted_and_comes_back(qtbot: QtBot, window: Flow) -> None:
    results, facet = window.window.results.list, window.window.facets.values["collections"]
    marks = library(window).marks
    ids = library(window).ids()[:2]
    marks.collect(ids, marks.add_collection("My review"))
    window.open_library(window.workspace.folder)
    settle(qtbot, window)
    qtbot.waitUntil(facet.isVisible)
    facet.list.setCurrentIndex(facet.model.index(0, 0))
    qtbot.keyClick(facet.list, Key.Key_Space)
    settle(qtbot, window)
    assert len(titles(window)) == 2
    results.selectAll()
    trigger(results.make_menu(), "Delete the collection “My review”")
    qtbot.waitUntil(lambda: library(window).marks.collections() == [])
    settle(qtbot, window)
    assert len(titles(window)) == len(RECORDS)  # the filter went with it
    bar = window.window.message_bar
    assert "still here" in bar.label.text()
    qtbot.mouseClick(bar.action, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: library(window).marks.in_collection("My review") == ids)


def test_a_tag_is_searched_by_its_name(qtbot: QtBot, window: Flow) -> None:
    results = window.window.results.list
    ask(qtbot, window, "asthma[mh]")
    results.selectAll()
    trigger(results.make_menu(), "Tag", "New tag…")
    dialog = window.search.marking.naming
    assert dialog is not None
    dialog.setTextValue("to read")
    dialog.accept()
    qtbot.waitUntil(lambda: library(window).marks.tags() == {"to read": 1})
    ask(qtbot, window, 'tag:"to read"')
    assert titles(window) == [RECORDS[2].title]
    results.selectAll()
    trigger(results.make_menu(), "Remove tag", "to read")
    qtbot.waitUntil(lambda: library(window).marks.tags() == {})
    qtbot.waitUntil(lambda: titles(window) == [])
    ask(qtbot, window, "asthma[mh]")
    results.selectAll()
    assert "Remove tag" not in [entry.text() for entry in results.make_menu().actions()]


def test_hits_are_judged_for_their_search(qtbot: QtBot, window: Flow) -> None:
    results = window.window.results.list
    ask(qtbot, window, "insulin  resistance")
    window.window.results.focus_list()
    first, second = window.model.ids[:2]
    qtbot.keyClick(results, "+")
    qtbot.waitUntil(lambda: window.model.judged == {first: True})
    qtbot.keyClick(results, Key.Key_J)
    qtbot.keyClick(results, "-")
    qtbot.waitUntil(lambda: window.model.judged == {first: True, second: False})
    assert library(window).marks.judged("insulin resistance") == {first: True, second: False}
    spoken = results.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole)
    assert "Judged not relevant" in spoken
    ask(qtbot, window, "asthma")
    qtbot.waitUntil(lambda: window.model.judged == {})
    ask(qtbot, window, "insulin resistance")
    qtbot.waitUntil(lambda: window.model.judged == {first: True, second: False})
    results.choose_row(0)
    trigger(results.make_menu(), "Judge for this search", "Relevant")  # once more takes it back
    qtbot.waitUntil(lambda: window.model.judged == {second: False})
    ask(qtbot, window, "")
    window.window.results.focus_list()
    qtbot.keyClick(results, "+")
    assert "Search for something first" in window.window.message_bar.label.text()
    with library(window).reading() as connection:  # what Improve search is judged by
        assert list(TrainingRows(connection).judgements()) == [("insulin resistance", second, 0)]


def test_similar_articles_begin_with_ctrl_enter_and_end_with_the_chip(
    qtbot: QtBot, window: Flow
) -> None:
    ask(qtbot, window, "insulin")
    results = window.window.results.list
    window.window.results.focus_list()
    chosen, title = results.current_id(), titles(window)[0]
    qtbot.keyClick(results, Key.Key_Return, Control)
    settle(qtbot, window)
    assert window.query.request.similar_to == chosen
    assert chosen not in window.model.ids
    assert set(titles(window)) & {RECORDS[0].title, RECORDS[1].title}
    [frame] = window.window.header.strip.frames()
    assert title[:20] in frame.text()
    assert "most similar first" in window.window.results.heading.text()
    qtbot.mouseClick(frame, Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    assert window.query.request.similar_to is None
    assert window.model.rowCount() == 8


def test_a_search_inside_results_stays_among_them(qtbot: QtBot, window: Flow) -> None:
    ask(qtbot, window, "asthma[mh] OR heart failure[mh]")
    window.window.menu.inside_wanted.emit()
    settle(qtbot, window)
    assert window.window.header.box.text() == ""
    assert window.model.rowCount() == 2
    ask(qtbot, window, "humans[mh]")
    assert set(titles(window)) == {RECORDS[2].title, RECORDS[3].title}
    [frame] = window.window.header.strip.frames()
    assert frame.text().startswith("inside: asthma[mh] OR")
    qtbot.mouseClick(frame, Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    assert window.model.rowCount() > 2


def test_enter_enters_a_search_in_the_history_but_typing_does_not(
    qtbot: QtBot, window: Flow
) -> None:
    box = window.window.header.box
    for letter in "asthma":
        qtbot.keyClicks(box, letter)
        qtbot.waitUntil(lambda: window.query.request.text == box.text())
        settle(qtbot, window)
    assert history(window) == []
    qtbot.keyClick(box, Key.Key_Return)
    qtbot.waitUntil(lambda: len(history(window)) == 1)
    qtbot.keyClick(box, Key.Key_Return)
    ask(qtbot, window, "heart")
    qtbot.waitUntil(lambda: len(history(window)) == 2)


def test_a_number_of_the_history_is_used_in_a_query(qtbot: QtBot, window: Flow) -> None:
    ask(qtbot, window, "asthma[mh] OR heart failure[mh]")
    ask(qtbot, window, "children")
    window.window.header.box.clear()
    settle(qtbot, window)
    dialog = open_searches(qtbot, window)
    qtbot.waitUntil(lambda: dialog.past.topLevelItemCount() == 2)
    last = dialog.past.topLevelItem(1)
    assert last is not None
    assert [last.text(column) for column in range(3)] == [
        "#1",
        "asthma[mh] OR heart failure[mh]",
        "2",
    ]
    dialog.past.setCurrentItem(last)
    qtbot.mouseClick(dialog.use, Qt.MouseButton.LeftButton)
    assert window.window.header.box.text() == "#1"
    qtbot.waitUntil(lambda: window.query.request.text == "#1")
    settle(qtbot, window)
    assert window.model.rowCount() == 2


def test_a_past_search_is_made_again_whole(qtbot: QtBot, window: Flow) -> None:
    window.query.toggle_value("journals", "Lancet")
    ask(qtbot, window, "asthma")
    before = window.query.request
    window.query.clear_filters()
    ask(qtbot, window, "heart")
    dialog = open_searches(qtbot, window)
    qtbot.waitUntil(lambda: dialog.past.topLevelItemCount() == 2)
    dialog.past.setCurrentIndex(dialog.past.model().index(1, 0))
    qtbot.mouseClick(dialog.again, Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    assert window.query.request == before
    assert window.window.header.box.text() == "asthma"


def test_a_search_is_saved_and_tells_what_is_new(qtbot: QtBot, window: Flow) -> None:
    ask(qtbot, window, "asthma[mh]")
    window.window.menu.save_search_wanted.emit()
    dialog = window.search.past.naming
    assert dialog is not None
    assert dialog.textValue() == "asthma[mh]"
    dialog.setTextValue("Asthma")
    dialog.accept()
    qtbot.waitUntil(lambda: [s.name for s in library(window).searches.saved()] == ["Asthma"])
    searches = open_searches(qtbot, window)
    qtbot.waitUntil(lambda: searches.saved.topLevelItemCount() == 1)
    qtbot.waitUntil(lambda: new_in(searches) == "none")
    [article] = library(window).articles(window.model.ids).values()
    other = replace(article, pmid=9_001, title="Another paper on asthma", doi="")
    library(window).write([other], "PubMed XML")
    searches.close()
    searches = open_searches(qtbot, window)
    qtbot.waitUntil(lambda: searches.saved.topLevelItemCount() == 1)
    qtbot.waitUntil(lambda: new_in(searches) == "1 new")
    searches.tabs.setCurrentIndex(1)
    qtbot.mouseClick(searches.seen, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: new_in(searches) == "none")


def test_a_record_is_written_and_run_again(qtbot: QtBot, window: Flow, tmp_path: Path) -> None:
    ask(qtbot, window, "asthma in children")
    target = tmp_path / "record.json"
    window.window.menu.record_wanted.emit()
    dialog = window.search.records.file_dialog
    assert dialog is not None
    result = window.model.result
    assert result is not None
    dialog.close()
    window.search.records.write(result, str(target))
    qtbot.waitUntil(target.exists)
    window.search.records.rerun(str(target))
    qtbot.waitUntil(lambda: window.search.records.comparison is not None, timeout=20_000)
    comparison = window.search.records.comparison
    assert comparison is not None
    assert "the same result" in comparison.text


def test_why_tells_the_reasons_of_the_chosen_article(qtbot: QtBot, window: Flow) -> None:
    ask(qtbot, window, "asthma")
    pane = window.window.article
    assert not pane.reasons.isVisible()
    qtbot.mouseClick(pane.why, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(pane.reasons.isVisible)
    assert dict(pane.reasons.lines)["Same headings"] == "Asthma"
    assert "floor" in dict(pane.reasons.lines)["Meaning"]
    qtbot.mouseClick(pane.why, Qt.MouseButton.LeftButton)
    assert not pane.reasons.isVisible()
