"""The index of words as written: what Boolean searches look up, term by term, without stemming.

`article_fts` is for ranking and knows stems; a librarian's `randomised[tiab]` must not find
"randomly". This second FTS5 table holds words unstemmed, a column for each kind of text, and in
the column `codes` one token for every value that is only ever asked for whole: headings, majors,
qualifiers, authors, publication types … A code begins with a character of Unicode's private use
area, which FTS5 counts as a letter and no text contains. The table keeps no text of its own.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from functools import lru_cache

from sqlalchemy import Connection

from desktop_app.library.reader import live_ids, read_articles
from desktop_app.library.rows import Flat, Parts, flatten

COLUMNS = ("title", "abstract", "other", "keywords", "indexing", "names", "affiliations", "codes")
_BETWEEN = "\ue000"  # a token of its own: no phrase reaches from one keyword into the next
_APART = f" {_BETWEEN} "
_BATCH = 2_000
_NO_SIGNS = {sign: None for sign in range(128) if not chr(sign).isalnum()}

CREATE = (
    "CREATE VIRTUAL TABLE exact_fts USING fts5("
    "title, abstract, other, keywords, indexing, names, affiliations, codes,"
    " content='', tokenize='unicode61 remove_diacritics 2')",
    "CREATE VIRTUAL TABLE exact_fts_vocab USING fts5vocab('exact_fts', 'row')",
)
_INSERT = """
    INSERT INTO exact_fts(
      rowid, title, abstract, other, keywords, indexing, names, affiliations, codes)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_DELETE = """
    INSERT INTO exact_fts(exact_fts,
      rowid, title, abstract, other, keywords, indexing, names, affiliations, codes)
    VALUES ('delete', ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


class Code(StrEnum):
    """The first character of a code says what it is."""

    HEADING = "\ue001"  # by UI, and by name; with `_BETWEEN` and a qualifier also the pair
    MAJOR = "\ue002"  # the same of major topics
    QUALIFIER = "\ue003"
    TYPE = "\ue004"
    LANGUAGE = "\ue005"
    SUBSTANCE = "\ue006"  # name, registry number or UI
    AUTHOR = "\ue007"  # last name, `_BETWEEN`, initials; last name, `FORE`, fore names
    FIRST_AUTHOR = "\ue008"
    LAST_AUTHOR = "\ue009"
    FORE = "\ue00a"
    JOURNAL = "\ue00b"  # title, abbreviation, ISSN or NLM's number
    VOLUME = "\ue00c"
    ISSUE = "\ue00d"
    PAGES = "\ue00e"  # the first page
    STATUS = "\ue00f"
    GROUP = "\ue010"  # a collective author
    RELATION = "\ue011"  # RetractionIn, UpdateOf …


@lru_cache(maxsize=65_536)  # headings, types and journals come again and again
def letters(text: str) -> str:
    """`text` as one token: lower case, without accents, spaces and signs; "0" when nothing is left.

    "van der Berg" is vanderberg, "Smith-Jones" smithjones.
    """
    if text.isascii():
        return text.lower().translate(_NO_SIGNS) or "0"
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in decomposed if c.isalnum()) or "0"


def code(kind: Code, value: str) -> str:
    """The token of a value."""
    return kind + letters(value)


def pair(kind: Code, heading: str, qualifier: str) -> str:
    """The token of a heading (UI or name) with one of its qualifiers."""
    return f"{kind}{letters(heading)}{_BETWEEN}{letters(qualifier)}"


def author_code(kind: Code, last: str, initials: str = "", fore: str = "") -> str:
    """The token of an author, or what it begins with when `initials` and `fore` are empty."""
    if fore:
        return f"{kind}{letters(last)}{Code.FORE}{letters(fore)}"
    return f"{kind}{letters(last)}{_BETWEEN}" + (letters(initials) if initials else "")


def index_articles(connection: Connection, articles: Iterable[tuple[int, Flat]]) -> None:
    """Enter articles that are not in the index."""
    rows = [(article_id, *texts_of(flat)) for article_id, flat in articles]
    if rows:
        connection.exec_driver_sql(_INSERT, rows)


def unindex_articles(connection: Connection, ids: Sequence[int]) -> None:
    """Remove articles; to be called while their old text is still in the tables."""
    rows = [(article_id, *texts_of(flat)) for article_id, flat in _flat(connection, ids)]
    if rows:
        connection.exec_driver_sql(_DELETE, rows)


def fill(connection: Connection) -> None:
    """Enter every live article of a library that had no such index."""
    ids = live_ids(connection)
    for start in range(0, len(ids), _BATCH):
        index_articles(connection, _flat(connection, ids[start : start + _BATCH]))


def _flat(connection: Connection, ids: Sequence[int]) -> Iterator[tuple[int, Flat]]:
    for article_id, article in read_articles(connection, ids):
        yield article_id, flatten(article)


def texts_of(flat: Flat) -> tuple[str, ...]:
    """The text of each of `COLUMNS`."""
    parts = flat.parts
    authors = parts.get("author", ())
    indexing = _column(parts, "heading", 1) + _column(parts, "qualifier", 2)
    indexing += _column(parts, "publication_type", 0) + _column(parts, "substance", 1)
    names = [f"{a[0]} {a[2]} {_BETWEEN} {a[1]} {a[0]}" if a[0] else a[4] for a in authors]
    names += [str(value) for value in flat.journal[:2] if value]
    return (
        flat.title,
        flat.abstract,
        _APART.join(_column(parts, "other_abstract", 2)),
        _APART.join(_column(parts, "keyword", 0)),
        _APART.join(dict.fromkeys(indexing)),
        _APART.join(names),
        _APART.join(a[6] for a in authors if a[6]),
        " ".join(dict.fromkeys(_codes(flat))),
    )


def _column(parts: Parts, table: str, column: int) -> list[str]:
    return [str(row[column]) for row in parts.get(table, ())]


def _codes(flat: Flat) -> Iterator[str]:
    parts = flat.parts
    yield from _heading_codes(parts)
    yield from _author_codes(parts)
    for table, column, kind in _PLAIN:
        for row in parts.get(table, ()):
            if row[column]:
                yield code(kind, row[column])
    for value in flat.journal[:4]:
        if value:
            yield code(Code.JOURNAL, value)
    columns = flat.columns
    volume, issue, pages, languages, status = columns[11:16]
    yield from (code(Code.LANGUAGE, language) for language in languages.split())
    places = ((Code.VOLUME, volume), (Code.ISSUE, issue), (Code.PAGES, pages.partition("-")[0]))
    for kind, value in (*places, (Code.STATUS, status)):
        if value:
            yield code(kind, value)


_PLAIN = (
    ("publication_type", 0, Code.TYPE),
    ("publication_type", 1, Code.TYPE),
    ("substance", 0, Code.SUBSTANCE),
    ("substance", 1, Code.SUBSTANCE),
    ("substance", 2, Code.SUBSTANCE),
    ("relation", 0, Code.RELATION),
)


def _heading_codes(parts: Parts) -> Iterator[str]:
    qualifiers: dict[int, list[tuple[str, bool]]] = {}
    for position, _ui, name, major in parts.get("qualifier", ()):
        qualifiers.setdefault(position, []).append((name, bool(major)))
    for position, (ui, name, major, _source) in enumerate(parts.get("heading", ())):
        own = qualifiers.get(position, [])
        is_major = bool(major) or any(starred for _, starred in own)
        for key in {letters(value) for value in (ui, name) if value}:
            yield Code.HEADING + key
            if is_major:
                yield Code.MAJOR + key
            for qualifier, starred in own:
                yield pair(Code.HEADING, key, qualifier)
                if starred or major:
                    yield pair(Code.MAJOR, key, qualifier)
        yield from (code(Code.QUALIFIER, qualifier) for qualifier, _ in own)


def _author_codes(parts: Parts) -> Iterator[str]:
    people = [row for row in parts.get("author", ()) if row[0]]
    for place, (last, fore, initials, *_) in enumerate(people):
        yield author_code(Code.AUTHOR, last, initials)
        if fore:
            yield author_code(Code.AUTHOR, last, fore=fore)
        if place == 0:
            yield author_code(Code.FIRST_AUTHOR, last, initials)
        if place == len(people) - 1:
            yield author_code(Code.LAST_AUTHOR, last, initials)
    for row in parts.get("author", ()):
        if row[4]:
            yield code(Code.GROUP, row[4])
