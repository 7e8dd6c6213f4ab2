"""PDFs dropped on the window: opened beside their article, or named in the window Needs you."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from desktop_app.gui.dialogs.needs_you_dialog import NeedsYouDialog
from desktop_app.gui.flow import Flow
from desktop_app.library.library import Library
from desktop_app.records import Article
from tests.gui.conftest import OpenWindow, settle
from tests.gui.test_drop_import import drop, mime
from tests.importers.pdf.article_pdf import TITLE, doubtful_pdf, encrypted_pdf, sure_pdf

Key = Qt.Key
KNOWN = Article(TITLE + " <b>or not</b>", doi="10.1/known")


@pytest.fixture
def flow(open_window: OpenWindow, tmp_path: Path, qtbot: QtBot) -> Flow:
    """A window with one known article, after one sure and two doubtful PDFs were dropped."""
    with Library.open(tmp_path / "library") as library:
        library.write([KNOWN], "RIS")
    flow = open_window(tmp_path / "library")
    names = {
        "sure": sure_pdf("Sleep and the memory of students in a hall"),
        "locked": encrypted_pdf(),
    }
    names["doubt"] = doubtful_pdf()
    paths = [tmp_path / f"{name}.pdf" for name in names]
    for path, content in zip(paths, names.values(), strict=True):
        path.write_bytes(content)
    assert drop(flow.window.results.list.viewport(), mime(*paths))
    settle(qtbot, flow)
    return flow


def library_of(flow: Flow) -> Library:
    session = flow.workspace.session
    assert session is not None
    return session.library


def opened(qtbot: QtBot, flow: Flow) -> NeedsYouDialog:
    """The window Needs you, by the button of the report, with the first file read."""
    flow.window.report.needs_you.click()
    dialog = flow.features.needs_you.dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.read is not None)
    dialog.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is dialog)
    return dialog


def press(qtbot: QtBot, dialog: NeedsYouDialog, key: Qt.Key) -> None:
    """Press a key in the list and wait until the window is ready for the next one."""
    before = dialog.read
    dialog.list.setFocus()
    QTest.keyClick(dialog.list, key)
    qtbot.waitUntil(lambda: dialog.read is not before or not dialog.model.rowCount())
    qtbot.waitUntil(lambda: dialog.dismiss.isEnabled() or not dialog.model.rowCount())


def test_the_report_and_the_menu_say_how_many_need_you(qtbot: QtBot, flow: Flow) -> None:
    report = flow.window.report
    assert (report.figure("added"), report.figure("problems")) == ("1", "0")
    assert report.needs_you.isVisible()
    assert report.needs_you.text().startswith("2 files need you")
    assert "doubt.pdf: 1 needs you" in report.text
    assert flow.window.menu.needs_you.text() == "&Needs you… (2)"


def test_a_file_is_shown_with_its_guesses_and_what_it_may_be(qtbot: QtBot, flow: Flow) -> None:
    dialog = opened(qtbot, flow)
    assert dialog.heading.text() == "2 files to be named"
    assert not dialog.page.has_page  # the encrypted one came first
    assert "encrypted" in dialog.reason.text()
    press(qtbot, dialog, Key.Key_Down)
    assert dialog.page.has_page
    assert dialog.form.values()["title"] == TITLE
    assert dialog.form.notes()["title"].startswith("sure · first page")
    assert dialog.form.notes()["doi"] == "not found"
    [button] = dialog.candidates.buttons
    assert button.accessibleName() == f"It is this one: {KNOWN.title}"


def test_accept_dismiss_and_undo_by_keys(qtbot: QtBot, flow: Flow) -> None:
    library, dialog = library_of(flow), opened(qtbot, flow)
    press(qtbot, dialog, Key.Key_D)
    assert library.waiting.count() == 1
    dialog.form.edits["year"].setText("2021")
    press(qtbot, dialog, Key.Key_A)
    new = library.ids()[-1]
    assert (library.article(new).title, library.article(new).year) == (TITLE, 2021)
    assert not dialog.model.rowCount()
    assert dialog.empty.title == "Nothing needs you"
    QTest.keyClick(dialog, Key.Key_U)
    qtbot.waitUntil(lambda: library.waiting.count() == 1)
    qtbot.waitUntil(dialog.undo.isEnabled)
    QTest.keyClick(dialog, Key.Key_U)
    qtbot.waitUntil(lambda: library.waiting.count() == 2)
    assert new not in library.ids()
    qtbot.waitUntil(lambda: flow.window.menu.needs_you.text() == "&Needs you… (2)")


def test_t_attaches_to_the_likeliest_article(qtbot: QtBot, flow: Flow) -> None:
    library, dialog = library_of(flow), opened(qtbot, flow)
    press(qtbot, dialog, Key.Key_Down)
    press(qtbot, dialog, Key.Key_T)
    assert [file.name for file in library.attachments.of(1)] == ["doubt.pdf"]
    assert library.article(1) == KNOWN


def test_letters_typed_into_a_field_decide_nothing(qtbot: QtBot, flow: Flow) -> None:
    library, dialog = library_of(flow), opened(qtbot, flow)
    edit = dialog.form.edits["authors"]
    edit.setFocus()
    QTest.keyClicks(edit, "DATU a")
    assert edit.text() == "DATU a"
    assert library.waiting.count() == 2
    QTest.keyClick(edit, Key.Key_Escape)
    assert dialog.isVisible()
    assert dialog.list.hasFocus()


def test_what_is_wrong_in_a_field_is_said(qtbot: QtBot, flow: Flow) -> None:
    library, dialog = library_of(flow), opened(qtbot, flow)
    press(qtbot, dialog, Key.Key_Down)
    dialog.form.edits["doi"].setText("nonsense")
    dialog.accept_button.click()
    qtbot.waitUntil(dialog.bar.isVisible)
    assert "“nonsense” is not a DOI" in dialog.bar.label.text()
    assert library.waiting.count() == 2
    assert dialog.accept_button.isEnabled()


def test_the_pdf_of_an_article_is_opened_and_a_missing_one_located(
    qtbot: QtBot, flow: Flow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = library_of(flow)
    launched: list[QUrl] = []
    monkeypatch.setattr(flow.links, "launch", launched.append)
    strip = flow.window.article.strip
    [file] = library.attachments.of(2)
    flow.window.results.list.choose_row(flow.model.row_of(2))
    qtbot.waitUntil(lambda: "Open PDF: sure.pdf" in strip.text)
    with qtbot.waitSignal(flow.features.files.opener.opened):
        strip.findChildren(QPushButton)[0].click()
    assert launched == [QUrl.fromLocalFile(str(file.path))]

    moved = file.path.rename(tmp_path / "moved.pdf")
    flow.linker.read_links(2)
    qtbot.waitUntil(lambda: "sure.pdf is missing" in strip.text)
    strip.findChildren(QPushButton)[-1].click()
    dialog = flow.features.files.dialog
    assert dialog is not None
    dialog.fileSelected.emit(str(moved))
    dialog.reject()
    qtbot.waitUntil(lambda: "Open PDF: sure.pdf" in strip.text)
    assert file.path.is_file()


def test_only_a_pdf_is_handed_to_the_system(
    qtbot: QtBot, flow: Flow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    launched: list[QUrl] = []
    monkeypatch.setattr(flow.links, "launch", launched.append)
    program = tmp_path / "program.pdf"
    program.write_text("#!/bin/sh\n")
    for path in (program, tmp_path / "a.desktop"):
        with qtbot.waitSignal(flow.messages.shown):
            flow.features.files.opener.open(path)
    assert launched == []
