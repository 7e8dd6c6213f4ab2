"""Write the locks `*.txt` from the inputs `*.in`: `python requirements/lock.py`, needs `uv`.

One lock serves every system and every Python from 3.11 on. A lock names no host: the registry is
the user's choice. Pins already there are kept unless they must move; delete a lock to renew it.
"""

import re
import subprocess
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
UNIVERSAL = ("--universal", "--python-version", "3.11")
TORCH = re.compile(r"(torch|nvidia|cuda|triton)\b")


def main() -> None:
    """Resolve every input; what the program pins holds for the other locks too."""
    lock("app", "app.in")
    lock("hnswlib", "hnswlib.in", "-c", "app.txt", "--no-deps")
    lock("dev", "dev.in", "-c", "app.txt")
    lock("build", "build.in", "-c", "app.txt")
    lock("wheels", "wheels.in", "--no-deps")
    lock("trainer", "trainer.in", "test.in", "-c", "app.txt")
    part_torch()


def lock(name: str, *arguments: str) -> None:
    """Resolve to `<name>.txt`, every file with its hash."""
    options = ("--generate-hashes", "--no-header", "--no-emit-index-url", "--no-annotate", "-q")
    command = ["uv", "pip", "compile", *UNIVERSAL, *options, *arguments, "-o", f"{name}.txt"]
    subprocess.run(command, cwd=FOLDER, check=True)


def part_torch() -> None:
    """Move torch and what only its CUDA build needs from `trainer.txt` to `torch-default.txt`.

    The build without CUDA is in `torch-cpu.txt`, written by hand: no package registry has it.
    """
    text = (FOLDER / "trainer.txt").read_text(encoding="utf-8").rstrip()
    blocks = re.split(r"\n(?=\S)", text)
    for name, is_torch in (("trainer", False), ("torch-default", True)):
        part = [block for block in blocks if bool(TORCH.match(block)) == is_torch]
        (FOLDER / f"{name}.txt").write_text("\n".join(part) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
