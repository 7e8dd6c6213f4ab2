"""Settings survive, and bad ones fall back to their defaults one by one."""

import json
import os
from pathlib import Path

import pytest

from desktop_app.settings import Settings


def test_what_is_saved_is_read_again(tmp_path: Path) -> None:
    chosen = Settings(theme="dark", mode="keyword", library="/somewhere", font_scale=1.3)
    chosen.save(tmp_path / "settings.json")
    assert Settings.load(tmp_path / "settings.json") == chosen


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps a user's folder from others by itself")
def test_nobody_else_reads_the_api_key(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text("{}")
    path.chmod(0o644)  # as an earlier Litmesh wrote it
    Settings(ncbi_api_key="secret").save(path)
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '"x"', "\x00"])
def test_a_damaged_file_gives_the_defaults(tmp_path: Path, content: str) -> None:
    path = tmp_path / "settings.json"
    path.write_text(content, encoding="utf-8")
    assert Settings.load(path) == Settings()


def test_no_file_gives_the_defaults(tmp_path: Path) -> None:
    assert Settings.load(tmp_path / "none.json") == Settings()


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("theme", "pink"),
        ("theme", 3),
        ("mode", None),
        ("font_scale", 9),
        ("font_scale", "1.2"),
        ("font_scale", True),
        ("library", ["x"]),
    ],
)
def test_a_bad_value_costs_only_itself(tmp_path: Path, name: str, bad: object) -> None:
    good = {"theme": "dark", "mode": "semantic", "library": "/lib", "font_scale": 1.2, "new": 1}
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({**good, name: bad}), encoding="utf-8")
    expected = {k: v for k, v in good.items() if k != "new"} | {name: getattr(Settings(), name)}
    assert Settings.load(path) == Settings(**expected)  # type: ignore[arg-type]


def test_a_whole_number_is_a_good_scale(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"font_scale": 2}', encoding="utf-8")
    assert Settings.load(path).font_scale == 2.0
