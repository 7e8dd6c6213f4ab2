"""What facet models tell the delegate beside the name of a row."""

from enum import IntEnum

from PySide6.QtCore import Qt

COUNT_ROLE = Qt.ItemDataRole.UserRole + 1  # int: distinct articles, -1 = show none
SHARE_ROLE = Qt.ItemDataRole.UserRole + 2  # float 0..1: of all results
MARK_ROLE = Qt.ItemDataRole.UserRole + 3  # Mark
VALUE_ROLE = Qt.ItemDataRole.UserRole + 4  # str: tree number or name to filter by; "" = none


class Mark(IntEnum):
    """What a filter says of a row."""

    NONE = 0
    INCLUDED = 1
    EXCLUDED = 2


def spoken(name: str, count: int, mark: Mark) -> str:
    """A row as a screen reader says it."""
    articles = "" if count < 0 else f", {count} article" + ("" if count == 1 else "s")
    state = {Mark.NONE: "", Mark.INCLUDED: ", included", Mark.EXCLUDED: ", excluded"}[mark]
    return f"{name}{articles}{state}"
