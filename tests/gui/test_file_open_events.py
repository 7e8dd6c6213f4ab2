"""Files opened from Finder: the events that macOS sends, sent here."""

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.gui.file_open_events import FileOpenEvents
from tests.gui.conftest import MakeLibrary, OpenWindow, settle, titles
from tests.gui.records_xml import RECORDS, write_records


def test_files_from_finder_are_imported_together(
    qtbot: QtBot,
    qapp: QApplication,
    open_window: OpenWindow,
    make_library: MakeLibrary,
    tmp_path: Path,
) -> None:
    flow = open_window(make_library(RECORDS[:6]))
    events = FileOpenEvents(flow, qapp)
    files = [write_records(tmp_path / f"β {n}.xml", RECORDS[n : n + 1]) for n in (6, 7)]
    for file in files:
        QApplication.sendEvent(qapp, QFileOpenEvent(str(file)))
    with qtbot.waitSignal(flow.workspace.imported) as told:
        pass
    assert told.args is not None
    assert len(told.args[0].files) == 2  # one import
    settle(qtbot, flow)
    qtbot.waitUntil(lambda: len(titles(flow)) == len(RECORDS))
    qapp.removeEventFilter(events)


def test_files_wait_for_a_library_and_addresses_are_left_alone(
    qtbot: QtBot,
    qapp: QApplication,
    open_window: OpenWindow,
    make_library: MakeLibrary,
    tmp_path: Path,
) -> None:
    flow = open_window(make_library(RECORDS[:7]), wait=False)
    events = FileOpenEvents(flow, qapp)
    file = write_records(tmp_path / "new.xml", RECORDS[7:])
    QApplication.sendEvent(qapp, QFileOpenEvent(str(file)))  # as when a double click starts it
    assert not QApplication.sendEvent(qapp, QFileOpenEvent(QUrl("https://example.org/a.xml")))
    settle(qtbot, flow)
    qtbot.waitUntil(lambda: len(titles(flow)) == len(RECORDS))
    qapp.removeEventFilter(events)
