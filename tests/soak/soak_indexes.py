"""Damaged index files: 10,000, each opened as at a start and asked; then kills and full disks.

    python3 dev.py soak indexes

A damage that crashes ends this process, which is how it would show.
"""

import argparse
import random
import tempfile
import time
from pathlib import Path

from desktop_app.library.library import Library
from desktop_app.mesh.vocabulary import load_vocabulary
from tests.search import test_mutated_indexes as short
from tests.search.damaged_indexes import answers, build, damaged


def main() -> None:
    """Every damaged file is followed by a whole start; the seed makes a failure repeatable."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--saves", type=int, default=500, help="kills and full disks while saving")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="litmesh-soak-") as name:
        _damage(Path(name) / "library", options.files, options.seed)
        for turn in range(options.saves // 10):
            folder = Path(name) / f"saves-{turn}"
            folder.mkdir()
            short.test_killed_while_saving_there_is_always_a_whole_index(folder)
            full = folder / "full"
            short.test_a_full_disk_while_saving_leaves_the_old_index(full)
    print(f"{options.saves} saves killed and {options.saves // 2} on a full disk: the index stayed")


def _damage(folder: Path, files: int, seed: int) -> None:
    vocabulary = load_vocabulary()
    chance = random.Random(seed)
    began = time.perf_counter()
    with Library.open(folder) as library:
        right = build(library, vocabulary)
        for number in range(1, files + 1):
            paths = sorted(p for p in (folder / "indexes").rglob("*") if p.is_file())
            path = chance.choice(paths)
            content = path.read_bytes()
            path.write_bytes(damaged(content, chance))
            found = answers(library, vocabulary)
            assert found == right, f"seed {seed}, file {number}: {path.name} changed an answer"
            if number % 500 == 0:
                print(f"{number} files, {time.perf_counter() - began:.0f} s", flush=True)
    print(f"{files} damaged files: no crash, no wrong answer")


if __name__ == "__main__":
    main()
