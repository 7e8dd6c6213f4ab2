"""Backups in the window: one a day, one when asked, and putting one back, also after damage."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.gui.dialogs.backups_dialog import BackupsDialog
from desktop_app.gui.flow import Flow
from tests.gui.conftest import MakeLibrary, OpenWindow, settle, titles
from tests.gui.records_xml import RECORDS

LEFT = Qt.MouseButton.LeftButton


def test_a_copy_a_day_then_one_when_asked_then_back(
    qtbot: QtBot, window: Flow, tmp_path: Path
) -> None:
    dialog = show(qtbot, window, 1)  # made unasked, as a day had no copy yet
    qtbot.mouseClick(dialog.make, LEFT)
    said = window.window.message_bar.label
    qtbot.waitUntil(lambda: "8 articles was made and checked" in said.text())
    path = tmp_path / "more.ris"
    path.write_text("TY  - JOUR\nTI  - Ninth\nER  - \n", encoding="utf-8")
    window.import_paths([path])
    settle(qtbot, window)
    assert "Ninth" in titles(window)
    qtbot.waitUntil(lambda: dialog.here == 9)
    box = ask(qtbot, window, dialog)
    assert "has 8 articles, the library has 9 articles" in box.informativeText()
    press(qtbot, box, "Put back")
    qtbot.waitUntil(lambda: "is in place" in window.window.message_bar.label.text())
    settle(qtbot, window)
    assert len(titles(window)) == 8
    assert not window.window.page_shown
    assert len(list((window.workspace.folder / "backups").glob("replaced-*.db"))) == 1


def test_nothing_is_put_back_when_the_question_is_cancelled(qtbot: QtBot, window: Flow) -> None:
    dialog = show(qtbot, window, 1)
    session = window.workspace.session
    press(qtbot, ask(qtbot, window, dialog), "Cancel")
    assert window.workspace.session is session
    assert dialog.isVisible()


def test_a_library_that_does_not_open_offers_its_backups(
    qtbot: QtBot, open_window: OpenWindow, make_library: MakeLibrary
) -> None:
    folder = make_library()
    first = open_window(folder)
    settle(qtbot, first)
    first.window.close()
    qtbot.waitUntil(lambda: not (folder / "library.owner").exists())
    (folder / "library.db").write_bytes(b"no database any more " * 100)
    flow = open_window(folder)
    assert flow.window.page_shown
    press(qtbot, flow.window.page, "Backups…")
    dialog = flow.features.backups.dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.list.topLevelItemCount() == 1)
    assert not dialog.make.isEnabled()
    box = ask(qtbot, flow, dialog)
    assert "the library cannot be opened" in box.informativeText()
    press(qtbot, box, "Put back")
    qtbot.waitUntil(lambda: flow.workspace.session is not None)
    settle(qtbot, flow)
    assert len(titles(flow)) == len(RECORDS)


def test_an_unreadable_copy_cannot_be_put_back(qtbot: QtBot, window: Flow) -> None:
    (made,) = (window.workspace.folder / "backups").glob("*.db")
    made.write_bytes(b"cut off")
    dialog = show(qtbot, window, 1)
    assert dialog.selected is not None
    assert not dialog.restore.isEnabled()


def show(qtbot: QtBot, flow: Flow, copies: int) -> BackupsDialog:
    """Open the window of backups."""
    flow.window.menu.backups_wanted.emit()
    dialog = flow.features.backups.dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.list.topLevelItemCount() == copies)
    return dialog


def ask(qtbot: QtBot, flow: Flow, dialog: BackupsDialog) -> QMessageBox:
    """Press *Put back…*; the question that comes."""
    qtbot.waitUntil(lambda: dialog.restore.isEnabled() and not flow.jobs.busy)
    qtbot.mouseClick(dialog.restore, LEFT)
    box = dialog.question
    assert box is not None
    return box


def press(qtbot: QtBot, inside: QWidget, text: str) -> None:
    """Press the button that says so."""
    (button,) = (
        one for one in inside.findChildren(QPushButton) if one.text().replace("&", "") == text
    )
    qtbot.mouseClick(button, LEFT)
