"""Enters new articles into the index of Boolean searches, some at a time, after their import."""

from desktop_app.errors import Cancelled
from desktop_app.library.library import Library
from desktop_app.progress import Report, silent


def index_words(library: Library, report: Report = silent) -> int:
    """Enter what is missing; how many articles still are, 0 unless it was cancelled.

    `report` counts articles. Searches enter what they need themselves while it is little.
    """
    try:
        return library.lookups.prepare(report=report)
    except Cancelled:
        return library.lookups.prepare(most=0)
