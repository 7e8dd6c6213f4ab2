"""CSV: a table for spreadsheets, in which no text of a record becomes a formula.

A cell that begins with = + - @ gets an apostrophe before it, which spreadsheets take as "this
is text" and `write_raw_csv` leaves out. Lists are separated by "; ". MeSH is in MEDLINE's
notation: `*Name/*qualifier`.
"""

import csv
from collections.abc import Callable, Iterable, Iterator
from typing import TextIO

from desktop_app.exporters import mesh_terms, people
from desktop_app.exporters.plain_text import abstract, iso_date, labelled, one_line, relation_text
from desktop_app.records import Article, Reference

Cell = Callable[[Article], str]

_FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")  # the wide ones: spreadsheets set to Japanese

_AFFILIATION = "affiliation"  # the field that readers of tables and RIS make, who know no owner


def write_csv(articles: Iterable[Article], out: TextIO) -> None:
    """Write a table with a header; cells that a spreadsheet would calculate are marked as text."""
    _write(articles, out, safe_cell)


def write_raw_csv(articles: Iterable[Article], out: TextIO) -> None:
    """Write a table with a header, every cell as it is: for programs, not for spreadsheets."""
    _write(articles, out, str)


def _write(articles: Iterable[Article], out: TextIO, safe: Callable[[str], str]) -> None:
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for article in articles:
        writer.writerow([safe(one_line(cell(article))) for cell in COLUMNS.values()])


def safe_cell(cell: str) -> str:
    """A cell that no spreadsheet calculates."""
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell


def _joined(values: Iterable[str]) -> str:
    return "; ".join(filter(None, map(one_line, values)))


def _major(article: Article) -> Iterator[str]:
    return (mesh_terms.heading_name(h) for h in mesh_terms.headings(article) if h.is_major)


def _affiliations(article: Article) -> Iterator[str]:
    """Each address once, in the order of the authors; then those of which the author is unknown."""
    own = [place for author in article.authors for place in author.affiliations]
    others = [field.value for field in article.fields if field.name == _AFFILIATION]
    return iter(dict.fromkeys(own + others))


def _orcids(article: Article) -> Iterator[str]:
    return (f"{people.inverted(a)}: {a.orcid}" for a in article.authors if a.orcid)


def _identifiers(article: Article, *kinds: str) -> Iterator[str]:
    return (i.value for i in article.identifiers if i.kind in kinds)


def _other_identifiers(article: Article) -> Iterator[str]:
    known = ("isbn", "url")
    return (f"{i.kind}: {i.value}" for i in article.identifiers if i.kind not in known)


def _other_fields(article: Article) -> Iterator[str]:
    return (f"{f.name}: {f.value}" for f in article.fields if f.name != _AFFILIATION)


def _reference(reference: Reference) -> str:
    place = f"PMID {reference.pmid}" if reference.pmid is not None else ""
    return place or reference.doi or reference.pmcid or reference.text


COLUMNS: dict[str, Cell] = {
    "PMID": lambda a: "" if a.pmid is None else str(a.pmid),
    "PMCID": lambda a: a.pmcid,
    "DOI": lambda a: a.doi,
    "Title": lambda a: a.title,
    "Authors": lambda a: _joined(map(people.inverted, a.authors)),
    "Journal": lambda a: a.journal.title,
    "Journal abbreviation": lambda a: a.journal.abbreviation,
    "ISSN": lambda a: a.journal.issn,
    "Year": lambda a: "" if a.date is None else str(a.date.year),
    "Date": lambda a: "" if a.date is None else iso_date(a.date),
    "Printed date": lambda a: "" if a.date is None else a.date.text,
    "Volume": lambda a: a.volume,
    "Issue": lambda a: a.issue,
    "Pages": lambda a: a.pages,
    "Kind": lambda a: a.kind,
    "Publication types": lambda a: _joined(t.name for t in a.publication_types),
    "Languages": lambda a: _joined(a.languages),
    "Abstract": abstract,
    "MeSH": lambda a: _joined(mesh_terms.heading_texts(a)),
    "Major MeSH": lambda a: _joined(_major(a)),
    "Keywords": lambda a: _joined(k.text for k in a.keywords),
    "Substances": lambda a: _joined(map(mesh_terms.substance_text, a.substances)),
    "Vernacular title": lambda a: a.vernacular_title,
    "Other abstracts": lambda a: _joined(map(labelled, a.other_abstracts)),
    "Affiliations": lambda a: _joined(_affiliations(a)),
    "ORCID": lambda a: _joined(_orcids(a)),
    "ISBN": lambda a: _joined(_identifiers(a, "isbn")),
    "URL": lambda a: _joined(_identifiers(a, "url")),
    "Other identifiers": lambda a: _joined(_other_identifiers(a)),
    "Relations": lambda a: _joined(f"{r.kind}: {relation_text(r)}" for r in a.relations),
    "References": lambda a: _joined(map(_reference, a.references)),
    "History": lambda a: _joined(f"{m.kind} {iso_date(m.date)}" for m in a.milestones),
    "Country": lambda a: a.journal.country,
    "NLM journal": lambda a: a.journal.nlm_id,
    "Copyright": lambda a: a.abstract_copyright,
    "Status": lambda a: a.status,
    "Other fields": lambda a: _joined(_other_fields(a)),
}
