"""Tools of other systems that only note how they were called."""

import os
from pathlib import Path


def put_tools(folder: Path, names: tuple[str, ...], failing: str = "") -> Path:
    """Make the tools in `folder`; the file that gets one line for each call.

    The last argument is made as a file when it is an image to be written. A call that holds
    `failing` ends with 3.
    """
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "calls.log"
    for name in names:
        tool = folder / name
        tool.write_text(
            f'#!/bin/sh\necho "{name} $*" >> "{log}"\n'
            f'case "{name} $*" in *"{failing or "no such call"}"*) exit 3;; esac\n'
            'for last in "$@"; do :; done\n'
            'case "$last" in *.dmg|*.AppImage) echo image > "$last";; esac\n',
            encoding="utf-8",
        )
        tool.chmod(0o755)
    return log


def path_with(folder: Path) -> str:
    """A PATH on which the tools come first."""
    return f"{folder}{os.pathsep}{os.environ['PATH']}"
