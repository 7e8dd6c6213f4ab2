"""The real trainer from the window: train, look at the result, adopt it, go back, list, remove."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop_app.app import build
from desktop_app.gui.dialogs.encoders_dialog import EncodersDialog
from desktop_app.gui.theme import Theme
from desktop_app.search.request import SearchRequest
from desktop_app.search.request_json import request_to_json
from desktop_app.settings import Settings
from desktop_app.tasks.training.train_encoder import Choice
from tests.tasks.invented_library import QUICK, make_world

LEFT = Qt.MouseButton.LeftButton
_PATIENCE = 900_000


@pytest.mark.timeout(1200)  # a whole training: a minute here
def test_improve_use_and_go_back(
    qtbot: QtBot, theme: Theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LITMESH_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("LITMESH_CONFIG_DIR", str(tmp_path / "config"))
    folder = make_world(tmp_path)
    flow = build(theme, Settings())
    flow.window.show()
    flow.open_library(folder)
    qtbot.waitUntil(lambda: flow.workspace.indexed and not flow.jobs.busy, timeout=_PATIENCE)
    session = flow.workspace.session
    assert session is not None
    assert session.encoder is not None
    first = session.encoder.id
    session.library.searches.record(request_to_json(SearchRequest("lay7word in lay9word")), 3)

    flow.window.menu.improve_wanted.emit()
    dialog = flow.features.improving.dialog
    assert dialog is not None
    qtbot.waitUntil(dialog.ready.improve.isEnabled, timeout=_PATIENCE)
    dialog.ready.start_wanted.emit(Choice("combined", "", QUICK), False)
    outcome = dialog.outcome
    qtbot.waitUntil(
        lambda: dialog.page is outcome or bool(dialog.trouble.text()), timeout=_PATIENCE
    )
    assert dialog.trouble.text() == ""
    assert sorted(dialog.running.plots.points["loss"]) == list(range(1, 61))
    assert max(dialog.running.plots.points["memory"].values()) > 0.1
    assert outcome.heading.text() == "The new encoder finds more"
    qtbot.mouseClick(outcome.replay, LEFT)
    qtbot.waitUntil(lambda: outcome.replayed.topLevelItemCount() > 0, timeout=_PATIENCE)
    assert session.encoder.id == first  # the old one answers still

    qtbot.mouseClick(outcome.use, LEFT)
    qtbot.waitUntil(lambda: session.encoder is not None and session.encoder.id != first)
    qtbot.waitUntil(lambda: "trained" in flow.window.job_bar.encoder.text())
    result = session.engine.search(SearchRequest("lay7word"))
    assert result.encoder_id == session.encoder.id
    assert result.embedded == 320

    flow.window.menu.encoders_wanted.emit()
    encoders = flow.features.encoders.dialog
    assert encoders is not None
    qtbot.waitUntil(lambda: encoders.list.topLevelItemCount() == 3)
    assert encoders.back.isEnabled()
    qtbot.mouseClick(encoders.back, LEFT)
    qtbot.waitUntil(lambda: session.encoder is not None and session.encoder.id == first)
    trained = next(i for i in encoders._lines if "trained" in i)
    remove(qtbot, encoders, trained)
    qtbot.waitUntil(lambda: encoders.list.topLevelItemCount() == 2)
    assert trained not in [name for name, _ in session.library.vectors.encoders()]
    flow.window.close()
    flow.window.deleteLater()


def remove(qtbot: QtBot, encoders: EncodersDialog, encoder: str) -> None:
    """Select an encoder, press Remove and confirm."""
    rows = map(encoders.list.topLevelItem, range(encoders.list.topLevelItemCount()))
    encoders.list.setCurrentItem(next(row for row in rows if row and row.toolTip(0) == encoder))
    qtbot.waitUntil(encoders.remove.isEnabled)
    qtbot.mouseClick(encoders.remove, LEFT)
    assert encoders.question is not None
    assert "default encoder" in encoders.question.informativeText()
    next(b for b in encoders.question.buttons() if "Remove" in b.text()).click()
