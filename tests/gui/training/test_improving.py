"""“Improve search on my library” with a scripted trainer: every way in which a run can go."""

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop_app.gui.flow import Flow
from desktop_app.gui.training.running_page import RunningPage
from desktop_app.tasks.training.run import FOLDER, Stage, TrainingRun, past_runs
from tests.gui.conftest import MakeLibrary
from tests.gui.training.conftest import LEFT, PATIENCE, Play, line, reach, runs
from trainer.protocol import Advanced


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
    qtbot.waitUntil(lambda: bool(dialog.trouble.text()), timeout=PATIENCE)
    assert words in dialog.trouble.text()
    assert dialog.page is dialog.ready
    (run,) = runs(flow)
    assert run.stage is Stage.TRAIN
    qtbot.waitUntil(dialog.ready.runs.resume.isEnabled, timeout=PATIENCE)


def test_stop_saves_and_resume_goes_on_with_the_curves(
    qtbot: QtBot, flow: Flow, play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = play("slow")
    qtbot.mouseClick(dialog.ready.improve, LEFT)
    loss = dialog.running.plots.points["loss"]
    qtbot.waitUntil(lambda: len(loss) == 5, timeout=PATIENCE)
    assert "step 5 of 20" in dialog.running.heading.text()
    qtbot.mouseClick(dialog.running.stop, LEFT)
    assert dialog.running.heading.text() == "Saving and stopping…"
    reach(qtbot, dialog, dialog.ready)
    assert "Saved and stopped" in dialog.trouble.text()
    qtbot.waitUntil(dialog.ready.runs.resume.isEnabled, timeout=PATIENCE)
    assert "stopped at step 5" in line(dialog.ready.runs.list).text(3)
    monkeypatch.setenv("LITMESH_TEST_SCRIPT", "run")
    qtbot.mouseClick(dialog.ready.runs.resume, LEFT)
    reach(qtbot, dialog, dialog.outcome)
    assert sorted(dialog.running.plots.points["loss"]) == list(range(1, 21))


def note_deleters(monkeypatch: pytest.MonkeyPatch) -> set[threading.Thread]:
    """The threads in which runs are deleted from now on."""
    threads: set[threading.Thread] = set()
    delete = TrainingRun.delete

    def noting(run: TrainingRun) -> None:
        threads.add(threading.current_thread())
        delete(run)

    monkeypatch.setattr(TrainingRun, "delete", noting)
    return threads


def test_one_that_does_not_listen_is_killed(qtbot: QtBot, flow: Flow, play: Play) -> None:
    dialog = play("deaf")
    qtbot.mouseClick(dialog.ready.improve, LEFT)
    process = flow.features.improving
    qtbot.waitUntil(lambda: len(dialog.running.plots.points["loss"]) == 20, timeout=PATIENCE)
    assert process.process is not None
    process.process.set_grace(50)
    qtbot.mouseClick(dialog.running.stop, LEFT)
    reach(qtbot, dialog, dialog.ready)
    assert not process.busy


def test_cancel_asks_and_throws_the_run_away(
    qtbot: QtBot, flow: Flow, play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    deleters = note_deleters(monkeypatch)
    dialog = play("slow")
    trainings = flow.workspace.folder / FOLDER
    (trainings / ".2026-01-02-030405.removed").mkdir(parents=True)  # deleted by halves
    qtbot.mouseClick(dialog.ready.improve, LEFT)
    qtbot.waitUntil(lambda: len(dialog.running.plots.points["loss"]) == 5, timeout=PATIENCE)
    qtbot.mouseClick(dialog.running.cancel, LEFT)
    assert flow.features.improving.busy
    qtbot.mouseClick(dialog.running.go_on, LEFT)
    assert dialog.running.stop.isVisible()
    qtbot.mouseClick(dialog.running.cancel, LEFT)
    qtbot.mouseClick(dialog.running.throw_away, LEFT)
    reach(qtbot, dialog, dialog.ready)
    qtbot.waitUntil(lambda: runs(flow) == [], timeout=PATIENCE)
    assert not deleters & {threading.main_thread()}
    qtbot.waitUntil(lambda: list(trainings.iterdir()) == [], timeout=PATIENCE)


def test_a_look_that_was_stopped_says_so_and_is_made_again(
    qtbot: QtBot, flow: Flow, play: Play
) -> None:
    qtbot.waitUntil(lambda: flow.workspace.session is not None, timeout=PATIENCE)
    qtbot.waitUntil(lambda: not flow.jobs.busy, timeout=PATIENCE)
    let_go = threading.Event()
    flow.jobs.long("Something before", "", lambda report: let_go.wait(20), lambda _: None)
    flow.window.menu.improve_wanted.emit()
    dialog = flow.features.improving.dialog
    assert dialog is not None
    assert dialog.ready.state.text() == "Waiting for the work on the library to end…"
    flow.jobs.cancel_all()
    let_go.set()
    qtbot.waitUntil(lambda: not flow.jobs.busy, timeout=PATIENCE)
    qtbot.waitUntil(lambda: "It was stopped" in dialog.ready.state.text(), timeout=PATIENCE)
    flow.window.menu.improve_wanted.emit()
    qtbot.waitUntil(lambda: dialog.ready.looked, timeout=PATIENCE)


def test_a_stop_after_the_last_step_begins_no_other_stage(
    qtbot: QtBot, flow: Flow, play: Play
) -> None:
    dialog = play("late")
    qtbot.mouseClick(dialog.ready.improve, LEFT)
    qtbot.waitUntil(lambda: len(dialog.running.plots.points["loss"]) == 20, timeout=PATIENCE)
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
    qtbot.waitUntil(lambda: "the driver went away" in dialog.trouble.text(), timeout=PATIENCE)
    qtbot.waitUntil(dialog.ready.runs.resume.isEnabled, timeout=PATIENCE)
    monkeypatch.setenv("LITMESH_TEST_SCRIPT", "killed")
    qtbot.mouseClick(dialog.ready.runs.resume, LEFT)
    qtbot.waitUntil(lambda: "Perhaps the memory" in dialog.trouble.text(), timeout=PATIENCE)
    assert "driver" not in dialog.trouble.text()


def test_escape_closes_the_window_and_it_opens_again(qtbot: QtBot, flow: Flow, play: Play) -> None:
    dialog = play("run")
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert flow.features.improving.dialog is None
    flow.window.menu.improve_wanted.emit()
    again = flow.features.improving.dialog
    assert again is not None
    qtbot.waitUntil(again.ready.improve.isEnabled, timeout=PATIENCE)


@pytest.mark.parametrize("what", ["dialog", "window", "escape"])
def test_closing_while_it_runs_leaves_a_run_to_resume(
    qtbot: QtBot, flow: Flow, play: Play, what: str
) -> None:
    dialog = play("slow")
    qtbot.mouseClick(dialog.ready.improve, LEFT)
    qtbot.waitUntil(lambda: len(dialog.running.plots.points["loss"]) == 5, timeout=PATIENCE)
    if what == "escape":
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    else:
        (dialog if what == "dialog" else flow.window).close()
    qtbot.waitUntil(lambda: not flow.features.improving.busy, timeout=PATIENCE)
    (run,) = runs(flow)
    assert run.state() == {"status": "stopped", "step": 5}
    assert run.stage is Stage.TRAIN


@pytest.mark.parametrize("too_late", [False, True])
@pytest.mark.parametrize("what", ["stop", "throw away", "close"])
def test_stopped_while_its_training_set_is_written_nothing_is_left(
    qtbot: QtBot, flow: Flow, play: Play, monkeypatch: pytest.MonkeyPatch, what: str, too_late: bool
) -> None:
    dialog, improving = play("run"), flow.features.improving
    let_go, long, deleters = threading.Event(), flow.jobs.long, note_deleters(monkeypatch)
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
    assert not deleters & {threading.main_thread()}
    qtbot.waitUntil(dialog.ready.improve.isEnabled, timeout=PATIENCE)


def test_a_training_belongs_to_its_library(
    qtbot: QtBot, flow: Flow, play: Play, make_library: MakeLibrary
) -> None:
    dialog, improving = play("slow"), flow.features.improving
    first = flow.workspace.folder
    qtbot.mouseClick(dialog.ready.improve, LEFT)
    qtbot.waitUntil(lambda: len(dialog.running.plots.points["loss"]) == 5, timeout=PATIENCE)
    flow.open_library(make_library(name="other"))
    qtbot.waitUntil(lambda: improving.dialog is None and not improving.busy, timeout=PATIENCE)
    (run,) = past_runs(first)
    assert run.state() == {"status": "stopped", "step": 5}
    improving._show_again(run)  # the button of a message from before
    assert improving.dialog is None
    assert "open that one first" in flow.window.message_bar.label.text()


def test_without_a_runtime_it_says_what_to_do(
    qtbot: QtBot, flow: Flow, runtime: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LITMESH_TRAINER_PYTHON", str(runtime.with_name("nothing")))
    qtbot.waitUntil(lambda: flow.workspace.session is not None, timeout=PATIENCE)
    flow.window.menu.improve_wanted.emit()
    dialog = flow.features.improving.dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: "not installed" in dialog.ready.state.text(), timeout=PATIENCE)
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
