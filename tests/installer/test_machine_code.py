"""Libraries that need a newer processor than x86-64-v2 are found by disassembly."""

import platform
import shutil
import subprocess
from pathlib import Path

import pytest

from installer.machine_code import check_ours, wide_instructions

pytestmark = pytest.mark.skipif(
    platform.machine() != "x86_64" or not shutil.which("gcc") or not shutil.which("objdump"),
    reason="needs an x86-64 machine with gcc and objdump",
)
SOURCE = """
float dot(const float *a, const float *b, int n) {
    float sum = 0;
    for (int i = 0; i < n; i++) sum += a[i] * b[i];
    return sum;
}
"""


def compiled(folder: Path, *options: str) -> Path:
    """A library of one function, compiled for a processor."""
    (folder / "dot.c").write_text(SOURCE, encoding="ascii")
    target = folder / "hnswlib.so"
    command = ["gcc", "-O3", "-ffast-math", "-shared", "-fPIC", *options, "-o", str(target)]
    subprocess.run([*command, str(folder / "dot.c")], check=True)
    return target


@pytest.mark.parametrize("processor", ["haswell", "skylake-avx512", "sandybridge"])
def test_code_for_a_newer_processor_is_refused(tmp_path: Path, processor: str) -> None:
    assert wide_instructions(compiled(tmp_path, f"-march={processor}")) > 0
    with pytest.raises(SystemExit, match=r"hnswlib\.so has \d+ instructions"):
        check_ours(tmp_path)


def test_code_for_every_processor_passes(tmp_path: Path) -> None:
    library = compiled(tmp_path, "-march=x86-64-v2")
    assert wide_instructions(library) == 0
    assert check_ours(tmp_path) == [library]


def test_a_missing_library_is_no_success(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="lacks"):
        check_ours(tmp_path)
