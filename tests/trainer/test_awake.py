"""The computer stays awake by what each system has for it."""

import ctypes
import os
import subprocess
from types import SimpleNamespace
from typing import Any

import pytest

from trainer.awake import keep_awake


def test_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    kernel = SimpleNamespace(SetThreadExecutionState=asked.append)
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(kernel32=kernel), raising=False)
    keep_awake("win32")
    assert asked == [0x80000001]


def test_macos(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[list[str]] = []

    def start(words: list[str], **streams: Any) -> None:
        started.append(words)
        assert set(streams.values()) == {subprocess.DEVNULL}  # stdout is the protocol's

    monkeypatch.setattr(subprocess, "Popen", start)
    keep_awake("darwin")
    assert started == [["/usr/bin/caffeinate", "-i", "-w", str(os.getpid())]]
    keep_awake("linux")
    assert len(started) == 1


def test_a_refusal_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    refused: list[object] = []

    def refuse(*words: object, **__: object) -> None:
        refused.append(words)
        raise FileNotFoundError

    monkeypatch.setattr(subprocess, "Popen", refuse)
    keep_awake("darwin")
    assert len(refused) == 1
    monkeypatch.delattr(ctypes, "windll", raising=False)
    keep_awake("win32")
