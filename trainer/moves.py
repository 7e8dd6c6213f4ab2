"""Files and folders take their names whole, also while a scanner reads what was just written.

Windows refuses to rename a folder while any program has a file in it open, and virus scanners and
indexers open what is new: a moment later it works.
"""

import os
import shutil
import time
from pathlib import Path

_WAITS = os.name == "nt"
_PATIENCE = 10.0  # s
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 1.0  # s


def move(source: Path | str, target: Path) -> None:
    """As os.replace; on Windows tried again while another program holds something of it."""
    until, pause = time.monotonic() + _PATIENCE, _FIRST_PAUSE
    while True:
        try:
            os.replace(source, target)
            return
        except PermissionError:
            if not _WAITS or time.monotonic() > until:
                raise
        time.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)


def put_in_place(temporary: Path, final: Path) -> None:
    """The folder `temporary` becomes `final`; an earlier one goes when the new one is there."""
    earlier = final.with_name(f".{final.name}.earlier")
    shutil.rmtree(earlier, ignore_errors=True)
    if final.exists():
        move(final, earlier)
    move(temporary, final)
    shutil.rmtree(earlier, ignore_errors=True)
