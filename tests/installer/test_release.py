"""The maker's side of a release: a key that is kept, a manifest that the program believes."""

import hashlib
import stat
import tomllib
from pathlib import Path

import pytest

import desktop_app
from desktop_app.tasks.newer_version import ReleaseSource, release_source
from desktop_app.tasks.release_manifest import Release, decoded_key, read_manifest
from installer import release


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(release.PASSPHRASE, "only here")
    return tmp_path / "key.pem"


def test_what_is_signed_is_believed_by_a_build_with_that_key(
    key: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert release.main(["keygen", "--key", str(key)]) == 0
    line = capsys.readouterr().out
    toml = tmp_path / "release.toml"
    toml.write_text(f'address = "https://example.org/r"\n{line}', encoding="utf-8")
    source = release_source(toml)
    assert isinstance(source, ReleaseSource)
    package = tmp_path / "litmesh.deb"
    package.write_bytes(b"a package")
    output = tmp_path / "release.json"
    words = ["sign", "--key", str(key), "--page", "https://example.org/new", "--days", "9"]
    assert release.main([*words, "--output", str(output), str(package)]) == 0
    told = read_manifest(output.read_bytes(), source.public_key)
    assert isinstance(told, Release)
    assert told.version == desktop_app.__version__
    assert (told.expires - told.issued).days == 9
    assert told.files == (("litmesh.deb", hashlib.sha256(b"a package").hexdigest()),)


def test_the_key_is_private_and_never_written_over(
    key: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    release.main(["keygen", "--key", str(key)])
    public = tomllib.loads(capsys.readouterr().out)["public_key"]
    assert len(decoded_key(public)) == 32
    held = key.read_bytes()
    assert b"ENCRYPTED" in held
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    with pytest.raises(SystemExit, match="keep it"):
        release.main(["keygen", "--key", str(key)])
    assert key.read_bytes() == held


def test_a_wrong_passphrase_signs_nothing(
    key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release.main(["keygen", "--key", str(key)])
    monkeypatch.setenv(release.PASSPHRASE, "another")
    output = tmp_path / "release.json"
    with pytest.raises(SystemExit, match="cannot be used"):
        release.main(
            ["sign", "--key", str(key), "--page", "https://e.org", "--output", str(output)]
        )
    assert not output.exists()


def test_a_page_that_the_program_would_refuse_is_not_signed(key: Path, tmp_path: Path) -> None:
    release.main(["keygen", "--key", str(key)])
    output = tmp_path / "release.json"
    with pytest.raises(SystemExit, match="not one that this Litmesh understands"):
        release.main(["sign", "--key", str(key), "--page", "http://e.org", "--output", str(output)])
    assert not output.exists()
