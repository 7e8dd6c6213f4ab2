"""Closing in the middle of things: no thread stays, what is committed stays."""

import threading
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.encoders.onnx_encoder import OnnxEncoder
from desktop_app.gui.flow import Flow
from desktop_app.library.library import Library
from desktop_app.tasks import session as session_module
from tests.gui.conftest import MakeLibrary, OpenWindow, settle, titles
from tests.gui.records_xml import RECORDS, many, write_records


def lanes() -> list[str]:
    return [t.name for t in threading.enumerate() if t.name.startswith(("litmesh", "encoder"))]


def test_closing_while_indexing_keeps_what_is_embedded(
    qtbot: QtBot, open_window: OpenWindow, make_library: MakeLibrary
) -> None:
    folder = make_library(many(400))
    flow = open_window(folder, wait=False)

    def some_embedded() -> bool:
        session = flow.workspace.session
        encoder = session.encoder if session else None
        return bool(session and encoder and session.library.vectors.count(encoder.id))

    qtbot.waitUntil(some_embedded, timeout=60_000)
    flow.window.close()
    assert lanes() == []
    with Library.open(folder) as library:  # the lock was given back
        assert library.count() == 400
        kept = sum(library.numbers().embedded.values())
        assert 0 < kept < 400
        assert kept % 32 == 0


def test_closing_while_importing_keeps_whole_batches(
    qtbot: QtBot, open_window: OpenWindow, make_library: MakeLibrary, tmp_path: Path
) -> None:
    folder = make_library(())
    flow = open_window(folder)
    flow.import_paths([write_records(tmp_path / "many.xml", many(20_000))])
    session = flow.workspace.session
    assert session is not None
    qtbot.waitUntil(lambda: session.library.count() > 0, timeout=60_000)
    flow.window.close()
    assert lanes() == []
    with Library.open(folder) as library:
        assert 0 < library.count() < 20_000
        assert library.count() % 500 == 0


def test_closing_while_the_library_opens(
    open_window: OpenWindow, make_library: MakeLibrary
) -> None:
    folder = make_library()
    flow = open_window(folder, wait=False)
    flow.window.close()
    assert lanes() == []
    with Library.open(folder) as library:  # whether it had been opened by then or not
        assert library.count() == 8


def test_another_library_can_be_opened(
    qtbot: QtBot, window: Flow, make_library: MakeLibrary
) -> None:
    window.query.submit_text("asthma")
    settle(qtbot, window)
    other = make_library(many(3), name="other")
    window.choice.library_chosen.emit(other)
    settle(qtbot, window)
    assert len(titles(window)) == 3
    assert window.window.header.box.text() == ""
    assert window.window.windowTitle() == "other – Litmesh"
    first = other.parent / "library"
    with Library.open(first) as library:  # closed, its lock given back
        assert library.count() == len(RECORDS)


def test_another_library_opened_while_the_encoder_loads_gets_it_and_its_files(
    qtbot: QtBot,
    open_window: OpenWindow,
    make_library: MakeLibrary,
    encoder: OnnxEncoder,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    let_go = threading.Event()

    def load_slowly(folder: Path) -> OnnxEncoder:
        let_go.wait(30)
        return encoder

    first, second = make_library(), make_library(many(3), name="other")
    flow = open_window(first, wait=False)
    monkeypatch.setattr(session_module, "load_encoder", load_slowly)
    qtbot.waitUntil(lambda: flow.workspace.loading, timeout=60_000)
    flow.open_library(second, [write_records(tmp_path / "dropped.xml", many(5)[3:])])
    let_go.set()
    settle(qtbot, flow)
    qtbot.waitUntil(lambda: len(titles(flow)) == 5, timeout=60_000)
    settle(qtbot, flow)
    session = flow.workspace.session
    assert session is not None
    assert session.library.folder == second
    assert session.encoder is encoder
    assert session.library.vectors.count(encoder.id) == 5


def test_what_was_just_done_is_kept_when_another_library_is_opened(
    qtbot: QtBot, window: Flow, make_library: MakeLibrary
) -> None:
    session = window.workspace.session
    assert session is not None
    done = threading.Event()

    def star_slowly() -> None:
        done.wait(1)
        session.library.marks.star([1])

    window.jobs.quick("before", star_slowly, print)
    window.choice.library_chosen.emit(make_library(many(3), name="other"))
    settle(qtbot, window)
    with Library.open(session.library.folder) as library:
        assert library.marks.starred() == [1]
