"""A desktop session without a desk: Xvfb, a window manager, a session bus, an ordinary user."""

import os
import subprocess
from pathlib import Path

from installer.stranger import NOBODY, CheckFailed, display

PATIENCE = 120  # s until the window is there and the file is in the library
_WINDOW = "xdotool search --onlyvisible --class litmesh"
# $1 library, $2 seconds; the rest is what starts the program. The answer of `library info` is a
# copy of what the window has stored, so it proves that window and file came through.
_SCRIPT = f"""
openbox >/dev/null 2>&1 & manager=$!
library=$1; left=$2; shift 2
"$@" >/dev/null 2>&1
until window=$({_WINDOW} 2>/dev/null | head -n 1) && [ -n "$window" ]; do
    left=$((left - 1)); [ "$left" -gt 0 ] || {{ echo "no window"; exit 1; }}
    sleep 1
done
until "$LITMESH" library info --json --library "$library" 2>/dev/null | grep -q '"articles": [1-9]'
do
    left=$((left - 1)); [ "$left" -gt 0 ] || {{ echo "the file was not imported"; exit 1; }}
    sleep 1
done
xprop -id "$window" WM_CLASS
xdotool windowactivate --sync "$window" key --clearmodifiers alt+F4
until ! {_WINDOW} >/dev/null 2>&1; do
    left=$((left - 1)); [ "$left" -gt 0 ] || {{ echo "it does not close"; exit 1; }}
    sleep 1
done
kill "$manager"
"""


def launch(home: Path, program: str, *starter: str) -> str:
    """Start from the desktop entry (`gtk-launch litmesh FILE` …) and wait until FILE is stored.

    Returns the window's class; raises CheckFailed. The window is closed as a user closes it.
    """
    with display() as screen:
        if "DISPLAY" not in screen:
            raise CheckFailed("Xvfb is not installed")
        variables = {**screen, "HOME": str(home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
        library = home / ".local" / "share" / "Litmesh" / "library"
        words = [str(library), str(PATIENCE), *starter]
        user = NOBODY if os.geteuid() == 0 else None
        run = subprocess.run(
            ["dbus-run-session", "--", "sh", "-c", _SCRIPT, "session", *words],
            env=variables | {"LITMESH": program},
            cwd=home,
            capture_output=True,
            text=True,
            timeout=4 * PATIENCE,
            check=False,
            user=user,
            group=user,
            extra_groups=() if user else None,
        )
    if run.returncode:
        raise CheckFailed(f"{run.stdout[-300:]} {run.stderr[-300:]}".strip())
    return run.stdout.strip().splitlines()[-1]
