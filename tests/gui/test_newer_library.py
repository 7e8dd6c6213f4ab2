"""A library that a newer Litmesh has changed, opened in the window of this one."""

import sqlite3
from contextlib import closing
from pathlib import Path

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

import desktop_app
from tests.gui.conftest import MakeLibrary, OpenWindow, settle


def test_the_window_says_which_version_it_needs_and_touches_nothing(
    qtbot: QtBot, open_window: OpenWindow, make_library: MakeLibrary
) -> None:
    folder = make_library()
    with closing(sqlite3.connect(folder / "library.db")) as connection:
        connection.execute("PRAGMA user_version=99")
    (folder / "library.made-by").write_text("Litmesh 9.8.7\n", encoding="utf-8")
    (folder / "library.lock").unlink()
    before = traces(folder)
    flow = open_window(folder, wait=False)
    qtbot.waitUntil(lambda: flow.window.page_shown and not flow.jobs.busy)
    settle(qtbot, flow)
    shown = " ".join(label.text() for label in flow.window.page.findChildren(QLabel))
    assert "made by a newer Litmesh (format 99; this program knows up to" in shown
    assert "Nothing was changed" in shown
    assert (
        f"Install Litmesh 9.8.7 or newer to open it; this is Litmesh {desktop_app.__version__}"
        in shown
    )
    assert traces(folder) == before
    flow.import_paths([folder.parent / "library.xml"])  # what is dropped now waits
    flow.window.close()
    assert traces(folder) == before


def traces(folder: Path) -> dict[str, tuple[int, bytes]]:
    """When each file and folder was changed last, in ns, and what is in it."""
    return {
        str(path): (path.stat().st_mtime_ns, b"" if path.is_dir() else path.read_bytes())
        for path in [folder, *folder.rglob("*")]
    }
