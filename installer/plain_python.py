"""Compiling shipped Python files, so that nothing is ever written beside them.

The trainer and the shipped Python lie in folders that root owns or that are removed by list. Their
byte code is never checked against a file's time, which an installer sets as it likes.
"""

import py_compile
from pathlib import Path

_MODE = py_compile.PycInvalidationMode.UNCHECKED_HASH


def compile_folder(folder: Path) -> int:
    """Compile every `.py` below a folder; how many. A test file with wrong syntax is no error."""
    count = 0
    for path in sorted(folder.rglob("*.py")):
        inside = f"{folder.name}/{path.relative_to(folder).as_posix()}"
        try:
            py_compile.compile(str(path), dfile=inside, doraise=True, invalidation_mode=_MODE)
        except py_compile.PyCompileError:
            continue
        count += 1
    return count
