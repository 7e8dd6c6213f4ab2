"""What a scanner holds for a moment is moved a moment later, on Windows; elsewhere it is told."""

import os
from pathlib import Path

import pytest

from trainer import moves
from trainer.moves import move, put_in_place


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Every path is refused twice; those that were asked for."""
    asked: list[Path] = []
    replace = os.replace

    def refusing(source: Path, target: Path) -> None:
        asked.append(source)
        if asked.count(source) <= 2:
            raise PermissionError(13, "Access is denied", source)
        replace(source, target)

    monkeypatch.setattr(os, "replace", refusing)
    monkeypatch.setattr(moves, "_FIRST_PAUSE", 0.001)
    return asked


def folder(path: Path, content: str) -> Path:
    path.mkdir()
    (path / "file").write_text(content)
    return path


def test_it_waits_for_the_scanner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: list[Path]
) -> None:
    monkeypatch.setattr(moves, "_WAITS", True)
    final = folder(tmp_path / "final", "old")
    put_in_place(folder(tmp_path / "new", "new"), final)
    assert (final / "file").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["final"]
    assert len(held) == 6  # the old one aside and the new one in, three times each


def test_it_does_not_wait_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: list[Path]
) -> None:
    monkeypatch.setattr(moves, "_WAITS", True)
    monkeypatch.setattr(moves, "_PATIENCE", -1)
    with pytest.raises(PermissionError):
        move(folder(tmp_path / "new", "new"), tmp_path / "final")


def test_elsewhere_a_refusal_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: list[Path]
) -> None:
    monkeypatch.setattr(moves, "_WAITS", False)
    new = folder(tmp_path / "new", "new")
    with pytest.raises(PermissionError):
        move(new, tmp_path / "final")
    assert held == [new]
