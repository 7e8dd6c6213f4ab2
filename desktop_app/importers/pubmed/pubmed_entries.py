"""One record element of a PubMed file as what the library is told: article, deletions, problem."""

from collections.abc import Iterator

from lxml.etree import _Element as Element

from desktop_app.importers.failed_record import element_text
from desktop_app.importers.format import Entry
from desktop_app.importers.identifiers import pmid_number
from desktop_app.importers.pubmed.pubmed_record import article_of
from desktop_app.importers.safe_xml import without_namespaces
from desktop_app.records import Deletion, Problem

RECORD_TAGS = ("PubmedArticle", "PubmedBookArticle", "MedlineCitation")
DELETION_TAGS = ("DeleteCitation", "DeleteDocument")


def entries_of(element: Element, file: str, number: int, line: int) -> Iterator[Entry]:
    """What record `number` (from 1) of `file`, which begins in `line`, has to say."""
    if element.tag.startswith("{"):
        without_namespaces(element)
    if element.tag in DELETION_TAGS:
        yield from _deletions(element, file, number, line)
        return
    article = article_of(element)
    if article.pmid is None and not article.title:
        yield Problem(
            file,
            place(number, line),
            "The record has neither a PMID nor a title.",
            "Look it up in PubMed and download it again.",
            element_text(element),
        )
    else:
        yield article


def place(number: int, line: int, pmid: int | None = None) -> str:
    """Where in the file: "record 12, PMID 123, line 4711"."""
    parts = [f"record {number}", f"PMID {pmid}" if pmid else "", f"line {line}" if line else ""]
    return ", ".join(filter(None, parts))


def _deletions(element: Element, file: str, number: int, line: int) -> Iterator[Entry]:
    for child in element.iterchildren("PMID"):
        pmid = pmid_number(child.text)
        if pmid is None:
            reason = f"A deleted PMID is no number: {child.text}."
            yield Problem(file, place(number, line), reason, record=element_text(element))
        else:
            yield Deletion(pmid)
