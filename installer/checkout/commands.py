"""Where things lie in a checkout, and running commands there: loudly or with a log."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEV = ROOT / ".dev"
LOGS = DEV / "logs"
LOCKS = ROOT / "requirements"
BIN = "Scripts" if os.name == "nt" else "bin"
PYTHON = ROOT / ".venv" / BIN / "python"
TRAINER_PYTHON = ROOT / ".venv-trainer" / BIN / "python"


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
