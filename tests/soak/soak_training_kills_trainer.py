"""kill -9 at random moments of trainings: every one resumes to the losses of an unbroken run."""

import argparse
import tempfile
from pathlib import Path

from tests.trainer.killed_runs import curve, kill_and_resume, killed_config
from tests.trainer.tiny_base import run

_KILLS_A_RUN = 5


def main() -> None:
    """Kill as often as asked, a few times a run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    kills = parser.parse_args().kills
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        whole = killed_config(folder, "whole")
        run(whole)
        expected, hits, number = curve(whole), 0, 0
        while hits < kills:
            config = killed_config(folder, f"killed-{number}")
            hits += kill_and_resume(config, min(_KILLS_A_RUN, kills - hits), seed=number)
            found = curve(config)
            assert found.keys() == expected.keys(), f"run {number} lacks steps"
            worst = max(abs(found[step] - expected[step]) for step in expected)
            assert worst <= 1e-6, f"run {number}: losses differ by {worst}"
            number += 1
            print(f"\r{hits} kills in {number} runs, largest difference {worst:.1e}", end="")
    print(f"\n{hits} kills: every run resumed, losses within 1e-6.")


if __name__ == "__main__":
    main()
