"""The folder of a run: deleted whole and at once, whoever holds its files."""

import os
import shutil
from pathlib import Path

import pytest

from desktop_app import files
from desktop_app.errors import UserError
from desktop_app.tasks.training.run import (
    FOLDER,
    About,
    TrainingRun,
    open_run,
    past_runs,
    sweep,
    write_about,
)

HELD = PermissionError(13, "It is being used by another process")


@pytest.fixture
def run(tmp_path: Path) -> TrainingRun:
    path = tmp_path / FOLDER / "2026-01-02-030405"
    (path / "checkpoints").mkdir(parents=True)
    (path / "checkpoints" / "weights").write_text("gigabytes")
    write_about(path, About(*"abcdefgh"))
    return open_run(path)


def hold(monkeypatch: pytest.MonkeyPatch, module: object, name: str, times: int) -> None:
    """Let a function fail so many times, as Windows does while another program holds a file."""
    real, left = getattr(module, name), [None] * times

    def held(*words: object, **options: object) -> object:
        if left:
            left.pop()
            raise HELD
        return real(*words, **options)

    monkeypatch.setattr(files, "_WINDOWS", True)
    monkeypatch.setattr(files, "_PAUSES", (0.0,) * 4)
    monkeypatch.setattr(module, name, held)


@pytest.mark.parametrize(("module", "name"), [(os, "replace"), (os, "unlink")])
def test_a_run_whose_files_are_held_for_a_moment_is_deleted(
    module: object, name: str, run: TrainingRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(monkeypatch, module, name, 3)
    run.delete()
    assert list(run.path.parent.iterdir()) == []


def test_a_run_that_stays_held_stays_whole(
    run: TrainingRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(monkeypatch, os, "replace", 99)
    with pytest.raises(UserError, match="used by another process"):
        run.delete()
    assert past_runs(tmp_path) == [run]
    assert (run.path / "checkpoints" / "weights").exists()


def test_what_is_left_of_a_deleted_run_is_swept(
    run: TrainingRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        hold(patch, shutil, "rmtree", 99)
        with pytest.raises(UserError, match="used by another process"):
            run.delete()
    assert past_runs(tmp_path) == []
    assert list(run.path.parent.iterdir())
    write_about(run.path, run.about)
    sweep(tmp_path)
    assert list(run.path.parent.iterdir()) == [run.path]
    sweep(tmp_path / "a library without trainings")
