"""The installer for Windows: what it writes it takes away again, and the script compiles."""

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from platformdirs.windows import Windows

import desktop_app
from desktop_app.cli.litmesh import litmesh
from installer.windows import nsis

SCRIPT = nsis.SCRIPT.read_text(encoding="utf-8")
REMOVAL = SCRIPT[SCRIPT.index('Section "un.Litmesh"') :]
TYPES = {".pdf", ".xml", ".ris", ".bib", ".nbib", ".nxml"}


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A stand-in for what PyInstaller makes on Windows."""
    inner = tmp_path / "litmesh" / "_internal"
    (inner / "Größe 文献").mkdir(parents=True)
    for name in ("litmesh.exe", "litmesh-window.exe"):
        (inner.parent / name).write_text("a program", encoding="utf-8")
    (inner / "b.dll").write_text("b", encoding="utf-8")
    (inner / "Größe 文献" / "$a.txt").write_text("a", encoding="utf-8")
    return inner.parent


def macro(name: str) -> str:
    return SCRIPT[SCRIPT.index(f"!macro {name}") :].partition("!macroend")[0]


def written_keys() -> set[str]:
    """The keys that the script writes below HKCU, as it names them."""
    return set(re.findall(r'WriteReg\w+ HKCU "([^"]+)"', SCRIPT))


def test_every_key_that_is_written_is_deleted() -> None:
    removed = set(re.findall(r'DeleteRegKey HKCU "([^"]+)"', SCRIPT))
    assert "WithdrawOffers" in REMOVAL
    assert "REMOVE_KEY" in REMOVAL
    assert "OWN_KEY" in REMOVAL
    shared = {key for key in written_keys() if "${TYPE}\\" in key}
    assert shared == {
        r"${CLASSES}\${TYPE}\OpenWithProgids"
    }  # a value there, the key is others' too
    for key in written_keys() - shared:
        assert any(key == there or key.startswith(there + "\\") for there in removed), key


def test_a_type_is_offered_and_withdrawn_but_never_taken_over() -> None:
    assert set(re.findall(r'"(\.\w+)"', macro("EveryType"))) == TYPES
    assert '"${DOCUMENT}"' in macro("Offer")
    assert 'DeleteRegValue HKCU "${CLASSES}\\${TYPE}\\OpenWithProgids" "${DOCUMENT}"' in SCRIPT
    assert not [
        key for key in written_keys() if re.fullmatch(r"\$\{CLASSES\}\\(\$\{TYPE\}|\.\w+)", key)
    ]
    for line in macro("Withdraw").splitlines():
        assert "DeleteRegKey" not in line or "/ifempty" in line


def test_every_file_and_shortcut_is_removed() -> None:
    links = set(re.findall(r'CreateShortcut "([^"]+)"', SCRIPT))
    assert links
    for link in links:
        assert f'Delete "{link}"' in REMOVAL
    removed = macro("RemoveProgram").replace("${WINDOW}", "litmesh-window.exe")
    moved = macro("MoveProgram").replace("${WINDOW}", "litmesh-window.exe")
    for name in nsis.ENTRIES:
        assert f'"$INSTDIR\\{name}"' in removed
        assert f'"{name}"' in moved
    assert 'Delete "$INSTDIR\\uninstall.exe"' in REMOVAL


def test_only_our_own_names_are_removed_with_what_is_in_them() -> None:
    folders = re.findall(r'RMDir /r "([^"]+)"', SCRIPT)
    assert set(folders) == {rf"$INSTDIR\{name}" for name in ("_internal", "new", "old")}


def test_what_stays_is_where_the_program_keeps_it(monkeypatch: pytest.MonkeyPatch) -> None:
    folders = {"CSIDL_LOCAL_APPDATA": "$LOCALAPPDATA"}  # another one would raise KeyError
    monkeypatch.setattr("platformdirs.windows._RESOLVE_WIN_FOLDER", folders.__getitem__)
    there = Windows("Litmesh", appauthor=False)
    [told] = re.findall(r'!define USER_DATA "([^"]+)"', SCRIPT)
    for place in (there.user_data_path, there.user_config_path, there.user_log_path):
        assert place.is_relative_to(told.replace("\\", "/"))
    assert "${USER_DATA}" not in REMOVAL  # told, not touched
    assert REMOVAL.count("${STAYS}") == 1


def test_nobody_is_asked_in_a_silent_run() -> None:
    boxes = re.findall(r"MessageBox(?:[^\n]*\\\n)*[^\n]*", SCRIPT)
    assert len(boxes) >= 3
    assert all("/SD" in box for box in boxes)


def test_the_command_that_opens_a_file_is_one_of_ours(tmp_path: Path) -> None:
    words = set(re.findall(r'\$\{WINDOW\}" (\w+) "%1"', SCRIPT))
    assert words == {"open"}
    assert CliRunner().invoke(litmesh, ["open", "--help"]).exit_code == 0


def test_the_version_comes_from_one_place() -> None:
    assert desktop_app.__version__ not in SCRIPT
    assert nsis.four_numbers("1.20.3rc1") == "1.20.3.0"
    with pytest.raises(SystemExit, match="no version"):
        nsis.four_numbers("1.2")


def test_another_bundle_is_refused(bundle: Path, tmp_path: Path) -> None:
    nsis.check_bundle(bundle)
    long = bundle / "_internal" / ("n" * (nsis.LONGEST + 1 - len("_internal/")))
    long.touch()
    with pytest.raises(SystemExit, match="too long for Windows"):
        nsis.check_bundle(bundle)
    long.unlink()
    (bundle / "_internal" / "a[1].txt").touch()
    with pytest.raises(SystemExit, match=r"a\[1\].txt has a character"):
        nsis.check_bundle(bundle)
    (bundle / "extra").touch()
    with pytest.raises(SystemExit, match="exactly"):
        nsis.build(bundle, tmp_path, "1.2.3")
    with pytest.raises(SystemExit, match="it holds nothing"):
        nsis.build(tmp_path / "none", tmp_path, "1.2.3")


def test_files_are_listed_in_one_order(bundle: Path) -> None:
    lines = nsis.file_list(bundle).splitlines()
    names = [
        line.rpartition("/")[2].rstrip('"') for line in lines if "File" in line and "/" in line
    ]
    assert names == ["litmesh-window.exe", "litmesh.exe", "b.dll", "$a.txt"]
    assert '  SetOutPath "${FOLDER}\\_internal\\Größe 文献"' in lines


def test_without_makensis_it_says_what_is_missing(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit, match="makensis is missing"):
        nsis.build(bundle, tmp_path / "out", "1.2.3")


@pytest.mark.skipif(shutil.which("makensis") is None, reason="needs makensis (Debian: nsis)")
def test_it_compiles_to_the_same_bytes_twice(bundle: Path, tmp_path: Path) -> None:
    made = [nsis.build(bundle, tmp_path / turn, "1.2.3") for turn in ("once", "twice")]
    first, second = (path.read_bytes() for path in made)
    assert made[0].name == "litmesh-1.2.3-windows-x64-setup.exe"
    assert first == second
    assert first[:2] == b"MZ"
    machine = int.from_bytes(first[0x3C:0x40], "little") + 4
    assert first[machine : machine + 2] == b"\x64\x86"  # 64 bit: it runs without the 32-bit system


@pytest.mark.skipif(shutil.which("makensis") is None, reason="needs makensis (Debian: nsis)")
def test_a_script_that_does_not_compile_is_told(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "broken.nsi"
    broken.write_text("Nonsense\n", encoding="utf-8")
    monkeypatch.setattr(nsis, "SCRIPT", broken)
    with pytest.raises(SystemExit, match="Nonsense"):
        nsis.build(bundle, tmp_path / "out", "1.2.3")
