"""Notes on articles: written, kept by themselves, shown again, found, never mixed up or lost."""

import time
from functools import partial

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.gui.flow import Flow
from desktop_app.gui.widgets.note_box import NoteBox
from desktop_app.library.library import Library
from tests.gui.conftest import MakeLibrary, OpenWindow, settle, titles


def test_a_note_is_kept_shown_again_and_found(qtbot: QtBot, window: Flow) -> None:
    choose(qtbot, window, 0)
    box = window.window.article.note
    assert not box.isVisible()
    window.window.menu.note_wanted.emit()
    assert box.isVisible()
    QTest.keyClicks(box.edit, "for the talk in Bern")
    first = titles(window)[0]
    choose(qtbot, window, 1)
    qtbot.waitUntil(lambda: not box.isVisible())
    choose(qtbot, window, 0)
    qtbot.waitUntil(box.isVisible)
    assert box.edit.toPlainText() == "for the talk in Bern"
    window.query.submit_text('note:"the TALK"')
    settle(qtbot, window)
    assert titles(window) == [first]
    window.query.submit_text("has:note NOT note:paper")
    settle(qtbot, window)
    assert titles(window) == [first]


def test_a_pause_is_enough_and_blank_is_none(qtbot: QtBot, window: Flow) -> None:
    choose(qtbot, window, 0)
    box = window.window.article.note
    box.write()
    library = window.workspace.library
    assert library is not None
    QTest.keyClicks(box.edit, "read")
    qtbot.waitUntil(lambda: library.marks.note(box.article_id) == "read")
    assert box.edit.toPlainText() == "read"
    box.edit.setPlainText("  ")
    qtbot.waitUntil(lambda: library.marks.note(box.article_id) == "")
    window.window.results.focus_list()
    qtbot.waitUntil(lambda: not box.isVisible())


def test_a_menu_to_paste_from_does_not_take_the_box_away(qtbot: QtBot, window: Flow) -> None:
    choose(qtbot, window, 0)
    box = window.window.article.note
    box.write()
    for reason in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
        QCoreApplication.sendEvent(box.edit, QFocusEvent(QEvent.Type.FocusOut, reason))
        assert box.isVisible()
    QCoreApplication.sendEvent(
        box.edit, QFocusEvent(QEvent.Type.FocusOut, Qt.FocusReason.TabFocusReason)
    )
    assert not box.isVisible()


def test_what_is_being_written_outlives_a_new_answer(qtbot: QtBot, window: Flow) -> None:
    choose(qtbot, window, 0)
    box = window.window.article.note
    box.write()
    QTest.keyClicks(box.edit, "half a sen")
    window.search.search_again()
    settle(qtbot, window)
    qtbot.wait(50)
    QTest.keyClicks(box.edit, "tence")
    assert box.edit.toPlainText() == "half a sentence"


def test_closing_the_window_at_once_keeps_it(
    qtbot: QtBot, open_window: OpenWindow, make_library: MakeLibrary
) -> None:
    folder = make_library()
    flow = open_window(folder)
    choose(qtbot, flow, 0)
    box: NoteBox = flow.window.article.note
    box.write()
    QTest.keyClicks(box.edit, "last words")
    article_id = box.article_id
    flow.jobs.quick("a slow search", partial(time.sleep, 0.3), lambda _: None)
    flow.window.results.focus_list()
    QTest.keyClick(flow.window.results.list, Qt.Key.Key_S)
    flow.window.close()
    with Library.open(folder, read_only=True) as library:
        assert library.marks.note(article_id) == "last words"
        assert library.marks.starred() == [article_id]


def test_another_library_has_its_own_notes(
    qtbot: QtBot, window: Flow, make_library: MakeLibrary
) -> None:
    other = make_library(name="other")
    choose(qtbot, window, 0)
    box = window.window.article.note
    article_id = box.article_id
    box.write()
    QTest.keyClicks(box.edit, "of the first library")
    first = window.workspace.folder
    window.open_library(other)
    qtbot.waitUntil(
        lambda: window.workspace.folder == other and window.workspace.library is not None
    )
    settle(qtbot, window)
    assert not box.isVisible()
    with Library.open(first, read_only=True) as library:
        assert library.marks.note(article_id) == "of the first library"
    present = window.workspace.library
    assert present is not None
    assert present.marks.note(article_id) == ""


def test_without_an_article_a_note_is_explained(qtbot: QtBot, window: Flow) -> None:
    window.window.article.show_nothing()
    window.window.menu.note_wanted.emit()
    assert "Choose an article first" in window.window.message_bar.label.text()


def choose(qtbot: QtBot, flow: Flow, row: int) -> None:
    """Select a result and wait until its note is known."""
    flow.window.results.focus_list()
    flow.window.results.list.choose_row(row)
    wanted = int(flow.window.results.list.selected_ids()[0])
    qtbot.waitUntil(lambda: flow.window.article.note.article_id == wanted)
