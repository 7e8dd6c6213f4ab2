"""BibTeX: for LaTeX, read by BibTeX, Biber (BibLaTeX), JabRef and Zotero.

UTF-8; LaTeX's own characters are escaped but in DOI and address, which are verbatim. Fields
without a standard have the names that Web of Science or PubMed's exports made usual (pmid,
pmcid, affiliation, orcid-numbers); `mesh` holds the headings in MEDLINE's notation, `keywords`
their bare names too. Reference lists and dates of the record are left out.
"""

import re
from collections.abc import Iterable, Iterator
from typing import TextIO

from desktop_app.exporters import mesh_terms, people
from desktop_app.exporters.citation_keys import CitationKeys
from desktop_app.exporters.plain_text import abstract, labelled, one_line, relation_text
from desktop_app.records import Article, Author

Entry = tuple[str, str]  # field name, value ready for the file

_ESCAPES = str.maketrans(
    {char: f"\\{char}" for char in "&%$#_"}
    | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
)
_PAIRED = _ESCAPES | str.maketrans({"{": r"\{", "}": r"\}"})
_UNPAIRED = _ESCAPES | str.maketrans({"{": r"\textbraceleft{}", "}": r"\textbraceright{}"})
_VERBATIM = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C"})
_LIGATURES = re.compile("(?<=-)(?=-)|(?<=')(?=')|(?<=[?!`])(?=`)")  # -- would become a dash
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()  # BibTeX's own macros
_TYPE = re.compile(r"(?!comment$|string$|preamble$)[a-z]+")
_NOT_IN_NAME = re.compile(r"[^a-z0-9]+")
_RANGE = re.compile(r"(?<=\w)\s*[-–—]+\s*(?=\w)")
_SPLITS_NAMES = re.compile(r",|\band\b", re.IGNORECASE)
_AROUND_WORD = re.compile(r"(\W*)(.*?)(\W*)", re.DOTALL)
_PEOPLE = ("editor", "translator", "editora", "bookauthor")
_SINGLE = frozenset("title author doi pmid pmcid journal booktitle year month volume pages".split())
_CONTAINERS = {"article": "journal", "periodical": "journal", "thesis": "school"}


def write_bibtex(articles: Iterable[Article], out: TextIO) -> None:
    """Write articles as BibTeX entries, a field a line."""
    keys = CitationKeys()
    for article in articles:
        kind = article.kind if _TYPE.fullmatch(article.kind) else "misc"
        out.write(f"@{kind}{{{keys.key(article)},\n")
        out.writelines(f"  {name} = {value},\n" for name, value in _fields(article).items())
        out.write("}\n\n")


def escaped(text: str) -> str:
    """`text` in one line with LaTeX's characters escaped.

    BibTeX counts braces even behind a backslash, so those without a partner become words. Two
    hyphens or quotes are kept apart, for LaTeX would set one sign.
    """
    text = one_line(text)
    return _escaped(text, _is_balanced(text))


def _escaped(text: str, balanced: bool) -> str:
    return _LIGATURES.sub("{}", text.translate(_PAIRED if balanced else _UNPAIRED))


def _fields(article: Article) -> dict[str, str]:
    """Names and values in order; a second value of one name is added to the first, or noted."""
    fields: dict[str, list[str]] = {}
    for name, value in _entries(article):
        if name in fields and name in _SINGLE:
            fields.setdefault("note", []).append(f"{name}: {value}")
        elif value:
            fields.setdefault(name, []).append(value)
    return {name: _joined(name, values) for name, values in fields.items()}


def _joined(name: str, values: list[str]) -> str:
    if name == "month":
        return values[0]  # a macro, hence not in braces
    return f"{{{(' and ' if name in _PEOPLE else '; ').join(values)}}}"


def _entries(article: Article) -> Iterator[Entry]:
    yield "title", _protected(one_line(article.title))
    yield "author", " and ".join(filter(None, map(_name, article.authors)))
    yield from _source(article)
    yield "doi", _verbatim(article.doi)
    yield "pmid", "" if article.pmid is None else str(article.pmid)
    yield "pmcid", _verbatim(article.pmcid)
    for identifier in article.identifiers:
        name = _field_name(identifier.kind)
        yield name, _verbatim(identifier.value) if name == "url" else escaped(identifier.value)
    yield "language", escaped("; ".join(article.languages))
    yield "abstract", escaped(abstract(article))
    yield from _subjects(article)
    for field in article.fields:
        yield _field_name(field.name), _free_value(_field_name(field.name), field.value)
    yield from _further(article)


