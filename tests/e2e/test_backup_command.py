"""`litmesh library backup` and `restore` as a user runs them."""

import subprocess
import sys
from pathlib import Path

from tests.e2e.test_command_line import Shell


def test_copy_damage_and_back(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    litmesh = Shell(folder)
    assert "there is no library" in litmesh("library", "backup", status=1).stderr.lower()
    assert "there is no backup yet" in litmesh("library", "restore").stdout
    (tmp_path / "one.ris").write_text("TY  - JOUR\nTI  - One\nER  - \n", encoding="utf-8")
    litmesh("import", str(tmp_path / "one.ris"))
    made = litmesh.json("library", "backup")
    name = Path(made["backup"]).name
    assert made["articles"] == 1
    (listed,) = litmesh.json("library", "restore")["backups"]
    assert (listed["name"], listed["articles"], listed["ours"]) == (name, 1, True)
    assert name in litmesh("library", "restore").stdout
    (folder / "library.db").write_bytes(b"no database any more " * 100)
    litmesh("search", "one", "--mode", "keyword", status=1)
    assert "no backup nothing.db" in litmesh("library", "restore", "nothing.db", status=1).stderr
    question = answer(folder, name, "n\n")
    assert question.returncode == 1
    assert "The library cannot be opened, the backup" in question.stderr
    assert answer(folder, name, "y\n").returncode == 0
    assert "One" in litmesh("search", "one", "--mode", "keyword").stdout
    back = litmesh.json("library", "restore", name, "--yes")
    assert Path(back["before"]).is_file()
    assert litmesh.json("library", "check")["problems"] == []


def answer(folder: Path, name: str, text: str) -> subprocess.CompletedProcess[str]:
    """Restore with this answer to the question."""
    command = [sys.executable, "-m", "desktop_app", "--library", str(folder), "library", "restore"]
    return subprocess.run([*command, name], input=text, capture_output=True, text=True)
