"""The disk image for macOS: sign everything, pack, have Apple notarise it. NOT RUN YET on a Mac.

Variables: LITMESH_SIGNING_IDENTITY, a “Developer ID Application: …” of the keychain; without it the
signature is ad hoc and Gatekeeper warns. LITMESH_NOTARY_PROFILE, made once by
`xcrun notarytool store-credentials`; without it nothing is sent to Apple.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from installer.icon_files import draw

ENTITLEMENTS = Path(__file__).with_name("entitlements.plist")
SETTINGS = Path(__file__).with_name("dmg_settings.py")
IDENTITY, PROFILE = "LITMESH_SIGNING_IDENTITY", "LITMESH_NOTARY_PROFILE"
AD_HOC = "-"
_REMEDY = {
    "codesign": "It comes with Apple's command line tools: xcode-select --install.",
    "xcrun": "It comes with Apple's command line tools: xcode-select --install.",
    "dmgbuild": "pip install dmgbuild",
}
# First bytes of machine code for macOS: 64 bit either way round, and for several processors.
_MACH_O = (b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa\xcf", b"\xca\xfe\xba\xbe")


def build(bundle: Path, output: Path, version: str) -> Path:
    """Make `litmesh-<version>-macos-arm64.dmg` in `output`; `Litmesh.app` lies beside `bundle`.

    Ends the program with a sentence when the app or a tool is missing, or a step fails.
    """
    app = bundle if bundle.suffix == ".app" else bundle.parent / "Litmesh.app"
    if not (app / "Contents" / "Info.plist").is_file():
        sys.exit(f"{app} is missing: freeze on a Mac first, python3 installer/build.py bundle.")
    identity, profile = os.environ.get(IDENTITY, AD_HOC), os.environ.get(PROFILE, "")
    if profile and identity == AD_HOC:
        sys.exit(f"Apple notarises only what {IDENTITY} has signed.")
    sign(app, identity)
    image = output.resolve() / f"litmesh-{version}-macos-arm64.dmg"
    image.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        icon = Path(scratch, "litmesh.icns")
        draw("icns", icon)
        defines = ["-D", f"app={app.resolve()}", "-D", f"icon={icon}"]
        _run("dmgbuild", "-s", SETTINGS, *defines, f"Litmesh {version}", image)
    _codesign(identity, image)
    if profile:
        notarise(image, profile)
    return image


def sign(app: Path, identity: str) -> None:
    """Sign from the inside out: a signature covers what is signed below it."""
    for path in code_files(app):
        _codesign(identity, path, "--entitlements", ENTITLEMENTS)
    _codesign(identity, app, "--entitlements", ENTITLEMENTS)
    _run("codesign", "--verify", "--strict", "--deep", app)


def code_files(app: Path) -> Iterator[Path]:
    """Every file of machine code in the app, the deepest first."""
    files = (path for path in app.rglob("*") if path.is_file() and not path.is_symlink())
    for path in sorted(files, key=lambda path: (-len(path.parts), path)):
        with open(path, "rb") as file:
            if file.read(4) in _MACH_O:
                yield path


def notarise(image: Path, profile: str) -> None:
    """Have Apple look at the image, and fasten its word to it so that it holds without network."""
    _run("xcrun", "notarytool", "submit", image, "--keychain-profile", profile, "--wait")
    _run("xcrun", "stapler", "staple", image)
    _run("xcrun", "stapler", "validate", image)


def _codesign(identity: str, path: Path, *options: object) -> None:
    hardened = [] if identity == AD_HOC else ["--options", "runtime", "--timestamp"]
    _run("codesign", "--force", "--sign", identity, *hardened, *options, path)


def _run(tool: str, *words: object) -> None:
    if shutil.which(tool) is None:
        sys.exit(f"{tool} is missing. {_REMEDY[tool]}")
    done = subprocess.run([tool, *map(str, words)], check=False)
    if done.returncode:
        sys.exit(f"{tool} failed with exit code {done.returncode}: {' '.join(map(str, words))}")
