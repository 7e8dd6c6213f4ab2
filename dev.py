#!/usr/bin/env python3
"""Every chore of the project: `python3 dev.py run`, `test`, `check` …; sets up what is missing.

Standard library only, so that it runs before anything is installed; the set-up itself is in
`installer/checkout/`. A step of it is done again only when its inputs have changed; what the tools
say goes to `.dev/logs/`.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - a clear word for whoever starts it with an older one
    sys.exit(f"Litmesh needs Python 3.11 or newer; this is Python {sys.version.split()[0]}.")

import argparse
import os
import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence
from pathlib import Path

from installer.checkout.commands import DEV, LOGS, PYTHON, ROOT, TRAINER_PYTHON, call, say
from installer.checkout.setup import LIBRARY, set_up_all, set_up_app, set_up_sample

# A process for each core, each file of tests in one of them; `-n 0` among the words switches it off
SPREAD = ("-n", "logical", "--maxprocesses", "4", "--dist", "loadfile")
QUESTION = "does mitochondrial dysfunction cause insulin resistance?"


def set_up(_: list[str]) -> int:
    """set up everything, PyTorch included"""
    set_up_all()
    say("Everything is set up.")
    return 0


def run(words: list[str]) -> int:
    """open the window on a sample library; without a display search it and save a picture"""
    set_up_sample()
    start = [PYTHON, "-m", "desktop_app", "--library", LIBRARY]
    display = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if display or os.name == "nt" or sys.platform == "darwin":
        return call(*start, *words)
    picture = DEV / "litmesh.png"
    say(f"No display here, so this searches for “{QUESTION}” and saves {picture}")
    search = [*start, "--query", QUESTION, "--screenshot", picture]
    return call(*search, *words, QT_QPA_PLATFORM="offscreen")


def test(words: list[str]) -> int:
    """run the tests (paths and options go to pytest); the trainer's run where PyTorch is"""
    set_up_all()
    paths = [word for word in words if (ROOT / word.split("::")[0]).exists()]
    options = [word for word in words if word not in paths]
    trainer = [path for path in paths if Path(path).parts[:2] == ("tests", "trainer")]
    app = [path for path in paths if path not in trainer]
    if not paths:
        app = ["tests", "--ignore=tests/trainer"]
        trainer = ["tests/trainer"] if any(ROOT.glob("tests/trainer/**/test_*.py")) else []
    counts = [pytest(PYTHON, "app", [*app, *options])] if app else []
    counts += [pytest(TRAINER_PYTHON, "trainer", [*trainer, *options])] if trainer else []
    passed, failed, skipped = map(sum, zip(*counts, strict=True))
    say(f"\n{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or not passed else 0


def pytest(python: Path, name: str, words: Sequence[str]) -> tuple[int, int, int]:
    """Run pytest; how many tests passed, failed (errors and crashes included) and were skipped."""
    report = LOGS / f"tests-{name}.xml"
    report.unlink(missing_ok=True)
    say(f"\nTests of the {name}")
    command = [python, "-m", "pytest", *SPREAD, f"--junitxml={report}", *words]
    status = call(*command, QT_QPA_PLATFORM="offscreen")
    if not report.exists():
        return 0, int(status != 0), 0
    suite = ET.parse(report).getroot()[0]
    every, skipped, failures, errors = (
        int(suite.get(key, "0")) for key in ("tests", "skipped", "failures", "errors")
    )
    failed = failures + errors
    nothing_selected = status == 5 and every == 0
    return every - skipped - failed, failed or int(status != 0 and not nothing_selected), skipped


def check(words: list[str]) -> int:
    """format, lint, strict types, import rules, tests: all that a change must pass"""
    set_up_app()
    tools = {
        "format": ["-m", "ruff", "format", "--check", "."],
        "lint": ["-m", "ruff", "check", "."],
        "types": ["-m", "mypy"],
        "imports": ["-c", "from importlinter.cli import lint_imports_command as lint; lint()"],
    }
    failed = []
    for name, command in tools.items():
        say(f"\nCheck: {name}")
        failed += [name] if call(PYTHON, *command) else []
    failed += ["tests"] if test(words) else []
    say(f"Failed: {', '.join(failed)}" if failed else "All checks passed.")
    return 1 if failed else 0


def scripts(pattern: str, names: Sequence[str]) -> int:
    """Run the scripts that match, or those named (`bench_search.py` is `search`)."""
    found = {path.stem.partition("_")[2]: path for path in sorted(ROOT.glob(pattern))}
    unknown = [name for name in names if name not in found]
    if unknown or not found:
        there = " ".join(found) or "none yet"
        sys.exit(f"No such script: {' '.join(unknown)}. There are: {there}.")
    failed = []
    for name in names or found:
        say(f"\n{found[name].stem}")
        python = TRAINER_PYTHON if name.endswith("_trainer") else PYTHON
        failed += [name] if call(python, found[name]) else []
    say(f"Failed: {', '.join(failed)}" if failed else "All done.")
    return 1 if failed else 0


def bench(words: list[str]) -> int:
    """measure: every benchmark of tests/benchmarks, or those named"""
    set_up_all()
    return scripts("tests/benchmarks/bench_*.py", words)


def soak(words: list[str]) -> int:
    """the long runs of tests/soak (kills, full disks, damaged files), all or those named"""
    set_up_app()
    return scripts("tests/soak/soak_*.py", words)


def screenshots(words: list[str]) -> int:
    """make the pictures of the documentation"""
    set_up_app()
    return call(PYTHON, ROOT / "tests" / "screenshots.py", *words, QT_QPA_PLATFORM="offscreen")


def build(words: list[str]) -> int:
    """build an installable program for this system: bundle, deb, tar, nsis, appimage or dmg"""
    set_up_app()
    return call(PYTHON, ROOT / "installer" / "build.py", *words)


def installer_test(words: list[str]) -> int:
    """build, install, start, upgrade, remove what is shipped (root, Debian; --root: from zero)"""
    set_up_app()
    return call(PYTHON, ROOT / "installer" / "acceptance.py", *words)


CHORES: dict[str, Callable[[list[str]], int]] = {
    "run": run,
    "test": test,
    "check": check,
    "bench": bench,
    "soak": soak,
    "screenshots": screenshots,
    "build": build,
    "installer-test": installer_test,
    "setup": set_up,
}


def main() -> int:
    """Read the command line and do one chore."""
    usage = "\n".join(f"  {name:14} {chore.__doc__}" for name, chore in CHORES.items())
    parser = argparse.ArgumentParser(
        description=f"What is missing is set up first.\n\n{usage}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("chore", choices=CHORES, metavar="CHORE", help="one of the above")
    parser.add_argument("words", nargs=argparse.REMAINDER, help="handed on to the chore")
    options = parser.parse_args()
    try:
        return CHORES[options.chore](options.words)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
