"""Text of PDFs made fit to store."""

import pytest

from desktop_app.importers.pdf.text import clean, one_line, squeezed, without_tail


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("e\u0301", "\u00e9"),
        ("e\ufb03cient", "efficient"),
        ("treat\ufffe\r\nment", "treatment"),
        ("treat\x02\r\nment", "treatment"),
        ("a\0b\x07c\x1b", "abc"),
        ("a\r\nb\rc\fd", "a\nb\nc\nd"),
        ("a\u00a0  b ", "a b"),
        ("\ud800x", "\ufffdx"),
    ],
)
def test_clean(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned
    assert clean(cleaned) == cleaned


def test_one_line_and_squeezed() -> None:
    assert one_line(" Digi\u2011Do:\n a  tool ") == "Digi-Do: a tool"
    assert squeezed("S TUD Y P RO TOCO L!") == squeezed("Study protocol") == "studyprotocol"


@pytest.mark.parametrize(
    ("raw", "kept"),
    [("10.1/a(b)c).", "10.1/a(b)c"), ("x(y)", "x(y)"), ("x[", "x"), ("x\u201d,", "x"), ("", "")],
)
def test_without_tail(raw: str, kept: str) -> None:
    assert without_tail(raw) == kept
