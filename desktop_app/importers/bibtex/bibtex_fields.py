"""The fields of one BibTeX entry as an article: names of all dialects, LaTeX, people, files."""

import re
from collections.abc import Iterator, Mapping

from desktop_app.importers.biblatex_article import Values, article_of
from desktop_app.importers.bibtex.latex_text import latex_text, verbatim
from desktop_app.importers.decoded_text import clean
from desktop_app.importers.person_names import initials_of, person
from desktop_app.records import Article, Author

_NAMES = {  # BibTeX's and the programs' own names -> BibLaTeX's
    "journal": "journaltitle",
    "journaltitle": "journaltitle",
    "school": "institution",
    "address": "location",
    "annote": "annotation",
    "key": "sortkey",
    "archiveprefix": "eprinttype",
    "primaryclass": "eprintclass",
    "pdf": "file",
    "keyword": "keywords",
    "mendeley-tags": "keywords",
    "langid": "language",
    "journal-iso": "shortjournal",
    "journalabbrev": "shortjournal",
    "medline-pst": "medline-pst",
    "pmc": "pmcid",
    "pubmedid": "pmid",
    "eissn": "issn",
}
_KINDS = {
    "conference": "inproceedings",
    "electronic": "online",
    "www": "online",
    "phdthesis": "thesis",
    "mastersthesis": "thesis",
    "techreport": "report",
    "incollection": "incollection",
}
_VERBATIM = frozenset("url doi eprint pmid pmcid isbn issn urldate file".split())
_PEOPLE = frozenset("author editor translator bookauthor".split())
_TYPED = {"phdthesis": "phdthesis", "mastersthesis": "mathesis"}  # BibLaTeX's type field
_ATOM = re.compile(r"(?<!\\);")  # JabRef and Zotero join several files by ";"
_DRIVE = re.compile(r"[A-Za-z]$")


def article_of_entry(kind: str, key: str, fields: Mapping[str, str]) -> Article:
    """The article of an entry of type `kind`; `fields` (names in lower case) hold LaTeX."""
    values = Values()
    authors: tuple[Author, ...] = ()
    for name, source in fields.items():
        target = _NAMES.get(name, name)
        if target == "author":
            authors = tuple(_people(source))
        elif target in _PEOPLE:
            for one in _names(source):
                values.add(target, latex_text(one))
        else:
            for value in _values(target, source):
                values.add(target, value)
    if kind in _TYPED:
        values.add("type", _TYPED[kind])
    if key:
        values.add("citekey", key)
    _eprint(values)
    return article_of(values, _KINDS.get(kind, kind), authors)


def _values(name: str, source: str) -> Iterator[str]:
    """The values that the source of one field holds."""
    if name == "file":
        yield from files_of(source)
    elif name == "keywords":
        separator = ";" if ";" in source else ","
        yield from (latex_text(part) for part in _outside_braces(source, separator))
    elif name in _VERBATIM:
        yield verbatim(source)
    elif name == "pages":
        yield re.sub(r"\s*[-–—]+\s*", "-", latex_text(source))
    else:
        yield latex_text(source)


def files_of(source: str) -> Iterator[str]:
    r"""The paths of a file field: "a.pdf", ":a.pdf:PDF", "Full Text:C\:\\x.pdf:application/pdf"."""
    source = source.replace("$\\backslash$", "\\").strip("{}")
    for part in _ATOM.split(source):
        path = part
        pieces = re.split(r"(?<!\\):", part)
        if len(pieces) > 2 and not _DRIVE.fullmatch(pieces[0].strip()):
            path = ":".join(pieces[1:-1])  # before it stands a description, after it the type
        elif len(pieces) == 2 and not pieces[0]:
            path = pieces[1]
        yield re.sub(r"\\(.)", r"\1", path).strip()


def _people(source: str) -> Iterator[Author]:
    """The authors, "and others" left out. {A name in braces} is that of a group."""
    for name in _names(source):
        text = clean(latex_text(name))
        if not text or text.lower() == "others":
            continue
        if name.startswith("{") and name.endswith("}") and not _has_outer(name):
            yield Author(collective=text)
        elif "=" in text and (extended := _extended(text)):
            yield extended
        elif author := person(text):
            yield author


def _extended(text: str) -> Author | None:
    """BibLaTeX's extended format: "family=Smith, given=John, prefix=van"."""
    parts = dict(part.strip().partition("=")[::2] for part in text.split(","))
    if "family" not in parts:
        return None
    last = " ".join(filter(None, (parts.get("prefix", ""), parts["family"])))
    fore = parts.get("given", "")
    return Author(last, fore, parts.get("given-i") or initials_of(fore), parts.get("suffix", ""))


def _has_outer(name: str) -> bool:
    """False when one pair of braces holds the whole name."""
    depth = 0
    for position, char in enumerate(name):
        depth += (char == "{") - (char == "}")
        if depth == 0 and position < len(name) - 1:
            return True
    return False


def _names(source: str) -> list[str]:
    """Split at "and" outside of braces."""
    names, depth, start = [], 0, 0
    for found in re.finditer(r"[{}]|\s+and\s+", source, re.IGNORECASE):
        if found[0] in "{}":
            depth += 1 if found[0] == "{" else -1
        elif depth <= 0:
            names.append(source[start : found.start()].strip())
            start = found.end()
    return [*names, source[start:].strip()]


def _outside_braces(source: str, separator: str) -> list[str]:
    parts, depth, start = [], 0, 0
    for position, char in enumerate(source):
        if char in "{}":
            depth += 1 if char == "{" else -1
        elif char == separator and depth <= 0 and source[position - 1 : position] != "\\":
            parts.append(source[start:position])
            start = position + 1
    return [*parts, source[start:]]


def _eprint(values: Values) -> None:
    """A PMID or a PMC number that BibLaTeX writes as eprint (eprinttype pubmed, pmc)."""
    kind = values.peek("eprinttype").lower()
    if kind in ("pubmed", "pmid", "medline"):
        values.add("pmid", values.first("eprint"))
    elif kind in ("pmc", "pmcid"):
        values.add("pmcid", values.first("eprint"))
