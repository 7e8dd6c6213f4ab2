"""CSL-JSON: what citation processors (citeproc, pandoc), Zotero and Mendeley exchange.

Every item is valid by the schema of Citation Style Language 1.0.2 (csl-data.json). What it has
no variable for is in `custom`: MeSH as structured values (name, ui, major, qualifiers), substances,
publication types, relations and every further field. Reference lists are left out.
"""

import dataclasses
import json
from collections.abc import Iterable
from typing import Any, TextIO

from desktop_app.exporters import mesh_terms, people
from desktop_app.exporters.citation_keys import CitationKeys
from desktop_app.exporters.plain_text import abstract, iso_date, labelled, one_line
from desktop_app.records import Article, Author, PartialDate

Item = dict[str, Any]

_TYPES = {  # BibLaTeX entry type -> CSL type
    "article": "article-journal",
    "periodical": "periodical",
    "book": "book",
    "mvbook": "book",
    "manual": "book",
    "booklet": "pamphlet",
    "collection": "book",
    "proceedings": "book",
    "inbook": "chapter",
    "incollection": "chapter",
    "bookinbook": "chapter",
    "inreference": "entry-encyclopedia",
    "inproceedings": "paper-conference",
    "conference": "paper-conference",
    "thesis": "thesis",
    "phdthesis": "thesis",
    "mastersthesis": "thesis",
    "report": "report",
    "techreport": "report",
    "unpublished": "manuscript",
    "online": "webpage",
    "electronic": "webpage",
    "www": "webpage",
    "software": "software",
    "dataset": "dataset",
    "patent": "patent",
}
_FIELDS = {  # BibLaTeX's field -> CSL variable
    "publisher": "publisher",
    "institution": "publisher",
    "school": "publisher",
    "organization": "publisher",
    "location": "publisher-place",
    "address": "publisher-place",
    "edition": "edition",
    "series": "collection-title",
    "chapter": "chapter-number",
    "shorttitle": "title-short",
    "note": "note",
    "version": "version",
    "type": "genre",
    "pagetotal": "number-of-pages",
}


def write_csl_json(articles: Iterable[Article], out: TextIO) -> None:
    """Write articles as one JSON array, an item a line."""
    keys = CitationKeys()
    separator = "[\n"
    for article in articles:
        item = {"id": keys.key(article)} | _item(article)
        out.write(separator + json.dumps(item, ensure_ascii=False))
        separator = ",\n"
    out.write("[]\n" if separator == "[\n" else "\n]\n")


def _item(article: Article) -> Item:
    journal = article.journal
    texts = {
        "title": article.title,
        "original-title": article.vernacular_title,
        "container-title": journal.title,
        "container-title-short": journal.abbreviation,
        "volume": article.volume,
        "issue": article.issue,
        "page": article.pages,
        "DOI": article.doi,
        "PMID": "" if article.pmid is None else str(article.pmid),
        "PMCID": article.pmcid,
        "ISSN": journal.issn,
        "ISBN": _identifier(article, "isbn"),
        "URL": _identifier(article, "url"),
        "language": "; ".join(article.languages),
        "abstract": abstract(article),
        "keyword": "; ".join(_keywords(article)),
    }
    item: Item = {"type": _TYPES.get(article.kind, "document")}
    item |= {name: text for name, value in texts.items() if (text := one_line(value))}
    item["author"] = list(filter(None, map(_name, article.authors)))
    item["issued"] = _date(article.date) if article.date else None
    _add_fields(article, item)
    item["custom"] = _custom(article)
    return {name: value for name, value in item.items() if value}


def _name(author: Author) -> dict[str, str]:
    group = people.group(author)
    if group:
        return {"literal": group}
    name = {
        "family": people.family(author),
        "given": people.given(author),
        "suffix": one_line(author.suffix),
    }
    return {part: text for part, text in name.items() if text}


def _date(date: PartialDate) -> Item:
    parts = [date.year]
    if date.month:
        parts += [date.month, date.day] if date.day else [date.month]
    text = one_line(date.text)
    return {"date-parts": [parts]} | ({"raw": text} if text else {})


def _identifier(article: Article, kind: str) -> str:
    return next((i.value for i in article.identifiers if i.kind == kind), "")


def _keywords(article: Article) -> Iterable[str]:
    """Names of headings, then the authors' keywords, each once."""
    names = [mesh_terms.heading_name(heading) for heading in mesh_terms.headings(article)]
    names += [one_line(keyword.text) for keyword in article.keywords]
    return dict.fromkeys(filter(None, names))


def _add_fields(article: Article, item: Item) -> None:
    """Take the further fields that CSL knows; of two with one name the first."""
    for field in article.fields:
        variable = _FIELDS.get(field.name)
        if variable and one_line(field.value):
            item.setdefault(variable, one_line(field.value))


def _custom(article: Article) -> Item:
    custom = {
        "MeSH": [_heading(heading) for heading in mesh_terms.headings(article)],
        "substances": list(map(mesh_terms.substance_text, article.substances)),
        "publication-types": [kind.name for kind in article.publication_types],
        "relations": list(map(dataclasses.asdict, article.relations)),
        "identifiers": [f"{i.kind}: {i.value}" for i in article.identifiers],
        "fields": [f"{f.name}: {f.value}" for f in article.fields if f.name not in _FIELDS],
        "authors": [
            {"name": people.inverted(a), "ORCID": a.orcid, "affiliations": list(a.affiliations)}
            for a in article.authors
            if a.orcid or a.affiliations
        ],
        "other-abstracts": list(map(labelled, article.other_abstracts)),
        "copyright": article.abstract_copyright,
        "history": {m.kind: iso_date(m.date) for m in article.milestones},
        "nlm-journal-id": article.journal.nlm_id,
        "country": article.journal.country,
        "status": article.status,
    }
    return {name: _clean(value) for name, value in custom.items() if value}


def _heading(heading: Any) -> Item:
    qualifiers = [{"name": q.name, "ui": q.ui, "major": q.major} for q in heading.qualifiers]
    name = mesh_terms.heading_name(heading)
    return {"name": name, "ui": heading.ui, "major": heading.major, "qualifiers": qualifiers}


def _clean(value: Any) -> Any:
    """Every text inside in one valid line."""
    if isinstance(value, str):
        return one_line(value)
    if isinstance(value, dict):
        return {one_line(name): _clean(part) for name, part in value.items()}
    return [_clean(part) for part in value] if isinstance(value, list | tuple) else value
