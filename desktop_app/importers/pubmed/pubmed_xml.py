"""PubMed XML: baseline and update files, efetch answers, single records, old MEDLINE files.

Well-formed files are streamed through libxml2. Where that stops, `pubmed_rescue` goes on.
"""

from collections.abc import Iterable, Iterator

from lxml.etree import _Element as Element

from desktop_app.importers.format import Entry
from desktop_app.importers.input_file import InputFile
from desktop_app.importers.pubmed import pubmed_rescue
from desktop_app.importers.pubmed.pubmed_entries import DELETION_TAGS, RECORD_TAGS, entries_of
from desktop_app.importers.safe_xml import (
    StoppedError,
    UnsafeXmlError,
    close,
    ended,
    feed,
    line_of,
    pull_parser,
    refuse_entities,
    release,
)
from desktop_app.importers.xml_pieces import MAX_RECORD
from desktop_app.records import Problem

AGAIN = "Download the file again; what could be read of it was taken."


def read_pubmed_xml(file: InputFile) -> Iterator[Entry]:
    """Every article, deletion and problem of a file, in its order.

    Raises OSError when the file cannot be opened, and whatever its `report` raises.
    """
    given = 0
    try:
        for element in _records(file.chunks()):
            given += 1
            yield from entries_of(element, file.name, given, line_of(element))
    except UnsafeXmlError:
        yield pubmed_rescue.entities_declared(file.name)
    except StoppedError as stop:
        yield from pubmed_rescue.rescue(file, given, stop.reason, stop.line)
    if file.damage:
        yield Problem(file.name, "", f"{file.damage}.", AGAIN)


def _records(chunks: Iterable[bytes]) -> Iterator[Element]:
    """Record elements as they end; each is emptied when the next one is asked for."""
    tags = [f"{{*}}{name}" for name in (*RECORD_TAGS, *DELETION_TAGS)]
    parser = pull_parser(tags)
    since_record = 0
    first = True
    for chunk in chunks:
        feed(parser, chunk)
        since_record += len(chunk)
        for element in ended(parser):
            if first:
                refuse_entities(element)
                first = False
            if not _is_part(element):
                since_record = 0
                yield element
                release(element)
        if since_record > MAX_RECORD:
            raise StoppedError("A record is larger than any real one", 0)
    close(parser)


def _is_part(element: Element) -> bool:
    """True for a MedlineCitation that is not a record of its own: its PubmedArticle is to come.

    Or had a damaged start tag and never will, so that what is too deep does not count either.
    """
    if not element.tag.endswith("MedlineCitation"):
        return False
    parent = element.getparent()
    if parent is None:
        return False
    return parent.getparent() is not None or parent.tag.endswith("PubmedArticle")
