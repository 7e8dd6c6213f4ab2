"""“Improve search on my library” with a scripted trainer: every way in which a run can go."""

import json
import os
import shutil
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.encoders.onnx_encoder import OnnxEncoder
from desktop_app.gui.flow import Flow
from desktop_app.gui.training.improve_dialog import ImproveDialog
from desktop_app.gui.training.running_page import RunningPage
from desktop_app.library.library import Library
from desktop_app.tasks.index_library import index_library
from desktop_app.tasks.library_encoder import chosen
from desktop_app.tasks.training.run import Stage, TrainingRun, past_runs
from tests.encoders.tiny_encoder import write_tiny_folder
from tests.gui.conftest import MakeLibrary, OpenWindow
from tests.tasks.invented_library import write_library
from trainer.protocol import Advanced

LEFT = Qt.MouseButton.LeftButton
SCRIPT = Path(__file__).with_name("scripted_trainer.py")
Play = Callable[[str], ImproveDialog]
_PATIENCE = 30_000


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
        qtbot.waitUntil(lambda: flow.workspace.session is not None, timeout=_PATIENCE)
        flow.window.menu.improve_wanted.emit()
        dialog = flow.features.improving.dialog
        assert dialog is not None
        qtbot.waitUntil(dialog.ready.improve.isEnabled, timeout=_PATIENCE)
        return dialog

    return begin


def runs(flow: Flow) -> list[TrainingRun]:
    return list(past_runs(flow.workspace.folder))


def line(view: QTreeWidget, row: int = 0) -> QTreeWidgetItem:
    item = view.topLevelItem(row)
    assert item is not None
    return item


def reach(qtbot: QtBot, dialog: ImproveDialog, page: QWidget) -> None:
    qtbot.waitUntil(lambda: dialog.page is page, timeout=_PATIENCE)


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
    qtbot.waitUntil(lambda: dialog.ready.runs.list.topLevelItemCount() == 1, timeout=_PATIENCE)
    assert "no improvement" in line(dialog.ready.runs.list).text(3)
    dialog.outcome.use_wanted.emit(run)  # whoever asks for it
    qtbot.waitUntil(lambda: "no improvement" in flow.window.message_bar.label.text())
    assert not (flow.workspace.folder / "encoder.json").exists()


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("silent", "without a word"),
        ("crash", "the driver went away"),
        ("full", "The disk is full"),
    ],
)
def test_a_run_that_fails_says_why(
    qtbot: QtBot, flow: Flow, play: Play, script: str, words: str
) -> None:
    dialog = play(script)
    qtbot.mouseClick(dialog.ready.improve, LEFT)
    qtbot.waitUntil(lambda: bool(dialog.trouble.text()), timeout=_PATIENCE)
    assert words in dialog.trouble.text()
    assert dialog.page is dialog.ready
    (run,) = runs(flow)
    assert run.stage is Stage.TRAIN
    qtbot.waitUntil(dialog.ready.runs.resume.isEnabled, timeout=_PATIENCE)


