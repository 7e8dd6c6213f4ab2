"""Newer versions in the window: nobody is asked before the user wants it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

import desktop_app
from desktop_app.gui import newer_version
from desktop_app.gui.dialogs.newer_version_dialog import NewerVersionDialog
from desktop_app.gui.flow import Flow
from desktop_app.settings import Settings, keep
from desktop_app.tasks.newer_version import ReleaseSource
from desktop_app.tasks.release_manifest import Release, write_manifest
from tests.gui.conftest import MakeLibrary, OpenWindow
from tests.tasks.release_server import ReleaseServer, publishing

LEFT = Qt.MouseButton.LeftButton
KEY = Ed25519PrivateKey.generate()
PRIVATE, PUBLIC = KEY.private_bytes_raw(), KEY.public_key().public_bytes_raw()
NOW = datetime.now(UTC).replace(microsecond=0)
RELEASE = Release("9.8.7", "https://example.org/9.8.7", NOW, NOW + timedelta(days=9))


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ReleaseServer]:
    """A service that publishes 9.8.7, and a build that asks it."""
    monkeypatch.setenv("LITMESH_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("LITMESH_CONFIG_DIR", str(tmp_path / "config"))
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "127.0.0.1")
    with publishing(tmp_path / "certificate.pem") as running:
        Settings(ca_file=str(tmp_path / "certificate.pem")).save()
        running.content = write_manifest(RELEASE, PRIVATE)
        source = ReleaseSource(running.address, PUBLIC)
        monkeypatch.setattr(newer_version, "_release_source", lambda: source)
        yield running


@pytest.fixture
def flow(server: ReleaseServer, open_window: OpenWindow, make_library: MakeLibrary) -> Flow:
    return open_window(make_library())


def opened(qtbot: QtBot, flow: Flow) -> NewerVersionDialog:
    """The window, opened by the menu as a user does, with its facts."""
    help_menu = next(m for m in flow.window.menuBar().findChildren(QMenu) if m.title() == "&Help")
    next(a for a in help_menu.actions() if a.text() == "&Newer version…").trigger()
    dialog = flow.features.newer.dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.present.text() != "")
    assert dialog.present.text() == desktop_app.__version__
    return dialog


def test_nobody_is_asked_unless_the_user_wants_it(
    qtbot: QtBot, flow: Flow, server: ReleaseServer, tmp_path: Path
) -> None:
    dialog = opened(qtbot, flow)
    assert not dialog.daily.isChecked()
    assert dialog.asked.text() == "never"
    assert dialog.newest.text() == "not known"
    assert not dialog.open_page.isEnabled()
    assert "Nothing but the request itself is sent" in dialog.sent.text()
    assert f"127.0.0.1:{server.server_port}" in dialog.sent.text()
    dialog.close()
    assert server.requests == []  # and the network guard of conftest.py saw nothing else
    assert not Settings.load().check_versions
    assert not (tmp_path / "data" / "newest-release.json").exists()


def test_ask_now_and_open_the_page(qtbot: QtBot, flow: Flow, server: ReleaseServer) -> None:
    addresses: list[str] = []
    flow.links.launch = lambda url: addresses.append(url.toString())  # type: ignore[method-assign]
    dialog = opened(qtbot, flow)
    qtbot.mouseClick(dialog.ask, LEFT)
    assert not dialog.ask.isEnabled()
    qtbot.waitUntil(lambda: dialog.outcome.text() == "Litmesh 9.8.7 is there.")
    qtbot.waitUntil(dialog.open_page.isEnabled)
    assert dialog.newest.text().startswith("9.8.7 (said on ")
    assert str(datetime.now().year) in dialog.asked.text()
    qtbot.mouseClick(dialog.open_page, LEFT)
    assert addresses == [QUrl("https://example.org/9.8.7").toString()]
    assert len(server.requests) == 1
    dialog.close()
    known = opened(qtbot, flow)  # without asking again
    assert known.newest.text().startswith("9.8.7")
    assert len(server.requests) == 1
    known.close()


def test_this_version_is_the_newest(qtbot: QtBot, flow: Flow, server: ReleaseServer) -> None:
    present = replace(RELEASE, version=desktop_app.__version__)
    server.content = write_manifest(present, PRIVATE)
    dialog = opened(qtbot, flow)
    qtbot.mouseClick(dialog.ask, LEFT)
    qtbot.waitUntil(lambda: dialog.outcome.text() == "You have the newest version.")
    dialog.close()


def test_an_answer_that_is_not_believed_is_told(
    qtbot: QtBot, flow: Flow, server: ReleaseServer
) -> None:
    server.content = write_manifest(RELEASE, Ed25519PrivateKey.generate().private_bytes_raw())
    dialog = opened(qtbot, flow)
    qtbot.mouseClick(dialog.ask, LEFT)
    qtbot.waitUntil(lambda: "not signed by the makers" in dialog.outcome.text())
    qtbot.waitUntil(dialog.ask.isEnabled)
    assert "Do not install anything" in dialog.outcome.text()
    assert not dialog.open_page.isEnabled()
    dialog.close()


def test_once_a_day_when_it_is_switched_on(
    qtbot: QtBot, flow: Flow, server: ReleaseServer, open_window: OpenWindow
) -> None:
    dialog = opened(qtbot, flow)
    qtbot.mouseClick(dialog.daily, LEFT, pos=QPoint(8, dialog.daily.height() // 2))
    assert Settings.load().check_versions
    dialog.close()
    assert server.requests == []  # not before the next start
    folder = flow.workspace.folder
    flow.window.close()
    later = open_window(folder)
    qtbot.waitUntil(lambda: "9.8.7" in later.window.message_bar.label.text())
    assert len(server.requests) == 1
    later.window.close()
    again = open_window(folder)  # on the same day
    assert not again.window.message_bar.isVisible()
    assert len(server.requests) == 1
    keep(last_version_check=(NOW - timedelta(days=2)).isoformat(), check_versions=False)
    again.window.close()
    open_window(folder)  # on another day, switched off
    assert len(server.requests) == 1


def test_being_offline_is_no_news_at_a_start(
    qtbot: QtBot, server: ReleaseServer, open_window: OpenWindow, make_library: MakeLibrary
) -> None:
    keep(check_versions=True)
    server.status = 503
    flow = open_window(make_library())
    qtbot.waitUntil(lambda: len(server.requests) == 1 and not flow.jobs.busy)
    assert not flow.window.message_bar.isVisible()
    dialog = opened(qtbot, flow)
    qtbot.mouseClick(dialog.ask, LEFT)
    qtbot.waitUntil(lambda: "could not be asked" in dialog.outcome.text())
    dialog.close()


def test_a_build_without_an_address_says_so(
    qtbot: QtBot, open_window: OpenWindow, make_library: MakeLibrary
) -> None:
    flow = open_window(make_library())  # as this repository is
    dialog = opened(qtbot, flow)
    qtbot.waitUntil(lambda: "asks nobody" in dialog.sent.text())
    assert not dialog.ask.isEnabled()
    assert not dialog.daily.isEnabled()
    flow.features.newer.ask()  # whoever asks for it
    assert not flow.jobs.busy
    dialog.close()
