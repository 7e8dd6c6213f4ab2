"""The reference list of a JATS article: text and identifiers of each `ref`."""

import re
from collections.abc import Iterator

from lxml.etree import _Element as Element

from desktop_app.importers import identifiers
from desktop_app.records import Reference

_CITATIONS = ("mixed-citation", "element-citation", "citation", "nlm-citation")
_HREF = "{http://www.w3.org/1999/xlink}href"
_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>]+")
_PMID = re.compile(r"(?:PMID:?\s*|pubmed/|pubmed\.ncbi\.nlm\.nih\.gov/)(\d{1,8})\b", re.IGNORECASE)
_SEPARATORS = {  # what stands before an element of a citation without punctuation of its own
    "article-title": ". ",
    "chapter-title": ". ",
    "source": ". ",
    "year": ". ",
    "volume": ";",
    "issue": "(",
    "fpage": ":",
    "lpage": "-",
    "given-names": " ",
}


def references_of(article: Element) -> Iterator[Reference]:
    """Every item of the article's own reference lists, in the order of the file.

    A `ref` with several citations (a, b, c) gives one Reference for each.
    """
    back = article.find("back")
    for reference in back.iter("ref") if back is not None else ():
        citations = list(reference.iter(*_CITATIONS))
        outermost = [e for e in citations if not _inside(e, citations)]
        found = [r for e in outermost or [reference] if (r := _reference(e))]
        yield from found


def _inside(element: Element, others: list[Element]) -> bool:
    return any(outer in others for outer in element.iterancestors())


def _reference(citation: Element) -> Reference | None:
    pmid, doi, pmcid = None, "", ""
    for element in citation.iter("pub-id", "ext-link", "object-id", "uri", "comment"):
        kind = element.get("pub-id-type") or element.get("ext-link-type") or ""
        text = "".join(map(str, element.itertext())).strip()
        address = element.get(_HREF) or ""
        if kind in ("pmid", "pubmed"):
            pmid = pmid or identifiers.pmid_number(text) or _found_pmid(address)
        elif kind in ("pmc", "pmcid"):
            pmcid = pmcid or identifiers.pmcid(text)
        elif kind == "doi":
            doi = doi or identifiers.doi(text)
        if not doi and (found := _DOI.search(f"{address} {text}")):
            doi = identifiers.doi(found[0].rstrip(".,;)"))
        pmid = pmid or _found_pmid(f"{address} {text}")
    text = _citation_text(citation)
    return Reference(text, pmid, doi, pmcid) if text or pmid or doi or pmcid else None


def _found_pmid(text: str) -> int | None:
    found = _PMID.search(text)
    return identifiers.pmid_number(found[1]) if found else None


def _citation_text(citation: Element) -> str:
    """The citation as one line; elements without punctuation between them get some."""
    if (citation.text or "").strip() or any((e.tail or "").strip() for e in citation):
        parts = [citation.text or ""]
        for child in citation:
            if child.tag not in ("pub-id", "label", "object-id"):
                parts.append("".join(map(str, child.itertext())))
            parts.append(child.tail or "")
        return _line("".join(parts))
    people = [_person(e) for e in citation.iter("name", "string-name", "collab")]
    text = ", ".join(filter(None, people))
    for child in citation:
        if child.tag in (
            "person-group",
            "name",
            "string-name",
            "collab",
            "pub-id",
            "label",
            "etal",
        ):
            continue
        value = _line("".join(map(str, child.itertext())))
        if value:
            separator = _SEPARATORS.get(child.tag, ". ") if text else ""
            text += separator.lstrip(".") if text.endswith(".") else separator
            text += value
            text += ")" if child.tag == "issue" else ""
    return text


def _person(name: Element) -> str:
    if name.tag == "name":
        parts = [name.findtext("surname"), name.findtext("given-names"), name.findtext("suffix")]
        return _line(" ".join(filter(None, parts)))
    return _line("".join(map(str, name.itertext())))


def _line(text: str) -> str:
    return " ".join(text.split()).strip()
