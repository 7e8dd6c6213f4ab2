"""The text of a record that failed, as it stands in its file, for the report."""

from lxml import etree
from lxml.etree import _Element as Element

LONGEST = 64 * 1024  # characters


def shortened(text: str) -> str:
    """A record's text, cut where it becomes too long to keep."""
    return text if len(text) <= LONGEST else text[:LONGEST] + "\n…"


def decoded_record(content: bytes, encoding: str = "utf-8") -> str:
    """The text of a piece of a file; bytes that are no text become U+FFFD."""
    return shortened(content[: 4 * LONGEST].decode(encoding, errors="replace"))


def element_text(element: Element) -> str:
    """The XML of an element without what follows it."""
    return shortened(etree.tostring(element, encoding="unicode", with_tail=False))
