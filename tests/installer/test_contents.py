"""The lists of what is shipped: nothing that the program reads may be missing."""

import re
from pathlib import Path, PurePosixPath

import pytest

import desktop_app
from installer.contents import (
    PLAIN_FILES,
    SAMPLE_ZIP,
    is_wanted,
    plain_files,
    version,
    write_sample,
)

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def shipped(default_encoder_folder: Path, reranker_folder: Path) -> set[str]:
    """The places of all plain files."""
    return {str(place) for _, place in plain_files()}


def test_every_file_that_is_no_module_is_shipped(shipped: set[str]) -> None:
    read = [
        path
        for folder in ("desktop_app", "resources")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.suffix not in {".py", ".pyc"}
    ]
    optional = ROOT / "resources" / "rerankers" / "ms-marco-MiniLM-L-12-v2"
    wanted = {str(p.relative_to(ROOT).as_posix()) for p in read if optional not in p.parents}
    assert wanted
    assert wanted <= shipped


def test_trainer_and_migrations_are_shipped_as_files(shipped: set[str]) -> None:
    migrations = (ROOT / "desktop_app" / "library" / "migrations").rglob("*.py")
    trainer = (ROOT / "trainer").rglob("*.py")
    wanted = {path.relative_to(ROOT).as_posix() for path in migrations}
    wanted |= {f"trainer-source/{path.relative_to(ROOT).as_posix()}" for path in trainer}
    assert wanted - shipped <= {
        "desktop_app/library/migrations/__init__.py",
        "desktop_app/library/migrations/versions/__init__.py",
    }


def test_locks_of_the_trainer_are_shipped(shipped: set[str]) -> None:
    assert {"requirements/trainer.txt", "requirements/torch-cpu.txt"} <= shipped


def test_a_pattern_without_a_file_stops_the_build(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=re.escape(PLAIN_FILES[0])):
        list(plain_files(tmp_path))


def test_sample_is_the_same_file_whenever_it_is_packed(tmp_path: Path) -> None:
    records = tmp_path / "records"
    records.mkdir()
    for name in ("b.xml", "a.xml"):
        (records / name).write_text(f"<invented>{name}</invented>", encoding="utf-8")
    first, second = tmp_path / "1" / SAMPLE_ZIP.name, tmp_path / "2" / SAMPLE_ZIP.name
    write_sample(first, records)
    (records / "a.xml").touch()
    write_sample(second, records)
    assert first.read_bytes() == second.read_bytes()
    with pytest.raises(FileNotFoundError):
        write_sample(first, tmp_path / "1")


@pytest.mark.parametrize(
    ("inside", "wanted"),
    [
        ("PySide6/Qt/plugins/platforms/libqxcb.so", True),
        ("PySide6/plugins/platforms/qwindows.dll", True),
        ("PySide6\\plugins\\platforms\\qwindows.dll", True),
        ("PySide6/Qt/plugins/platformthemes/libqgtk3.so", False),
        ("PySide6/Qt/plugins/platforminputcontexts/libqtvirtualkeyboardplugin.so", False),
        ("PySide6/Qt/plugins/imageformats/libqpdf.so", False),
        ("PySide6/Qt/translations/qtbase_de.qm", False),
        ("PySide6/Qt/lib/libQt6Core.so.6", True),
        ("numpy-2.0.dist-info/METADATA", True),
        ("numpy-2.0.dist-info/RECORD", False),
        ("pyqtgraph/icons/auto.png", True),
        ("pyqtgraph/colors/maps/viridis.csv", False),
        ("lark/grammars/common.lark", True),
    ],
)
def test_what_is_left_out(inside: str, wanted: bool) -> None:
    assert is_wanted(inside) is wanted


def test_version_is_written_in_one_place() -> None:
    assert version() == desktop_app.__version__
    folder = ROOT / "installer"
    text = [*folder.glob("*.*"), *folder.glob("linux/*.py"), *folder.glob("linux/files/*")]
    again = [path.name for path in text if f"{version()}" in path.read_text(encoding="utf-8")]
    assert again == []


def test_places_stay_inside_the_bundle(shipped: set[str]) -> None:
    assert not [p for p in shipped if PurePosixPath(p).is_absolute() or ".." in p.split("/")]
