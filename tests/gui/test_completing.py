"""Completing from PubMed in the window: nothing goes out before the user allows and asks for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop_app.gui.completing import Completing
from desktop_app.gui.dialogs.completion_dialog import CompletionChoice, CompletionDialog
from desktop_app.gui.flow import Flow
from desktop_app.library.library import Library
from desktop_app.pubmed.eutils import PubMedClient
from desktop_app.pubmed.icite import CitationClient
from desktop_app.pubmed.throttle import Throttle
from desktop_app.records import Article
from desktop_app.settings import Settings
from tests.gui.conftest import OpenWindow, settle
from tests.pubmed.eutils_server import RETRACTED, EutilsServer, record, running

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[EutilsServer]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with running() as opened:
        yield opened


@pytest.fixture
def flow(tmp_path: Path, open_window: OpenWindow, server: EutilsServer) -> Flow:
    with Library.open(tmp_path / "library") as library:
        library.write([Article("Title 1", 1), Article("Title 2", 2)], "RIS")
    flow = open_window(tmp_path / "library")

    def clients(choice: CompletionChoice) -> tuple[PubMedClient, CitationClient]:
        quick = Throttle(1_000)
        pubmed = PubMedClient(choice.email, choice.api_key, server.address, 10, 2, quick)
        return pubmed, CitationClient(server.icite, 10, 2, quick)

    flow.features.completing.new_clients = clients
    return flow


def opened(qtbot: QtBot, completing: Completing) -> CompletionDialog:
    completing.ask()
    dialog = completing.dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: "could be completed" in dialog.lacking.text())
    return dialog


def test_off_until_it_is_switched_on(qtbot: QtBot, flow: Flow, server: EutilsServer) -> None:
    dialog = opened(qtbot, flow.features.completing)
    assert "2 articles" in dialog.lacking.text()
    assert "2 without MeSH headings" in dialog.lacking.text()
    assert "Nothing else" in dialog.sent.text()
    assert not dialog.allow.isChecked()
    assert not dialog.complete.isEnabled()
    qtbot.mouseClick(dialog.complete, LEFT)
    dialog.complete_wanted.emit()  # whoever asks for it
    settle(qtbot, flow)
    assert server.requests == []  # and the network guard of conftest.py saw nothing else
    dialog.close()
    assert not Settings.load().allow_pubmed


def test_complete_and_read_the_report(qtbot: QtBot, flow: Flow, server: EutilsServer) -> None:
    server.records = {1: record(1, relations=RETRACTED)}
    server.links = {1: ([2], [])}
    dialog = opened(qtbot, flow.features.completing)
    dialog.allow.setChecked(True)
    dialog.citations.setChecked(True)
    dialog.email.setText("me@example.org")
    assert dialog.complete.isEnabled()
    with qtbot.waitSignal(flow.workspace.content_changed):
        qtbot.mouseClick(dialog.complete, LEFT)
    settle(qtbot, flow)
    report = flow.window.report
    assert flow.window.report_shown
    assert report.title == "Completed from PubMed"
    assert "PMID 1: It has been retracted." in report.text
    assert "PMID 2: PubMed does not have it." in report.text
    assert "1 new citation link" in flow.window.message_bar.label.text()
    settings = Settings.load()
    assert settings.allow_pubmed
    assert settings.fetch_citations
    assert settings.ncbi_email == "me@example.org"
    session = flow.workspace.session
    assert session is not None
    assert [run.kind for run in session.library.imports.runs()] == ["completion", "completion"]
    row = flow.model.row_of(1)
    assert "Retracted" in flow.model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole)


def test_what_is_complete_cannot_be_asked_for(qtbot: QtBot, flow: Flow) -> None:
    session = flow.workspace.session
    assert session is not None
    completing = flow.features.completing
    dialog = opened(qtbot, completing)
    dialog.allow.setChecked(True)
    assert dialog.complete.isEnabled()
    dialog.close()
    assert Settings.load().allow_pubmed
    flow.features.completing.ask()
    assert completing.dialog is not None
    assert completing.dialog.allow.isChecked()
    completing.dialog.allow.setChecked(False)
    completing.dialog.close()
    assert not Settings.load().allow_pubmed
