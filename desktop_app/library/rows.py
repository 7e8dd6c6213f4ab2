"""Articles as table rows: the one place that knows how a record is spread over the tables."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desktop_app.records import (
    Article,
    Author,
    Field,
    Heading,
    Identifier,
    Journal,
    Keyword,
    Milestone,
    PartialDate,
    PublicationType,
    Qualifier,
    Reference,
    Relation,
    Section,
    Substance,
)

Row = tuple[Any, ...]
Parts = dict[str, list[Row]]  # table name -> rows without the article's id


@dataclass(frozen=True, slots=True)
class Flat:
    """An article taken apart: its own columns, its journal, its parts, its hashes."""

    columns: Row  # in the order of `ARTICLE_COLUMNS`
    title: str
    abstract: str
    journal: Row
    parts: Parts
    content_hash: bytes | None  # only of a record that has neither PMID nor DOI
    text_hash: bytes
    revised: str


ARTICLE_COLUMNS = (
    "pmid",
    "pmcid",
    "doi",
    "title",
    "vernacular_title",
    "abstract",
    "abstract_copyright",
    "year",
    "month",
    "day",
    "date_text",
    "volume",
    "issue",
    "pages",
    "languages",
    "status",
    "kind",
)


def flatten(article: Article) -> Flat:
    """Take an article apart for storing."""
    abstract, sections = _flat_abstract(article.sections)
    date = article.date or PartialDate(0)
    columns = (
        article.pmid,
        article.pmcid,
        article.doi,
        article.title,
        article.vernacular_title,
        abstract,
        article.abstract_copyright,
        date.year or None,
        date.month,
        date.day,
        date.text,
        article.volume,
        article.issue,
        article.pages,
        " ".join(article.languages),
        article.status,
        article.kind,
    )
    j = article.journal
    journal = (j.title, j.abbreviation, j.issn, j.nlm_id, j.country)
    parts = _flat_parts(article)
    parts["section"] = sections
    content = None
    if not (article.pmid or article.doi):
        content = _hash(json.dumps((columns, journal, parts), ensure_ascii=False))
    return Flat(
        columns=columns,
        title=article.title,
        abstract=abstract,
        journal=journal,
        parts={name: rows for name, rows in parts.items() if rows},
        content_hash=content,
        text_hash=hash_of_text(article.title, abstract),
        revised=_revised(article.milestones),
    )


def hash_of_text(title: str, abstract: str) -> bytes:
    """The 16-byte hash of what an encoder reads of an article."""
    return _hash(f"{title}\n{abstract}")


def restore(
    columns: Mapping[str, Any], journal: Row | None, parts: Mapping[str, list[Row]]
) -> Article:
    """Put an article together from its rows (`parts` as `flatten` made them)."""

    def rows(name: str) -> list[Row]:
        return parts.get(name, [])

    date = None
    if columns["year"] is not None:
        date = PartialDate(columns["year"], columns["month"], columns["day"], columns["date_text"])
    return Article(
        title=columns["title"],
        pmid=columns["pmid"],
        pmcid=columns["pmcid"],
        doi=columns["doi"],
        vernacular_title=columns["vernacular_title"],
        sections=_sections(columns["abstract"], rows("section")),
        other_abstracts=tuple(
            Section(text, label, cat) for label, cat, text in rows("other_abstract")
        ),
        abstract_copyright=columns["abstract_copyright"],
        authors=tuple(_author(row) for row in rows("author")),
        journal=Journal(*journal) if journal else Journal(),
        date=date,
        volume=columns["volume"],
        issue=columns["issue"],
        pages=columns["pages"],
        languages=tuple(columns["languages"].split()),
        publication_types=tuple(PublicationType(*row) for row in rows("publication_type")),
        headings=_headings(rows("heading"), rows("qualifier")),
        keywords=tuple(Keyword(text, bool(major), owner) for text, major, owner in rows("keyword")),
        substances=tuple(Substance(*row) for row in rows("substance")),
        references=tuple(Reference(*row) for row in rows("reference")),
        relations=tuple(Relation(*row) for row in rows("relation")),
        identifiers=tuple(Identifier(*row) for row in rows("identifier")),
        milestones=tuple(Milestone(kind, PartialDate(*date)) for kind, *date in rows("milestone")),
        fields=tuple(Field(*row) for row in rows("field")),
        status=columns["status"],
        kind=columns["kind"],
    )


def _flat_parts(article: Article) -> Parts:
    """The rows of every part but the abstract's sections, each in its table's column order."""
    return {
        "other_abstract": [(s.label, s.category, s.text) for s in article.other_abstracts],
        "author": [
            (a.last, a.fore, a.initials, a.suffix, a.collective, a.orcid, _lines(a.affiliations))
            for a in article.authors
        ],
        "heading": [(h.ui, h.name, int(h.major), h.source) for h in article.headings],
        "qualifier": [
            (position, q.ui, q.name, int(q.major))
            for position, h in enumerate(article.headings)
            for q in h.qualifiers
        ],
        "keyword": [(k.text, int(k.major), k.owner) for k in article.keywords],
        "substance": [(s.ui, s.name, s.registry_number, s.kind) for s in article.substances],
        "publication_type": [(t.name, t.ui) for t in article.publication_types],
        "reference": [(r.text, r.pmid, r.doi, r.pmcid) for r in article.references],
        "relation": [(r.kind, r.text, r.pmid, r.note) for r in article.relations],
        "identifier": [(i.kind, i.value) for i in article.identifiers],
        "field": [(f.name, f.value) for f in article.fields],
        "milestone": [
            (m.kind, m.date.year, m.date.month, m.date.day, m.date.text) for m in article.milestones
        ],
    }


def _flat_abstract(sections: Sequence[Section]) -> tuple[str, list[Row]]:
    """The abstract as one text, and its labelled parts as character ranges of it."""
    if len(sections) == 1 and not (sections[0].label or sections[0].category):
        return sections[0].text, []
    rows: list[Row] = []
    start = 0
    for section in sections:
        stop = start + len(section.text)
        rows.append((section.label, section.category, start, stop))
        start = stop + 1
    return "\n".join(section.text for section in sections), rows


def _sections(abstract: str, rows: Iterable[Row]) -> tuple[Section, ...]:
    parts = tuple(Section(abstract[start:stop], label, cat) for label, cat, start, stop in rows)
    return parts or ((Section(abstract),) if abstract else ())


def _author(row: Row) -> Author:
    last, fore, initials, suffix, collective, orcid, affiliations = row
    listed = tuple(affiliations.split("\n")) if affiliations else ()
    return Author(last, fore, initials, suffix, collective, orcid, listed)


def _headings(rows: Sequence[Row], qualifiers: Iterable[Row]) -> tuple[Heading, ...]:
    of_heading: dict[int, list[Qualifier]] = {}
    for position, ui, name, major in qualifiers:
        of_heading.setdefault(position, []).append(Qualifier(ui, name, bool(major)))
    return tuple(
        Heading(ui, name, bool(major), tuple(of_heading.get(position, ())), source)
        for position, (ui, name, major, source) in enumerate(rows)
    )


def _lines(values: Iterable[str]) -> str:
    return "\n".join(value.replace("\n", " ") for value in values)


def _revised(milestones: Iterable[Milestone]) -> str:
    for milestone in milestones:
        if milestone.kind == "record-revised":
            date = milestone.date
            return f"{date.year:04d}-{date.month:02d}-{date.day:02d}"
    return ""


def _hash(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
