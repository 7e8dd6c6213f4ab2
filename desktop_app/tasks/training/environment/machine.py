"""Which build of PyTorch suits this machine: facts are probed, then judged by a pure function."""

import platform
import re
import subprocess
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from desktop_app.tasks.training.environment.child import NO_WINDOW

_QUERY = ("nvidia-smi", "--query-gpu=driver_version,compute_cap,name", "--format=csv,noheader")
_PATIENCE = 20.0  # s: a sleeping GPU answers late
_CUDA13 = ((580, 0), (7, 5))  # lowest driver and compute capability of a build
_CUDA12 = ((525, 0), (5, 0))


class Backend(StrEnum):
    """What PyTorch computes on."""

    CPU = "cpu"
    CUDA13 = "cuda13"
    CUDA12 = "cuda12.6"
    ROCM = "rocm"
    MPS = "mps"


@dataclass(frozen=True, slots=True)
class Gpu:
    """A graphics processor as `nvidia-smi` tells of it."""

    name: str
    driver: tuple[int, int]
    capability: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Facts:
    """What was found out about a machine."""

    system: str  # Linux, Windows, Darwin
    processor: str  # x86_64, arm64 …
    gpus: tuple[Gpu, ...] = ()
    rocm: bool = False


@dataclass(frozen=True, slots=True)
class Detected:
    """The fastest backend that a machine has, and why."""

    backend: Backend
    reason: str


def detect(facts: Facts) -> Detected:
    """Judge the facts. Thresholds: the drivers that NVIDIA names for CUDA 13.0 and 12.6."""
    if facts.system == "Darwin" and facts.processor == "arm64":
        return Detected(Backend.MPS, "This computer has an Apple processor with its own GPU.")
    if facts.gpus:
        return _nvidia(max(facts.gpus, key=_rank))
    if facts.rocm:
        return Detected(Backend.ROCM, "This computer has an AMD GPU with ROCm.")
    return Detected(Backend.CPU, "No GPU was found that PyTorch can use.")


def _rank(gpu: Gpu) -> tuple[tuple[int, int], tuple[int, int]]:
    return gpu.capability, gpu.driver


def _nvidia(gpu: Gpu) -> Detected:
    major, minor = gpu.capability
    about = f"{gpu.name} (driver {gpu.driver[0]}.{gpu.driver[1]:02d}, compute {major}.{minor})"
    for backend, (driver, capability) in ((Backend.CUDA13, _CUDA13), (Backend.CUDA12, _CUDA12)):
        if gpu.driver >= driver and gpu.capability >= capability:
            return Detected(backend, f"This computer has an {about}.")
    if gpu.capability < _CUDA12[1]:
        why = f"it is too old for PyTorch, which wants compute {_CUDA12[1][0]}.{_CUDA12[1][1]}"
    else:
        why = f"its driver is too old: {_CUDA12[0][0]} or newer is needed, best {_CUDA13[0][0]}"
    return Detected(Backend.CPU, f"{about} cannot be used: {why}.")


def probe() -> Facts:
    """Look at this machine: at most one short command, nothing is loaded."""
    return Facts(
        system=platform.system(),
        processor=platform.machine(),
        gpus=parse_gpus(_ask_nvidia()),
        rocm=Path("/dev/kfd").exists(),
    )


def _ask_nvidia() -> str:
    try:
        done = subprocess.run(
            _QUERY, capture_output=True, timeout=_PATIENCE, check=False, creationflags=NO_WINDOW
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""


def parse_gpus(text: str) -> tuple[Gpu, ...]:
    """The lines of `nvidia-smi`; one that is not understood is left out."""
    found = []
    for line in text.splitlines():
        match = re.fullmatch(r"\s*(\d+)\.(\d+)[\d.]*\s*,\s*(\d+)\.(\d+)\s*,\s*(.+?)\s*", line)
        if match:
            numbers = [int(match[group]) for group in range(1, 5)]
            driver, capability = (numbers[0], numbers[1]), (numbers[2], numbers[3])
            found.append(Gpu(match[5], driver, capability))
    return tuple(found)
