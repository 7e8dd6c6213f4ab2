"""Asking for a newer version: only what we signed, lately, over https, is believed."""

import base64
import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desktop_app import paths
from desktop_app.errors import Cancelled, UserError
from desktop_app.settings import Settings
from desktop_app.tasks.newer_version import (
    NotReached,
    ReleaseSource,
    ask,
    is_due,
    newest_known,
    release_source,
)
from desktop_app.tasks.release_manifest import (
    LARGEST,
    Release,
    read_manifest,
    version_key,
    write_manifest,
)
from tests.tasks.release_server import ReleaseServer, publishing

KEY = Ed25519PrivateKey.generate()
PRIVATE, PUBLIC = KEY.private_bytes_raw(), KEY.public_key().public_bytes_raw()
NOW = datetime(2031, 5, 1, 12, tzinfo=UTC)
RELEASE = Release(
    "9.8.7",
    "https://example.org/9.8.7",
    NOW - timedelta(days=1),
    NOW + timedelta(days=90),
    (("litmesh_9.8.7_amd64.deb", "ab" * 32),),
)


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ReleaseServer]:
    """A service whose certificate the settings name, as a user does whose network has its own."""
    for name in ("LITMESH_DATA_DIR", "LITMESH_CONFIG_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name))
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "127.0.0.1")
    with publishing(tmp_path / "certificate.pem") as running:
        Settings(ca_file=str(tmp_path / "certificate.pem")).save()
        running.content = write_manifest(RELEASE, PRIVATE)
        yield running


def source(server: ReleaseServer) -> ReleaseSource:
    return ReleaseSource(server.address, PUBLIC)


def assert_refused(server: ReleaseServer, words: str, now: datetime = NOW) -> UserError:
    """Ask, be told `words`, and see that nothing is remembered of it."""
    with pytest.raises(UserError, match=words) as told:
        ask(source(server), now=now, timeout=30)
    assert newest_known(source(server)) is None
    return told.value


def test_what_is_published_is_told_and_remembered(server: ReleaseServer) -> None:
    assert newest_known(source(server)) is None
    assert ask(source(server), now=NOW) == RELEASE
    assert newest_known(source(server)) == RELEASE
    assert RELEASE.is_newer_than("9.8.6")
    assert not RELEASE.is_newer_than("9.8.7")


def test_nothing_but_the_request_is_sent(server: ReleaseServer) -> None:
    ask(source(server), now=NOW)
    [headers] = server.requests
    assert headers.pop("Host") == f"127.0.0.1:{server.server_port}"
    assert headers == {
        "User-Agent": "litmesh",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }


def test_signed_by_somebody_else(server: ReleaseServer) -> None:
    other = Ed25519PrivateKey.generate().private_bytes_raw()
    server.content = write_manifest(RELEASE, other)
    assert "Do not install" in assert_refused(server, "not signed by the makers").hint


@pytest.mark.parametrize("what", ["version", "signature", "context"])
def test_changed_after_it_was_signed(server: ReleaseServer, what: str) -> None:
    envelope = json.loads(server.content)
    if what == "version":
        envelope["statement"] = envelope["statement"].replace("9.8.7", "9.8.8")
    elif what == "signature":
        envelope["signature"] = base64.b64encode(bytes(64)).decode()
    else:  # our key, for another purpose
        envelope["signature"] = base64.b64encode(KEY.sign(envelope["statement"].encode())).decode()
    server.content = json.dumps(envelope).encode()
    assert_refused(server, "not signed by the makers")


def test_expired(server: ReleaseServer) -> None:
    assert_refused(server, "has expired on 30 July 2031", now=RELEASE.expires)


def test_older_than_one_that_was_seen(server: ReleaseServer) -> None:
    newer = replace(RELEASE, version="9.9.0", issued=NOW)
    server.content = write_manifest(newer, PRIVATE)
    ask(source(server), now=NOW)
    server.content = write_manifest(RELEASE, PRIVATE)
    with pytest.raises(UserError, match="an older answer"):
        ask(source(server), now=NOW)
    assert newest_known(source(server)) == newer


def test_a_remembered_answer_that_was_changed_counts_for_nothing(server: ReleaseServer) -> None:
    ask(source(server), now=NOW)
    kept = paths.data_dir() / "newest-release.json"
    kept.write_bytes(kept.read_bytes().replace(b"9.8.7", b"9.8.8"))
    assert newest_known(source(server)) is None


def test_too_large(server: ReleaseServer) -> None:
    server.content += b" " * LARGEST
    assert_refused(server, "more than the 65,536 bytes")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>sign in",
        b"\xff\xfe",
        b"[1]",
        b"null",
        b'{"statement": {}, "signature": "aaaa"}',
        b'{"statement": "{}", "signature": 5}',
        b'{"statement": "\\ud800", "signature": "aaaa"}',
        b"[" * 30_000,
    ],
)
def test_no_manifest(server: ReleaseServer, content: bytes) -> None:
    server.content = content
    assert "sign in with your browser" in assert_refused(server, "no release manifest").hint


