"""What the machine can do: device, precision, memory, and what to tell before a long run."""

import os
import platform
import shutil
from dataclasses import dataclass
from pathlib import Path

import psutil
import torch

from trainer.config import ScheduleConfig

# activations of a layer per token: measured to be below this many numbers of hidden size each
_NUMBERS_A_TOKEN = 40


@dataclass(frozen=True, slots=True)
class Machine:
    """Where a run computes."""

    device: torch.device
    name: str
    precision: torch.dtype
    memory: int  # bytes of the device; 0: unknown


def choose(config: ScheduleConfig) -> Machine:
    """The device and precision asked for, or the best there are. Raises ValueError."""
    kind = _best_device() if config.device == "auto" else config.device
    if kind == "cuda" and not torch.cuda.is_available():
        raise ValueError("no CUDA device is usable: driver or CUDA build of PyTorch is missing")
    if kind == "mps" and not torch.backends.mps.is_available():
        raise ValueError("Metal is not available here")
    device = _own_card() if kind == "cuda" else torch.device(kind)
    low = config.precision == "bf16" or (config.precision == "auto" and _fast_bf16(kind))
    precision = torch.bfloat16 if low else torch.float32
    return Machine(device, _name(kind), precision, _memory(kind))


def free_memory(device: torch.device) -> int:
    """Bytes that can still be taken on the device."""
    if device.type == "cuda":
        kept = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
        return int(torch.cuda.mem_get_info(device)[0] + kept)  # PyTorch's own reserve is free
    return int(psutil.virtual_memory().available)


def used_memory(device: torch.device) -> int:
    """Bytes in use: the most since `reset_memory` on CUDA, this process's at present elsewhere."""
    if device.type == "cuda":
        return int(torch.cuda.max_memory_allocated(device))
    if device.type == "mps":
        return int(torch.mps.driver_allocated_memory())
    return int(psutil.Process().memory_info().rss)


def reset_memory(device: torch.device) -> None:
    """Start to measure the most memory anew."""
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)


def activation_bytes(tokens: int, layers: int, hidden: int, precision: torch.dtype) -> int:
    """What keeping the activations of so many tokens takes, estimated high."""
    return tokens * layers * hidden * _NUMBERS_A_TOKEN * precision.itemsize


def problems(run: Path, disk_bytes: int, memory_bytes: int, device: torch.device) -> list[str]:
    """What the user should know before the start, in whole sentences; empty when all is well."""
    found = []
    charge = _on_battery()
    if charge is not None:
        found.append(f"This computer runs on battery ({charge:.0f} %): plug it in.")
    free = shutil.disk_usage(run).free
    if free < disk_bytes:
        found.append(f"{run}: {_mib(free)} are free, the run will need {_mib(disk_bytes)}.")
    memory = free_memory(device)
    if memory < memory_bytes:
        found.append(
            f"{_mib(memory)} of memory are free, the run needs about {_mib(memory_bytes)}."
        )
    return found


def _best_device() -> str:
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def _own_card() -> torch.device:
    """The card that torchrun gave this process, else the one in use."""
    if "LOCAL_RANK" in os.environ:
        number, count = int(os.environ["LOCAL_RANK"]), torch.cuda.device_count()
        if number >= count:
            raise ValueError(f"process {number + 1} finds no card: there are {count}")
        torch.cuda.set_device(number)
    return torch.device("cuda", torch.cuda.current_device())


def _fast_bf16(kind: str) -> bool:
    """Whether bf16 is computed, not emulated."""
    if kind == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    if kind == "mps":
        return False  # not faster there, and some versions of Metal end the process
    flags = (torch.cpu._is_avx512_bf16_supported(), torch.cpu._is_amx_tile_supported())
    return platform.machine() in ("x86_64", "AMD64") and any(flags)


def _name(kind: str) -> str:
    if kind == "cuda":
        return str(torch.cuda.get_device_name())
    if kind == "mps":
        return str(torch.backends.mps.get_name())
    names = Path("/proc/cpuinfo")
    if names.is_file():
        for line in names.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _memory(kind: str) -> int:
    if kind == "cuda":
        return int(torch.cuda.get_device_properties(torch.cuda.current_device()).total_memory)
    return int(psutil.virtual_memory().total)


def _on_battery() -> float | None:
    """The charge in per cent; None when plugged in, without battery, or when nothing tells."""
    try:
        battery = psutil.sensors_battery()
    except (AttributeError, OSError, RuntimeError):
        return None
    return None if battery is None or battery.power_plugged else float(battery.percent)


def _mib(count: int) -> str:
    return f"{count / 2**20:,.0f} MiB"
