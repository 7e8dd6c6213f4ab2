"""`litmesh train` and `litmesh encoders` with the real trainer, on a small invented library."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.tasks.library_encoder import chosen
from desktop_app.tasks.training.run import Stage, past_runs
from tests.tasks.invented_library import QUICK, ROOT, make_world

STEPS = 240  # some seconds: Ctrl+C must come before the end, also on a busy machine
OPTIONS = [f"--option={name}={value}" for name, value in {**QUICK, "schedule.steps": STEPS}.items()]


def litmesh(*words: object, status: int = 0) -> str:
    """Run a command as a user does; what it printed."""
    arguments = [sys.executable, "-m", "desktop_app", *map(str, words)]
    run = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == status, run.stdout + run.stderr
    return run.stdout if status == 0 else run.stdout + run.stderr


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LITMESH_DATA_DIR", str(tmp_path / "data"))
    return make_world(tmp_path)


@pytest.fixture
def _hears_ctrl_c() -> Iterator[None]:
    """A shell makes what it starts in the background deaf to Ctrl+C, and children inherit that."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def interrupt(*words: object) -> int:
    """Start a training and press Ctrl+C after its first step; the exit status."""
    arguments = [sys.executable, "-m", "desktop_app", *map(str, words)]
    with subprocess.Popen(arguments, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("step 1 "):
                process.send_signal(signal.SIGINT)
        return process.wait(300)


@pytest.mark.timeout(1200)  # trained, stopped, gone on with: a minute and a half here
@pytest.mark.usefixtures("_hears_ctrl_c")
def test_train_stop_resume_use_and_go_back(library: Path) -> None:
    place = ("--library", library)
    assert "combined: can be trained" in litmesh("train", "--dry-run", *place)
    for wrong in ("nothing=1", "run=/elsewhere"):
        assert "There is no option" in litmesh("train", f"--option={wrong}", *place, status=1)
        dry = litmesh("train", "--dry-run", f"--option={wrong}", *place, status=1)
        assert "There is no option" in dry
    assert "cannot be trained" in litmesh("train", "--dry-run", "--base=no", *place, status=1)
    assert "--resume goes on" in litmesh("train", "--dry-run", "--resume=x", *place, status=2)
    assert not past_runs(library)
    words = OPTIONS
    if os.name != "nt":  # there is no Ctrl+C for one process there
        assert interrupt("train", *OPTIONS, *place) == 3
        (run,) = past_runs(library)
        assert run.state()["status"] == "stopped"
        assert 1 <= run.state()["step"] < STEPS
        moved = library.with_name("Moved")
        library.rename(moved)  # a run goes on wherever its library is
        library, place = moved, ("--library", moved)
        words = ["--resume", run.path.name]
    answer = json.loads(litmesh("train", *words, "--use", "--json", *place))
    (run,) = past_runs(library)
    assert run.stage is Stage.DONE
    assert [path.name for path in library.parent.glob("*") if (path / "training").is_dir()] == [
        library.name
    ]
    assert answer["offered"]
    assert answer["evaluation"]["verdict"]["gain"]["low"] > 0.3
    assert answer["encoder"] == chosen(library).encoder
    listed = litmesh("encoders", "list", *place)
    assert "* tiny-trained-" in listed
    assert "on My library" in listed
    found = json.loads(litmesh("search", "lay5word", "--json", *place))
    assert found["encoder"] == answer["encoder"]
    assert found["embedded"] == 320
    assert "cannot be removed" in litmesh("encoders", "remove", answer["encoder"], *place, status=1)
    assert "Searching with tiny-" in litmesh("encoders", "back", *place)
    litmesh("encoders", "remove", answer["encoder"], *place)
    verified = litmesh("encoders", "verify")
    assert "trained" not in verified
    assert verified.count("sound") == 2
