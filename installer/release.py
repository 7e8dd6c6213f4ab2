#!/usr/bin/env python3
"""Key and signed manifest for “Help > Newer version…”; needs the developers' environment.

`python installer/release.py keygen --key litmesh-release.pem`, once: the key stays with the maker,
the line it prints goes into resources/release.toml. For every release, and before one expires:
`python installer/release.py sign --key … --page https://… --output release.json FILE…`
"""

import argparse
import base64
import getpass
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import desktop_app
from desktop_app.errors import UserError
from desktop_app.files import sha256, write_bytes
from desktop_app.tasks.release_manifest import Release, read_manifest, write_manifest

PASSPHRASE = "LITMESH_RELEASE_PASSPHRASE"


def keygen(options: argparse.Namespace) -> int:
    """make a key; prints the public half"""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import (
        BestAvailableEncryption,
        Encoding,
        PrivateFormat,
    )

    secret = _passphrase()
    if not secret:
        sys.exit("A key needs a passphrase.")
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(secret))
    try:  # never over a key that installed programs believe
        handle = os.open(options.key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        sys.exit(f"{options.key} exists. Installed programs believe the key in it: keep it.")
    with os.fdopen(handle, "wb") as file:
        file.write(pem)
    public = key.public_key().public_bytes_raw()
    print(f'public_key = "{base64.b64encode(public).decode()}"')
    return 0


def sign(options: argparse.Namespace) -> int:
    """make the manifest of the version in desktop_app/__init__.py"""
    now = datetime.now(UTC).replace(microsecond=0)
    release = Release(
        desktop_app.__version__,
        options.page,
        now,
        now + timedelta(days=options.days),
        tuple((path.name, sha256(path)) for path in sorted(options.files)),
    )
    private, public = _keys(options.key)
    manifest = write_manifest(release, private)
    try:  # as every installed program will
        read_manifest(manifest, public)
    except UserError as error:
        sys.exit(f"Not signed: {error}")
    write_bytes(options.output, manifest)
    print(f"{options.output}: {release.version}, until {release.expires:%d %B %Y}")
    return 0


def _keys(path: Path) -> tuple[bytes, bytes]:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(path.read_bytes(), _passphrase())
    except (OSError, ValueError, TypeError) as error:
        sys.exit(f"{path} cannot be used: {error}")
    if not isinstance(key, Ed25519PrivateKey):
        sys.exit(f"{path} holds no Ed25519 key.")
    return key.private_bytes_raw(), key.public_key().public_bytes_raw()


def _passphrase() -> bytes:
    return (os.environ.get(PASSPHRASE) or getpass.getpass("Passphrase of the key: ")).encode()


def main(words: list[str] | None = None) -> int:
    """Read the command line and do it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True)
    making = commands.add_parser("keygen", help=keygen.__doc__)
    signing = commands.add_parser("sign", help=sign.__doc__)
    for command, do in ((making, keygen), (signing, sign)):
        command.add_argument("--key", type=Path, required=True, help="file of the private key")
        command.set_defaults(do=do)
    signing.add_argument("--page", required=True, help="https address of the release")
    signing.add_argument("--days", type=int, default=180, help="how long it may be believed")
    signing.add_argument("--output", type=Path, default=Path("release.json"))
    signing.add_argument("files", type=Path, nargs="*", help="what is published")
    options = parser.parse_args(words)
    status: int = options.do(options)
    return status


if __name__ == "__main__":
    sys.exit(main())
