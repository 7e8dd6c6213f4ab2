"""Text is made fit for one line of a text file, and otherwise left alone."""

import pytest

from desktop_app.exporters.plain_text import abstract, iso_date, one_line, printed_date
from desktop_app.records import Article, PartialDate, Section
from tests.exporters.hostile_articles import NASTY_TEXTS


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("plain", "plain"),
        (" two  blanks ", "two blanks"),
        ("a\r\nb\tc\x0bd\u2028e", "a b c d e"),
        ("in\x00side\x7f", "inside"),
        ("right \u202eto left\u202c", "right \u202eto left\u202c"),
        ("p\u00a0<\u20090.05", "p\u00a0<\u20090.05"),
        ("half \ud83d pair", "half \ufffd pair"),
        ("\n", ""),
    ],
)
def test_one_line(text: str, line: str) -> None:
    assert one_line(text) == line


@pytest.mark.parametrize("text", NASTY_TEXTS)
def test_any_text_is_one_valid_line(text: str) -> None:
    line = one_line(text)
    assert len(line.splitlines()) == 1
    assert line.encode("utf-8").decode("utf-8") == line
    assert one_line(line) == line


def test_labels_stand_before_their_parts() -> None:
    sections = (
        Section("Why.", "AIM:"),
        Section("How.", "METHODS"),
        Section("So."),
        Section("", "X"),
    )
    assert abstract(Article("t", sections=sections)) == "AIM: Why. METHODS: How. So."


@pytest.mark.parametrize(
    ("date", "iso", "printed"),
    [
        (PartialDate(2021), "2021", "2021"),
        (PartialDate(2021, 3), "2021-03", "2021 Mar"),
        (PartialDate(2021, 3, 5), "2021-03-05", "2021 Mar 5"),
        (PartialDate(2021, 3, 0, "2021 Mar-Apr"), "2021-03", "2021 Mar-Apr"),
        (PartialDate(1999, 0, 0, "Spring"), "1999", "1999 Spring"),
    ],
)
def test_dates(date: PartialDate, iso: str, printed: str) -> None:
    assert (iso_date(date), printed_date(date)) == (iso, printed)
