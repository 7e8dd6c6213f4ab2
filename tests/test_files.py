"""Files and folders that take their names in one step, also where a virus scanner looks first."""

import os
from pathlib import Path

import pytest

from desktop_app import files
from desktop_app.encoders import hub
from desktop_app.library import migrate
from desktop_app.tasks import adopt_encoder, install_encoder, new_folder
from desktop_app.tasks.training.environment import save_files


class Scanner:
    """Holds a file for some attempts, as a scanner does that looks into what was just written."""

    def __init__(self, attempts: int, monkeypatch: pytest.MonkeyPatch) -> None:
        self.left = attempts
        self._replace = os.replace
        monkeypatch.setattr(os, "replace", self)
        monkeypatch.setattr(files, "_PAUSES", (0.0,) * 4)

    def __call__(self, source: Path, target: Path) -> None:
        self.left -= 1
        if self.left >= 0:
            raise PermissionError(13, "Access is denied", str(source))
        self._replace(source, target)


def test_on_windows_a_file_that_is_held_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_WINDOWS", True)
    (tmp_path / "old").write_text("old")
    Scanner(2, monkeypatch)
    files.write_text(tmp_path / "old", "new")
    assert (tmp_path / "old").read_text() == "new"
    Scanner(2, monkeypatch)
    with new_folder.appearing(tmp_path / "folder") as part:
        (part / "inside").touch()
    assert (tmp_path / "folder" / "inside").exists()
    assert {path.name for path in tmp_path.iterdir()} == {"old", "folder"}


def test_a_file_that_stays_held_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_WINDOWS", True)
    held = Scanner(10, monkeypatch)
    with pytest.raises(PermissionError):
        files.move(tmp_path / "one", tmp_path / "two")
    assert held.left == 5
    with pytest.raises(FileExistsError):
        files.move(tmp_path / "one", tmp_path)
    assert held.left == 5  # nobody waits for that


def test_elsewhere_a_refusal_is_told_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_WINDOWS", False)
    held = Scanner(10, monkeypatch)
    with pytest.raises(PermissionError):
        files.move(tmp_path / "one", tmp_path / "two")
    assert held.left == 9


@pytest.mark.parametrize(
    "module", [adopt_encoder, hub, install_encoder, migrate, new_folder, save_files]
)
def test_whatever_takes_a_name_waits(module: object) -> None:
    text = Path(str(vars(module)["__file__"])).read_text(encoding="utf-8")
    assert "files.move(" in text
    assert "os.replace" not in text
    assert ".rename(" not in text
