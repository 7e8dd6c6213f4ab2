"""The real window over a real library, engine and encoder; what is slow to load is loaded once."""

import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from pytestqt.wait_signal import SignalBlocker

from desktop_app.app import build
from desktop_app.encoders.onnx_encoder import OnnxEncoder, load_encoder
from desktop_app.gui.flow import Flow
from desktop_app.gui.theme import Theme
from desktop_app.library.library import Library
from desktop_app.mesh.vocabulary import Vocabulary, load_vocabulary
from desktop_app.settings import Settings
from desktop_app.tasks import session as session_module
from desktop_app.tasks.import_files import import_files
from tests.gui.records_xml import RECORDS, Record, write_records

MakeLibrary = Callable[..., Path]
_PATIENCE = 60_000  # ms


class OpenWindow(Protocol):
    """Opens the window on a library; with `wait` until its articles are shown and indexed."""

    def __call__(self, folder: Path, wait: bool = True) -> Flow: ...


class PatientBot(QtBot):
    """Waits a minute where pytest-qt waits five seconds: a busy machine is not a fault."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = _PATIENCE) -> None:
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(
        self,
        signal: Any,
        *,
        timeout: int = _PATIENCE,
        raising: bool | None = None,
        check_params_cb: Callable[..., bool] | None = None,
    ) -> SignalBlocker:
        return super().waitSignal(
            signal, timeout=timeout, raising=raising, check_params_cb=check_params_cb
        )


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    return PatientBot(request)


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    loaded = load_vocabulary()
    loaded.match("warm up")
    return loaded


@pytest.fixture(scope="session")
def encoder(default_encoder_folder: Path) -> OnnxEncoder:
    return load_encoder(default_encoder_folder)


@pytest.fixture(scope="session")
def theme(qapp: QApplication) -> Theme:
    return Theme(qapp, "light")


@pytest.fixture
def loaded_once(
    monkeypatch: pytest.MonkeyPatch, vocabulary: Vocabulary, encoder: OnnxEncoder
) -> None:
    """Sessions get the same vocabulary and encoder: the real ones, without loading them again."""
    monkeypatch.setattr(session_module, "load_vocabulary", lambda: vocabulary)
    monkeypatch.setattr(session_module, "load_encoder", lambda folder: encoder)


@pytest.fixture
def make_library(tmp_path: Path) -> MakeLibrary:
    """Make a library folder that holds records, not indexed yet."""

    def make(records: tuple[Record, ...] = RECORDS, name: str = "library") -> Path:
        folder = tmp_path / name
        with Library.open(folder) as library:
            if records:
                import_files(library, [write_records(tmp_path / f"{name}.xml", records)])
        return folder

    return make


@pytest.fixture
def open_window(
    qtbot: QtBot,
    theme: Theme,
    loaded_once: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[OpenWindow]:
    """Open the window on a library and wait until its articles are shown and indexed."""
    monkeypatch.setenv("LITMESH_CONFIG_DIR", str(tmp_path / "config"))
    flows: list[Flow] = []

    def show(folder: Path, wait: bool = True) -> Flow:
        flow = build(theme, Settings())
        flows.append(flow)
        flow.window.resize(1200, 800)
        flow.window.show()
        qtbot.waitExposed(flow.window)
        flow.open_library(folder)
        if wait:
            settle(qtbot, flow)
        return flow

    yield show
    for flow in flows:
        flow.window.close()
        flow.window.deleteLater()
    QApplication.sendPostedEvents()
    QApplication.processEvents()
    assert not [t.name for t in threading.enumerate() if t.name.startswith("litmesh-")]


@pytest.fixture
def window(open_window: OpenWindow, make_library: MakeLibrary) -> Flow:
    """The window on the eight records."""
    return open_window(make_library())


@pytest.fixture
def opened_files() -> Iterator[list[str]]:
    """Every file that Python opens while the test runs."""
    names: list[str] = []
    watching = True

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if watching and event == "open":
            names.append(str(arguments[0]))

    sys.addaudithook(hook)  # there is no way to remove one
    yield names
    watching = False


def settle(qtbot: QtBot, flow: Flow) -> None:
    """Wait until nothing runs and the answer to the present search is on the screen."""

    def settled() -> bool:
        result = flow.model.result
        refused = flow.window.page_shown and flow.workspace.session is None
        done = flow.workspace.indexed and not flow.jobs.busy and not flow.searcher.busy
        return refused or bool(done and result is not None and result.request == flow.query.request)

    qtbot.waitUntil(settled, timeout=_PATIENCE)


def titles(flow: Flow) -> list[str]:
    """The titles in the list, in order."""
    model = flow.model
    return [model.index(row, 0).data() for row in range(model.rowCount())]
