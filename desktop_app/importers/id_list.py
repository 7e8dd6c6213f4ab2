"""Plain lists of PMIDs, PMCIDs or DOIs, one a line or separated by commas: nothing but numbers.

Each becomes an article that has only its identifier; PubMed completes it later.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from desktop_app.importers import identifiers
from desktop_app.importers.decoded_text import decoded
from desktop_app.importers.format import Entry, Format
from desktop_app.importers.input_file import InputFile
from desktop_app.records import Article, Problem

_ITEM = re.compile(
    r"(?:pmid:?\s{0,3}|https?://(?:www\.)?(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed)/)?"
    r"(?P<pmid>\d{1,8})/?$"
    r"|(?:pmcid:?\s{0,3}|https?://\S{0,60}/)?(?P<pmcid>PMC\d{1,9})(?:\.\d+)?/?$"
    r"|(?P<doi>(?:doi:?\s{0,3}|https?://(?:dx\.|www\.)?doi\.org/)?10\.\d{4,9}/\S{1,300})$",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"[\n;,\t]|(?<=\d) +(?=\d|PMC)")
_HEADING = re.compile(r"[\"']?(?:pmids?|pmcids?|dois?|pubmed[ _]?ids?|uid)[\"']?:?$", re.IGNORECASE)
_LONGEST_LINE = 1_000_000  # characters
_SHORT = 5  # digits; a column of counts or years has fewer, PMIDs since 1975 more
_REMEDY = "Correct or remove it; the others were taken."


def read_id_list(file: InputFile) -> Iterator[Entry]:
    """An article for every identifier, a Problem for everything else.

    Raises OSError when the file cannot be opened, and whatever its `report` raises.
    """
    for number, line, item in _items(decoded(file.chunks())):
        article = _article(item)
        if article is not None:
            yield article
        elif not (number == 1 and _HEADING.match(item)):
            reason = f"“{item[:60]}” is no PMID, PMCID or DOI."
            yield Problem(file.name, f"record {number}, line {line}", reason, _REMEDY, item[:1000])
    if file.damage:
        yield Problem(file.name, "", f"{file.damage}.", "Export or download the file again.")


def _article(item: str) -> Article | None:
    found = _ITEM.match(item)
    if found is None:
        return None
    if found["pmid"]:
        pmid = identifiers.pmid_number(found["pmid"])
        return Article("", pmid=pmid) if pmid else None
    if found["pmcid"]:
        return Article("", pmcid=identifiers.pmcid(found["pmcid"]))
    doi = identifiers.doi(found["doi"])
    return Article("", doi=doi) if doi else None


def _items(texts: Iterable[str]) -> Iterator[tuple[int, int, str]]:
    """Number, line (both from 1) and text of everything between separators."""
    number, line, held = 0, 1, ""
    for text in chain(texts, ("\n",)):
        held += text
        cut = held.rfind("\n") + 1
        if not cut and len(held) > _LONGEST_LINE:
            cut = max(map(held.rfind, ",; \t")) + 1 or len(held)
        whole, held = held[:cut], held[cut:]
        for row in whole.splitlines(keepends=True):
            for part in _SEPARATOR.split(row):
                item = part.strip(" \"'\n\r")
                if item:
                    number += 1
                    yield number, line, item
            line += row.endswith("\n")


def _is_id_list(head: str) -> bool:
    """True when nearly everything is an identifier: one typing error does not change the kind."""
    text = head.removeprefix("\xef\xbb\xbf").replace("\r\n", "\n").replace("\r", "\n")
    if len(text) >= 60_000:
        text = text[: text.rfind("\n") + 1] or text[: text.rfind(",") + 1]
    items = [item for _, _, item in _items([text])][:5000]
    headed = bool(items and _HEADING.match(items[0]))
    known = sum(_ITEM.match(item) is not None for item in items)
    short = sum(item.isdigit() and len(item) < _SHORT for item in items)
    if short * 5 > known and not headed:
        return False
    return known > 0 and (len(items) - known - headed) * 20 <= known


FORMAT = Format("List of identifiers", _is_id_list, read_id_list)
