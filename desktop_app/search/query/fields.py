"""The search fields of PubMed, under their tags and long names, and a few of our own."""

from dataclasses import dataclass
from enum import StrEnum


class Field(StrEnum):
    """What a term may be looked for in. The value is PubMed's tag."""

    TITLE_ABSTRACT = "tiab"
    TITLE = "ti"
    ABSTRACT = "ab"
    KEYWORD = "ot"
    TEXT_WORD = "tw"
    ALL = "all"
    AUTHOR = "au"
    FIRST_AUTHOR = "1au"
    LAST_AUTHOR = "lastau"
    GROUP = "cn"
    AFFILIATION = "ad"
    JOURNAL = "ta"
    DATE = "dp"
    LANGUAGE = "la"
    TYPE = "pt"
    HEADING = "mh"
    MAJOR = "majr"
    QUALIFIER = "sh"
    SUBSTANCE = "nm"
    ACTION = "pa"
    PMID = "pmid"
    PMCID = "pmcid"
    DOI = "doi"
    VOLUME = "vi"
    ISSUE = "ip"
    PAGES = "pg"
    SUBSET = "sb"
    FILTER = "filter"
    FULL_TEXT = "full"


_NAMES = {
    Field.TITLE_ABSTRACT: "title/abstract, tiab, title & abstract",
    Field.TITLE: "title, titl",
    Field.ABSTRACT: "abstract",
    Field.KEYWORD: "other term, other terms",
    Field.TEXT_WORD: "text word, text words, text, word",
    Field.ALL: "all fields, all field",
    Field.AUTHOR: "author, auth, author name, full author name, fau",
    Field.FIRST_AUTHOR: "author - first, first author, first author name, full first author name",
    Field.LAST_AUTHOR: "author - last, last author, last author name, full last author name",
    Field.GROUP: "author - corporate, corporate author",
    Field.AFFILIATION: "affiliation, affl",
    Field.JOURNAL: "journal, jour, journal title abbreviation, is, issn, jid, nlm unique id",
    Field.DATE: "date - publication, publication date, pdat, date - entrez, edat, year",
    Field.LANGUAGE: "language, lang",
    Field.TYPE: "publication type, ptyp, publication types",
    Field.HEADING: "mesh terms, mesh, mesh term, mh terms, subject headings",
    Field.MAJOR: "mesh major topic, major, mjr, mesh major topics",
    Field.QUALIFIER: "mesh subheading, mesh subheadings, subheading, subheadings, subh",
    Field.SUBSTANCE: "supplementary concept, substance name, subs, rn, ec/rn number",
    Field.ACTION: "pharmacological action, pharm action",
    Field.PMID: "pubmed id, uid",
    Field.PMCID: "pmc, pmc id",
    Field.DOI: "aid, lid, location id, article identifier",
    Field.VOLUME: "volume, vol",
    Field.ISSUE: "issue, iss",
    Field.PAGES: "pagination, page, first page",
    Field.SUBSET: "subset",
    Field.FILTER: "filters, fha",
    Field.FULL_TEXT: "full text, fulltext",
}
_BY_NAME = {str(field): field for field in Field} | {
    name: field for field, names in _NAMES.items() for name in names.split(", ")
}
_NOT_EXPLODED = (":noexp", ":no exp", ":noexplode")
_MOST_APART = 1_000  # words of a proximity search


@dataclass(frozen=True, slots=True)
class Tag:
    """What stands in square brackets: a field, and how it is meant."""

    field: Field
    exploded: bool = True  # narrower headings too
    within: int | None = None  # at most so many words between the words of the phrase


# Where words are looked for one by one; the columns are those of `library.exact_words`.
COLUMNS = {
    Field.TITLE_ABSTRACT: ("title", "abstract", "other", "keywords"),
    Field.TITLE: ("title",),
    Field.ABSTRACT: ("abstract", "other"),
    Field.KEYWORD: ("keywords",),
    Field.TEXT_WORD: ("title", "abstract", "other", "keywords", "indexing"),
    Field.ALL: ("title", "abstract", "other", "keywords", "indexing", "names", "affiliations"),
    Field.AFFILIATION: ("affiliations",),
}
# Unquoted words before these are one name, "and" and "or" in it included.
NAMED = (Field.HEADING, Field.MAJOR, Field.QUALIFIER, Field.TYPE, Field.JOURNAL, Field.SUBSTANCE)


def tag_of(text: str) -> Tag | None:
    """The tag of the text between the brackets; None when there is no such field.

    "mh", "MeSH Terms:noexp", "tiab:~3", "Publication Type".
    """
    name = " ".join(text.lower().split())
    exploded, within = True, None
    for ending in _NOT_EXPLODED:
        if name.endswith(ending):
            name, exploded = name.removesuffix(ending).strip(), False
    if ":~" in name:
        name, _, number = name.partition(":~")
        if not (number.strip().isascii() and number.strip().isdigit()):
            return None
        within = min(int(number[:6]), _MOST_APART)
    field = _BY_NAME.get(name.strip())
    return None if field is None else Tag(field, exploded, within)
