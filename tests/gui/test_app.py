"""The program from the outside: what it imports, the picture it takes, how it fails."""

import os
import subprocess
import sys
from pathlib import Path

from PySide6.QtGui import QImage

from desktop_app.library.library import Library
from tests.gui.conftest import MakeLibrary
from tests.gui.records_xml import RECORDS

START = (
    "import sys; from pathlib import Path; from desktop_app.app import run; "
    "sys.exit(run(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])))"
)


def start(*words: str, timeout: int = 200) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", *words],
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONIOENCODING": "utf-8"},
    )


def test_importing_the_window_loads_nothing_heavy() -> None:
    heavy = ("torch", "onnxruntime", "sqlalchemy", "alembic", "hnswlib", "lxml", "tokenizers")
    code = f"import sys, desktop_app.app; print([m for m in {heavy!r} if m in sys.modules])"
    done = start(code)
    assert done.stdout.strip() == "[]", done.stderr


def test_a_picture_is_taken_and_the_hits_are_printed(
    make_library: MakeLibrary, default_encoder_folder: Path, tmp_path: Path
) -> None:
    picture = tmp_path / "deep" / "window.png"
    done = start(START, str(make_library()), "asthma in children", str(picture))
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert "of 8 articles" in lines[0]
    assert RECORDS[2].title in lines[1]
    assert "PMID 103" in lines[1]
    image = QImage(str(picture))
    assert (image.width(), image.height()) == (1440, 900)
    shades = {image.pixel(x, y) for x in range(0, 1440, 9) for y in range(0, 900, 9)}
    assert len(shades) > 20  # it shows something


def test_a_library_that_cannot_be_opened_ends_with_one(
    make_library: MakeLibrary, tmp_path: Path
) -> None:
    folder = make_library()
    with Library.open(folder):
        done = start(START, str(folder), "asthma", str(tmp_path / "x.png"))
    assert done.returncode == 1
    assert "already open" in done.stderr
    assert not (tmp_path / "x.png").exists()
