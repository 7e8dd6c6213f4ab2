"""The card that installs the training runtime, with the real uv and a stand-in for PyTorch."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from desktop_app import paths
from desktop_app.gui.flow import Flow
from desktop_app.gui.training.improve_dialog import ImproveDialog
from desktop_app.network import Network
from desktop_app.settings import keep
from desktop_app.tasks.training.environment.installed import installed
from tests.gui.conftest import MakeLibrary, OpenWindow
from tests.tasks.training.environment.stand_in import (
    Index,
    World,
    make_world,
    move_in,
    running_index,
)

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the stand-in links to programs")
LEFT = Qt.MouseButton.LeftButton
_PATIENCE = 30_000


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    made = make_world(tmp_path / "world")
    move_in(made, tmp_path, monkeypatch)
    return made


@pytest.fixture
def flow(world: World, open_window: OpenWindow, make_library: MakeLibrary) -> Flow:
    return open_window(make_library(), wait=False)


@pytest.fixture
def index(world: World, flow: Flow) -> Iterator[Index]:
    with running_index(world.wheels) as server:
        keep(package_mirror=server.address)
        yield server


@pytest.fixture
def dialog(qtbot: QtBot, flow: Flow) -> ImproveDialog:
    """The window of training: without a runtime it begins with the card."""
    qtbot.waitUntil(lambda: flow.workspace.session is not None, timeout=_PATIENCE)
    flow.window.menu.improve_wanted.emit()
    shown = flow.features.improving.dialog
    assert shown is not None
    assert shown.page is shown.runtime
    qtbot.waitUntil(shown.runtime.install.isVisible, timeout=_PATIENCE)
    return shown


def choose(qtbot: QtBot, dialog: ImproveDialog, folder: Path) -> None:
    """Answer the file dialog that is open."""
    (asked,) = dialog.findChildren(QFileDialog)
    asked.fileSelected.emit(str(folder))
    asked.close()


def test_the_card_says_what_it_will_do(qtbot: QtBot, dialog: ImproveDialog) -> None:
    card = dialog.runtime
    assert "not installed yet" in card.state.text()
    assert card.backend.currentText() == "The processor"
    assert card.reason.text() == "No GPU was found that PyTorch can use."
    assert card.download.text() == "about 330 MB"
    assert card.disk.text().startswith("2 GB are needed · ")
    assert card.place.text() == str(paths.trainer_home())
    assert not card.remove.isVisible()
    assert card.back.isVisible()  # what was trained earlier is behind it
    names = [action.text() for action in card.save.menu().actions()]
    assert "For Windows, the processor…" in names
    card.backend.setCurrentIndex(1)
    card.backend.activated.emit(1)
    qtbot.waitUntil(lambda: card.download.text() == "about 2.9 GB", timeout=_PATIENCE)
    assert card.reason.text() == "It was chosen by hand."
    assert "12 GB are needed" in card.disk.text()


def test_install_goes_on_to_training_by_itself(
    qtbot: QtBot, flow: Flow, index: Index, dialog: ImproveDialog
) -> None:
    index.held = "torch-2.13.0-py3-none-any.whl"
    qtbot.mouseClick(dialog.runtime.install, LEFT)
    qtbot.waitUntil(dialog.runtime.cancel.isEnabled, timeout=_PATIENCE)
    assert dialog.runtime.bar.isVisible()
    assert not dialog.runtime.install.isVisible()
    qtbot.waitUntil(index.waiting.is_set, timeout=_PATIENCE)
    qtbot.mouseClick(dialog.runtime.cancel, LEFT)
    qtbot.waitUntil(lambda: "Cancelled" in dialog.trouble.text(), timeout=_PATIENCE)
    assert installed() is None

    index.held = ""
    qtbot.mouseClick(dialog.runtime.install, LEFT)
    qtbot.waitUntil(lambda: dialog.page is dialog.ready, timeout=_PATIENCE)
    made = installed()
    assert made is not None
    assert paths.trainer_python() == paths.python_of(made.folder)
    assert "runtime is installed" in flow.window.message_bar.label.text()

    qtbot.mouseClick(dialog.ready.runtime, LEFT)
    qtbot.waitUntil(dialog.runtime.remove.isVisible, timeout=_PATIENCE)
    assert "PyTorch 2.13.0 is installed" in dialog.runtime.state.text()
    assert dialog.runtime.install.text() == "&Repair"
    qtbot.mouseClick(dialog.runtime.back, LEFT)
    assert dialog.ready.isVisible()
    qtbot.mouseClick(dialog.ready.runtime, LEFT)
    qtbot.mouseClick(dialog.runtime.remove, LEFT)
    qtbot.waitUntil(lambda: "not installed yet" in dialog.runtime.state.text(), timeout=_PATIENCE)
    assert paths.trainer_python() is None


def test_files_are_saved_and_installed_from_their_folder(
    qtbot: QtBot, tmp_path: Path, index: Index, dialog: ImproveDialog
) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    dialog.runtime.save.menu().actions()[0].trigger()
    choose(qtbot, dialog, folder)
    qtbot.waitUntil(lambda: "The files are in" in dialog.trouble.text(), timeout=_PATIENCE)
    assert dialog.page is dialog.runtime
    keep(package_mirror="http://127.0.0.1:9/simple")
    qtbot.waitUntil(lambda: dialog.findChild(QFileDialog) is None)
    qtbot.mouseClick(dialog.runtime.folder, LEFT)
    choose(qtbot, dialog, folder)
    qtbot.waitUntil(lambda: dialog.page is dialog.ready, timeout=_PATIENCE)
    assert installed() is not None


def test_a_refusal_is_shown_with_its_remedy(
    qtbot: QtBot, flow: Flow, world: World, dialog: ImproveDialog
) -> None:
    world.wheel("torch").unlink()
    flow.features.runtime.take_folder(str(world.wheels))
    qtbot.waitUntil(lambda: "no file of torch" in dialog.trouble.text(), timeout=_PATIENCE)
    assert "Save the files again" in dialog.trouble.text()
    assert dialog.page is dialog.runtime
    assert dialog.runtime.install.isVisible()


def test_without_tools_it_says_what_to_do(
    qtbot: QtBot, flow: Flow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LITMESH_TOOLS", str(tmp_path / "nothing"))
    qtbot.waitUntil(lambda: flow.workspace.session is not None, timeout=_PATIENCE)
    flow.window.menu.improve_wanted.emit()
    dialog = flow.features.improving.dialog
    assert dialog is not None
    card = dialog.runtime
    qtbot.waitUntil(lambda: "dev.py setup" in card.state.text(), timeout=_PATIENCE)
    assert not card.install.isVisible()
    qtbot.mouseClick(card.back, LEFT)
    assert dialog.page is dialog.ready
    qtbot.waitUntil(lambda: "not installed" in dialog.ready.state.text(), timeout=_PATIENCE)
    assert not dialog.ready.improve.isEnabled()


def test_the_network_is_set_in_its_dialog(qtbot: QtBot, flow: Flow, dialog: ImproveDialog) -> None:
    qtbot.mouseClick(dialog.runtime.network, LEFT)
    network = flow.features.network.dialog
    assert network is not None
    qtbot.keyClicks(network.proxy, "proxy.example:3128")
    save = network.buttons.button(network.buttons.StandardButton.Save)
    qtbot.mouseClick(save, LEFT)
    assert "is no address" in network.trouble.text()
    network.proxy.clear()
    qtbot.keyClicks(network.proxy, "http://proxy.example:3128")
    qtbot.mouseClick(save, LEFT)
    assert flow.features.network.dialog is None
    assert Network.load() == Network(proxy="http://proxy.example:3128")
