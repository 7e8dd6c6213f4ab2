"""Errors as the user meets them: what one can put right, and what is a bug."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.errors import Cancelled, UserError
from desktop_app.gui.dialogs.crash_dialog import CrashDialog
from desktop_app.gui.dialogs.details_dialog import DetailsDialog
from desktop_app.gui.flow import Flow
from desktop_app.gui.theme import Theme
from desktop_app.gui.window_commands import WindowCommands
from desktop_app.library.library import Library
from desktop_app.settings import Settings
from desktop_app.tasks import session as session_module
from tests.gui.conftest import MakeLibrary, OpenWindow, settle, titles


def test_a_library_that_is_open_elsewhere_can_be_tried_again(
    qtbot: QtBot, open_window: OpenWindow, make_library: MakeLibrary
) -> None:
    folder = make_library()
    with Library.open(folder):
        flow = open_window(folder)
        page = flow.window.page
        assert flow.window.page_shown
        assert page.title.startswith("This library is already open")
        again, other, new = page.buttons()
        assert (again.text(), other.text()) == ("Try again", "Open another library…")
        assert new.text() == "New library…"
    qtbot.mouseClick(again, Qt.MouseButton.LeftButton)
    settle(qtbot, flow)
    assert not flow.window.page_shown
    assert len(titles(flow)) == 8


def test_a_damaged_library_is_refused_with_words(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    folder = tmp_path / "damaged"
    folder.mkdir()
    (folder / "library.db").write_bytes(b"this is no database" * 1000)
    flow = open_window(folder)
    assert flow.window.page_shown
    assert flow.workspace.session is None


def test_without_an_encoder_words_are_searched_and_it_says_so(
    qtbot: QtBot,
    open_window: OpenWindow,
    make_library: MakeLibrary,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(session_module, "encoder_of", lambda folder: None)
    flow = open_window(make_library())
    assert flow.window.job_bar.encoder.text() == "words only"
    assert "No encoder is installed" in flow.window.message_bar.label.text()
    flow.query.submit_text("asthma")
    settle(qtbot, flow)
    assert len(titles(flow)) == 1
    assert "ranked by words" in flow.window.results.heading.text()
    assert "ranked by meaning" not in flow.window.results.heading.text()


def test_a_damaged_encoder_is_told_and_words_still_work(
    qtbot: QtBot,
    open_window: OpenWindow,
    make_library: MakeLibrary,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(folder: Path) -> None:
        raise UserError("The encoder is damaged.", "Install it again.")

    monkeypatch.setattr(session_module, "load_encoder", refuse)
    flow = open_window(make_library())
    flow.query.submit_text("asthma")
    settle(qtbot, flow)
    assert len(titles(flow)) == 1


def test_what_the_user_can_put_right_stands_in_the_message_bar(qtbot: QtBot, window: Flow) -> None:
    window.messages.show_error(UserError("The disk is full.", "Free some space."))
    bar = window.window.message_bar
    assert bar.isVisible()
    assert bar.label.text() == "The disk is full. Free some space."
    assert bar.label.textFormat() == Qt.TextFormat.PlainText
    qtbot.mouseClick(bar.dismiss, Qt.MouseButton.LeftButton)
    assert bar.isHidden()


def test_what_was_cancelled_is_no_error(window: Flow) -> None:
    window.messages.show_error(Cancelled())
    assert not window.window.findChildren(CrashDialog)
    assert window.window.message_bar.isHidden()


def test_a_bug_opens_one_dialog_with_a_report_to_copy(qtbot: QtBot, window: Flow) -> None:
    for word in ("first", "second"):
        window.jobs.failed.emit(RuntimeError(word))
    dialogs = window.window.findChildren(CrashDialog)
    assert len(dialogs) == 1
    assert dialogs[0].isVisible()
    assert "RuntimeError: first" in dialogs[0].text
    assert "RuntimeError: second" in dialogs[0].text
    dialogs[0]._copy.click()
    assert QGuiApplication.clipboard().text() == dialogs[0].text
    dialogs[0].reject()


def test_the_windows_of_facts(qtbot: QtBot, window: Flow, theme: Theme) -> None:
    commands = WindowCommands(window, theme, Settings())
    for show, words in (
        (commands.show_about, "Library"),
        (commands.show_encoder, "bge-small-en-v1.5"),
        (commands.show_keys, "Ctrl+K"),
    ):
        show()
        dialog = window.window.findChildren(DetailsDialog)[-1]
        assert dialog.isVisible()
        assert not dialog.isModal()
        assert words in dialog.text
        dialog.close()
        QApplication.sendPostedEvents()
