"""Downloading a pinned model over connections as bad as they come: whole and right or not there."""

import errno
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest

from desktop_app.encoders import hub as hub_module
from desktop_app.encoders.catalogue import HubSource, PinnedFile
from desktop_app.encoders.hub import Hub
from desktop_app.errors import Cancelled, UserError
from tests.encoders import hub_server as faults
from tests.encoders.hub_server import FILES, Fault, HubServer, running_hub, source

WEIGHTS = "model.safetensors"


@pytest.fixture
def server() -> Iterator[HubServer]:
    with running_hub() as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "download"


def fetch(server: HubServer, folder: Path, wanted: HubSource | None = None) -> None:
    Hub(server.address, timeout=_timeout(server), pause=0).fetch(wanted or source(), folder)


def _timeout(server: HubServer) -> float:
    """Short only where the server will be slow on purpose: a busy machine is not a fault."""
    planned = [fault for faults_of_file in server.faults.values() for fault in faults_of_file]
    return 1.0 if faults.hang in planned or faults.drip in planned else 30


def came(folder: Path) -> dict[str, bytes]:
    """The files that took their names."""
    paths = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".part"]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def test_every_file_comes_and_nothing_else(server: HubServer, folder: Path) -> None:
    server.files["pytorch_model.bin"] = b"code"
    fetch(server, folder)
    assert came(folder) == FILES
    assert [name for name, _ in server.asked] == list(FILES)
    assert not list(folder.rglob("*.part"))


def test_a_second_time_nothing_is_asked(server: HubServer, folder: Path) -> None:
    fetch(server, folder)
    server.asked.clear()
    fetch(server, folder)
    assert server.asked == []


def test_a_file_that_was_changed_on_the_disk_comes_again(server: HubServer, folder: Path) -> None:
    fetch(server, folder)
    (folder / WEIGHTS).write_bytes(FILES[WEIGHTS][::-1])
    server.asked.clear()
    fetch(server, folder)
    assert came(folder) == FILES
    assert server.asked == [(WEIGHTS, "")]


# --- what passes ---------------------------------------------------------------------------------

PASSING: dict[str, tuple[Fault, ...]] = {
    "cut": (faults.cut,),
    "cut three times": (faults.cut,) * 3,
    "cut without length": (faults.cut_without_length,),
    "cut, wrong range": (faults.cut, faults.wrong_range),
    "cut, mislabelled range": (faults.cut, faults.mislabelled_range),
    "cut, range of another file": (faults.cut, faults.other_total),
    "cut, whole file again": (faults.cut, faults.whole_again),
    "cut, range refused": (faults.cut, faults.status(416)),
    "one bit": (faults.flipped,),
    "one bit in what is gone on with": (faults.flipped_then_cut,),
    "range that was not asked for": (faults.wrong_range,),
    "too busy": (faults.status(503), faults.status(429), faults.status(502)),
    "drips": (faults.drip,),
    "hangs": (faults.hang,),
}


@pytest.mark.parametrize("planned", PASSING.values(), ids=PASSING.keys())
def test_a_fault_that_passes_is_overcome(
    server: HubServer, folder: Path, planned: tuple[Fault, ...]
) -> None:
    server.plan(WEIGHTS, *planned)
    fetch(server, folder)
    assert came(folder) == FILES
    assert not server.faults[WEIGHTS]


def test_a_cut_file_is_gone_on_with_where_it_ended(server: HubServer, folder: Path) -> None:
    server.plan(WEIGHTS, faults.cut)
    fetch(server, folder)
    half = len(FILES[WEIGHTS]) // 2
    assert [asked for name, asked in server.asked if name == WEIGHTS] == ["", f"bytes={half}-"]


# --- what stays ----------------------------------------------------------------------------------

LASTING: dict[str, tuple[Fault, str, str]] = {
    "cut": (faults.cut_without_length, "ended before the file did", "what came is kept"),
    "one bit": (faults.flipped, "SHA-256 differs", "another network"),
    "web page": (faults.web_page, "a web page came", "Sign in"),
    "disguised web page": (faults.disguised_page, "a web page came", "Sign in"),
    "longer": (faults.longer, "16,388 bytes that must have 16,384", "browser"),
    "shorter": (faults.shorter, "16,379 bytes that must have 16,384", "browser"),
    "packed": (faults.packed, "in a packed form", "browser"),
    "drips": (faults.drip, "less than 1,024 bytes a second", "Try again later"),
    "hangs": (faults.hang, "could not be reached: timed out", "network connection"),
    "wrong range": (faults.wrong_range, "another part of the file", "browser"),
    "sign-in": (faults.status(401), "not open to everybody", "browser"),
    "forbidden": (faults.status(403), "not open to everybody", "browser"),
    "gone": (faults.status(404), "not there any more", "browser"),
    "proxy": (faults.status(407), "your proxy wants a password", "browser"),
    "broken": (faults.status(500), "the error 500", "browser"),
    "teapot": (faults.status(418), "the error 418", "browser"),
    "http elsewhere": (faults.elsewhere("http://127.0.0.1:9/x"), "not a secure address", "browser"),
    "file": (faults.elsewhere("file:///etc/hostname"), "is not allowed", "browser"),
    "ftp": (faults.elsewhere("ftp://127.0.0.1/x"), "not a secure address", "browser"),
    "circle": (faults.elsewhere(f"/store/{WEIGHTS}"), "the error 302", "browser"),
}


