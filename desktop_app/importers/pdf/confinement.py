"""What the worker may not do: use much memory or time, open a socket, write, start programs.

Two fences. Python's audit hook refuses by name, for what our own code and its packages do. The
limits of the operating system hold for PDFium's native code as well: no file grows, and there is
one file handle more than are open, which the PDF takes while it is read, so none is left for a
socket or a second file. docs/decisions/pdf.md says what is still open on Windows and macOS.
"""

import contextlib
import os
import sys
from types import ModuleType

_resource: ModuleType | None
try:
    import resource as _resource
except ImportError:  # Windows
    _resource = None

MEMORY_BYTES = 1 << 30
CPU_SECONDS = 30

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_REFUSED = ("socket.", "subprocess.", "shutil.", "ctypes.dlopen", "urllib.", "ftplib.", "http.")
_REFUSED_IN_OS = {
    f"os.{name}"
    for name in """exec posix_spawn spawn system fork forkpty startfile remove rename rmdir mkdir
    link symlink truncate chmod chown utime setxattr removexattr kill killpg putenv""".split()
}


def confine() -> None:
    """Close the fences round this process, for good."""
    sys.addaudithook(_refuse)
    if _resource is None:
        return
    _lower(_resource.RLIMIT_CORE, 0)
    _lower(_resource.RLIMIT_FSIZE, 0)
    _lower(_resource.RLIMIT_AS, MEMORY_BYTES)
    next_handle = os.open(os.devnull, os.O_RDONLY)
    os.close(next_handle)
    _lower(_resource.RLIMIT_NOFILE, next_handle + 1)


def allow_cpu(seconds: int = CPU_SECONDS) -> None:
    """End this process when it has used `seconds` of processor time from now on."""
    if _resource is None:
        return
    used = _resource.getrusage(_resource.RUSAGE_SELF)
    _, hard = _resource.getrlimit(_resource.RLIMIT_CPU)
    soft = int(used.ru_utime + used.ru_stime) + 1 + seconds
    if hard != _resource.RLIM_INFINITY:
        soft = min(soft, hard)
    _resource.setrlimit(_resource.RLIMIT_CPU, (soft, hard))


def peak_memory() -> int:
    """The most bytes of memory this process has held at once.

    On Linux not by getrusage: its peak begins with that of the process that started this one.
    """
    if _resource is None:
        return 0
    if sys.platform == "linux":
        with contextlib.suppress(OSError), open("/proc/self/status", "rb") as status:
            for line in status:
                if line.startswith(b"VmHWM:"):
                    return int(line.split()[1]) * 1024
    peak: int = _resource.getrusage(_resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _lower(kind: int, limit: int) -> None:
    """Set a limit, for good; a lower one that the user's system has set stays."""
    assert _resource is not None
    _, hard = _resource.getrlimit(kind)
    if hard != _resource.RLIM_INFINITY:
        limit = min(limit, hard)
    try:
        _resource.setrlimit(kind, (limit, limit))
    except (OSError, ValueError):  # macOS knows no limit of address space
        if sys.platform != "darwin":
            raise


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open":
        flags = arguments[2]
        if isinstance(flags, int) and flags & _WRITING:
            raise PermissionError(f"a PDF worker does not write: {arguments[0]!r}")
    elif event.startswith(_REFUSED) or event in _REFUSED_IN_OS:
        raise PermissionError(f"a PDF worker does not do this: {event}")
