"""Zip archives with models: honest ones are unpacked without pickles, hostile ones are refused."""

import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop_app.encoders import model_zip
from desktop_app.encoders.model_zip import unpack
from desktop_app.errors import Cancelled, UserError

HONEST = {
    "m/config.json": b"{}",
    "m/model.safetensors": b"weights",
    "m/1_Pooling/config.json": b"1",
}
Fill = Callable[[zipfile.ZipFile], None]


def packed(tmp_path: Path, fill: Fill) -> Path:
    path = tmp_path / "model.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in HONEST.items():
            archive.writestr(name, content)
        fill(archive)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "inside" / "here"
    folder.mkdir(parents=True)
    return folder


def named(*names: str) -> Fill:
    def fill(archive: zipfile.ZipFile) -> None:
        for name in names:
            archive.writestr(name, b"x")

    return fill


def special(kind: int) -> Fill:
    def fill(archive: zipfile.ZipFile) -> None:
        info = zipfile.ZipInfo("m/tokenizer.json")
        info.external_attr = (kind | 0o644) << 16
        archive.writestr(info, "/etc/hostname")

    return fill


def bomb(archive: zipfile.ZipFile) -> None:
    archive.writestr("m/tokenizer.json", bytes(model_zip.FREE_BYTES + (8 << 20)))


HOSTILE: dict[str, tuple[Fill, str]] = {
    "up": (named("../evil.json"), "leads out"),
    "up in the middle": (named("m/../../evil.json"), "leads out"),
    "absolute": (named("/evil.json"), "leads out"),
    "backslash": (named("m\\..\\evil.json"), "leads out"),
    "drive": (named("C:evil.json"), "leads out"),
    "stream": (named("m/config.json:x.json"), "leads out"),
    "link": (special(stat.S_IFLNK), "is a link or a device"),
    "device": (special(stat.S_IFCHR), "is a link or a device"),
    "two cases": (named("m/CONFIG.json"), "is there twice"),
    "file and folder": (named("m/config.json/x.json"), "of a file and of a folder"),
    "reserved": (named("m/nul.json"), "Windows keeps"),
    "trailing dot": (named("m./x.json"), "no usable name"),
    "control": (named("m/\x1b[2J.json"), "no usable name"),
    "long": (named("m/" + "x" * 300 + ".json"), "no usable name"),
    "many": (named(*(f"m/{n}.json" for n in range(60))), "more than 50 files"),
    "bomb": (bomb, "more than 100 times its size"),
}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_archive_is_refused(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    fill, reason = HOSTILE[case]
    monkeypatch.setattr(model_zip, "MAX_MEMBERS", 50)
    monkeypatch.setattr(model_zip, "FREE_BYTES", 1 << 20)
    path = packed(tmp_path, fill)
    with pytest.raises(UserError, match="The archive was not unpacked") as told:
        unpack(path, folder)
    assert reason in str(told.value)
    outside = [p for p in tmp_path.rglob("*") if p.is_file() and not p.is_relative_to(folder)]
    assert outside == [path]
    if case != "bomb":
        assert not list(folder.iterdir())


def test_an_honest_archive_without_its_pickles(tmp_path: Path, folder: Path) -> None:
    said: list[tuple[int, int]] = []
    left_out = unpack(
        packed(tmp_path, named("m/pytorch_model.bin", "m/code.py")),
        folder,
        lambda *figures: said.append(figures),
    )
    assert left_out == ("m/pytorch_model.bin", "m/code.py")
    files = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.*")}
    assert files == HONEST
    size = sum(map(len, HONEST.values()))
    assert said[-1] == (size, size)


def test_cancelled(tmp_path: Path, folder: Path) -> None:
    def report(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        unpack(packed(tmp_path, named()), folder, report)


@pytest.mark.parametrize("spoil", ["cut", "no zip", "wrong sum", "encrypted"])
def test_a_damaged_archive(tmp_path: Path, folder: Path, spoil: str) -> None:
    path = packed(tmp_path, named())
    content = bytearray(path.read_bytes())
    match spoil:
        case "cut":
            del content[-40:]
        case "no zip":
            content = bytearray(b"<html>")
        case "wrong sum":
            place = content.index(b"m/model.safetensors") + len("m/model.safetensors")
            content[place] ^= 0xFF
        case _:
            central = content.index(b"PK\x01\x02")
            content[central + 8] |= 1
    path.write_bytes(content)
    with pytest.raises(UserError, match=r"no sound zip archive|is encrypted") as told:
        unpack(path, folder)
    assert "Get the archive again" in told.value.hint


def test_no_file(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(UserError, match="could not be unpacked"):
        unpack(tmp_path / "none.zip", folder)
