"""Terms of the MeSH fields: which heading and qualifier they name, and by which codes to look."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from desktop_app.library.exact_words import Code, code, letters
from desktop_app.mesh.vocabulary import Vocabulary
from desktop_app.search.query.qualifiers import qualifier_name


@dataclass(frozen=True, slots=True)
class HeadingTerm:
    """`"Neoplasms/therapy"[mh]` understood: descriptors by index, a qualifier or none.

    Several descriptors only where the name was cut ("neoplas*"). Without any, `unknown` is the name
    that no heading of this year has.
    """

    indices: tuple[int, ...]
    qualifier: str = ""
    unknown: str = ""
    unknown_qualifier: str = ""


def heading_term(text: str, vocabulary: Vocabulary) -> HeadingTerm:
    """Understand the text of a MeSH term: name, entry term or UI, perhaps with a qualifier."""
    name, qualifier, unknown_qualifier = text.strip(), "", ""
    indices = _find(name, vocabulary)
    if not indices and "/" in name:
        name, _, typed = (part.strip() for part in name.partition("/"))
        indices = _find(name, vocabulary)
        qualifier = qualifier_name(typed) or ""
        unknown_qualifier = "" if qualifier else typed
    return HeadingTerm(indices, qualifier, "" if indices else name, unknown_qualifier)


def exploded(indices: Sequence[int], vocabulary: Vocabulary) -> tuple[int, ...]:
    """The headings and all below any of their places."""
    found = [np.array(indices, np.int32)]
    for index in indices:
        found += [vocabulary.below(node) for node in vocabulary.nodes(index).tolist()]
    return tuple(np.unique(np.concatenate(found)).tolist())


def narrower_count(index: int, vocabulary: Vocabulary) -> int:
    """How many headings stand below one."""
    return len(exploded((index,), vocabulary)) - 1


def type_codes(text: str, vocabulary: Vocabulary) -> list[str]:
    """The codes of a publication type, and of those below it in MeSH's category V."""
    index = vocabulary.find(text)
    names = [text]
    if index is not None and any(
        vocabulary.tree.numbers[node].startswith("V") for node in vocabulary.nodes(index)
    ):
        names += [vocabulary.name(below) for below in exploded((index,), vocabulary)]
    return list(dict.fromkeys(code(Code.TYPE, name) for name in names))


def _find(name: str, vocabulary: Vocabulary) -> tuple[int, ...]:
    if name.endswith("*"):
        begin = letters(name)
        cut = [i for i in range(len(vocabulary)) if letters(vocabulary.name(i)).startswith(begin)]
        return tuple(cut) if len(name) > 4 else ()
    index = vocabulary.find(name)
    if index is None:
        index = vocabulary.resolve(name.upper(), "")
    if index is None:
        whole = [
            found for start, stop, found in vocabulary.match(name) if stop - start == len(name)
        ]
        index = whole[0] if whole else None
    return () if index is None else (index,)
