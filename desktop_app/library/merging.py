"""One article out of what several sources say of it: the best of every field.

Sources are ranked by how well they describe an article; a field is taken from the best source that
has it, lists that add up (keywords, identifiers, publication types …) from all of them.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import fields
from typing import Any, TypeVar

from desktop_app.records import Article, Author, Keyword, Section

_Item = TypeVar("_Item", bound=Hashable)

# Formats, best first. What is not named comes after all of these, in the order of import.
RANKS = (
    "PubMed XML",
    "PubMed text (NBIB)",
    "Europe PMC JSON",
    "JATS",
    "Web of Science text (ISI)",
    "Ovid text",
    "RIS",
    "EndNote XML",
    "CSL-JSON",
    "BibTeX",
)
_ADD_UP = frozenset({"identifiers", "relations", "fields", "publication_types", "languages"})


def ranked(sources: Sequence[tuple[str, Article]]) -> list[tuple[str, Article]]:
    """(format, record) pairs, the most trusted first; equals stay in their order."""
    return sorted(sources, key=lambda source: _rank(source[0]))


def merged(sources: Sequence[tuple[str, Article]]) -> Article:
    """The best of every field of at least one (format, record)."""
    records = [record for _, record in ranked(sources)]
    values: dict[str, Any] = {}
    for field in fields(Article):
        said = [getattr(record, field.name) for record in records]
        first = next((value for value in said if value), said[0])
        values[field.name] = _union(said) if field.name in _ADD_UP else first
    values["sections"] = _best_abstract(records)
    values["authors"] = _best_authors(records)
    values["references"] = max((record.references for record in records), key=len)
    values["keywords"] = _union_by(_keyword_text, (k for r in records for k in r.keywords))
    return Article(**values)


def _rank(origin: str) -> int:
    return RANKS.index(origin) if origin in RANKS else len(RANKS)


def _best_abstract(records: Sequence[Article]) -> tuple[Section, ...]:
    """The first structured abstract, else the first abstract that is not cut short."""
    structured = next((r.sections for r in records if len(r.sections) > 1), ())
    if structured:
        return structured
    longest = max(len(record.abstract) for record in records)
    return next(r.sections for r in records if len(r.abstract) * 2 >= longest)


def _best_authors(records: Sequence[Article]) -> tuple[Author, ...]:
    """The authors of the best source, unless it cut the list ("et al.")."""
    longest = max((record.authors for record in records), key=len)
    first = next((record.authors for record in records if record.authors), ())
    return longest if len(first) * 2 <= len(longest) else first


def _keyword_text(keyword: Keyword) -> str:
    return keyword.text.casefold()


def _union(values: Iterable[tuple[_Item, ...]]) -> tuple[_Item, ...]:
    return tuple(dict.fromkeys(item for value in values for item in value))


def _union_by(key: Callable[[_Item], Hashable], values: Iterable[_Item]) -> tuple[_Item, ...]:
    found: dict[Hashable, _Item] = {}
    for value in values:
        found.setdefault(key(value), value)
    return tuple(found.values())
