"""What a published version says of itself, and the signature that proves who says it.

A manifest is JSON with two texts: `statement`, itself JSON, and `signature`, Ed25519 (RFC 8032)
over CONTEXT and the statement's bytes as they stand. So nothing is parsed before it is verified.
"""

import base64
import binascii
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from desktop_app.errors import UserError

CONTEXT = b"litmesh release manifest 1\n"  # a signature of ours for anything else does not fit
LARGEST = 64 * 1024  # bytes
_VERSION = re.compile(r"(\d{1,6})\.(\d{1,6})\.(\d{1,6})(?:(a|b|rc)(\d{1,6}))?", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}")
_PAGE = re.compile(r"https://[!-~]{1,500}", re.ASCII)
_HINT = "Do not install anything from there. If it stays, look at Litmesh's page by yourself."


@dataclass(frozen=True, slots=True)
class Release:
    """A version that was published."""

    version: str
    page: str  # https address of what is new and where the files are
    issued: datetime  # of the manifest; the newest one counts
    expires: datetime  # afterwards somebody may be hiding a newer one
    files: tuple[tuple[str, str], ...] = ()  # name and SHA-256, for people who check

    def is_newer_than(self, version: str) -> bool:
        """Whether it is a later version than `version`, one of ours."""
        return version_key(self.version) > version_key(version)


def version_key(version: str) -> tuple[int, int, int, str, int]:
    """`1.2.3rc1` for comparing; a release comes after its candidates. ValueError for others."""
    parts = _VERSION.fullmatch(version)
    if parts is None:
        raise ValueError(f"{version[:50]!r} is no version")
    stage, number = (parts[4], int(parts[5])) if parts[4] else ("z", 0)
    return int(parts[1]), int(parts[2]), int(parts[3]), stage, number


def write_manifest(release: Release, private_key: bytes) -> bytes:
    """A signed manifest; `private_key`: 32 bytes."""
    from nacl.signing import SigningKey

    statement = json.dumps(
        {
            "version": release.version,
            "page": release.page,
            "issued": release.issued.isoformat(),
            "expires": release.expires.isoformat(),
            "files": dict(release.files),
        },
        indent=1,
    )
    signature = SigningKey(private_key).sign(CONTEXT + statement.encode()).signature
    envelope = {"statement": statement, "signature": base64.b64encode(signature).decode()}
    return json.dumps(envelope, indent=1).encode() + b"\n"


def read_manifest(content: bytes, public_key: bytes) -> Release:
    """What a manifest says, once its signature fits `public_key`, 32 bytes.

    Raises UserError: no manifest, signed by somebody else, changed after it was signed.
    """
    statement, signature = _envelope(content)
    _verify(statement, signature, public_key)
    try:
        return _release(json.loads(statement))
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise UserError("The signed answer is not one that this Litmesh understands.") from error


def _envelope(content: bytes) -> tuple[bytes, bytes]:
    try:
        envelope = json.loads(content)
        statement, signature = envelope["statement"], envelope["signature"]
        return statement.encode(), base64.b64decode(signature, validate=True)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise UserError(
            "What came is no release manifest of Litmesh.",
            "Your network may want you to sign in with your browser first.",
        ) from error


def _verify(statement: bytes, signature: bytes, public_key: bytes) -> None:
    from nacl.exceptions import BadSignatureError
    from nacl.signing import VerifyKey

    try:
        VerifyKey(public_key).verify(CONTEXT + statement, signature)
    except (BadSignatureError, ValueError) as error:
        raise UserError("The answer is not signed by the makers of Litmesh.", _HINT) from error


def _release(said: Any) -> Release:
    """The statement as a value; raises what reading a value of the wrong kind raises."""
    version, page, files = said["version"], said["page"], said["files"]
    version_key(version)
    if not _PAGE.fullmatch(page) or not all(_SHA256.fullmatch(digest) for digest in files.values()):
        raise ValueError("a page or a hash")
    return Release(version, page, _time(said["issued"]), _time(said["expires"]), (*files.items(),))


def _time(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time without its zone")
    return moment.astimezone(UTC)


def decoded_key(text: str) -> bytes:
    """A key of 32 bytes from base64. ValueError for anything else."""
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("no base64") from error
    if len(key) != 32:
        raise ValueError("not 32 bytes")
    return key
