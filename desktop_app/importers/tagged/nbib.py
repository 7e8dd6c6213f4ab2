"""PubMed's MEDLINE text (NBIB): what "Save", "Send to" and efetch give (rettype=medline).

Tags: NLM, "MEDLINE/PubMed Data Element (Field) Descriptions".
"""

import re
from collections.abc import Iterator

from desktop_app.importers.format import Entry, Format
from desktop_app.importers.input_file import InputFile
from desktop_app.importers.tagged.nbib_record import KNOWN_TAGS, article_of
from desktop_app.importers.tagged.tagged_text import Grammar, plain_head, read_tagged

_TAG = re.compile(r"([A-Z][A-Z0-9]{1,3}) {0,2}-(.*)")
_OWN_TAG = re.compile(
    r"^(?:PMID|STAT|PMC|PMCR|OWN|DCOM|MHDA|EDAT|CRDT|FAU|PHST) {0,2}-.*$", re.MULTILINE
)
_ANY_TAG = re.compile(r"^[A-Z][A-Z0-9]{1,3} {0,2}- ?\S", re.MULTILINE)
_RIS = re.compile(r"^TY {1,2}-", re.MULTILINE)


def _split(line: str) -> tuple[str, str] | None:
    """The tag is padded to four characters; where it is not, it has to be one that NLM uses."""
    found = _TAG.match(line)
    if found is None:
        return None
    padded = line[4:5] == "-" and line[5:6] in ("", " ")
    return (found[1], found[2]) if padded or found[1] in KNOWN_TAGS else None


_GRAMMAR = Grammar(
    split=_split,
    starts=frozenset({"PMID"}),
    ends=frozenset(),
    heads=frozenset({"PMID", "TI", "BTI", "CTI"}),
    blank_ends=True,
)


def _fits(head: str) -> bool:
    """One of the tags that no other format has, and a second line with a tag."""
    head = plain_head(head)
    return (
        _OWN_TAG.search(head) is not None
        and len(_ANY_TAG.findall(head)) > 1
        and _RIS.search(head) is None
    )


def read_nbib(file: InputFile) -> Iterator[Entry]:
    """Every record of a MEDLINE text file, as an article or a problem."""
    return read_tagged(file, _GRAMMAR, article_of)


FORMAT = Format("PubMed text (NBIB)", _fits, read_nbib)
