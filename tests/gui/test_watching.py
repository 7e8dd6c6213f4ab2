"""Watched folders in the window: what is put there is imported, quietly, once."""

import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop_app.gui import watching
from desktop_app.gui.flow import Flow
from tests.gui.conftest import settle, titles

LEFT = Qt.MouseButton.LeftButton


def put(path: Path, title: str) -> None:
    """A finished file: written elsewhere an hour ago, moved into the folder."""
    other = path.parent.parent / f".{path.name}"
    other.write_text(f"TY  - JOUR\nTI  - {title}\nAU  - Doe, J\nER  - \n", encoding="utf-8")
    os.utime(other, (1_700_000_000, 1_700_000_000))
    other.rename(path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "Downloads"
    made.mkdir()
    return made


def test_a_new_file_comes_in_by_itself(
    qtbot: QtBot, window: Flow, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "_SETTLE", 10)
    watch = window.features.watching
    watch.open()
    assert watch.dialog is not None
    dialog = watch.dialog
    dialog.add_wanted.emit(folder)
    qtbot.waitUntil(lambda: watch.watcher.directories() == [str(folder)], timeout=20_000)
    assert dialog.list.topLevelItemCount() == 1
    with qtbot.waitSignal(window.workspace.imported, timeout=20_000):
        put(folder / "a.txt", "A watched article")
    settle(qtbot, window)
    assert "A watched article" in titles(window)
    assert not window.window.report_shown  # the article that is being read stays
    assert "1 record from 1 file in watched folders" in window.window.message_bar.label.text()
    session = window.workspace.session
    assert session is not None
    assert session.library.imports.runs()[0].kind == "watched"
    dialog.close()


def test_look_now_add_and_remove(qtbot: QtBot, window: Flow, folder: Path) -> None:
    put(folder / "a.ris", "Old one")
    watch = window.features.watching
    session = window.workspace.session
    assert session is not None
    session.library.watched.add(folder)
    watch.open()
    assert watch.dialog is not None
    dialog = watch.dialog
    qtbot.waitUntil(lambda: dialog.list.topLevelItemCount() == 1)
    with qtbot.waitSignal(window.workspace.imported, timeout=20_000):
        qtbot.mouseClick(dialog.look, LEFT)
    settle(qtbot, window)
    assert "Last look" in dialog.looked.text()
    dialog.list.topLevelItem(0).setSelected(True)  # type: ignore[union-attr]
    qtbot.mouseClick(dialog.remove, LEFT)
    qtbot.waitUntil(lambda: dialog.list.topLevelItemCount() == 0)
    settle(qtbot, window)
    assert session.library.watched.folders() == []
    assert "Old one" in titles(window)
    dialog.close()


def test_a_folder_that_is_away_is_said_once(qtbot: QtBot, window: Flow, folder: Path) -> None:
    session = window.workspace.session
    assert session is not None
    session.library.watched.add(folder)
    folder.rmdir()
    window.features.watching.look()
    qtbot.waitUntil(lambda: "not there at present" in window.window.message_bar.label.text())
    window.window.message_bar.hide()
    settle(qtbot, window)
    window.features.watching.look()
    settle(qtbot, window)
    assert not window.window.message_bar.isVisible()
    assert len(session.library.watched.folders()) == 1


def test_a_folder_that_does_not_exist(qtbot: QtBot, window: Flow, folder: Path) -> None:
    window.features.watching.add(folder / "none")
    qtbot.waitUntil(lambda: "There is no folder" in window.window.message_bar.label.text())
