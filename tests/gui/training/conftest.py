"""Improve search with a scripted trainer: a library, a Python that plays it, the window."""

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.encoders.onnx_encoder import OnnxEncoder
from desktop_app.gui.flow import Flow
from desktop_app.gui.training.improve_dialog import ImproveDialog
from desktop_app.library.library import Library
from desktop_app.tasks.index_library import index_library
from desktop_app.tasks.training.run import TrainingRun, past_runs
from tests.gui.conftest import OpenWindow
from tests.tasks.invented_library import write_library

LEFT = Qt.MouseButton.LeftButton
SCRIPT = Path(__file__).with_name("scripted_trainer.py")
Play = Callable[[str], ImproveDialog]
PATIENCE = 30_000


@pytest.fixture(scope="session")
def library_of_320(tmp_path_factory: pytest.TempPathFactory, encoder: OnnxEncoder) -> Path:
    folder = write_library(tmp_path_factory.mktemp("improving") / "library")
    with Library.open(folder) as library:
        index_library(library, encoder)  # once, not in every window
    return folder


@pytest.fixture
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Python that plays the trainer."""
    if os.name == "nt":
        pytest.skip("a script is no program on Windows")
    path = tmp_path / "trainer-python"
    path.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{SCRIPT}" "$@"\n')
    path.chmod(0o755)
    monkeypatch.setenv("LITMESH_TRAINER_PYTHON", str(path))
    monkeypatch.setenv("LITMESH_DATA_DIR", str(tmp_path / "data"))
    return path


@pytest.fixture
def flow(tmp_path: Path, library_of_320: Path, open_window: OpenWindow, runtime: Path) -> Flow:
    folder = tmp_path / "My library"
    shutil.copytree(library_of_320, folder)
    return open_window(folder, wait=False)


@pytest.fixture
def play(qtbot: QtBot, flow: Flow, monkeypatch: pytest.MonkeyPatch) -> Play:
    """Open the window of training and wait until it can be pressed."""

    def begin(script: str) -> ImproveDialog:
        monkeypatch.setenv("LITMESH_TEST_SCRIPT", script)
        qtbot.waitUntil(lambda: flow.workspace.session is not None, timeout=PATIENCE)
        flow.window.menu.improve_wanted.emit()
        dialog = flow.features.improving.dialog
        assert dialog is not None
        qtbot.waitUntil(dialog.ready.improve.isEnabled, timeout=PATIENCE)
        return dialog

    return begin


def runs(flow: Flow) -> list[TrainingRun]:
    return list(past_runs(flow.workspace.folder))


def line(view: QTreeWidget, row: int = 0) -> QTreeWidgetItem:
    item = view.topLevelItem(row)
    assert item is not None
    return item


def reach(qtbot: QtBot, dialog: ImproveDialog, page: QWidget) -> None:
    qtbot.waitUntil(lambda: dialog.page is page, timeout=PATIENCE)
