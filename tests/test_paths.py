"""Where things are: what a variable names, and what of it can be used."""

from pathlib import Path

import pytest

from desktop_app import paths


def test_a_trainer_that_cannot_be_looked_at_counts_as_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = tmp_path / "python"
    python.touch()
    monkeypatch.setenv("LITMESH_TRAINER_PYTHON", str(python))
    assert paths.trainer_python() == python
    monkeypatch.setenv("LITMESH_TRAINER_PYTHON", str(tmp_path / ("x" * 5000)))
    assert paths.trainer_python() is None  # the system refuses to look there
