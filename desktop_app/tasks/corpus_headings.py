"""The MeSH headings of a document in a test collection, whichever way it writes them.

Understood are `mesh_major`, `mesh_minor`, `mesh` and `headings`: lists of names, or of objects with
`heading` or `name`. Old collections write CYSTIC-FIBROSIS for Cystic Fibrosis.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from desktop_app.mesh.vocabulary import Vocabulary
from desktop_app.records import Heading

_FIELDS = {"mesh_major": True, "mesh_minor": False, "mesh": False, "headings": False}


def corpus_headings(document: Mapping[str, Any], vocabulary: Vocabulary) -> tuple[Heading, ...]:
    """The headings that this year's MeSH knows, each once, major where one field says so."""
    found: dict[int, bool] = {}
    for field, major in _FIELDS.items():
        for name in _names(document.get(field)):
            index = _find(name, vocabulary)
            if index is not None:
                found[index] = found.get(index, False) or major
    return tuple(
        Heading(vocabulary.ui(index), vocabulary.name(index), major=major)
        for index, major in found.items()
    )


def _names(listed: Any) -> Iterator[str]:
    for entry in listed if isinstance(listed, list) else ():
        name = entry.get("heading") or entry.get("name") if isinstance(entry, dict) else entry
        if isinstance(name, str):
            yield name


def _find(name: str, vocabulary: Vocabulary) -> int | None:
    """By name or entry term, else as the one heading that the words are."""
    plain = name.replace("-", " ")
    index = vocabulary.find(name)
    if index is None:
        index = vocabulary.find(plain)
    if index is None:
        spans = [(start, end, found) for start, end, found in vocabulary.match(plain.title())]
        if len(spans) == 1 and spans[0][:2] == (0, len(plain)):
            index = spans[0][2]
    return index
