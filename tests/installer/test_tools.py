"""The Python that is shipped: one version everywhere, with what it needs beside it."""

import re
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
