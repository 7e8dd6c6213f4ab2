"""The table that Litmesh exports, read back column by column (written by exporters/csv_table.py).

What that table does not tell stays unknown: which author has which affiliation, whose a keyword is,
the identifiers of headings. "; " separates the values of a cell, and may stand inside of one: where
a value begins with a name and a colon, only that begins a new one.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from desktop_app.importers import identifiers
from desktop_app.importers.biblatex_article import any_date
from desktop_app.importers.mesh_keywords import SOURCE
from desktop_app.importers.person_names import person
from desktop_app.importers.tagged.abstract_text import sections
from desktop_app.importers.tagged.nbib_fields import heading, substance
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
    Reference,
    Relation,
    Section,
)

MARKS = frozenset({"majormesh", "printeddate"})  # columns that no other program's table has
COLUMNS = frozenset(  # as `table_columns` spells them: small letters alone
    "pmid pmcid doi title authors journal journalabbreviation issn year date printeddate volume "
    "issue pages kind publicationtypes languages abstract mesh majormesh keywords substances "
    "vernaculartitle otherabstracts affiliations orcid isbn url otheridentifiers relations "
    "references history country nlmjournal copyright status otherfields".split()
)
_FORMULA_MARK = re.compile(r"\A'(?=[=+\-@＝＋－＠])")
_FIELD = re.compile(r"; (?=[a-z][\w-]*(?: [\w-]+){0,2}: )")
_RELATION = re.compile(r"; (?=[A-Z][A-Za-z]+: )")
_RELATED = re.compile(r"(?:^|\s)PMID: (\d{1,10})$")
_CITED = re.compile(r"PMID (\d{1,10})")
_KIND = r"[A-Za-z][\w-]*(?:, [a-z]{3}| \([a-z]{3}\))(?:: [A-Z][A-Z &/-]*)?"  # Publisher, fre
_ABSTRACT = re.compile(rf"; (?={_KIND}: )")
_ABSTRACT_LABEL = re.compile(rf"({_KIND}|[a-z][a-z-]*): ")


def article_of_row(cells: dict[str, str]) -> Article:
    """The article of a row; columns that the user added become fields."""
    left = {name: _FORMULA_MARK.sub("", text) for name, text in cells.items()}

    def take(name: str) -> str:
        return left.pop(name, "")

    pmid, doi = identifiers.pmid_number(left.get("pmid")), identifiers.doi(left.get("doi"))
    pmcid, date = identifiers.pmcid(left.get("pmcid")), _date(left)
    for name, found in (("pmid", pmid), ("doi", doi), ("pmcid", pmcid)):
        if found:
            take(name)
    further = _named(take("otheridentifiers").split("; "))
    article = Article(
        title=take("title"),
        pmid=pmid,
        pmcid=pmcid,
        doi=doi,
        vernacular_title=take("vernaculartitle"),
        sections=sections(take("abstract")),
        other_abstracts=tuple(_other_abstracts(take("otherabstracts"))),
        abstract_copyright=take("copyright"),
        authors=tuple(_authors(take("authors"), dict(_named(take("orcid").split("; "))))),
        journal=Journal(*map(take, "journal journalabbreviation issn nlmjournal country".split())),
        date=date,
        volume=take("volume"),
        issue=take("issue"),
        pages=take("pages"),
        languages=tuple(_listed(take("languages"))),
        publication_types=tuple(map(PublicationType, _listed(take("publicationtypes")))),
        headings=headings_of(take("mesh"), take("majormesh")),
        keywords=tuple(map(Keyword, _listed(take("keywords")))),
        substances=tuple(map(substance, _listed(take("substances")))),
        references=tuple(_references(take("references"))),
        relations=tuple(_relations(take("relations"))),
        identifiers=(
            *(Identifier("isbn", text) for text in _listed(take("isbn"))),
            *(Identifier("url", text) for text in _listed(take("url"))),
            *(Identifier(kind, value) for kind, value in further),
        ),
        milestones=tuple(_milestones(take("history"))),
        status=take("status"),
        kind=take("kind") or "article",
    )
    places = take("affiliations")  # in one, for addresses have "; " inside
    fields = _named(_FIELD.split(take("otherfields")))
    named = (("affiliation", places), *fields, *left.items())
    return replace(article, fields=tuple(Field(name, value) for name, value in named if value))


def headings_of(mesh: str, major: str = "") -> tuple[Heading, ...]:
    """The headings of a cell "*Name/*qualifier; Name"; those named in `major` are major topics."""
    names = _terms(major)
    found = [replace(one, source=SOURCE) for one in map(heading, _terms(mesh)) if one]
    marked = [
        replace(one, major=True) if one.name in names and not one.is_major else one for one in found
    ]
    missing = [name for name in names if name not in {one.name for one in found}]
    return (*marked, *(Heading("", name, True, (), SOURCE) for name in missing))


def _listed(text: str) -> list[str]:
    return [part for part in text.split("; ") if part]


def _terms(text: str) -> list[str]:
    """As `_listed`; names of MeSH have no semicolons, and other programs leave out the blank."""
    return [part.strip() for part in text.split(";") if part.strip()]


def _named(parts: list[str]) -> Iterator[tuple[str, str]]:
    """Name and value of each "name: value"; what has no name is a note."""
    for part in parts:
        name, colon, value = part.partition(": ")
        if part:
            yield (name, value) if colon else ("note", part)


def _date(left: dict[str, str]) -> PartialDate | None:
    """The date of its three columns, which stay where none of them has a year."""
    texts = [left.get(name, "") for name in ("date", "year", "printeddate")]
    found = next(filter(None, map(any_date, texts)), None)
    if found is None:
        return None
    for name in ("date", "year", "printeddate"):
        left.pop(name, None)
    return replace(found, text=texts[2] or found.text)


def _authors(text: str, orcids: dict[str, str]) -> Iterator[Author]:
    for name in _listed(text):  # that of a person has a comma
        author = (person(name) if "," in name else None) or Author(collective=name)
        yield replace(author, orcid=identifiers.orcid(orcids.get(name)))


def _other_abstracts(text: str) -> Iterator[Section]:
    for part in filter(None, _ABSTRACT.split(text)):
        label = _ABSTRACT_LABEL.match(part)
        yield Section(part[label.end() :], label[1]) if label else Section(part)


def _relations(text: str) -> Iterator[Relation]:
    for kind, place in _named(_RELATION.split(text)):
        found = _RELATED.search(place)
        about = place[: found.start()] if found else place
        yield Relation(kind, about, int(found[1]) if found else None)


def _references(text: str) -> Iterator[Reference]:
    """PMIDs, DOIs, PMCIDs and texts; what begins small or with a number goes on with a text."""
    held = ""
    for part in _listed(text):
        known = _known_reference(part)
        if held and (known or part[0].isupper()):
            yield Reference(held)
            held = ""
        if known:
            yield known
        else:
            held = f"{held}; {part}" if held else part
    if held:
        yield Reference(held)


def _known_reference(text: str) -> Reference | None:
    if found := _CITED.fullmatch(text):
        return Reference(pmid=int(found[1]))
    if text.startswith("10.") and identifiers.doi(text):
        return Reference(doi=identifiers.doi(text))
    return Reference(pmcid=text) if re.fullmatch(r"PMC\d+", text) else None


def _milestones(text: str) -> Iterator[Milestone]:
    for part in _listed(text):
        kind, _, day = part.rpartition(" ")
        date = any_date(day)
        if date:
            yield Milestone(kind, date)
