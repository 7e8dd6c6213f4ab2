#!/usr/bin/env python3
"""Build an installable program: `python3 installer/build.py bundle|deb|tar|…`, for this system.

Results lie in `.dev/dist/` unless `--output` says otherwise, beside a file of their SHA-256 sums.
"""

import argparse
import hashlib
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from installer.checkout.commands import DEV, say
from installer.checkout.setup import set_up_app
from installer.contents import version
from installer.freeze import WORK, bundle

DIST = DEV / "dist"


def _bundle(options: argparse.Namespace) -> Path:
    """the program as a folder that starts anywhere"""
    return bundle(options.work, options.environment)


def _deb(options: argparse.Namespace) -> Path:
    """a package for Debian and Ubuntu"""
    from installer.linux.deb import make_deb

    return make_deb(_frozen(options), options.work, options.output, options.compression)


def _tar(options: argparse.Namespace) -> Path:
    """an archive with a script that installs it for one user, without root"""
    from installer.linux.tarball import make_tarball

    return make_tarball(_frozen(options), options.work, options.output)


def _nsis(options: argparse.Namespace) -> Path:
    """an installer for Windows"""
    from installer.windows.nsis import build

    return build(_frozen(options), options.output, version())


def _appimage(options: argparse.Namespace) -> Path:
    """one file for any Linux"""
    from installer.linux.appimage import build

    return build(_frozen(options), options.output, version())


def _dmg(options: argparse.Namespace) -> Path:
    """a disk image for macOS"""
    from installer.macos.dmg import build

    return build(_frozen(options), options.output, version())


TARGETS: dict[str, Callable[[argparse.Namespace], Path]] = {
    "bundle": _bundle,
    "deb": _deb,
    "tar": _tar,
    "nsis": _nsis,
    "appimage": _appimage,
    "dmg": _dmg,
}


def _frozen(options: argparse.Namespace) -> Path:
    """The bundle: a new one, or with --reuse the one that is there."""
    folder: Path = options.work / "litmesh"
    if options.reuse and (folder / "_internal").is_dir():
        return folder
    return _bundle(options)


def main(words: list[str] | None = None) -> int:
    """Read the command line, set up what is missing, build."""
    usage = "\n".join(f"  {name:10} {make.__doc__}" for name, make in TARGETS.items())
    parser = argparse.ArgumentParser(
        description=f"{__doc__}\n\n{usage}", formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("target", choices=TARGETS, nargs="?", default="bundle")
    parser.add_argument("--output", type=Path, default=DIST, help="folder for what is made")
    parser.add_argument("--work", type=Path, default=WORK, help="folder for the bundle")
    parser.add_argument("--environment", type=Path, help="folder of the building environment")
    parser.add_argument("--reuse", action="store_true", help="take the bundle that is there")
    parser.add_argument("--compression", choices=("gzip", "xz"), default="gzip", help=".deb: speed")
    options = parser.parse_args(words)
    options.work, options.output = options.work.resolve(), options.output.resolve()
    started = time.monotonic()
    if not options.reuse:
        set_up_app()
    made = TARGETS[options.target](options)
    say(f"{made}  ({time.monotonic() - started:.0f} s)")
    if made.is_file():
        _note_sum(made)
    return 0


def _note_sum(made: Path) -> None:
    digest = hashlib.sha256(made.read_bytes()).hexdigest()
    made.with_name(f"{made.name}.sha256").write_text(f"{digest}  {made.name}\n", encoding="ascii")
    say(f"sha256 {digest}")


if __name__ == "__main__":
    sys.exit(main())
