"""EndNote's and refer's tagged text (.enw): lines such as "%A Smith, John".

Tags: refer(1), and EndNote's "Refer/BibIX" export.
"""

import re
from collections.abc import Iterator

from desktop_app.importers.format import Entry, Format
from desktop_app.importers.input_file import InputFile
from desktop_app.importers.tagged.enw_record import article_of
from desktop_app.importers.tagged.tagged_text import Grammar, plain_head, read_tagged

_TAG = re.compile(r"%([0-9A-Z@#$&()*+^><\[=~?!\\{}\]/,.:;'\"-])(?:\s(.*)|$)")
_FIRST = re.compile(r"%[0-9A-Z@](?:[ \t]|$)", re.MULTILINE)
_ANY_TAG = re.compile(r"^%[0ABDEIJT@] +\S", re.MULTILINE)


def _split(line: str) -> tuple[str, str] | None:
    found = _TAG.match(line)
    return (found[1], found[2] or "") if found else None


_GRAMMAR = Grammar(
    split=_split,
    starts=frozenset({"0"}),
    ends=frozenset(),
    heads=frozenset("0TAEB"),
    blank_ends=True,
)


def _fits(head: str) -> bool:
    """It begins with a tag, and with one that says something."""
    head = plain_head(head)
    return _FIRST.match(head.lstrip()) is not None and _ANY_TAG.search(head) is not None


def read_enw(file: InputFile) -> Iterator[Entry]:
    """Every record of a Refer file, as an article or a problem."""
    return read_tagged(file, _GRAMMAR, article_of)


FORMAT = Format("EndNote/Refer text", _fits, read_enw)
