"""The mined pairs, looked at and struck before a training."""

import json

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop_app.gui.flow import Flow
from tests.gui.training.conftest import LEFT, PATIENCE, Play, reach, runs


def test_pairs_are_looked_at_and_struck(qtbot: QtBot, flow: Flow, play: Play) -> None:
    dialog = play("run")
    assert not dialog.ready.look.isEnabled()  # combined has no pairs
    dialog.ready.recipe.setCurrentIndex(dialog.ready.recipe.findData("bica"))
    qtbot.mouseClick(dialog.ready.look, LEFT)
    reach(qtbot, dialog, dialog.pairs)
    assert "5 of 5 pairs" in dialog.pairs.state.text()
    dialog.pairs.view.selectRow(1)
    qtbot.keyClick(dialog.pairs.view, Qt.Key.Key_Delete)
    assert "4 of 5 pairs will be used; 1 struck" in dialog.pairs.state.text()
    assert "Effect of" in dialog.pairs.model.index(0, 1).data()
    qtbot.mouseClick(dialog.pairs.train, LEFT)
    reach(qtbot, dialog, dialog.outcome)
    (run,) = runs(flow)
    lines = [json.loads(line) for line in run.pairs.read_text("utf-8").splitlines()]
    assert [line["struck"] for line in lines] == [False, True, False, False, False]


@pytest.mark.parametrize("how", ["dialog", "window", "back"])
def test_what_is_struck_is_kept_and_asked_again(
    qtbot: QtBot, flow: Flow, play: Play, how: str
) -> None:
    dialog = play("run")
    dialog.ready.recipe.setCurrentIndex(dialog.ready.recipe.findData("bica"))
    qtbot.mouseClick(dialog.ready.look, LEFT)
    reach(qtbot, dialog, dialog.pairs)
    dialog.pairs.view.selectRow(1)
    qtbot.keyClick(dialog.pairs.view, Qt.Key.Key_Delete)
    if how == "back":
        qtbot.mouseClick(dialog.pairs.back, LEFT)
    else:
        (dialog if how == "dialog" else flow.window).close()

    def struck() -> list[bool]:
        (run,) = runs(flow)
        return [json.loads(line)["struck"] for line in run.pairs.read_text("utf-8").splitlines()]

    qtbot.waitUntil(lambda: struck() == [False, True, False, False, False], timeout=PATIENCE)
    if how == "window":
        return
    flow.window.menu.improve_wanted.emit()
    again = flow.features.improving.dialog
    assert again is not None
    qtbot.waitUntil(again.ready.runs.resume.isEnabled, timeout=PATIENCE)
    qtbot.mouseClick(again.ready.runs.resume, LEFT)
    reach(qtbot, again, again.pairs)
    assert "4 of 5 pairs will be used" in again.pairs.state.text()
    again.pairs.view.selectRow(1)
    qtbot.keyClick(again.pairs.view, Qt.Key.Key_Delete)  # it is taken in again
    qtbot.mouseClick(again.pairs.back, LEFT)  # and the run is no less one to resume
    qtbot.waitUntil(lambda: not any(struck()), timeout=PATIENCE)
    qtbot.waitUntil(again.ready.runs.resume.isEnabled, timeout=PATIENCE)
    qtbot.mouseClick(again.ready.runs.resume, LEFT)
    reach(qtbot, again, again.pairs)
    again.pairs.view.selectRow(1)
    qtbot.keyClick(again.pairs.view, Qt.Key.Key_Delete)
    qtbot.mouseClick(again.pairs.train, LEFT)
    reach(qtbot, again, again.outcome)
    assert struck() == [False, True, False, False, False]
    qtbot.mouseClick(again.outcome.keep, LEFT)
    qtbot.waitUntil(again.ready.improve.isEnabled, timeout=PATIENCE)
    again.ready.recipe.setCurrentIndex(again.ready.recipe.findData("combined"))
    qtbot.mouseClick(again.ready.improve, LEFT)  # another, of which no pairs are asked
    reach(qtbot, again, again.outcome)


def test_leaving_pairs_of_which_none_is_struck_leaves_nothing(
    qtbot: QtBot, flow: Flow, play: Play
) -> None:
    dialog = play("run")
    dialog.ready.recipe.setCurrentIndex(dialog.ready.recipe.findData("bica"))
    qtbot.mouseClick(dialog.ready.look, LEFT)
    reach(qtbot, dialog, dialog.pairs)
    qtbot.mouseClick(dialog.pairs.back, LEFT)
    assert dialog.page is dialog.ready
    qtbot.waitUntil(lambda: runs(flow) == [], timeout=PATIENCE)
