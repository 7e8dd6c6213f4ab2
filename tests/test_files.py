"""Files and folders that take their names in one step, also where a virus scanner looks first."""

import os
import shutil
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath

import pytest

from desktop_app import files
from desktop_app.encoders import hub
from desktop_app.library import migrate
from desktop_app.tasks import adopt_encoder, install_encoder, new_folder
from desktop_app.tasks.training.environment import installed, save_files


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
    ("path", "long"),
    [
        (PureWindowsPath(r"C:\Users\me"), r"\\?\C:\Users\me"),
        (PureWindowsPath(r"\\server\home\me"), r"\\?\UNC\server\home\me"),
        (PureWindowsPath(r"\\?\C:\Users\me"), r"\\?\C:\Users\me"),
        (PurePosixPath("/home/me"), "/home/me"),
    ],
)
def test_the_form_of_a_path_that_may_be_long(path: PurePath, long: str) -> None:
    assert str(files.long_form(path)) == long


def test_a_folder_with_a_file_that_is_held_is_removed_a_little_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused: list[Path] = []
    rmtree = shutil.rmtree

    def refusing(folder: Path) -> None:
        refused.append(folder)
        if len(refused) < 3:
            raise PermissionError(13, "It is being used by another process", str(folder))
        rmtree(folder)

    monkeypatch.setattr(shutil, "rmtree", refusing)
    monkeypatch.setattr(files, "_PAUSES", (0.0,) * 4)
    (tmp_path / "folder").mkdir()
    monkeypatch.setattr(files, "_WINDOWS", False)
    with pytest.raises(PermissionError):
        files.remove_folder(tmp_path / "folder")
    monkeypatch.setattr(files, "_WINDOWS", True)
    long = tmp_path / "long"
    monkeypatch.setattr(files, "long_form", lambda path: (tmp_path / "folder").rename(long))
    files.remove_folder(tmp_path / "folder")
    assert refused == [tmp_path / "folder", long, long]
    files.remove_folder(tmp_path / "folder")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "module", [adopt_encoder, hub, install_encoder, migrate, new_folder, save_files]
)
def test_whatever_takes_a_name_waits(module: object) -> None:
    text = Path(str(vars(module)["__file__"])).read_text(encoding="utf-8")
    assert "files.move(" in text
    assert "os.replace" not in text
    assert ".rename(" not in text


def test_an_environment_is_removed_by_its_long_form(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LITMESH_DATA_DIR", str(tmp_path))
    asked: list[Path] = []
    monkeypatch.setattr(files, "remove_folder", asked.append)
    home = tmp_path / "trainer"
    (home / "env-cpu-0123").mkdir(parents=True)
    assert installed.remove()
    assert asked == [home / "env-cpu-0123", home / "cache", home]
    assert not home.exists()
