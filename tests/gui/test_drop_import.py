"""Dropping files anywhere on the window imports them, with progress, cancel and a report."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.gui.flow import Flow
from desktop_app.library.library import Library
from tests.gui.conftest import MakeLibrary, OpenWindow, settle
from tests.gui.records_xml import RECORDS, Record, many, write_records

NEW = (Record(501, "A new article on vitamin D", "Vitamin D and bones.", 2024),)
Pick = Callable[[Flow], QWidget]


def mime(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def enter(widget: QWidget, data: QMimeData) -> bool:
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    event = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, data, buttons, keys)
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def drop(widget: QWidget, data: QMimeData) -> bool:
    enter(widget, data)
    event = QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


@pytest.fixture
def new_file(tmp_path: Path) -> Path:
    return write_records(tmp_path / "Größe β.xml", NEW)


@pytest.mark.parametrize(
    "pick",
    [
        lambda flow: flow.window,
        lambda flow: flow.window.header.box,
        lambda flow: flow.window.results.list.viewport(),
        lambda flow: flow.window.article.view.viewport(),
        lambda flow: flow.window.facets.mesh.tree.viewport(),
    ],
    ids=["window", "search box", "results", "article", "tree"],
)
def test_a_file_dropped_anywhere_is_imported_and_reported(
    qtbot: QtBot, window: Flow, new_file: Path, pick: Pick
) -> None:
    assert drop(pick(window), mime(new_file))
    settle(qtbot, window)
    main = window.window
    assert main.report_shown
    assert main.report.figure("added") == "1"
    assert "Größe β.xml: 1 added" in main.report.text
    assert main.header.box.text() == ""  # the name did not become a search
    window.query.submit_text("vitamin")
    settle(qtbot, window)
    assert window.model.index(0, 0).data() == NEW[0].title


def test_the_overlay_says_what_would_be_imported(window: Flow, tmp_path: Path) -> None:
    overlay = window.window.drop
    files = [tmp_path / "a.xml", tmp_path / "b.xml", tmp_path]
    assert enter(window.window.results.list.viewport(), mime(*files))
    assert overlay.isVisible()
    assert overlay.text == "Drop to import: 2 files and 1 folder"
    assert overlay.geometry() == window.window.rect()
    QApplication.sendEvent(window.window, QDragLeaveEvent())
    assert overlay.isHidden()


def test_text_and_web_addresses_are_not_taken(window: Flow) -> None:
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/a.xml")])
    data.setText("words")
    assert not drop(window.window, data)
    assert window.window.drop.isHidden()


def test_a_folder_is_imported_with_all_in_it(qtbot: QtBot, window: Flow, tmp_path: Path) -> None:
    write_records(tmp_path / "folder" / "one.xml", many(3))
    write_records(tmp_path / "folder" / "deeper" / "two.xml", many(2, first=5000))
    drop(window.window, mime(tmp_path / "folder"))
    settle(qtbot, window)
    assert window.window.report.figure("added") == "5"


def test_a_record_of_another_source_is_counted_as_merged(
    qtbot: QtBot, window: Flow, tmp_path: Path
) -> None:
    record = RECORDS[0]
    file = tmp_path / "one.ris"
    file.write_text(
        f"TY  - JOUR\nTI  - {record.title}\nAN  - {record.pmid}\nAU  - Okonjo, Ada\n"
        f"PY  - {record.year}\nJO  - {record.journal}\nER  - \n",
        encoding="utf-8",
    )
    drop(window.window, mime(file))
    settle(qtbot, window)
    assert window.window.report.figure("merged") == "1"
    assert window.window.report.figure("added") == "0"


def test_an_empty_library_says_what_to_do_and_fills_by_dropping(
    qtbot: QtBot, open_window: OpenWindow, make_library: MakeLibrary, new_file: Path
) -> None:
    flow = open_window(make_library(()))
    main = flow.window
    assert main.page_shown
    assert main.page.title == "Drop your literature here"
    assert [b.text() for b in main.page.buttons()] == ["Import files…", "Import folder…"]
    drop(main.page, mime(new_file))
    settle(qtbot, flow)
    assert not main.page_shown
    assert flow.model.rowCount() == 1
    assert "1 article · 1 indexed" in main.job_bar.library.text()


def test_what_cannot_be_taken_is_reported_with_a_remedy(
    qtbot: QtBot, window: Flow, tmp_path: Path, new_file: Path
) -> None:
    unknown = tmp_path / "notes.txt"
    unknown.write_text("read these", encoding="utf-8")
    missing = tmp_path / "gone.xml"
    drop(window.window, mime(unknown, missing, new_file))
    settle(qtbot, window)
    report = window.window.report
    assert report.figure("problems") == "2"
    assert report.figure("added") == "1"  # one bad file never costs another
    shown = report.files.toPlainText()
    assert "notes.txt" in shown
    assert "Litmesh does not know this kind of file." in shown
    assert "gone.xml" in shown
    report.copy.click()
    assert QGuiApplication.clipboard().text() == report.text


@pytest.mark.skipif(os.name == "nt", reason="file modes")
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all")
def test_an_unreadable_file_is_reported(qtbot: QtBot, window: Flow, new_file: Path) -> None:
    new_file.chmod(0)
    drop(window.window, mime(new_file))
    settle(qtbot, window)
    assert window.window.report.figure("problems") == "1"


def test_cancel_keeps_what_was_stored_and_says_so(
    qtbot: QtBot, open_window: OpenWindow, make_library: MakeLibrary, tmp_path: Path
) -> None:
    folder = make_library(RECORDS)
    flow = open_window(folder)
    file = write_records(tmp_path / "many.xml", many(20_000))
    flow.import_paths([file])
    session = flow.workspace.session
    assert session is not None
    library = session.library
    with qtbot.waitSignal(flow.workspace.imported, timeout=60_000):
        qtbot.waitUntil(lambda: library.count() > 8, timeout=60_000)
        flow.window.job_bar.cancel.click()
    report = flow.window.report
    assert report.title == "Import cancelled"
    stored = library.count() - 8
    assert 0 < stored < 20_000
    assert stored % 500 == 0
    assert report.figure("added") == f"{stored:,}"
    flow.window.close()
    with Library.open(folder) as again:
        assert again.count() == stored + 8


def test_the_job_bar_shows_a_task_that_takes_its_time(
    qtbot: QtBot, window: Flow, tmp_path: Path
) -> None:
    bar = window.window.job_bar
    window.import_paths([write_records(tmp_path / "many.xml", many(30_000))])
    qtbot.waitUntil(lambda: bar.job_text.startswith("Importing many.xml"), timeout=60_000)
    assert "% of" in bar.job_text
    assert bar.cancel.isVisible()
    with qtbot.waitSignal(window.jobs.rested, timeout=60_000):
        qtbot.waitUntil(lambda: bar.job_text.startswith("Indexing"), timeout=60_000)
        assert "articles" in bar.job_text
        bar.cancel.click()
    assert bar.job_text == ""
    assert not window.workspace.indexed


def test_escape_closes_the_report(qtbot: QtBot, window: Flow, new_file: Path) -> None:
    drop(window.window, mime(new_file))
    settle(qtbot, window)
    qtbot.keyClick(window.window, Qt.Key.Key_Escape)
    assert not window.window.report_shown
    window.window.menu.report_wanted.emit()
    assert window.window.report_shown


def test_the_report_stays_until_another_article_is_picked(
    qtbot: QtBot, window: Flow, new_file: Path
) -> None:
    main = window.window
    drop(main, mime(new_file))
    settle(qtbot, window)
    window.query.submit_text("asthma")
    settle(qtbot, window)
    assert main.report_shown  # a new answer chooses its first row by itself
    rows = main.results.list
    place = rows.visualRect(rows.model().index(0, 0)).center()
    qtbot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert not main.report_shown


def test_the_drop_of_another_window_is_not_ours(qtbot: QtBot, window: Flow, new_file: Path) -> None:
    other = QWidget()
    qtbot.addWidget(other)
    assert not drop(other, mime(new_file))
    assert not window.jobs.busy
