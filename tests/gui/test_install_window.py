"""Installing an encoder in the window: nothing is sent unasked, it can be stopped, then used."""

import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTreeWidgetItem
from pytestqt.qtbot import QtBot

from desktop_app.encoders.catalogue import Catalogue, load_catalogue
from desktop_app.encoders.hub import Hub
from desktop_app.encoders.installed import installed_encoders
from desktop_app.errors import UserError
from desktop_app.gui.dialogs.install_dialog import InstallDialog
from desktop_app.gui.encoder_install import EncoderInstall
from desktop_app.gui.flow import Flow
from desktop_app.tasks import install_encoder
from tests.encoders.hub_server import Handler, HubServer, running_hub, source
from tests.encoders.tiny_encoder import write_tiny_folder
from tests.gui.conftest import MakeLibrary, OpenWindow

PINNED = "BiCA-small"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LITMESH_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data" / "encoders"


@pytest.fixture
def server() -> Iterator[HubServer]:
    with running_hub() as running:
        yield running


@pytest.fixture
def flow(open_window: OpenWindow, make_library: MakeLibrary, root: Path) -> Flow:
    return open_window(make_library())


def pinned_catalogue() -> Catalogue:
    known = load_catalogue()
    entries = [
        replace(entry, sources=(source(),)) if entry.id == PINNED else entry
        for entry in known.entries
    ]
    return Catalogue(tuple(entries), known.default_id)


def installing(flow: Flow) -> EncoderInstall:
    return flow.features.installing


def opened(qtbot: QtBot, flow: Flow) -> InstallDialog:
    """The dialog as a user reaches it: the menu, the list of encoders, its button."""
    flow.window.menu.encoders_wanted.emit()
    encoders = flow.features.encoders.dialog
    assert encoders is not None
    assert encoders.install.isVisible()
    encoders.install.click()
    dialog = installing(flow).dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.list.topLevelItemCount() > 1)
    return dialog


def items(dialog: InstallDialog) -> dict[str, QTreeWidgetItem]:
    found = map(dialog.list.topLevelItem, range(dialog.list.topLevelItemCount()))
    return {item.text(0): item for item in found if item is not None}


def select(dialog: InstallDialog, encoder_id: str) -> None:
    dialog.list.setCurrentItem(items(dialog)[encoder_id])
    assert dialog.selected == encoder_id


def test_what_is_not_pinned_says_what_to_do(qtbot: QtBot, flow: Flow) -> None:
    dialog = opened(qtbot, flow)
    names = [entry.id for entry in load_catalogue().entries]
    assert list(items(dialog)) == [*names, "Another model"]
    assert dialog.selected == ""
    select(dialog, "BioHiCL-Base")
    assert "LunaLan07/BioHiCL-Base is not pinned yet" in dialog.said.text()
    assert "install that folder" in dialog.said.text()
    assert not dialog.allow.isVisible()
    assert not dialog.download.isEnabled()
    assert dialog.folder.isEnabled()
    assert dialog.zip.isEnabled()


def test_a_download_needs_the_switch_each_time_anew(
    qtbot: QtBot, flow: Flow, server: HubServer
) -> None:
    installing(flow).catalogue = pinned_catalogue()
    installing(flow).hub = Hub(server.address)
    dialog = opened(qtbot, flow)
    select(dialog, PINNED)
    assert "Nothing of your library is sent" in dialog.said.text()
    assert not dialog.download.isEnabled()
    dialog.allow.click()
    assert dialog.download.isEnabled()
    select(dialog, "BiCA-base")
    select(dialog, PINNED)
    assert not dialog.download.isEnabled()
    QTest.mouseClick(dialog.download, Qt.MouseButton.LeftButton)
    assert not flow.jobs.busy
    assert server.asked == []


def test_a_download_is_stopped_and_kept(
    qtbot: QtBot, flow: Flow, server: HubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = threading.Event()

    def waits(handler: Handler, content: bytes) -> None:
        shown.wait(30)
        handler.right(content)

    runtime = tmp_path / "python"
    runtime.touch()
    monkeypatch.setenv("LITMESH_TRAINER_PYTHON", str(runtime))
    installing(flow).catalogue = pinned_catalogue()
    installing(flow).hub = Hub(server.address)
    server.plan("model.safetensors", waits)
    dialog = opened(qtbot, flow)
    select(dialog, PINNED)
    dialog.allow.click()
    dialog.download.click()
    assert not dialog.stop.isEnabled()  # it might stop what runs before it
    qtbot.waitUntil(lambda: dialog.stop.isEnabled() and dialog.progress.maximum() == 1000)
    dialog.stop.click()
    shown.set()
    qtbot.waitUntil(lambda: not flow.jobs.busy)
    assert dialog.state.text().startswith("Stopped. Nothing was installed")
    assert not dialog.stop.isVisible()
    assert not dialog.allow.isChecked()
    assert len(list((tmp_path / "data" / "downloads").rglob("config.json"))) == 2


@pytest.mark.parametrize("zipped", [False, True])
def test_from_a_folder_or_a_zip_then_used(
    qtbot: QtBot, flow: Flow, tmp_path: Path, root: Path, zipped: bool
) -> None:
    folder = tmp_path / "encoder"
    write_tiny_folder(folder)
    dialog = opened(qtbot, flow)
    if zipped:
        installing(flow).take_zip(shutil.make_archive(str(folder), "zip", folder))
    else:
        installing(flow).take_folder(str(folder))
    qtbot.waitUntil(lambda: not flow.jobs.busy)
    assert dialog.state.text().startswith("tiny is installed")
    assert [info.name for info in installed_encoders([root])] == ["tiny"]
    encoders = flow.features.encoders.dialog
    assert encoders is not None
    qtbot.waitUntil(lambda: encoders.list.topLevelItemCount() == 2)
    installing(flow)._use()
    qtbot.waitUntil(lambda: not flow.jobs.busy)
    session = flow.workspace.session
    assert session is not None
    assert session.encoder is not None
    assert session.encoder.id.startswith("tiny-")


def test_a_refusal_is_told_in_both_places(
    qtbot: QtBot, flow: Flow, tmp_path: Path, root: Path
) -> None:
    dialog = opened(qtbot, flow)
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "pytorch_model.bin").write_bytes(b"code")
    with qtbot.waitSignal(flow.messages.shown) as told:
        installing(flow).take_folder(str(folder))
    assert told.args is not None
    (error,) = told.args
    assert isinstance(error, UserError)
    assert "only as pytorch_model.bin" in dialog.state.text()
    assert dialog.folder.isEnabled()


def test_the_name_and_the_pooling_are_the_chosen_ones(
    qtbot: QtBot, flow: Flow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []

    def note(path: Path, report: object, naming: install_encoder.Naming) -> None:
        asked.extend((path, naming))
        raise UserError("noted")

    monkeypatch.setattr(install_encoder, "install_from_folder", note)
    dialog = opened(qtbot, flow)
    select(dialog, "BioHiCL-Base")
    dialog.pooling.setCurrentIndex(1)
    with qtbot.waitSignal(flow.messages.shown):
        installing(flow).take_folder(str(tmp_path))
    assert asked == [tmp_path, install_encoder.Naming("BioHiCL-Base", "cls")]


def test_the_window_closes_with_the_dialog_open(qtbot: QtBot, flow: Flow) -> None:
    dialog = opened(qtbot, flow)
    with qtbot.waitSignal(dialog.finished):
        flow.window.close()
    assert installing(flow).dialog is None
