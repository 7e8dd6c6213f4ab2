"""What a training is said to have brought, and what is done with it."""

import json
import threading

from pytestqt.qtbot import QtBot

from desktop_app.gui.flow import Flow
from desktop_app.tasks.library_encoder import chosen
from desktop_app.tasks.training.run import Stage
from tests.encoders.tiny_encoder import write_tiny_folder
from tests.gui.training.conftest import LEFT, PATIENCE, Play, line, reach, runs


def test_no_improvement_is_an_honest_result(qtbot: QtBot, flow: Flow, play: Play) -> None:
    dialog = play("garbage")
    words = " ".join(label.text() for label in dialog.ready.findChildren(type(dialog.trouble)))
    said = ("320 articles", "● good", "◐ thin", "Test processor", "about", "battery")
    for expected in (*said, "of memory (4.0 GB are free)"):
        assert expected in words
    qtbot.mouseClick(dialog.ready.improve, LEFT)
    reach(qtbot, dialog, dialog.outcome)
    assert dialog.outcome.heading.text() == "No improvement: your encoder stays"
    assert "-0.004" in dialog.outcome.figure.text()
    assert "-0.020 to +0.010" in dialog.outcome.figure.text()
    assert not dialog.outcome.use.isVisible()
    assert line(dialog.outcome.branches).text(0) == "C04 Neoplasms"
    hits = line(dialog.outcome.questions).child(0)
    assert hits is not None
    assert "Effect of" in hits.text(1)
    points = dialog.running.plots.points
    assert sorted(points["loss"]) == list(range(1, 21))
    assert points["validation"] == {20: 0.5}
    (run,) = runs(flow)
    assert run.stage is Stage.DONE
    assert "of the future" not in (run.path / "trainer.log").read_text()  # an event, only unknown
    assert "not json" in (run.path / "trainer.log").read_text()
    qtbot.mouseClick(dialog.outcome.keep, LEFT)
    reach(qtbot, dialog, dialog.ready)
    qtbot.waitUntil(lambda: dialog.ready.runs.list.topLevelItemCount() == 1, timeout=PATIENCE)
    assert "no improvement" in line(dialog.ready.runs.list).text(3)
    dialog.outcome.use_wanted.emit(run)  # whoever asks for it
    qtbot.waitUntil(lambda: "no improvement" in flow.window.message_bar.label.text())
    assert not (flow.workspace.folder / "encoder.json").exists()


def test_a_gain_that_costs_elsewhere_is_told_as_both(qtbot: QtBot, flow: Flow, play: Play) -> None:
    dialog = play("run")
    qtbot.mouseClick(dialog.ready.improve, LEFT)
    reach(qtbot, dialog, dialog.outcome)
    (run,) = runs(flow)
    evaluation = json.loads(run.evaluation_file.read_text())
    evaluation["verdict"]["gain"] = {"mean": 0.009, "low": 0.001, "high": 0.016}
    run.evaluation_file.write_text(json.dumps(evaluation))
    dialog.outcome.show_result(run, {})
    assert dialog.outcome.heading.text().startswith("Better in one thing, worse in another")
    assert "loses nowhere" in dialog.outcome.honest.text()
    assert not dialog.outcome.use.isVisible()
    qtbot.mouseClick(dialog.outcome.keep, LEFT)
    listed = dialog.ready.runs.list
    qtbot.waitUntil(lambda: listed.topLevelItemCount() == 1, timeout=PATIENCE)
    assert line(listed).text(3) == "better in part (+0.009 nDCG@10)"


def test_keep_mine_gives_up_a_change_under_way(qtbot: QtBot, flow: Flow, play: Play) -> None:
    dialog = play("run")
    qtbot.mouseClick(dialog.ready.improve, LEFT)
    outcome = dialog.outcome
    reach(qtbot, dialog, outcome)
    (run,) = runs(flow)
    evaluation = json.loads(run.evaluation_file.read_text())
    evaluation["verdict"]["offered"] = True
    run.evaluation_file.write_text(json.dumps(evaluation))
    write_tiny_folder(run.model)
    outcome.show_result(run, {})
    before = chosen(flow.workspace.folder)
    let_go = threading.Event()
    flow.jobs.long("Something before", "", lambda report: let_go.wait(20), lambda _: None)
    qtbot.mouseClick(outcome.use, LEFT)
    assert "being read with the new encoder" in outcome.progress.text()
    assert outcome.progress.isVisible()
    qtbot.mouseClick(outcome.keep, LEFT)
    assert dialog.page is dialog.ready
    let_go.set()
    qtbot.waitUntil(lambda: not flow.jobs.busy, timeout=PATIENCE)
    assert chosen(flow.workspace.folder) == before
    assert flow.features.improving.dialog is dialog


def test_a_run_is_deleted_only_when_confirmed(qtbot: QtBot, flow: Flow, play: Play) -> None:
    dialog = play("run")
    qtbot.mouseClick(dialog.ready.improve, LEFT)
    reach(qtbot, dialog, dialog.outcome)
    qtbot.mouseClick(dialog.outcome.keep, LEFT)
    listed = dialog.ready.runs
    qtbot.waitUntil(listed.delete.isEnabled, timeout=PATIENCE)
    for word, left in (("Cancel", 1), ("Delete", 0)):
        qtbot.mouseClick(listed.delete, LEFT)
        assert listed.question is not None
        assert "Delete the training of" in listed.question.text()
        assert len(runs(flow)) == 1
        for button in listed.question.buttons():
            if button.text().replace("&", "") == word:
                button.click()
        qtbot.waitUntil(lambda: len(runs(flow)) == left, timeout=PATIENCE)  # noqa: B023
