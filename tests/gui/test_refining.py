"""The second reading of the best results: done, and stopped by the user or by another search."""

import threading
from collections.abc import Sequence

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop_app.errors import Cancelled
from desktop_app.gui.flow import Flow
from desktop_app.progress import Report, silent
from desktop_app.search.request import FloatArray
from tests.gui.conftest import settle
from tests.gui.test_query_chips import ask


def test_the_best_are_read_again_and_the_list_says_so(qtbot: QtBot, window: Flow) -> None:
    ask(qtbot, window, "insulin and exercise")
    window.query.show_everything()
    settle(qtbot, window)
    before = set(window.model.ids)
    window.window.menu.refinement_wanted.emit()
    refining = window.search.refining
    assert refining.busy
    assert window.window.results.halt.isVisible()
    qtbot.waitUntil(lambda: not refining.busy, timeout=60_000)
    result = window.model.result
    assert result is not None
    assert result.refined
    assert set(window.model.ids) == before
    assert "the best read again" in window.window.results.heading.text()
    assert not window.window.results.halt.isVisible()


class Endless:
    """A second model that reads until it is told to stop, at most for twenty seconds."""

    name = "endless"

    def __init__(self) -> None:
        self.stopped = False

    def score(self, query: str, texts: Sequence[str], report: Report = silent) -> FloatArray:
        for _ in range(4_000):
            try:
                report(1, len(texts))
            except Cancelled:
                self.stopped = True
                raise
            threading.Event().wait(0.005)
        return np.zeros(len(texts), np.float32)


@pytest.mark.parametrize("by_button", [True, False])
def test_cancel_and_another_search_stop_the_second_reading(
    qtbot: QtBot, window: Flow, monkeypatch: pytest.MonkeyPatch, by_button: bool
) -> None:
    session, endless = window.workspace.session, Endless()
    assert session is not None
    monkeypatch.setattr(session, "load_reranker", lambda: True)
    session.engine.use_reranker(endless)
    ask(qtbot, window, "insulin and exercise")
    window.query.show_everything()
    settle(qtbot, window)
    before, text = window.model.ids, window.query.request.text
    window.window.menu.refinement_wanted.emit()
    qtbot.waitUntil(lambda: "1 of 8" in window.window.results.heading.text())
    if by_button:
        qtbot.mouseClick(window.window.results.halt, Qt.MouseButton.LeftButton)
    else:
        text = "asthma"
        ask(qtbot, window, text)
    qtbot.waitUntil(lambda: not window.search.refining.busy)
    assert endless.stopped
    result = window.model.result
    assert result is not None
    assert result.request.text == text
    assert not result.refined
    assert window.model.ids == before or not by_button
