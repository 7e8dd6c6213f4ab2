"""Earlier imports in the window: list, report, failed records, export; libraries are refused."""

import json
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from desktop_app.gui.flow import Flow
from tests.gui.conftest import settle

LEFT = Qt.MouseButton.LeftButton
FAILED = "TY  - JOUR\nKW  - lost\nER  - "


def test_history_report_failed_records_and_export(
    qtbot: QtBot, window: Flow, tmp_path: Path
) -> None:
    path = tmp_path / "two.ris"
    path.write_text(f"{FAILED}\n\nTY  - JOUR\nTI  - Good\nER  - \n", encoding="utf-8")
    window.import_paths([path])
    settle(qtbot, window)
    panel = window.window.report
    qtbot.mouseClick(panel.copy_failed, LEFT)
    assert QGuiApplication.clipboard().text() == FAILED + "\n"
    assert panel.copy_failed.text() == "Copied"

    history = window.features.history
    history.open()
    assert history.dialog is not None
    dialog = history.dialog
    qtbot.waitUntil(lambda: dialog.list.topLevelItemCount() == 2)
    newest, first = (dialog.list.topLevelItem(row) for row in range(2))
    assert newest is not None
    assert first is not None
    assert [newest.text(column) for column in (1, 2, 3, 8, 9)] == [
        "Import", "1", "1", "1", "finished",
    ]  # fmt: skip
    dialog.list.setCurrentItem(first)
    qtbot.mouseClick(dialog.show_report, LEFT)
    qtbot.waitUntil(lambda: panel.figure("added") == "8")
    assert not panel.copy_failed.isEnabled()
    dialog.close()

    panel.export.click()
    assert history.file_dialog is not None
    history.file_dialog.reject()
    assert panel.report is not None
    history.export(panel.report, str(tmp_path / "report.json"))
    qtbot.waitUntil(lambda: "report.json" in window.window.message_bar.label.text())
    said = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert said["files"][0]["added"] == 8


def test_a_library_dropped_on_the_window_is_refused(qtbot: QtBot, window: Flow) -> None:
    window.import_paths([window.workspace.folder / "library.db"])
    settle(qtbot, window)
    assert "is a Litmesh library" in window.window.message_bar.label.text()
    assert "Library > Open library" in window.window.message_bar.label.text()
