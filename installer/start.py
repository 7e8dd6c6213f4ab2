"""The first lines of the frozen program: they undo what freezing does to its environment."""

import multiprocessing
import os
import sys
from collections.abc import MutableMapping

_LIBRARY_PATHS = ("LD_LIBRARY_PATH", "LIBPATH", "SHLIB_PATH")
_TRACES = ("_PYI_", "_MEI")


def give_back(environment: MutableMapping[str, str]) -> None:
    """Restore the environment that the user has, for every process that is started from here.

    The boot loader points LD_LIBRARY_PATH at our libraries. The loader has read it already; a
    child (the trainer's Python, a browser) would load our OpenSSL instead of its own.
    """
    for name in _LIBRARY_PATHS:
        original = environment.pop(f"{name}_ORIG", None)
        if original:
            environment[name] = original
        else:
            environment.pop(name, None)
    for name in [name for name in environment if name.startswith(_TRACES)]:
        del environment[name]


def start() -> None:
    """Run the program as `python -m desktop_app` does."""
    multiprocessing.freeze_support()  # before anything else: a child of ours may be starting here
    give_back(os.environ)
    from desktop_app.__main__ import main

    main()


if __name__ == "__main__":
    start()
    sys.exit(0)
