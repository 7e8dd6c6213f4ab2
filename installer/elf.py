"""Reading Linux libraries and programs: what they need and where they look (by `readelf`)."""

import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

_NEEDED = re.compile(r"\(NEEDED\).*\[(.+)\]")
_RUN_PATH = re.compile(r"\(R(?:UN)?PATH\).*\[(.+)\]")
_FILES_AT_ONCE = 200


def elf_files(folder: Path) -> Iterator[Path]:
    """Every ELF file below a folder, sorted; symbolic links are not followed."""
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_file():
            continue
        with open(path, "rb") as file:
            if file.read(4) == b"\x7fELF":
                yield path


def needed(files: Sequence[Path]) -> dict[Path, set[str]]:
    """The libraries that each file asks the loader for, by file name."""
    found: dict[Path, set[str]] = {path: set() for path in files}
    for path, name in _entries(files, _NEEDED):
        found[path].add(name)
    return found


def absolute_run_paths(files: Sequence[Path]) -> list[Path]:
    """The files that look for libraries in a folder of the machine that built them."""
    return sorted({path for path, places in _entries(files, _RUN_PATH) if _has_absolute(places)})


def _has_absolute(places: str) -> bool:
    return any(place.startswith("/") for place in places.split(":"))


def _entries(files: Sequence[Path], wanted: re.Pattern[str]) -> Iterator[tuple[Path, str]]:
    """What `wanted` finds in the dynamic sections, with its file."""
    for start in range(0, len(files), _FILES_AT_ONCE):
        part = files[start : start + _FILES_AT_ONCE]
        # readelf names the files only when there are several: the first is asked for twice
        command = ["readelf", "--dynamic", "--wide", *map(str, part), str(part[0])]
        output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        current = part[0]
        for line in output.splitlines():
            if line.startswith("File: "):
                current = Path(line.removeprefix("File: "))
            elif match := wanted.search(line):
                yield current, match[1]
