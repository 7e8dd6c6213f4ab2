#!/usr/bin/env python3
"""Builds, installs, starts, upgrades and removes: `python3 installer/acceptance.py [--root]`.

What a user meets from the download to the removal, with the system's own tools; package and
archive, each twice in a row. It installs packages: run it as root on a machine made for tests.
`--root` adds a minimal Debian without Python. One line a check, then “N passed, N failed”.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from installer import build
from installer.check_bundle import check_bundle
from installer.checkout.commands import DEV, logged, say
from installer.freeze import WORK
from installer.installed import Archive, Package
from installer.linux.debian_root import first_hit, make_root
from installer.linux.desktop import rendered
from installer.stranger import CheckFailed

REPORT = DEV / "installer-test"
TOOLS = {
    "Xvfb": "xvfb",
    "appstreamcli": "appstream",
    "dbus-run-session": "dbus",
    "desktop-file-validate": "desktop-file-utils",
    "gio": "libglib2.0-bin",
    "gtk-launch": "libgtk-3-bin",
    "lintian": "lintian",
    "openbox": "openbox",
    "update-mime-database": "shared-mime-info",
    "xdotool": "xdotool",
    "xmllint": "libxml2-utils",
    "xprop": "x11-utils",
}


def set_up() -> None:
    """Install the tools that are missing."""
    missing = [package for tool, package in TOOLS.items() if not shutil.which(tool)]
    if not missing:
        return
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    say(f"  system packages: {' '.join(missing)} …")
    logged("installer-test", "apt-get", "update", **quiet)
    install = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    if not logged("installer-test", *install, **quiet):
        sys.exit(f"apt-get failed; the whole output: {DEV / 'logs' / 'installer-test.log'}")


class Tally:
    """Runs checks and counts them; a failed one does not stop the others."""

    def __init__(self) -> None:
        self.passed = 0
        self.failed = 0

    def check(self, name: str, do: Callable[[], str]) -> None:
        """Run one check and print its line."""
        started = time.monotonic()
        try:
            detail, word = do(), "ok"
            self.passed += 1
        except (CheckFailed, OSError, ValueError, subprocess.SubprocessError) as error:
            detail, word = f"{type(error).__name__}: {error}", "FAILED"
            self.failed += 1
        say(f"{word:7}{name:34}{time.monotonic() - started:6.1f} s  {detail}")


def validators(tally: Tally, package: Path) -> None:
    """What Debian's and freedesktop's own tools say of our files."""
    with tempfile.TemporaryDirectory() as scratch:
        for name, words in {
            "litmesh.desktop": ["desktop-file-validate"],
            "org.litmesh.Litmesh.metainfo.xml": ["appstreamcli", "validate", "--no-net"],
            "litmesh-mime.xml": ["xmllint", "--noout"],
        }.items():
            target = Path(scratch, name)
            target.write_text(rendered(name), encoding="utf-8")
            tally.check(words[0], partial(_clean, *words, target))
    tally.check("lintian", lambda: _clean("lintian", "--fail-on", "error,warning", package))


def _clean(*words: object) -> str:
    run = subprocess.run([*map(str, words)], capture_output=True, text=True, check=False)
    if run.returncode:
        raise CheckFailed((run.stdout + run.stderr)[-800:])
    return "clean"


def bundle_works(command: str, name: str, trainer: Path | None = None) -> str:
    """All of `check_bundle` on what is installed; the first failure is told."""
    outcomes = check_bundle((command,), None, trainer, REPORT / name)
    for outcome in outcomes:
        if not outcome.passed:
            raise CheckFailed(f"{outcome.name}: {outcome.detail}")
    return ", ".join(f"{outcome.name} {outcome.seconds:.1f} s" for outcome in outcomes)


def life(tally: Tally, kind: str, product: "Package | Archive", turn: int) -> None:
    """Install, use, start from the menu, upgrade, remove; nothing but user data stays."""
    name = f"{kind} {turn}"
    tally.check(f"{name}: install", product.install)
    tally.check(f"{name}: use", lambda: bundle_works(product.command, f"{kind}-{turn}"))
    for starter in product.starters:
        tally.check(f"{name}: {starter[0]}", partial(product.launch, starter))
    tally.check(f"{name}: upgrade keeps the library", product.upgrade)
    tally.check(f"{name}: remove", product.remove)
    tally.check(f"{name}: only user data is left", product.leftovers)


def main() -> int:
    """Build, then run every check."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", action="store_true", help="also in a minimal Debian (minutes)")
    parser.add_argument("--reuse", action="store_true", help="take the bundle that is there")
    parser.add_argument("--turns", type=int, default=2, help="how often in a row")
    options = parser.parse_args()
    if os.geteuid():
        sys.exit("Run it as root: it installs and removes packages.")
    set_up()
    output, reuse = REPORT / "dist", ["--reuse"] if options.reuse else []
    build.main(["deb", "--output", str(output), *reuse])
    build.main(["tar", "--output", str(output), "--reuse"])
    tally = Tally()
    package, archive = next(output.glob("*.deb")), next(output.glob("*.tar.gz"))
    tally.check("bundle", lambda: bundle_works(str(WORK / "litmesh" / "litmesh"), "bundle"))
    validators(tally, package)
    for turn in range(1, options.turns + 1):
        with Package(package) as installed:
            life(tally, "deb", installed, turn)
        with Archive(archive) as unpacked:
            life(tally, "tar", unpacked, turn)
    if options.root:
        with tempfile.TemporaryDirectory() as scratch:
            tally.check("debootstrap", partial(make_root, Path(scratch, "debian")))
            tally.check("no Python", lambda: first_hit(Path(scratch, "debian"), package))
    say(f"\n{tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
