"""Shipped sources come with byte code that is used whatever the clock says."""

import os
import subprocess
import sys
from pathlib import Path

from installer.plain_python import compile_folder


def test_byte_code_is_taken_without_a_look_at_the_source(tmp_path: Path) -> None:
    package = tmp_path / "shipped"
    package.mkdir()
    (package / "one.py").write_text("print('compiled')\n", encoding="ascii")
    (package / "broken.py").write_text("print(\n", encoding="ascii")
    assert compile_folder(package) == 1
    (package / "one.py").write_text("print('source')\n", encoding="ascii")
    os.utime(package / "one.py", (1, 1))
    command = [sys.executable, "-B", "-c", "import shipped.one"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert run.stdout == "compiled\n"
    cached = next((package / "__pycache__").glob("one.*.pyc")).read_bytes()
    assert str(tmp_path).encode() not in cached
