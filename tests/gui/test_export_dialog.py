"""Exporting from the window: which articles, in which format, and what is said of it."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtWidgets import QDialogButtonBox, QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from desktop_app.exporters.registry import EXPORTERS
from desktop_app.gui import exporting
from desktop_app.gui.flow import Flow
from tests.gui.conftest import settle, titles
from tests.gui.records_xml import RECORDS


def asked(flow: Flow) -> QFileDialog:
    flow.window.menu.export_wanted.emit()
    dialog = flow.features.exporting.dialog
    assert dialog is not None
    return dialog


def save(qtbot: QtBot, dialog: QFileDialog, path: Path, format_name: str = "RIS") -> None:
    """Type a name, choose a format and press Save."""
    [chosen] = [f for f in dialog.nameFilters() if f.startswith(f"{format_name} (")]
    dialog.selectNameFilter(chosen)
    dialog.filterSelected.emit(chosen)
    field = dialog.findChild(QLineEdit, "fileNameEdit")
    assert field is not None
    field.setText(str(path))
    box = dialog.findChild(QDialogButtonBox)
    assert box is not None
    button = box.button(QDialogButtonBox.StandardButton.Save)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_search_is_exported_in_the_order_of_its_results(
    qtbot: QtBot, window: Flow, tmp_path: Path
) -> None:
    window.query.submit_text("insulin")
    settle(qtbot, window)
    dialog = asked(window)
    assert dialog.windowTitle() == f"Export {window.model.rowCount()} articles"
    assert len(dialog.nameFilters()) == len(EXPORTERS)
    save(qtbot, dialog, tmp_path / "hits")
    bar = window.window.message_bar
    qtbot.waitUntil(lambda: "written to hits.ris" in bar.label.text())
    written = (tmp_path / "hits.ris").read_text(encoding="utf-8").splitlines()
    assert [line[6:] for line in written if line.startswith("TI  - ")] == titles(window)


def test_several_selected_results_are_exported_alone(
    qtbot: QtBot, window: Flow, tmp_path: Path
) -> None:
    rows = window.window.results.list
    window.window.results.focus_list()
    rows.choose_row(1)
    qtbot.keyClick(rows, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    dialog = asked(window)
    assert dialog.windowTitle() == "Export 2 articles"
    save(qtbot, dialog, tmp_path / "two.txt", "List of PMIDs")
    bar = window.window.message_bar
    qtbot.waitUntil(lambda: bar.label.text() == "2 articles written to two.txt.")
    pmids = (tmp_path / "two.txt").read_text(encoding="utf-8").split()
    by_title = {record.title: str(record.pmid) for record in RECORDS}
    assert pmids == [by_title[title] for title in titles(window)[1:3]]


def test_the_message_leads_to_the_folder(qtbot: QtBot, window: Flow, tmp_path: Path) -> None:
    launched: list[QUrl] = []
    window.links.launch = launched.append  # type: ignore[assignment, method-assign]
    save(qtbot, asked(window), tmp_path / "all.bib", "BibTeX")
    bar = window.window.message_bar
    qtbot.waitUntil(bar.action.isVisible)
    assert bar.action.text() == "Show folder"
    qtbot.mouseClick(bar.action, Qt.MouseButton.LeftButton)
    assert launched == [QUrl.fromLocalFile(str(tmp_path))]


def test_an_unwritable_place_is_said(qtbot: QtBot, window: Flow, tmp_path: Path) -> None:
    dialog = asked(window)
    (tmp_path / "folder.ris").mkdir()
    dialog.fileSelected.emit(str(tmp_path / "folder.ris"))
    dialog.close()
    bar = window.window.message_bar
    qtbot.waitUntil(lambda: "is not a file" in bar.label.text())


def test_cancel_leaves_no_file(
    qtbot: QtBot, window: Flow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pressed = threading.Event()
    write: Callable[..., int] = exporting._write

    def write_slowly(*words: Any) -> int:
        *what, report = words

        def report_later(done: int, total: int) -> None:
            assert done == 0 or pressed.wait(30)  # as on a slow disk
            report(done, total)

        return write(*what, report_later)

    monkeypatch.setattr(exporting, "_write", write_slowly)
    save(qtbot, asked(window), tmp_path / "many.ris")
    cancel = window.window.job_bar.cancel
    qtbot.waitUntil(lambda: cancel.isVisible() and cancel.isEnabled())
    qtbot.mouseClick(cancel, Qt.MouseButton.LeftButton)
    pressed.set()
    bar = window.window.message_bar
    qtbot.waitUntil(lambda: bar.label.text() == "Export cancelled: no file was written.")
    assert list(tmp_path.glob("*many*")) == []


def test_an_empty_search_has_nothing_to_export(qtbot: QtBot, window: Flow) -> None:
    window.query.set_years((1900, 1901))
    settle(qtbot, window)
    window.window.menu.export_wanted.emit()
    assert window.features.exporting.dialog is None
    assert "nothing to export" in window.window.message_bar.label.text()
