"""Tagged text of the Web of Science: "ISI Export Format", "Clarivate …" (.isi, .ciw, .txt).

Tags: Clarivate, "Web of Science Core Collection Field Tags".
"""

import re
from collections.abc import Iterator

from desktop_app.importers.format import Entry, Format
from desktop_app.importers.input_file import InputFile
from desktop_app.importers.tagged.isi_record import article_of
from desktop_app.importers.tagged.tagged_text import Grammar, plain_head, read_tagged

_TAG = re.compile(r"([A-Z][A-Z0-9])(?: (.*)|$)")
_HEADER = re.compile(r"^FN (?:ISI|Clarivate|Thomson)", re.MULTILINE | re.IGNORECASE)
_BEGINS = re.compile(r"^PT [A-Z][a-z]*[ \t]*\n(?:[A-Z][A-Z0-9] |   )", re.MULTILINE)


def _split(line: str) -> tuple[str, str] | None:
    found = _TAG.match(line)
    return (found[1], found[2] or "") if found else None


_GRAMMAR = Grammar(
    split=_split,
    starts=frozenset({"PT"}),
    ends=frozenset({"ER", "EF", "FN", "VR"}),
    heads=frozenset({"PT", "TI", "AU"}),
)


def _fits(head: str) -> bool:
    head = plain_head(head)
    return _HEADER.search(head) is not None or _BEGINS.search(head) is not None


def read_isi(file: InputFile) -> Iterator[Entry]:
    """Every record of a Web of Science file, as an article or a problem."""
    return read_tagged(file, _GRAMMAR, article_of)


FORMAT = Format("Web of Science text (ISI)", _fits, read_isi)
