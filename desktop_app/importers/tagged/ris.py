"""RIS files in the dialects of RefMan, EndNote, Zotero, Mendeley, PubMed, Ovid, Embase and more."""

import re
from collections.abc import Iterator

from desktop_app.importers.format import Entry, Format
from desktop_app.importers.input_file import InputFile
from desktop_app.importers.tagged.ris_record import article_of
from desktop_app.importers.tagged.tagged_text import Grammar, plain_head, read_tagged

_TAG = re.compile(r"([A-Z][A-Z0-9])(?:  - ?|  -$)(.*)")
_LOOSE = re.compile(r"[ ]{0,8}([A-Z][A-Z0-9]) {0,3}-(?: +|$)(.*)")
_BEGINS = re.compile(r"^[ \t]{0,8}TY {0,3}- *(?:[A-Z]{3,8} *)?$", re.MULTILINE)
_ANY_TAG = re.compile(r"^[A-Z][A-Z0-9]  - \S", re.MULTILINE)
_ENDS = re.compile(r"^ER  -", re.MULTILINE)


def _split(line: str) -> tuple[str, str] | None:
    found = _TAG.match(line)
    return (found[1], found[2]) if found else None


def _loose_split(line: str) -> tuple[str, str] | None:
    """ "TY - JOUR", "  TY  - JOUR": only where the record begins so, lest a wrapped "CI - 95 %"
    in an abstract becomes a tag.
    """
    found = _LOOSE.match(line)
    return (found[1], found[2]) if found else None


_GRAMMAR = Grammar(
    split=_split,
    starts=frozenset({"TY"}),
    ends=frozenset({"ER"}),
    heads=frozenset({"TY", "TI", "T1", "BT", "AU", "A1"}),
    loose=_loose_split,
)


def _fits(head: str) -> bool:
    """A TY line, or lines as RIS has them up to an ER line (first records without TY happen)."""
    head = plain_head(head)
    if _BEGINS.search(head):
        return True
    return len(_ANY_TAG.findall(head)) > 1 and _ENDS.search(head) is not None


def read_ris(file: InputFile) -> Iterator[Entry]:
    """Every record of an RIS file, as an article or a problem."""
    return read_tagged(file, _GRAMMAR, article_of)


FORMAT = Format("RIS", _fits, read_ris)
