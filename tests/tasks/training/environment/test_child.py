"""Starting and ending programs as it is done on Windows: no window, no libraries of the bundle."""

import ctypes
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QProcess

from desktop_app.errors import Cancelled
from desktop_app.gui.training.process import TrainingProcess
from desktop_app.tasks import convert_model
from desktop_app.tasks.training import follow
from desktop_app.tasks.training.environment import child, machine
from desktop_app.tasks.training.environment.child import libraries_hidden, run, without_bundle
from desktop_app.tasks.training.run import Stage
from desktop_app.tasks.training.train_encoder import Command

NO_WINDOW = 0x08000000


@pytest.fixture
def folders(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """Every folder that a frozen program on Windows named to the system for libraries."""
    named: list[str | None] = []

    class Kernel:
        def SetDllDirectoryW(self, folder: ctypes.c_wchar_p | None) -> None:
            named.append(None if folder is None else folder.value)

    monkeypatch.setattr(child, "_WINDOWS", True)
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: Kernel())
    monkeypatch.setattr(sys, "_MEIPASS", "/bundle", raising=False)
    return named


class Unending:
    """A program that cannot be ended."""

    pid = 4711

    def __init__(self) -> None:
        self.killed = False

    def wait(self, timeout: float) -> int:
        raise subprocess.TimeoutExpired("slow", timeout)

    def kill(self) -> None:
        self.killed = True


def refuse() -> None:
    raise Cancelled


# --- its libraries -------------------------------------------------------------------------------


def test_programs_do_not_look_for_libraries_in_the_bundle(folders: list[str | None]) -> None:
    def start() -> None:
        with libraries_hidden():
            folders.append("another program")

    another = threading.Thread(target=start)
    with libraries_hidden():
        assert folders == [None]
        another.start()
        another.join(0.05)
    another.join()
    assert folders == [None, "/bundle", None, "another program", "/bundle"]  # ours are found again


def test_nothing_is_named_where_there_is_no_bundle(
    folders: list[str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(sys, "_MEIPASS")
    with libraries_hidden():
        pass
    monkeypatch.setattr(sys, "_MEIPASS", "/bundle", raising=False)
    monkeypatch.setattr(child, "_WINDOWS", False)
    with libraries_hidden():
        pass
    assert folders == []


def install(folder: Path) -> None:
    run(["x"], {}, folder / "said", refuse)


def convert(folder: Path) -> None:
    with open(folder / "log", "wb") as log:
        convert_model._run(["x"], log, lambda done, total: None)


def train(folder: Path) -> None:
    with open(folder / "log", "wb") as log:
        follow._start(Command(Stage.TRAIN, ("x",), folder, {}), log)


def train_in_the_window(folder: Path) -> None:
    process = TrainingProcess()
    process._launch(Command(Stage.TRAIN, ("x",), folder, {}), folder / "log")


@pytest.mark.parametrize("start", [install, convert, train, train_in_the_window])
def test_whatever_starts_a_program_hides_them(
    start: Callable[[Path], None],
    folders: list[str | None],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    hidden: list[bool] = []

    def refuse_start(*_words: object, **_options: object) -> None:
        hidden.append(folders == [None])
        raise OSError("it is not there")

    monkeypatch.setattr(subprocess, "Popen", refuse_start)
    monkeypatch.setattr(QProcess, "start", refuse_start)
    with pytest.raises(OSError, match="not there"):
        start(tmp_path)
    assert hidden == [True]
    assert folders == [None, "/bundle"]


def test_the_path_leads_no_program_into_the_bundle(monkeypatch: pytest.MonkeyPatch) -> None:
    path = os.pathsep.join(["/bundle/PySide6", "/bundle/", "/bin", "/bundles", "/bin/../bundle"])
    assert without_bundle({"PATH": path}) == {"PATH": path}
    monkeypatch.setattr(sys, "_MEIPASS", "/bundle", raising=False)
    assert without_bundle({"PATH": path}) == {"PATH": os.pathsep.join(["/bin", "/bundles"])}


# --- its window and its end ----------------------------------------------------------------------


def test_asking_for_the_gpu_opens_no_console(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def answer(words: Sequence[str], **options: object) -> subprocess.CompletedProcess[bytes]:
        asked.append((words[0], options["creationflags"]))
        return subprocess.CompletedProcess(words, 0, b"580.65, 8.9, RTX 4090\n")

    monkeypatch.setattr(machine, "NO_WINDOW", NO_WINDOW)
    monkeypatch.setattr(subprocess, "run", answer)
    assert [gpu.name for gpu in machine.probe().gpus] == ["RTX 4090"]
    assert asked == [("nvidia-smi", NO_WINDOW)]


@pytest.mark.parametrize("slow", [False, True], ids=["ends", "hangs"])
def test_a_slow_end_on_windows_is_still_a_cancel(
    slow: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = Unending()
    asked: list[Mapping[str, object]] = []

    def kill_tree(words: Sequence[str], **options: object) -> None:
        assert words == ["taskkill", "/T", "/F", "/PID", "4711"]
        asked.append(options)
        if slow:
            raise subprocess.TimeoutExpired("taskkill", 5)

    monkeypatch.setattr(child, "_WINDOWS", True)
    monkeypatch.setattr(child, "NO_WINDOW", NO_WINDOW)
    monkeypatch.setattr(child, "_start", lambda *_: process)
    monkeypatch.setattr(subprocess, "run", kill_tree)
    with pytest.raises(Cancelled):
        run(["x"], {}, tmp_path / "log", refuse)
    assert [options["creationflags"] for options in asked] == [NO_WINDOW]
    assert process.killed == slow


def test_a_program_that_does_not_end_is_still_a_cancel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "_WINDOWS", False)
    monkeypatch.setattr(child, "_start", lambda *_: Unending())
    monkeypatch.setattr(os, "killpg", lambda *_: None)
    with pytest.raises(Cancelled):
        run(["x"], {}, tmp_path / "log", refuse)
