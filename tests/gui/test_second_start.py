"""A second start of the program while the window is open: a real second process."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtNetwork import QLocalSocket
from pytestqt.qtbot import QtBot

from desktop_app.gui.flow import Flow
from desktop_app.gui.second_start import Call, SecondStart, handed_over
from tests.gui.conftest import MakeLibrary, OpenWindow, settle, titles
from tests.gui.records_xml import RECORDS, write_records

_HAND_OVER = """
import sys; from pathlib import Path; from desktop_app.gui.second_start import Call, handed_over
library = Path(sys.argv[1]) if sys.argv[1] else None
print(handed_over(Call(tuple(Path(name) for name in sys.argv[3:]), sys.argv[2], library)))
"""
_START = """
import sys; from desktop_app.__main__ import main; sys.argv[:1] = ["litmesh"]; main()
"""
_HOLD = """
import sys; from PySide6.QtCore import QCoreApplication; from PySide6.QtNetwork import QLocalServer
from desktop_app.gui import second_start as s
app = QCoreApplication([]); lock = s._lock(); lock.acquire(); server = QLocalServer()
assert server.listen(s._address()); print("ready", flush=True); app.exec()
"""
Second = Callable[..., str]


@pytest.fixture
def answering(
    open_window: OpenWindow,
    make_library: MakeLibrary,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> "tuple[Flow, SecondStart]":
    """A window on seven of the eight records that answers later starts."""
    monkeypatch.setenv("LITMESH_DATA_DIR", str(tmp_path / "data"))
    flow = open_window(make_library(RECORDS[:7]))
    later = SecondStart(flow)
    assert later.listen()
    return flow, later


@pytest.fixture
def second(qtbot: QtBot) -> Second:
    """Run a second process while the window lives; what it printed."""

    def run(code: str, *words: str, folder: Path | None = None) -> str:
        process = subprocess.Popen(
            [sys.executable, "-c", code, *words], stdout=subprocess.PIPE, text=True, cwd=folder
        )
        qtbot.waitUntil(lambda: process.poll() is not None, timeout=60_000)
        output, _ = process.communicate()
        assert process.returncode == 0, output
        return output.strip()

    return run


def test_its_files_are_imported_into_the_open_window(
    qtbot: QtBot, answering: "tuple[Flow, SecondStart]", second: Second, tmp_path: Path
) -> None:
    flow, later = answering
    write_records(tmp_path / "new.xml", RECORDS[7:])
    flow.window.showMinimized()
    second(_START, "open", "new.xml", folder=tmp_path)  # as a file manager does: a relative name
    settle(qtbot, flow)
    qtbot.waitUntil(lambda: len(titles(flow)) == len(RECORDS))
    assert not flow.window.isMinimized()
    later.close()


def test_its_query_is_searched_for(
    qtbot: QtBot, answering: "tuple[Flow, SecondStart]", second: Second
) -> None:
    flow, later = answering
    with qtbot.waitSignal(flow.answered):
        assert second(_HAND_OVER, "", "asthma in children") == "True"
    assert flow.window.header.box.text() == "asthma in children"
    later.close()


def test_another_library_gets_a_window_of_its_own(
    answering: "tuple[Flow, SecondStart]", second: Second, tmp_path: Path
) -> None:
    flow, later = answering
    other = second(_HAND_OVER, str(tmp_path / "other"), "", str(tmp_path / "new.xml"))
    same = second(_HAND_OVER, str(flow.workspace.folder), "")
    assert (other, same) == ("False", "True")
    later.close()


def test_without_a_window_nobody_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LITMESH_DATA_DIR", str(tmp_path / "data"))
    assert not handed_over(Call())


def test_what_a_crashed_window_left_is_in_nobodys_way(
    open_window: OpenWindow,
    make_library: MakeLibrary,
    second: Second,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LITMESH_DATA_DIR", str(tmp_path / "data"))
    with subprocess.Popen([sys.executable, "-c", _HOLD], stdout=subprocess.PIPE) as crashed:
        assert crashed.stdout is not None
        assert crashed.stdout.readline() == b"ready\n"
        os.kill(crashed.pid, signal.SIGKILL)
    later = SecondStart(open_window(make_library()))
    assert later.listen()
    assert second(_HAND_OVER, "", "") == "True"
    later.close()


def test_only_one_window_answers(answering: "tuple[Flow, SecondStart]", second: Second) -> None:
    flow, later = answering
    assert not SecondStart(flow).listen()
    later.close()
    assert second(_HAND_OVER, "", "") == "False"


@pytest.mark.parametrize("line", [b"\n", b"{}\n", b"[]\n", b'{"files": 3}\n', b"\xff\xfe\n"])
def test_what_is_no_call_is_refused(
    qtbot: QtBot, answering: "tuple[Flow, SecondStart]", line: bytes
) -> None:
    _, later = answering
    socket = QLocalSocket()
    socket.connectToServer(later.address)
    socket.write(line)
    qtbot.waitUntil(socket.canReadLine)
    assert bytes(socket.readLine().data()) == b"other library\n"
    later.close()


def test_a_message_without_an_end_is_cut_off(
    qtbot: QtBot, answering: "tuple[Flow, SecondStart]"
) -> None:
    _, later = answering
    socket = QLocalSocket()
    socket.connectToServer(later.address)
    socket.write(b"x" * 3_000_000)
    gone = QLocalSocket.LocalSocketState.UnconnectedState
    qtbot.waitUntil(lambda: socket.state() == gone)
    later.close()


def test_files_that_come_before_a_library_is_open_are_not_lost(
    qtbot: QtBot, open_window: OpenWindow, make_library: MakeLibrary, tmp_path: Path
) -> None:
    flow = open_window(make_library(RECORDS[:7]), wait=False)
    flow.import_paths([write_records(tmp_path / "new.xml", RECORDS[7:])])
    settle(qtbot, flow)
    qtbot.waitUntil(lambda: len(titles(flow)) == len(RECORDS))