def test_stop_saves_and_resume_goes_on_with_the_curves(
    qtbot: QtBot, flow: Flow, play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = play("slow")
    qtbot.mouseClick(dialog.ready.improve, LEFT)
    loss = dialog.running.plots.points["loss"]
    qtbot.waitUntil(lambda: len(loss) == 5, timeout=_PATIENCE)
    assert "step 5 of 20" in dialog.running.heading.text()
    qtbot.mouseClick(dialog.running.stop, LEFT)
    assert dialog.running.heading.text() == "Saving and stopping…"
    reach(qtbot, dialog, dialog.ready)
    assert "Saved and stopped" in dialog.trouble.text()
    qtbot.waitUntil(dialog.ready.runs.resume.isEnabled, timeout=_PATIENCE)
    assert "stopped at step 5" in line(dialog.ready.runs.list).text(3)
    monkeypatch.setenv("LITMESH_TEST_SCRIPT", "run")
    qtbot.mouseClick(dialog.ready.runs.resume, LEFT)
    reach(qtbot, dialog, dialog.outcome)
    assert sorted(dialog.running.plots.points["loss"]) == list(range(1, 21))


def test_one_that_does_not_listen_is_killed(qtbot: QtBot, flow: Flow, play: Play) -> None:
    dialog = play("deaf")
    qtbot.mouseClick(dialog.ready.improve, LEFT)
    process = flow.features.improving
    qtbot.waitUntil(lambda: len(dialog.running.plots.points["loss"]) == 20, timeout=_PATIENCE)
    assert process.process is not None
    process.process.set_grace(50)
    qtbot.mouseClick(dialog.running.stop, LEFT)
    reach(qtbot, dialog, dialog.ready)
    assert not process.busy


def test_cancel_asks_and_throws_the_run_away(qtbot: QtBot, flow: Flow, play: Play) -> None:
    dialog = play("slow")
    qtbot.mouseClick(dialog.ready.improve, LEFT)
    qtbot.waitUntil(lambda: len(dialog.running.plots.points["loss"]) == 5, timeout=_PATIENCE)
    qtbot.mouseClick(dialog.running.cancel, LEFT)
    assert flow.features.improving.busy
    qtbot.mouseClick(dialog.running.go_on, LEFT)
    assert dialog.running.stop.isVisible()
    qtbot.mouseClick(dialog.running.cancel, LEFT)
    qtbot.mouseClick(dialog.running.throw_away, LEFT)
    reach(qtbot, dialog, dialog.ready)
    assert runs(flow) == []


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
    qtbot.waitUntil(lambda: listed.topLevelItemCount() == 1, timeout=_PATIENCE)
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
    qtbot.waitUntil(lambda: not flow.jobs.busy, timeout=_PATIENCE)
    assert chosen(flow.workspace.folder) == before
    assert flow.features.improving.dialog is dialog


def test_a_run_is_deleted_only_when_confirmed(qtbot: QtBot, flow: Flow, play: Play) -> None:
    dialog = play("run")
    qtbot.mouseClick(dialog.ready.improve, LEFT)
    reach(qtbot, dialog, dialog.outcome)
    qtbot.mouseClick(dialog.outcome.keep, LEFT)
    listed = dialog.ready.runs
    qtbot.waitUntil(listed.delete.isEnabled, timeout=_PATIENCE)
    for word, left in (("Cancel", 1), ("Delete", 0)):
        qtbot.mouseClick(listed.delete, LEFT)
        assert listed.question is not None
        assert "Delete the training of" in listed.question.text()
        assert len(runs(flow)) == 1
        for button in listed.question.buttons():
            if button.text().replace("&", "") == word:
                button.click()
        qtbot.waitUntil(lambda: len(runs(flow)) == left, timeout=_PATIENCE)  # noqa: B023


def test_a_look_that_was_stopped_says_so_and_is_made_again(
    qtbot: QtBot, flow: Flow, play: Play
) -> None:
    qtbot.waitUntil(lambda: flow.workspace.session is not None, timeout=_PATIENCE)
    qtbot.waitUntil(lambda: not flow.jobs.busy, timeout=_PATIENCE)
    let_go = threading.Event()
    flow.jobs.long("Something before", "", lambda report: let_go.wait(20), lambda _: None)
    flow.window.menu.improve_wanted.emit()
    dialog = flow.features.improving.dialog
    assert dialog is not None
    assert dialog.ready.state.text() == "Waiting for the work on the library to end…"
    flow.jobs.cancel_all()
    let_go.set()
    qtbot.waitUntil(lambda: not flow.jobs.busy, timeout=_PATIENCE)
    qtbot.waitUntil(lambda: "It was stopped" in dialog.ready.state.text(), timeout=_PATIENCE)
    flow.window.menu.improve_wanted.emit()
    qtbot.waitUntil(lambda: dialog.ready.looked, timeout=_PATIENCE)


def test_a_stop_after_the_last_step_begins_no_other_stage(
    qtbot: QtBot, flow: Flow, play: Play
) -> None:
    dialog = play("late")
    qtbot.mouseClick(dialog.ready.improve, LEFT)
    qtbot.waitUntil(lambda: len(dialog.running.plots.points["loss"]) == 20, timeout=_PATIENCE)
    qtbot.mouseClick(dialog.running.stop, LEFT)
    reach(qtbot, dialog, dialog.ready)
    assert not flow.features.improving.busy
    assert "Saved and stopped" in dialog.trouble.text()
    (run,) = runs(flow)
    assert run.stage is Stage.EVALUATE
    assert not run.evaluation_file.exists()


def test_one_that_the_system_ends_is_not_blamed_on_an_older_line(
    qtbot: QtBot, flow: Flow, play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = play("crash")
    qtbot.mouseClick(dialog.ready.improve, LEFT)
    qtbot.waitUntil(lambda: "the driver went away" in dialog.trouble.text(), timeout=_PATIENCE)
    qtbot.waitUntil(dialog.ready.runs.resume.isEnabled, timeout=_PATIENCE)
    monkeypatch.setenv("LITMESH_TEST_SCRIPT", "killed")
    qtbot.mouseClick(dialog.ready.runs.resume, LEFT)
    qtbot.waitUntil(lambda: "Perhaps the memory" in dialog.trouble.text(), timeout=_PATIENCE)
    assert "driver" not in dialog.trouble.text()


def test_escape_closes_the_window_and_it_opens_again(qtbot: QtBot, flow: Flow, play: Play) -> None:
    dialog = play("run")
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert flow.features.improving.dialog is None
    flow.window.menu.improve_wanted.emit()
    again = flow.features.improving.dialog
    assert again is not None
    qtbot.waitUntil(again.ready.improve.isEnabled, timeout=_PATIENCE)


@pytest.mark.parametrize("what", ["dialog", "window", "escape"])
def test_closing_while_it_runs_leaves_a_run_to_resume(
    qtbot: QtBot, flow: Flow, play: Play, what: str
) -> None:
    dialog = play("slow")
    qtbot.mouseClick(dialog.ready.improve, LEFT)
    qtbot.waitUntil(lambda: len(dialog.running.plots.points["loss"]) == 5, timeout=_PATIENCE)
    if what == "escape":
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    else:
        (dialog if what == "dialog" else flow.window).close()
    qtbot.waitUntil(lambda: not flow.features.improving.busy, timeout=_PATIENCE)
    (run,) = runs(flow)
    assert run.state() == {"status": "stopped", "step": 5}
    assert run.stage is Stage.TRAIN


@pytest.mark.parametrize("too_late", [False, True])
@pytest.mark.parametrize("what", ["stop", "throw away", "close"])
def test_stopped_while_its_training_set_is_written_nothing_is_left(
    qtbot: QtBot, flow: Flow, play: Play, monkeypatch: pytest.MonkeyPatch, what: str, too_late: bool
) -> None:
    dialog, improving = play("run"), flow.features.improving
    let_go, long = threading.Event(), flow.jobs.long
    flow.jobs.long("Something before", "", lambda report: let_go.wait(20), lambda _: None)
    if too_late:  # the last article was written when it was pressed
        monkeypatch.setattr(flow.jobs, "long", lambda *words: (long(*words), lambda: None)[1])
    qtbot.mouseClick(dialog.ready.improve, LEFT)
    assert dialog.page is dialog.running
    assert improving.busy
    if what == "close":
        dialog.close()
    elif what == "stop":
        qtbot.mouseClick(dialog.running.stop, LEFT)
    else:
        qtbot.mouseClick(dialog.running.cancel, LEFT)
        qtbot.mouseClick(dialog.running.throw_away, LEFT)
    if what == "close":
        flow.window.menu.improve_wanted.emit()
        assert improving.dialog is not None
        dialog = improving.dialog
    assert dialog.running.heading.text() == "Saving and stopping…"
    let_go.set()
    reach(qtbot, dialog, dialog.ready)
    assert not improving.busy
    assert runs(flow) == []
    qtbot.waitUntil(dialog.ready.improve.isEnabled, timeout=_PATIENCE)


def test_a_training_belongs_to_its_library(
    qtbot: QtBot, flow: Flow, play: Play, make_library: MakeLibrary
) -> None:
    dialog, improving = play("slow"), flow.features.improving
    first = flow.workspace.folder
    qtbot.mouseClick(dialog.ready.improve, LEFT)
    qtbot.waitUntil(lambda: len(dialog.running.plots.points["loss"]) == 5, timeout=_PATIENCE)
    flow.open_library(make_library(name="other"))
    qtbot.waitUntil(lambda: improving.dialog is None and not improving.busy, timeout=_PATIENCE)
    (run,) = past_runs(first)
    assert run.state() == {"status": "stopped", "step": 5}
    improving._show_again(run)  # the button of a message from before
    assert improving.dialog is None
    assert "open that one first" in flow.window.message_bar.label.text()


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

    qtbot.waitUntil(lambda: struck() == [False, True, False, False, False], timeout=_PATIENCE)
    if how == "window":
        return
    flow.window.menu.improve_wanted.emit()
    again = flow.features.improving.dialog
    assert again is not None
    qtbot.waitUntil(again.ready.runs.resume.isEnabled, timeout=_PATIENCE)
    qtbot.mouseClick(again.ready.runs.resume, LEFT)
    reach(qtbot, again, again.pairs)
    assert "4 of 5 pairs will be used" in again.pairs.state.text()
    qtbot.mouseClick(again.pairs.train, LEFT)
    reach(qtbot, again, again.outcome)
    assert struck() == [False, True, False, False, False]
    qtbot.mouseClick(again.outcome.keep, LEFT)
    qtbot.waitUntil(again.ready.improve.isEnabled, timeout=_PATIENCE)
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
    assert runs(flow) == []


def test_without_a_runtime_it_says_what_to_do(
    qtbot: QtBot, flow: Flow, runtime: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LITMESH_TRAINER_PYTHON", str(runtime.with_name("nothing")))
    qtbot.waitUntil(lambda: flow.workspace.session is not None, timeout=_PATIENCE)
    flow.window.menu.improve_wanted.emit()
    dialog = flow.features.improving.dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: "not installed" in dialog.ready.state.text(), timeout=_PATIENCE)
    assert not dialog.ready.improve.isEnabled()


def test_a_wrong_option_is_refused_in_words(qtbot: QtBot, flow: Flow, play: Play) -> None:
    dialog = play("run")
    dialog.ready.options.toggle.setChecked(True)
    field = dialog.ready.options.fields["batch.size"]
    field.setText("1")  # type: ignore[union-attr]
    qtbot.mouseClick(dialog.ready.improve, LEFT)
    assert "must be from 2" in dialog.trouble.text()
    assert runs(flow) == []


def test_the_learning_rate_is_left_to_the_recipe(play: Play) -> None:
    options = play("run").ready.options
    options.toggle.setChecked(True)
    field = options.fields["schedule.learning_rate"]
    assert (field.text(), options.changes()) == ("", {})  # type: ignore[union-attr]
    field.setText("0.0002")  # type: ignore[union-attr]
    assert options.changes() == {"schedule.learning_rate": 0.0002}


def test_a_comparison_tells_how_far_it_is(qtbot: QtBot) -> None:
    page = RunningPage()
    qtbot.addWidget(page)
    page.show_stage(Stage.EVALUATE)
    assert page.bar.maximum() == 0  # nobody knows yet
    page.show_event(Advanced("evaluate", 64, 2560))
    assert (page.bar.value(), page.bar.maximum()) == (64, 2560)
    assert page.details.text() == "64 of 2,560 texts read"
