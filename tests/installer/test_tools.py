"""The Python that is shipped: one version everywhere, with what it needs beside it."""

import re
import sys
from pathlib import Path

import pytest

from desktop_app import paths
from installer import tools

ROOT = Path(__file__).resolve().parents[2]
NAMED = re.compile(r"\b(?:python|py -|Python )(3\.\d+)\b")


@pytest.mark.parametrize(
    "place",
    [
        "installer/windows/build.ps1",
        "installer/linux/files/copyright",
        "desktop_app/tasks/training/environment/plan.py",
        "desktop_app/tasks/training/environment/save_files.py",
    ],
)
def test_one_version_of_python_is_named(place: str) -> None:
    text = (ROOT / place).read_text(encoding="utf-8")
    assert set(NAMED.findall(text)) <= {paths.SHIPPED_PYTHON}
    assert place.startswith("installer") or "SHIPPED_PYTHON" in text
    assert not re.search(r'"3\.\d+"', text)


def test_another_version_is_not_packed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tools, "VERSION", "3.99")
    with pytest.raises(SystemExit, match=r"made with Python 3\.\d+; this is Python 3\.99"):
        tools.make_tools(tmp_path / "tools", tmp_path / "python")
    assert not (tmp_path / "tools").exists()


# What PyTorch for Windows links to and Python brings in part.
RUNTIME = {
    *("msvcp140.dll", "msvcp140_1.dll", "msvcp140_atomic_wait.dll"),
    *("vcruntime140.dll", "vcruntime140_1.dll"),
}


def test_the_python_for_windows_has_the_runtime_of_pytorch_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build, base, system = tmp_path / "build", tmp_path / "base", tmp_path / "Windows" / "System32"
    for folder, names in (
        (build, {"uv.exe"}),
        (base, {"python.exe", "vcruntime140.dll"}),
        (system, {*RUNTIME, "kernel32.dll"}),
    ):
        folder.mkdir(parents=True)
        for name in names:
            (folder / name).write_text(folder.name)
    monkeypatch.setenv("SYSTEMROOT", str(system.parent))
    monkeypatch.setattr(sys, "base_prefix", str(base))
    monkeypatch.setattr(tools, "_WINDOWS", True)
    tools.make_tools(tmp_path / "tools", build / "python.exe")
    python = tmp_path / "tools" / "python"
    assert {path.name for path in python.iterdir()} == {"python.exe", *RUNTIME}
    assert {(python / name).read_text() for name in RUNTIME} == {"System32"}  # all of one version
    (system / "msvcp140_1.dll").unlink()
    with pytest.raises(SystemExit, match=r"msvcp140_1\.dll is missing: install the Visual C\+\+"):
        tools.add_runtime(python, system)
