"""Numbers, durations and plurals as people read them."""

import html


def count(number: int, noun: str, plural: str = "") -> str:
    """`1 article`, `1,234 articles`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def duration(seconds: float) -> str:
    """A remaining time, rounded the way one would say it."""
    if seconds < 1.5:
        return "1 s"
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


def amount(number: float, unit: str) -> str:
    """A quantity with its unit; bytes in steps of 1,000."""
    if unit != "bytes":
        return f"{number:,.0f} {unit}"
    for name in ("B", "kB", "MB"):
        if number < 1000:
            return f"{number:.0f} {name}" if name == "B" else f"{number:.1f} {name}"
        number /= 1000
    return f"{number:.1f} GB"


def plain_tip(text: str) -> str:
    """A tool tip that shows `text` as it is: Qt would read something like HTML as HTML."""
    return f"<qt>{html.escape(text)}</qt>"