@pytest.mark.parametrize(
    "change",
    [
        {"version": "9"},
        {"version": 9},
        {"version": None},
        {"page": "http://example.org"},
        {"page": "https://example.org/ a"},
        {"page": 1},
        {"issued": "yesterday"},
        {"issued": "2031-05-01T12:00:00"},
        {"expires": None},
        {"expires": "0001-01-01T00:00:00+10:00"},
        {"files": []},
        {"files": {"a": "b"}},
        {"files": {"a": 1}},
    ],
)
def test_signed_and_still_wrong(change: dict[str, object]) -> None:
    statement = json.loads(json.loads(write_manifest(RELEASE, PRIVATE))["statement"]) | change
    text = json.dumps(statement)
    signature = KEY.sign(b"litmesh release manifest 1\n" + text.encode())
    envelope = {"statement": text, "signature": base64.b64encode(signature).decode()}
    with pytest.raises(UserError, match="not one that this Litmesh understands"):
        read_manifest(json.dumps(envelope).encode(), PUBLIC)


def test_a_redirect_to_http_is_refused(server: ReleaseServer) -> None:
    with publishing(None) as insecure:
        insecure.content = server.content
        server.redirect_to = insecure.address
        assert_refused(server, "which is not a secure address")
        assert insecure.requests == []


def test_a_redirect_to_https_is_followed(server: ReleaseServer, tmp_path: Path) -> None:
    server.content, content = b"", server.content
    with publishing(tmp_path / "other.pem") as other:
        both = (tmp_path / "certificate.pem").read_bytes() + (tmp_path / "other.pem").read_bytes()
        (tmp_path / "both.pem").write_bytes(both)
        Settings(ca_file=str(tmp_path / "both.pem")).save()
        other.content = content
        server.redirect_to = other.address
        assert ask(source(server), now=NOW) == RELEASE


def test_a_certificate_that_nobody_vouches_for(server: ReleaseServer) -> None:
    Settings().save()
    error = assert_refused(server, "could not be asked: .*CERTIFICATE_VERIFY_FAILED")
    assert "File > Network" in error.hint
    assert server.requests == []


def test_an_error_of_the_service(server: ReleaseServer) -> None:
    server.status = 503
    assert_refused(server, "it answered 503 Service Unavailable")


def test_offline(server: ReleaseServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    nobody = ReleaseSource(f"https://127.0.0.1:{port}/", PUBLIC)
    with pytest.raises(NotReached, match=r"could not be asked: .*refused"):
        ask(nobody, now=NOW)


def test_nobody_answers_in_time(server: ReleaseServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"https://127.0.0.1:{silent.getsockname()[1]}/"
        with pytest.raises(NotReached, match="timed out"):
            ask(ReleaseSource(address, PUBLIC), now=NOW, timeout=0.2)


def test_cancelled(server: ReleaseServer) -> None:
    def stop(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        ask(source(server), stop, NOW)
    assert server.requests == []


# --- whom to ask, and when -----------------------------------------------------------------------


def test_this_repository_asks_nobody() -> None:
    assert release_source() is None
    assert (paths.resources_dir() / "release.toml").is_file()


def test_a_build_says_whom_it_asks(tmp_path: Path) -> None:
    file = tmp_path / "release.toml"
    key = base64.b64encode(PUBLIC).decode()
    file.write_text(f'address = "https://example.org/r"\npublic_key = "{key}"\n', encoding="utf-8")
    assert release_source(file) == ReleaseSource("https://example.org/r", PUBLIC)


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("http://example.org", base64.b64encode(PUBLIC).decode()),
        ("https://example.org", ""),
        ("", base64.b64encode(PUBLIC).decode()),
        ("https://example.org", "AAAA"),
        ("https://example.org", "ä"),
    ],
    ids=["no TLS", "no key", "no address", "short key", "no base64"],
)
def test_half_a_source_is_none(tmp_path: Path, address: str, key: str) -> None:
    file = tmp_path / "release.toml"
    file.write_text(f'address = "{address}"\npublic_key = "{key}"\n', encoding="utf-8")
    assert release_source(file) is None
    assert release_source(tmp_path / "missing") is None


def test_once_a_day() -> None:
    def before(**ago: float) -> str:
        return (NOW - timedelta(**ago)).isoformat()

    assert not is_due(before(hours=23.9), NOW)
    assert is_due(before(hours=24), NOW)
    assert is_due(before(hours=-1), NOW)  # the clock was wrong then, or is now
    assert is_due("", NOW)
    assert is_due("2031-05-01T11:00:00", NOW)  # no zone


def test_versions_in_order() -> None:
    order = ["0.1.0", "0.2.0a1", "0.2.0b1", "0.2.0rc1", "0.2.0rc2", "0.2.0", "0.10.0", "1.0.0"]
    assert sorted(set(order), key=version_key) == order
    for wrong in ("1.2", "1.2.3.4", "v1.2.3", "1.2.3-rc1", "1.2.٣", ""):
        with pytest.raises(ValueError, match="is no version"):
            version_key(wrong)
