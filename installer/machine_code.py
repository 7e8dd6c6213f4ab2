"""Checks that what we compile runs on every x86-64 processor of the last fifteen years.

x86-64-v2 has SSE4.2 and no wider registers. A library compiled for the building machine's own
processor ends with "Illegal instruction" on an older one, at the first search.
"""

import re
import subprocess
from pathlib import Path

# Compiled by us. Other packages' wheels hold AVX too, but ask the processor before they use it.
OURS = ("hnswlib*.so",)
_WIDE = re.compile(rb"%[yz]mm\d|%k[0-7]\b|\bv[a-z]+[0-9a-z]*\s.*%xmm")


def wide_instructions(library: Path) -> int:
    """How many AVX, AVX2 or AVX-512 instructions a library or program holds."""
    command = ["objdump", "--disassemble", "--no-show-raw-insn", str(library)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        count = sum(1 for line in process.stdout if _WIDE.search(line))
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return count


def check_ours(inner: Path) -> list[Path]:
    """The extensions of ours below `_internal`, all portable. Raises SystemExit if one is not."""
    libraries = [path for pattern in OURS for path in sorted(inner.glob(pattern))]
    if len(libraries) != len(OURS):
        raise SystemExit(f"{inner} lacks one of {', '.join(OURS)}")
    for library in libraries:
        if count := wide_instructions(library):
            raise SystemExit(f"{library.name} has {count} instructions beyond x86-64-v2")
    return libraries