def _source(article: Article) -> Iterator[Entry]:
    journal = article.journal
    yield _CONTAINERS.get(article.kind, "booktitle"), escaped(journal.title)
    yield "shortjournal", escaped(journal.abbreviation)
    yield "issn", escaped(journal.issn)
    if article.date is not None:
        date = article.date
        yield "year", str(date.year)
        yield "month", _MONTHS[date.month - 1] if 1 <= date.month <= 12 else ""
        yield "day", str(date.day) if date.day else ""
        yield "printed-date", escaped(date.text)
    yield "volume", escaped(article.volume)
    yield "number", escaped(article.issue)
    yield "pages", _RANGE.sub("--", escaped(article.pages))


def _subjects(article: Article) -> Iterator[Entry]:
    names = [mesh_terms.heading_name(heading) for heading in mesh_terms.headings(article)]
    names += [one_line(keyword.text) for keyword in article.keywords]
    yield "keywords", ", ".join(map(_keyword, dict.fromkeys(filter(None, names))))
    yield "mesh", escaped("; ".join(mesh_terms.heading_texts(article)))
    yield "substances", escaped("; ".join(map(mesh_terms.substance_text, article.substances)))
    yield "pubtype", escaped("; ".join(kind.name for kind in article.publication_types))


def _further(article: Article) -> Iterator[Entry]:
    for author in article.authors:
        for affiliation in author.affiliations:
            yield "affiliation", escaped(affiliation)
        if author.orcid:
            yield "orcid-numbers", escaped(f"{people.inverted(author)}/{author.orcid}")
    yield "origtitle", escaped(article.vernacular_title)
    for section in article.other_abstracts:
        yield "other-abstract", escaped(labelled(section))
    yield "copyright", escaped(article.abstract_copyright)
    for relation in article.relations:
        yield "relation", escaped(f"{relation.kind}: {relation_text(relation)}")


def _name(author: Author) -> str:
    """A person as "Last, Suffix, First"; a group in braces, which BibTeX takes as one name."""
    group = people.group(author)
    if group:
        return f"{{{escaped(group)}}}"
    parts = (people.family(author), one_line(author.suffix), people.given(author))
    if not people.given(author):  # with one comma only, the second part is the first name
        parts = (" ".join(filter(None, parts[:2])), "", "")
    return ", ".join(_name_part(part) for part in parts if part)


def _name_part(text: str) -> str:
    return f"{{{escaped(text)}}}" if _SPLITS_NAMES.search(text) else escaped(text)


def _protected(title: str) -> str:
    """The escaped title with words like IL-6 and mRNA in braces: styles write titles small."""
    if title.isupper():
        return escaped(title)
    balanced = _is_balanced(title)
    return " ".join(_protected_word(word, balanced) for word in title.split(" "))


def _protected_word(word: str, balanced: bool) -> str:
    around = _AROUND_WORD.fullmatch(word)
    if around is None or not any(char.isupper() for char in around[2][1:]):
        return _escaped(word, balanced)
    before, core, after = (_escaped(part, balanced) for part in around.groups())
    return f"{before}{{{core}}}{after}"


def _keyword(text: str) -> str:
    """A keyword; one with a comma in braces, for commas separate keywords."""
    return f"{{{escaped(text)}}}" if "," in text else escaped(text)


def _free_value(name: str, value: str) -> str:
    return _verbatim(value) if name in ("url", "eprint", "file") else escaped(value)


def _verbatim(text: str) -> str:
    return one_line(text).translate(_VERBATIM)


def _field_name(name: str) -> str:
    return _NOT_IN_NAME.sub("-", name.lower()).strip("-") or "note"


def _is_balanced(text: str) -> bool:
    depth = 0
    for char in text:
        depth += (char == "{") - (char == "}")
        if depth < 0:
            return False
    return depth == 0
