"""The index of words as written: what Boolean searches look up, term by term, without stemming.

`article_fts` is for ranking and knows stems; a librarian's `randomised[tiab]` must not find
"randomly". This second FTS5 table holds words unstemmed, a column for each kind of text, and in
the column `codes` one token for every value that is only ever asked for whole: authors, journals,
publication types, qualifiers … A code begins with a character of Unicode's private use area, which
FTS5 counts as a letter and no text contains. The table keeps no text of its own. Which articles
have a heading is not in it: the facets know that by descriptor, whatever a source calls it.

New articles are entered after their import, by `catch_up`: an article takes a quarter as long again
here, and only a Boolean search has to wait for it. An id is never used twice, so what is missing
is all beyond `exact_upto`; what lies before it changes together with the article.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from functools import lru_cache

from sqlalchemy import Connection

from desktop_app.library.reader import read_articles
from desktop_app.library.rows import Flat, Parts, flatten

# The abstract goes first: FTS5 spends two bytes less on every word of its first column.
COLUMNS = ("abstract", "title", "other", "keywords", "indexing", "names", "affiliations", "codes")
_BETWEEN = "\ue000"  # a token of its own: no phrase reaches from one keyword into the next
_APART = f" {_BETWEEN} "
_FORE = "\ue00a"
_BATCH = 1_000  # articles of a transaction: most of a second
_NO_SIGNS = {sign: None for sign in range(128) if not chr(sign).isalnum()}

CREATE = (
    "CREATE VIRTUAL TABLE exact_fts USING fts5("
    "abstract, title, other, keywords, indexing, names, affiliations, codes,"
    " content='', columnsize=0, tokenize='unicode61 remove_diacritics 2')",
    "CREATE VIRTUAL TABLE exact_fts_vocab USING fts5vocab('exact_fts', 'row')",
    # a batch of an import is sorted in memory and written as one piece: a quarter less work
    "INSERT INTO exact_fts(exact_fts, rank) VALUES ('hashsize', 8388608)",
    "INSERT INTO exact_fts(exact_fts, rank) VALUES ('pgsz', 16000)",
)
_INSERT = """
    INSERT INTO exact_fts(
      rowid, abstract, title, other, keywords, indexing, names, affiliations, codes)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_DELETE = """
    INSERT INTO exact_fts(exact_fts,
      rowid, abstract, title, other, keywords, indexing, names, affiliations, codes)
    VALUES ('delete', ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_UPTO = "SELECT exact_upto FROM library_state"
_SET_UPTO = "UPDATE library_state SET exact_upto = ?"
_BEYOND = "SELECT id FROM article WHERE id > ? AND deleted_at IS NULL ORDER BY id LIMIT ?"
_MISSING = "SELECT count(*) FROM article WHERE id > ? AND deleted_at IS NULL"
_EMPTY = "INSERT INTO exact_fts(exact_fts) VALUES ('delete-all')"


class Code(StrEnum):
    """The first character of a code says what it is."""

    ARTICLE = "\ue001"  # of every article: which ones are in the index
    QUALIFIER = "\ue003"
    TYPE = "\ue004"
    LANGUAGE = "\ue005"
    SUBSTANCE = "\ue006"  # name, registry number or UI
    AUTHOR = "\ue007"  # see `author_key`
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


def author_key(last: str, initials: str = "", fore: str = "") -> str:
    """An author as one word, or what it begins with when `initials` and `fore` are empty."""
    if fore:
        return f"{letters(last)}{_FORE}{letters(fore)}"
    return f"{letters(last)}{_BETWEEN}" + (letters(initials) if initials else "")


def index_articles(connection: Connection, articles: Iterable[tuple[int, Flat]]) -> None:
    """Enter articles that were written anew; those that were never here come by `catch_up`."""
    upto = _upto(connection)
    _enter(connection, ((i, flat) for i, flat in articles if i <= upto))


def unindex_articles(connection: Connection, ids: Sequence[int]) -> None:
    """Remove articles; to be called while their old text is still in the tables."""
    upto = _upto(connection)
    here = [article_id for article_id in ids if article_id <= upto]
    rows = [(article_id, *texts_of(flat)) for article_id, flat in flat_articles(connection, here)]
    if rows:
        connection.exec_driver_sql(_DELETE, rows)


def missing(connection: Connection) -> int:
    """How many live articles are still to be entered."""
    return int(connection.exec_driver_sql(_MISSING, (_upto(connection),)).scalar_one())


def catch_up(connection: Connection) -> int:
    """Enter the next articles that are missing; how many were, 0 when none is left."""
    ids = [int(r[0]) for r in connection.exec_driver_sql(_BEYOND, (_upto(connection), _BATCH))]
    if ids:
        _enter(connection, flat_articles(connection, ids))
        connection.exec_driver_sql(_SET_UPTO, (ids[-1],))
    return len(ids)


def rebuild(connection: Connection) -> None:
    """Make the index anew from the tables."""
    connection.exec_driver_sql(_EMPTY)
    connection.exec_driver_sql(_SET_UPTO, (0,))
    while catch_up(connection):
        pass


def _upto(connection: Connection) -> int:
    return int(connection.exec_driver_sql(_UPTO).scalar_one())


def _enter(connection: Connection, articles: Iterable[tuple[int, Flat]]) -> None:
    rows = [(article_id, *texts_of(flat)) for article_id, flat in articles]
    if rows:
        connection.exec_driver_sql(_INSERT, rows)


def flat_articles(connection: Connection, ids: Sequence[int]) -> Iterator[tuple[int, Flat]]:
    """The (id, rows) of articles as they are in the tables."""
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
        flat.abstract,
        flat.title,
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
    yield Code.ARTICLE
    for last, _fore, initials, _suffix, collective, *_ in parts.get("author", ()):
        if last:
            yield f"{Code.AUTHOR}{letters(last)}{_BETWEEN}{letters(initials)}"
        if collective:
            yield Code.GROUP + letters(collective)
    for table, column, kind in _PLAIN:
        for row in parts.get(table, ()):
            if row[column] not in _NOTHING:
                yield kind + letters(row[column])
    for value in flat.journal[:4]:
        if value:
            yield Code.JOURNAL + letters(value)
    volume, issue, pages, languages, status = flat.columns[11:16]
    yield from (Code.LANGUAGE + letters(language) for language in languages.split())
    places = ((Code.VOLUME, volume), (Code.ISSUE, issue), (Code.PAGES, pages.partition("-")[0]))
    for kind, value in (*places, (Code.STATUS, status)):
        if value:
            yield kind + letters(value)


_NOTHING = ("", "0")  # a substance without a registry number has "0"
_PLAIN = (
    ("publication_type", 0, Code.TYPE),
    ("qualifier", 2, Code.QUALIFIER),
    ("substance", 0, Code.SUBSTANCE),
    ("substance", 1, Code.SUBSTANCE),
    ("substance", 2, Code.SUBSTANCE),
    ("relation", 0, Code.RELATION),
)
