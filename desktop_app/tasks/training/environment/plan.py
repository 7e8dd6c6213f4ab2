"""What an installation would do, told before it is done: backend, reason, files, sizes, place."""

import hashlib
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from desktop_app import paths
from desktop_app.errors import UserError
from desktop_app.tasks.training.environment.machine import Backend, Detected, Facts, detect, probe

FreeSpace = Callable[[Path], int]  # bytes that are free where a folder is, or will be

NAMES = {
    Backend.CPU: "the processor",
    Backend.CUDA13: "NVIDIA GPU (CUDA 13)",
    Backend.CUDA12: "NVIDIA GPU (CUDA 12.6)",
    Backend.ROCM: "AMD GPU (ROCm)",
    Backend.MPS: "Apple GPU",
}
# The torch lock of a system and backend; what is not named here is not offered.
_TORCH_LOCKS = {
    ("Linux", Backend.CPU): "torch-cpu",
    ("Linux", Backend.CUDA13): "torch-default",
    ("Windows", Backend.CPU): "torch-default",
    ("Darwin", Backend.MPS): "torch-default",
}
_MODULES = (
    *("torch", "transformers", "sentence_transformers", "peft", "accelerate", "safetensors"),
    *("onnx", "onnxscript", "onnxruntime", "scipy", "ir_measures", "psutil"),
)


@dataclass(frozen=True, slots=True)
class Sizes:
    """Bytes, as measured with the locks of this version on Linux."""

    download: int
    unpacked: int
    needed: int  # free space that is asked for


_SMALL = Sizes(download=330_000_000, unpacked=1_150_000_000, needed=2_000_000_000)
_LARGE = Sizes(download=2_900_000_000, unpacked=5_500_000_000, needed=12_000_000_000)


@dataclass(frozen=True, slots=True)
class Tools:
    """The programs that make an environment."""

    uv: Path
    python: Path


@dataclass(frozen=True, slots=True)
class Plan:
    """An installation that could begin."""

    backend: Backend
    reason: str
    system: str
    locks: tuple[Path, ...]
    digest: str  # of the locks' content, 12 hexadecimal digits
    sizes: Sizes
    home: Path  # where environments are
    free: int  # bytes there
    modules: tuple[str, ...] = _MODULES  # that must be importable in the end

    @property
    def index_build(self) -> str:
        """The name under which uv knows the index of this build; "" the common one has it."""
        return "cpu" if self.locks[-1].stem == "torch-cpu" else ""


def free_space(folder: Path) -> int:
    """Bytes that are free on the disk of a folder, which need not be there yet."""
    there = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    return shutil.disk_usage(there).free


def make_plan(
    wanted: Backend | None = None,
    facts: Facts | None = None,
    requirements: Path | None = None,
    free: FreeSpace = free_space,
) -> Plan:
    """Look at this machine and say what would be installed; `wanted` overrules what is found.

    Up to some seconds, when a GPU sleeps. Raises UserError: no build for what is wanted.
    """
    facts = facts or probe()
    folder = requirements or paths.requirements_dir()
    found = _chosen(facts, wanted)
    locks = (folder / "trainer.txt", folder / f"{_TORCH_LOCKS[facts.system, found.backend]}.txt")
    home = paths.trainer_home()
    return Plan(
        backend=found.backend,
        reason=found.reason,
        system=facts.system,
        locks=locks,
        digest=digest_of(locks),
        sizes=_LARGE if found.backend is Backend.CUDA13 else _SMALL,
        home=home,
        free=free(home),
    )


def builds() -> tuple[tuple[str, Backend], ...]:
    """Every system with a backend for which this version has locks."""
    return tuple(_TORCH_LOCKS)


def offered(system: str) -> tuple[Backend, ...]:
    """The backends for which this version has locks."""
    return tuple(backend for one, backend in _TORCH_LOCKS if one == system)


def _chosen(facts: Facts, wanted: Backend | None) -> Detected:
    there = offered(facts.system)
    if not there:
        raise UserError(f"There is no build of PyTorch for {facts.system} here.")
    if wanted is not None:
        if wanted in there:
            return Detected(wanted, "It was chosen by hand.")
        names = ", ".join(there)
        raise UserError(f"{wanted} cannot be installed on {facts.system}.", f"There is: {names}.")
    found = detect(facts)
    if found.backend in there:
        return found
    if Backend.CPU not in there:
        raise UserError("There is no PyTorch for this computer.", "It needs an Apple processor.")
    lacking = f"This version brings no {NAMES[found.backend]} build for {facts.system}"
    return Detected(Backend.CPU, f"{found.reason} {lacking}, hence the processor.")


def digest_of(locks: tuple[Path, ...]) -> str:
    """What two environments from the same locks have in common. Raises UserError: a lock lacks."""
    digest = hashlib.sha256()
    for lock in locks:
        try:
            digest.update(hashlib.sha256(lock.read_bytes()).digest())
        except OSError as error:
            raise UserError(f"{lock}: {error.strerror}.", "Install Litmesh again.") from error
    return digest.hexdigest()[:12]


def find_tools() -> Tools:
    """The shipped uv and Python. Raises UserError in a checkout, which has none."""
    folder = paths.tools_root()
    if folder is None:
        raise UserError(
            "This copy of Litmesh cannot install the training runtime: it brings no tools for it.",
            "In a checkout, “python3 dev.py setup” sets it up.",
        )
    windows = os.name == "nt"
    uv = folder / ("uv.exe" if windows else "uv")
    inner = ("python.exe",) if windows else ("bin", f"python{paths.SHIPPED_PYTHON}")
    tools = Tools(uv, folder.joinpath("python", *inner))
    for tool in (tools.uv, tools.python):
        if not tool.is_file():
            raise UserError(f"{tool} is missing.", "Install Litmesh again.")
    return tools