@pytest.mark.parametrize("case", LASTING)
def test_a_fault_that_stays_is_told_and_nothing_takes_its_name(
    server: HubServer, folder: Path, case: str
) -> None:
    fault, message, hint = LASTING[case]
    server.plan(WEIGHTS, *[fault] * 30)
    hub = Hub(server.address, timeout=_timeout(server), tries=2, pause=0)
    with pytest.raises(UserError, match=message) as told:
        hub.fetch(source(), folder)
    assert hint in told.value.hint
    assert came(folder) == {name: FILES[name] for name in FILES if name != WEIGHTS}


@pytest.mark.parametrize("case", ["one bit", "web page", "disguised web page"])
def test_what_is_wrong_is_not_gone_on_with(server: HubServer, folder: Path, case: str) -> None:
    server.plan(WEIGHTS, *[LASTING[case][0]] * 5)
    with pytest.raises(UserError):
        fetch(server, folder)
    assert not list(folder.rglob("*.part"))
    server.plan(WEIGHTS)
    fetch(server, folder)
    assert came(folder) == FILES


def test_a_wrong_file_is_fetched_twice_at_most(server: HubServer, folder: Path) -> None:
    server.plan(WEIGHTS, *[faults.flipped] * 5)
    with pytest.raises(UserError, match="SHA-256 differs"):
        fetch(server, folder)
    assert [name for name, _ in server.asked].count(WEIGHTS) == 2


def test_an_interrupted_download_is_gone_on_with_next_time(server: HubServer, folder: Path) -> None:
    server.plan(WEIGHTS, faults.cut)
    with pytest.raises(UserError, match="ended before"):
        Hub(server.address, tries=1).fetch(source(), folder)
    server.asked.clear()
    fetch(server, folder)
    assert came(folder) == FILES
    assert server.asked == [(WEIGHTS, f"bytes={len(FILES[WEIGHTS]) // 2}-")]


def test_it_goes_by_the_systems_proxy(
    server: HubServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name exists nowhere: only the proxy, which is the server, can answer for it."""
    for name in ("no_proxy", "NO_PROXY", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", server.address)
    Hub("http://hub.invalid").fetch(source(), folder)
    assert came(folder) == FILES


def test_nobody_there(folder: Path) -> None:
    with running_hub() as server:
        address = server.address
    with pytest.raises(UserError, match="could not be reached") as told:
        Hub(address, tries=2, pause=0).fetch(source(), folder)
    assert "proxy" in told.value.hint


# --- the user and the disk -----------------------------------------------------------------------


def test_progress_counts_all_bytes(server: HubServer, folder: Path) -> None:
    said: list[tuple[int, int]] = []
    Hub(server.address).fetch(source(), folder, lambda *figures: said.append(figures))
    size = sum(map(len, FILES.values()))
    assert said == sorted(said)
    assert said[-1] == (size, size)


@pytest.mark.parametrize("at", [1, 4, 8])
def test_cancelled(server: HubServer, folder: Path, at: int) -> None:
    calls = 0

    def report(done: int, total: int) -> None:
        nonlocal calls
        calls += 1
        if calls == at:
            raise Cancelled

    with pytest.raises(Cancelled):
        Hub(server.address).fetch(source(), folder, report)
    assert WEIGHTS not in came(folder)
    fetch(server, folder)
    assert came(folder) == FILES


def test_cancelled_while_it_waits_for_the_next_attempt(server: HubServer, folder: Path) -> None:
    server.plan(WEIGHTS, *[faults.status(503)] * 9)
    seen: list[int] = []

    def report(done: int, total: int) -> None:
        seen.append(done)
        if seen.count(done) > 3:  # the same figure again and again: it waits
            raise Cancelled

    with pytest.raises(Cancelled):
        Hub(server.address, pause=600).fetch(source(), folder, report)


def test_too_little_space_is_told_before_anything_is_asked(
    server: HubServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "_SPARE", 1 << 60)
    with pytest.raises(UserError, match="are free, the download needs"):
        fetch(server, folder)
    assert server.asked == []


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES])
def test_a_disk_that_fills_up_on_the_way(
    server: HubServer, folder: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def full(*_: object) -> NoReturn:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr("desktop_app.encoders.hub_transfer.os.fsync", full)
    with pytest.raises(UserError, match=r"config\.json\.part could not be written") as told:
        fetch(server, folder)
    assert ("what came is kept" in told.value.hint) == (code == errno.ENOSPC)
    assert came(folder) == {}


# --- what is not asked at all --------------------------------------------------------------------

PINNED = source()
UNPINNED = {
    "no commit": replace(PINNED, commit=""),
    "a branch": replace(PINNED, commit="main"),
    "no files": replace(PINNED, files=()),
    "no weights": replace(PINNED, files=PINNED.files[:3]),
    "a file twice": replace(PINNED, files=(*PINNED.files, PINNED.files[0])),
    "a pickle": replace(PINNED, files=(*PINNED.files, PinnedFile("model.bin", 1, "0" * 64))),
    "a way out": replace(PINNED, files=(*PINNED.files, PinnedFile("../x.json", 1, "0" * 64))),
    "no hash": replace(PINNED, files=(*PINNED.files[:3], PinnedFile(WEIGHTS, 1, ""))),
    "no size": replace(PINNED, files=(*PINNED.files[:3], PinnedFile(WEIGHTS, 0, "0" * 64))),
    "no repository": replace(PINNED, repo="../../x"),
}


@pytest.mark.parametrize("case", UNPINNED)
def test_what_cannot_be_checked_is_not_fetched(server: HubServer, folder: Path, case: str) -> None:
    with pytest.raises(UserError, match="is not pinned yet") as told:
        fetch(server, folder, UNPINNED[case])
    assert "install that folder" in told.value.hint
    assert server.asked == []


def test_an_address_must_be_of_the_web() -> None:
    with pytest.raises(UserError, match="no web address"):
        Hub("file:///etc")
