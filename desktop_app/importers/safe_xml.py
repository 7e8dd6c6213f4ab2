"""XML read without its dangers: nothing fetched, no entity expanded, depth and sizes bounded.

libxml2 itself (huge_tree off) refuses more than 256 levels, texts and attributes over 10 MB and
entity amplification. PubMed's DOCTYPE is allowed, but never fetched.
"""

from collections.abc import Iterator, Sequence
from typing import Any, cast

from lxml import etree
from lxml.etree import _Element as Element


class UnsafeXmlError(Exception):
    """The document declares entities of its own, which no bibliographic file needs."""


class StoppedError(Exception):
    """The streaming parser cannot be used, or trusted, from this line on."""

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


def pull_parser(tags: Sequence[str]) -> etree.XMLPullParser:
    """A parser to feed, which gives the end of each element with one of `tags`."""
    return etree.XMLPullParser(
        events=("end",),
        tag=tags,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,  # else their text would count as text of the element
        remove_pis=True,
    )


def feed(parser: etree.XMLPullParser, chunk: bytes) -> None:
    """Raise StoppedError at damage; what ended in the same chunk may have lost text, too."""
    try:
        parser.feed(chunk)
    except etree.XMLSyntaxError as error:
        raise StoppedError(error.msg, error.lineno or 0) from error
    undefined = undefined_entity(parser)
    if undefined:
        raise StoppedError(*undefined)


def close(parser: etree.XMLPullParser) -> None:
    """Raise StoppedError when the document is not over."""
    try:
        parser.close()
    except etree.XMLSyntaxError as error:
        raise StoppedError(error.msg, error.lineno or 0) from error


def ended(parser: etree.XMLPullParser) -> Iterator[Element]:
    """The elements whose end the parser has seen since it was last asked."""
    for _, element in parser.read_events():
        yield cast(Element, element)  # only events of namespaces and comments give other things


def parse_alone(content: bytes, encoding: str) -> Element:
    """The root element of a small document. Raises XMLSyntaxError."""
    parser = etree.XMLParser(
        encoding=encoding,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    return etree.fromstring(content, parser)


def refuse_entities(element: Element) -> None:
    """Raise UnsafeXmlError when the document of `element` declares entities in its DOCTYPE."""
    declarations = cast(Any, element.getroottree().docinfo.internalDTD)  # stubs lack entities()
    if declarations is not None and declarations.entities():
        raise UnsafeXmlError


def undefined_entity(parser: etree.XMLPullParser) -> tuple[str, int] | None:
    """What the parser says of an entity that nobody defined, and in which line; None if none.

    With a DOCTYPE that is not fetched this is only a warning to libxml2, and in an attribute
    the entity would vanish without a trace.
    """
    for entry in parser.feed_error_log:
        if entry.type_name == "WAR_UNDECLARED_ENTITY":
            return entry.message, entry.line
    return None


def line_of(element: Element) -> int:
    """The line in which the element begins, from 1; 0 when it is not known."""
    return cast("int | None", element.sourceline) or 0


def without_namespaces(element: Element) -> None:
    """Rename `{address}Name` to `Name` in the whole element, in place."""
    for node in element.iter():
        if isinstance(node.tag, str) and node.tag.startswith("{"):
            node.tag = node.tag.partition("}")[2]


def release(element: Element) -> None:
    """Give back the memory of an element that has been read, and of all before it."""
    element.clear()
    parent = element.getparent()
    if parent is not None:
        while element.getprevious() is not None:
            del parent[0]
