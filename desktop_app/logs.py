"""The log file: what happened, without queries, titles or texts; it never leaves the machine."""

import logging
from logging.handlers import RotatingFileHandler

from desktop_app import paths

_MEGABYTE = 1_000_000


def start_logging() -> None:
    """Write warnings and milestones to `litmesh.log`, three files of a megabyte at most."""
    folder = paths.log_dir()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            folder / "litmesh.log", maxBytes=_MEGABYTE, backupCount=2, encoding="utf-8", delay=True
        )
    except OSError:
        return  # a log that cannot be written must not keep anybody from working
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.getLogger("desktop_app").addHandler(handler)
    logging.getLogger("desktop_app").setLevel(logging.INFO)
