"""Keeps the computer from falling asleep while the trainer works; the screen may.

Windows and macOS sleep at idle, plugged in too, and a training runs while nobody touches a key.
"""

import ctypes
import os
import subprocess
import sys

_CONTINUOUS, _SYSTEM_REQUIRED = 0x80000000, 0x00000001  # ES_CONTINUOUS, ES_SYSTEM_REQUIRED


def keep_awake(platform: str = sys.platform) -> None:
    """Until this process ends; nothing where the system has no way, or refuses."""
    try:
        if platform == "win32":  # for the thread that asks, and this is the main one
            kernel = ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]
            kernel.SetThreadExecutionState(_CONTINUOUS | _SYSTEM_REQUIRED)
        elif platform == "darwin":
            words = ["/usr/bin/caffeinate", "-i", "-w", str(os.getpid())]
            quiet = subprocess.DEVNULL
            subprocess.Popen(words, stdin=quiet, stdout=quiet, stderr=quiet)
    except (OSError, AttributeError):
        pass
