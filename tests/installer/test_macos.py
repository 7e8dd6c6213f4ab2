"""The disk image for macOS, as far as it can be tested elsewhere: what is said to Apple's tools."""

import plistlib
import runpy
from pathlib import Path

import pytest

import desktop_app
from installer.icon_files import icns
from installer.macos import dmg
from installer.macos.bundle_info import IDENTIFIER, MINIMUM, info_plist, type_name
from tests.installer.stand_in_tools import path_with, put_tools

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ("codesign", "xcrun", "dmgbuild")
CODE = b"\xcf\xfa\xed\xfe"


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """What freezing leaves on a Mac: the folder, and the app beside it."""
    contents = tmp_path / "build" / "Litmesh.app" / "Contents"
    for name in ("MacOS/litmesh", "Frameworks/Qt/QtCore", "Frameworks/libz.dylib"):
        (contents / name).parent.mkdir(parents=True, exist_ok=True)
        (contents / name).write_bytes(CODE + b"code")
    (contents / "Resources").mkdir()
    (contents / "Resources" / "LICENSE").write_text("not code", encoding="utf-8")
    (contents / "Resources" / "libz.dylib").symlink_to("../Frameworks/libz.dylib")
    (contents / "Info.plist").write_bytes(plistlib.dumps(info_plist("1.2.3")))
    (tmp_path / "build" / "litmesh").mkdir()
    return tmp_path / "build" / "litmesh"


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    log = put_tools(tmp_path / "bin", TOOLS)
    monkeypatch.setenv("PATH", path_with(tmp_path / "bin"))
    for name in (dmg.IDENTITY, dmg.PROFILE):
        monkeypatch.delenv(name, raising=False)
    return log


def test_signed_from_the_inside_out_packed_and_notarised(
    bundle: Path, calls: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(dmg.IDENTITY, "Developer ID Application: Somebody")
    monkeypatch.setenv(dmg.PROFILE, "litmesh")
    image = dmg.build(bundle, tmp_path / "out", "1.2.3")
    assert image == (tmp_path / "out" / "litmesh-1.2.3-macos-arm64.dmg").resolve()
    assert image.exists()
    lines = calls.read_text(encoding="utf-8").splitlines()
    ends = [line.rpartition("/")[2] for line in lines]
    order = ["QtCore", "libz.dylib", "litmesh", "Litmesh.app", "Litmesh.app"]
    assert ends[:5] == order
    signing = [line for line in lines if line.startswith("codesign --force")]
    assert all("--options runtime --timestamp" in line for line in signing)
    assert all("entitlements.plist" in line for line in signing[:-1])
    assert "LICENSE" not in " ".join(lines)
    assert [line.split()[0] for line in lines[5:]] == ["dmgbuild", "codesign", *["xcrun"] * 3]
    assert "notarytool submit" in lines[7]
    assert "--wait" in lines[7]
    assert "stapler staple" in lines[8]


def test_without_an_identity_it_is_signed_ad_hoc(bundle: Path, calls: Path, tmp_path: Path) -> None:
    dmg.build(bundle, tmp_path / "out", "1.2.3")
    text = calls.read_text(encoding="utf-8")
    assert "--sign - " in text
    assert "--timestamp" not in text  # Apple's service stamps none of those
    assert "notarytool" not in text


def test_what_is_not_signed_is_not_sent(
    bundle: Path, calls: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(dmg.PROFILE, "litmesh")
    with pytest.raises(SystemExit, match="notarises only what"):
        dmg.build(bundle, tmp_path, "1.2.3")
    assert not calls.exists()


def test_a_step_that_fails_ends_it(
    bundle: Path, calls: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_tools(tmp_path / "bin", TOOLS, failing="codesign --verify")
    with pytest.raises(SystemExit, match="codesign failed with exit code 3"):
        dmg.build(bundle, tmp_path / "out", "1.2.3")
    assert "dmgbuild" not in calls.read_text(encoding="utf-8")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit, match=r"codesign is missing.*xcode-select"):
        dmg.build(bundle, tmp_path / "out", "1.2.3")


def test_without_the_app_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="freeze on a Mac first"):
        dmg.build(tmp_path / "litmesh", tmp_path, "1.2.3")


def test_the_plists_are_read_as_they_are_written() -> None:
    info = plistlib.loads(plistlib.dumps(info_plist(desktop_app.__version__)))
    assert info["CFBundleShortVersionString"] == desktop_app.__version__
    assert info["NSRequiresAquaSystemAppearance"] is False  # dark mode
    assert info["LSMinimumSystemVersion"] == MINIMUM
    assert "NSAppTransportSecurity" not in info
    entitlements = plistlib.loads(dmg.ENTITLEMENTS.read_bytes())
    assert set(entitlements) == {
        "com.apple.security.cs.allow-unsigned-executable-memory",
        "com.apple.security.cs.disable-library-validation",
    }
    assert all(value is True for value in entitlements.values())


def test_every_type_is_offered_as_an_alternate_and_declared() -> None:
    info = info_plist("1.2.3")
    types = info["CFBundleDocumentTypes"]
    assert {kind["LSHandlerRank"] for kind in types} == {"Alternate"}
    offered = {name for kind in types for name in kind["LSItemContentTypes"]}
    declared = {
        entry["UTTypeIdentifier"]: entry["UTTypeTagSpecification"]["public.filename-extension"]
        for entry in info["UTImportedTypeDeclarations"]
    }
    assert declared == {type_name(suffix): [suffix] for suffix in ("ris", "bib", "nbib", "nxml")}
    assert offered == {"com.adobe.pdf", "public.xml", *declared}


def test_one_identifier_everywhere() -> None:
    spec = (ROOT / "installer" / "litmesh.spec").read_text(encoding="utf-8")
    assert IDENTIFIER in spec or "bundle_info" in spec
    assert type_name("ris").startswith(IDENTIFIER.lower())


def test_the_image_is_described_for_dmgbuild() -> None:
    said = runpy.run_path(str(dmg.SETTINGS), {"defines": {"app": "/b/Litmesh.app", "icon": "/i"}})
    assert said["files"] == ["/b/Litmesh.app"]
    assert set(said["icon_locations"]) == {"Litmesh.app", *said["symlinks"]}


def test_the_icon_has_every_size_that_macos_asks_for() -> None:
    content = icns()
    assert content[:4] == b"icns"
    assert int.from_bytes(content[4:8]) == len(content)
    place, sides = 8, []
    while place < len(content):
        length = int.from_bytes(content[place + 4 : place + 8])
        picture = content[place + 8 : place + length]
        assert picture.startswith(b"\x89PNG")
        sides.append(int.from_bytes(picture[16:20]))
        place += length
    assert sides == [32, 64, 128, 256, 512, 1024]
