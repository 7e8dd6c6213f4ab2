"""Libraries that nothing loads are found, and those of which no package is known."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from installer.elf import absolute_run_paths, elf_files, needed
from installer.linux.depends import DATA, depends
from installer.prune import remove_orphans, strip

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux") or not shutil.which("gcc") or not shutil.which("readelf"),
    reason="needs Linux with gcc and readelf",
)


@pytest.fixture
def inner(tmp_path: Path) -> Path:
    """A bundle's inner folder: a program's extension needs liba, liba needs libb, libc_ nobody."""
    folder = tmp_path / "litmesh" / "_internal"
    (folder / "package").mkdir(parents=True)
    make(folder / "libb.so.1", "int b(void) { return 1; }")
    make(folder / "liba.so.1", "int b(void); int a(void) { return b(); }", folder / "libb.so.1")
    make(
        folder / "package" / "x.so",
        "int a(void); int x(void) { return a(); }",
        folder / "liba.so.1",
    )
    return folder


def make(target: Path, source: str, *libraries: Path) -> None:
    """Compile a shared library whose name for the loader is that of its file."""
    code = target.with_suffix(".c")
    code.write_text(source, encoding="ascii")
    command = ["gcc", "-g", "-shared", "-fPIC", f"-Wl,-soname,{target.name}", "-Wl,--no-as-needed"]
    rest = [str(code), *map(str, libraries), "-Wl,-rpath,/of/the/builder", "-o", str(target)]
    subprocess.run([*command, *rest], check=True)
    code.unlink()


def test_orphans_go_one_after_the_other(inner: Path) -> None:
    assert remove_orphans(inner) == []
    (inner / "package" / "x.so").unlink()
    assert remove_orphans(inner) == ["liba.so.1"]
    assert remove_orphans(inner) == ["libb.so.1"]
    assert list(elf_files(inner)) == []


def test_what_a_file_needs_and_where_it_looks(inner: Path) -> None:
    alone = needed([inner / "liba.so.1"])
    assert "libb.so.1" in alone[inner / "liba.so.1"]
    files = list(elf_files(inner))
    assert "liba.so.1" in needed(files)[inner / "package" / "x.so"]
    assert absolute_run_paths(files) == files


def test_stripping_takes_debugging_data_away(inner: Path) -> None:
    library = inner / "libb.so.1"
    before = library.stat().st_size
    strip([library])
    assert library.stat().st_size < before


def test_packages_of_what_is_not_in_the_bundle(inner: Path) -> None:
    assert set(depends(inner.parent)) == {*DATA, "libc6 (>= 2.36)"}
    (inner / "libb.so.1").unlink()
    with pytest.raises(SystemExit, match=r"libb\.so\.1"):
        depends(inner.parent)
