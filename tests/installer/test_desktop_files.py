"""Menu entry, metainfo, file types and man page: by the validators where they are installed."""

import shutil
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest

import desktop_app
from desktop_app.cli.litmesh import litmesh
from installer.linux import desktop
from installer.linux.deb import control
from installer.linux.depends import PACKAGES

TOOLS: dict[str, list[str]] = {
    "litmesh.desktop": ["desktop-file-validate"],
    "org.litmesh.Litmesh.metainfo.xml": ["appstreamcli", "validate", "--no-net"],
    "litmesh-mime.xml": ["xmllint", "--noout"],
    "litmesh.1": ["man", "--warnings", "-l", "-Tutf8", "-Z"],
}


@pytest.mark.parametrize("name", TOOLS)
def test_validator_is_content(name: str, tmp_path: Path) -> None:
    command = TOOLS[name]
    if not shutil.which(command[0]):
        pytest.skip(f"{command[0]} is not installed")
    (tmp_path / name).write_text(desktop.rendered(name), encoding="utf-8")
    run = subprocess.run([*command, str(tmp_path / name)], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "warning" not in run.stderr


@pytest.mark.parametrize("name", [path.name for path in desktop.FILES.iterdir()])
def test_no_mark_is_left_unfilled(name: str) -> None:
    text = desktop.rendered(name)
    assert "@VERSION@" not in text
    assert "@PROGRAM@" not in text
    assert "@SCREENSHOTS@" not in text


def test_version_of_the_metainfo_and_the_manual() -> None:
    metainfo = ET.fromstring(desktop.rendered("org.litmesh.Litmesh.metainfo.xml"))
    release = metainfo.find("releases/release")
    assert release is not None
    assert release.get("version") == desktop_app.__version__
    assert desktop_app.__version__ in desktop.rendered("litmesh.1").splitlines()[0]


def test_pictures_of_the_metainfo_are_those_of_the_documentation() -> None:
    images = Path(__file__).resolve().parents[2] / "docs" / "images"
    assert all((images / name).is_file() for name, _ in desktop.PICTURES)
    block = ET.fromstring(desktop.screenshots("https://example.org/pictures/"))
    addresses = [image.text for image in block.iter("image")]
    assert addresses[0] == "https://example.org/pictures/main-light.png"
    assert len(addresses) == len(desktop.PICTURES)


def test_manual_names_every_command() -> None:
    manual = desktop.rendered("litmesh.1").replace("\\-", "-")
    missing = [name for name in litmesh.commands if f" {name}" not in manual]
    assert missing == []


def test_menu_entry_opens_the_types_that_we_describe() -> None:
    entry = desktop.rendered("litmesh.desktop")
    types = next(line for line in entry.splitlines() if line.startswith("MimeType="))
    spaced = "{http://www.freedesktop.org/standards/shared-mime-info}mime-type"
    described = [t.get("type") for t in ET.fromstring(desktop.rendered("litmesh-mime.xml"))]
    assert len(described) == 2
    assert all(kind and f"{kind};" in types for kind in described)
    assert ET.fromstring(desktop.rendered("litmesh-mime.xml"))[0].tag == spaced
    assert "Exec=litmesh open %F" in entry


def test_control_file_of_the_package(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x" * 5000)
    text = control(tmp_path, sorted(set(PACKAGES.values())))
    fields = dict(line.split(": ", 1) for line in text.splitlines() if not line.startswith(" "))
    assert fields["Version"] == desktop_app.__version__
    assert fields["Installed-Size"] == "5"
    assert "libegl1" in fields["Depends"]
    assert text.endswith("telemetry.\n")


def test_icons_have_their_sizes(tmp_path: Path, qapp: Callable[[], None]) -> None:
    desktop.draw_icons(tmp_path)
    for size in desktop.SIZES:
        picture = (tmp_path / f"{size}x{size}" / "apps" / "litmesh.png").read_bytes()
        width, height = picture[16:20], picture[20:24]
        assert int.from_bytes(width) == int.from_bytes(height) == size
