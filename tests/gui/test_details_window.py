"""The small window of facts: sentences that wrap are shown whole."""

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop_app.gui.dialogs.details_dialog import DetailsDialog
from desktop_app.gui.facts import KEYS, PRIVACY
from desktop_app.gui.theme import Theme

LONG_FACTS = tuple((f"Fact {number}", "words that go on and on " * 9) for number in range(40))


def cut(dialog: DetailsDialog) -> list[str]:
    """The labels that have not the height that their words need."""
    labels = [label for label in dialog.findChildren(QLabel) if label.text()]
    return [
        label.text()
        for label in labels
        if label.height() < max(label.heightForWidth(label.width()), label.fontMetrics().height())
    ]


@pytest.mark.parametrize("scale", [1.0, 1.4])
def test_every_shortcut_is_shown_whole(qtbot: QtBot, theme: Theme, scale: float) -> None:
    theme.scale(scale)
    try:
        dialog = DetailsDialog("Keyboard shortcuts", KEYS)
        qtbot.addWidget(dialog)
        dialog.show()
        qtbot.waitUntil(lambda: cut(dialog) == [])
        for width in (900, 700):
            dialog.resize(width, dialog.height())
            qtbot.waitUntil(lambda: cut(dialog) == [])
    finally:
        theme.scale(1.0)


def test_a_note_and_a_mark_are_whole_and_leave_no_gap(qtbot: QtBot, theme: Theme) -> None:
    facts = (("Version", "1"), ("Library", "/home/someone/" + "a long folder/" * 8))
    dialog = DetailsDialog("Litmesh", facts, PRIVACY, mark=True)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: cut(dialog) == [])
    assert dialog.height() < 420


def test_more_than_the_screen_shows_scrolls(qtbot: QtBot, theme: Theme) -> None:
    dialog = DetailsDialog("Long", LONG_FACTS)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.height() <= dialog.screen().availableGeometry().height()
    qtbot.waitUntil(lambda: cut(dialog) == [])
