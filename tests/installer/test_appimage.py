"""The AppImage, as far as it can be tested without its tool: the folder that the tool is given."""

import shutil
import subprocess
from pathlib import Path

import pytest

from installer.linux import appimage
from tests.installer.stand_in_tools import path_with, put_tools


def bundle(tmp_path: Path) -> Path:
    """A stand-in for the frozen program."""
    folder = tmp_path / "litmesh"
    (folder / "_internal").mkdir(parents=True)
    program = folder / "litmesh"
    program.write_text('#!/bin/sh\necho "started from $(readlink -f "$0")"\n', encoding="utf-8")
    program.chmod(0o755)
    return folder


def test_without_its_tool_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit, match=r"appimagetool is missing.*or build the \.deb"):
        appimage.build(bundle(tmp_path), tmp_path / "out", "1.2.3")
    assert not (tmp_path / "out").exists()


def test_the_tool_is_given_a_folder_that_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = put_tools(tmp_path / "bin", (appimage.TOOL,))
    monkeypatch.setenv("PATH", path_with(tmp_path / "bin"))
    monkeypatch.setenv(appimage.RUNTIME, "/runtime")
    monkeypatch.setattr(appimage, "build_python", lambda: Path("python"))
    monkeypatch.setattr(appimage, "write_share", share)
    kept = tmp_path / "kept"
    finish = appimage.finish

    def finish_and_keep(folder: Path) -> None:
        finish(folder)
        shutil.copytree(folder, kept, symlinks=True)

    monkeypatch.setattr(appimage, "finish", finish_and_keep)
    image = appimage.build(bundle(tmp_path), tmp_path / "out", "1.2.3")
    assert image.read_text(encoding="utf-8") == "image\n"
    assert image.name.startswith("litmesh-1.2.3-")
    assert "--runtime-file /runtime" in log.read_text(encoding="utf-8")
    run = subprocess.run([kept / "AppRun"], capture_output=True, text=True, check=True)
    assert run.stdout == f"started from {kept}/usr/lib/litmesh/litmesh\n"
    assert (kept / "litmesh.desktop").read_text(encoding="utf-8") == "an entry"
    assert b"<svg" in (kept / ".DirIcon").read_bytes()


def test_a_tool_that_fails_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_tools(tmp_path / "bin", (appimage.TOOL,), failing=appimage.TOOL)
    monkeypatch.setenv("PATH", path_with(tmp_path / "bin"))
    monkeypatch.setattr(appimage, "build_python", lambda: Path("python"))
    monkeypatch.setattr(appimage, "write_share", share)
    with pytest.raises(SystemExit, match="appimagetool failed"):
        appimage.build(bundle(tmp_path), tmp_path / "out", "1.2.3")


def share(folder: Path, python: Path) -> None:
    """The menu entry alone; the real one draws icons with the building environment."""
    entry = folder / "applications" / "litmesh.desktop"
    entry.parent.mkdir(parents=True)
    entry.write_text("an entry", encoding="utf-8")
