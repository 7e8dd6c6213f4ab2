"""`install-user.sh` with a stand-in for the program, in a home of its own."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from installer.linux import desktop
from installer.linux.tarball import SCRIPT

pytestmark = pytest.mark.skipif(os.name != "posix", reason="a script for Linux")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """What the archive unpacks to, with a program that says its version."""
    folder = tmp_path / "litmesh-1"
    make_program(folder, "one")
    for name, place in {
        "litmesh.desktop": "applications/litmesh.desktop",
        "litmesh-mime.xml": "mime/packages/litmesh.xml",
        "litmesh.1": "man/man1/litmesh.1",
    }.items():
        target = folder / "share" / place
        target.parent.mkdir(parents=True)
        target.write_text(desktop.rendered(name), encoding="utf-8")
    shutil.copy(SCRIPT, folder)
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a space and a library in it."""
    library = tmp_path / "my home" / ".local" / "share" / "Litmesh" / "library"
    library.mkdir(parents=True)
    (library / "library.db").write_text("the user's", encoding="ascii")
    return tmp_path / "my home"


def make_program(folder: Path, says: str) -> None:
    (folder / "litmesh").mkdir(parents=True, exist_ok=True)
    program = folder / "litmesh" / "litmesh"
    program.write_text(f"#!/bin/sh\necho {says}\n", encoding="ascii")
    program.chmod(0o755)


def run(script: Path, home: Path, *words: str, status: int = 0) -> str:
    """Run the script as a user with this home; what it said."""
    variables = {"HOME": str(home), "PATH": "/usr/bin:/bin", "LITMESH_AS_ROOT": "1"}
    command = ["sh", str(script), *words]
    done = subprocess.run(command, env=variables, capture_output=True, text=True)
    assert done.returncode == status, done.stdout + done.stderr
    assert not done.stderr
    return done.stdout


def files(home: Path) -> set[str]:
    """All files and links below a home."""
    return {p.relative_to(home).as_posix() for p in home.rglob("*") if not p.is_dir()}


def test_install_upgrade_uninstall(archive: Path, home: Path) -> None:
    before = files(home)
    run(archive / "install-user.sh", home)
    command = home / ".local" / "bin" / "litmesh"
    assert subprocess.check_output([str(command)], text=True) == "one\n"
    make_program(archive, "two")
    (archive / "share" / "man" / "man1" / "litmesh.1").unlink()
    run(archive / "install-user.sh", home)
    assert subprocess.check_output([str(command)], text=True) == "two\n"
    assert not (home / ".local/share/man/man1/litmesh.1").exists(), "the old version had it"
    said = run(home / ".local/opt/litmesh/install-user.sh", home, "--uninstall")
    assert str(home / ".local/share/Litmesh") in said
    assert files(home) == before
    assert (home / ".local/share/Litmesh/library/library.db").read_text() == "the user's"


def test_menu_entry_names_the_program_by_its_whole_path(archive: Path, home: Path) -> None:
    run(archive / "install-user.sh", home)
    entry = (home / ".local/share/applications/litmesh.desktop").read_text(encoding="utf-8")
    assert f'Exec="{home}/.local/opt/litmesh/litmesh" open %F\n' in entry
    assert f"TryExec={home}/.local/opt/litmesh/litmesh\n" in entry


def test_other_files_of_the_user_stay(archive: Path, home: Path) -> None:
    others = [home / ".local/share/applications/other.desktop", home / ".local/bin/other"]
    for path in others:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("[Desktop Entry]\nType=Application\nName=Other\nExec=true\n")
    run(archive / "install-user.sh", home)
    run(home / ".local/opt/litmesh/install-user.sh", home, "--uninstall")
    assert all(path.exists() for path in others)


def test_an_incomplete_archive_changes_nothing(archive: Path, home: Path) -> None:
    before = files(home)
    shutil.rmtree(archive / "litmesh")
    assert "unpack the whole archive" in run(archive / "install-user.sh", home, status=1)
    assert files(home) == before


def test_what_is_not_installed_is_not_removed(archive: Path, home: Path) -> None:
    assert "not installed" in run(archive / "install-user.sh", home, "--uninstall", status=1)
    assert "Usage" in run(archive / "install-user.sh", home, "--help", status=2)


def test_script_has_no_known_mistakes() -> None:
    if not shutil.which("shellcheck"):
        pytest.skip("shellcheck is not installed")
    assert subprocess.run(["shellcheck", str(SCRIPT)]).returncode == 0
